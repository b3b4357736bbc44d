"""Asking for what one must not do alone, and what follows from an address that somebody else changed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.access import Access, Action
from accounts.acts import TwoPeopleAct
from accounts.models import Membership, PendingAct, Role, User
from accounts.notices import tell
from core import trail

WHAT_FOLLOWS = (
    "No se hace todavía: espera a que otra persona de Planeación o quien administra el sistema lo confirme en "
    "«Por confirmar». "
    "Si no hay nadie más, lo confirma quien administra el servidor."
)


def ask(
    *,
    access: Access,
    kind: PendingAct.Kind,
    person: User,
    words: str,
    data: Mapping[str, Any],
    reason: str,
    now: datetime,
) -> PendingAct:
    """Write down what is to be done once a second person confirms it, and tell whom it concerns.

    The caller holds the person's row and has looked whether it could be done.
    """
    made = PendingAct.objects.create(
        kind=kind,
        person=person,
        words=words,
        data=dict(data),
        reason=reason.strip(),
        asked_by=access.user,
        asked_at=now,
    )
    trail.record(
        subject=person,
        label=f"{person} ({person.username})",
        action=TwoPeopleAct.ASK,
        actor=access.user,
        at=now,
        capacity=access.capacity(Action.CONFIRM, 0),
        changes={"pending": [None, words]},
        reason=made.reason,
    )
    tell(
        person=person,
        what=f"Se pidió {words}.",
        who=f"Lo pidió {access.user}.",
        reason=made.reason,
        now=now,
        follows=WHAT_FOLLOWS,
        addresses=[user.email for user in who_may_confirm(made, now=now)],
    )
    return made


def waiting_for(person: User) -> list[PendingAct]:
    """What waits about this person, the oldest first."""
    return list(PendingAct.objects.waiting().filter(person=person).select_related("asked_by", "person"))


def concerned(act: PendingAct) -> list[int]:
    """Whom it is about: one person, or those of an import who have an account already."""
    if act.person_id is not None:
        return [act.person_id]
    return [one["person"] for one in act.data.get("seen", {}).values() if one["person"] is not None]


def who_may_confirm(act: PendingAct, *, now: datetime) -> list[User]:
    """Active officers of planning and superusers, but for those who asked, are concerned or are not independent."""
    return second_people(act.asked_by, but=concerned(act), now=now)


def second_people(asker: User, *, but: Iterable[int] = (), now: datetime) -> list[User]:
    """The same for whatever that person asked; ``but``: keys of whom it is about."""
    today = timezone.localdate(now)
    planning = Membership.objects.in_force(today).filter(role=Role.PLANNING)
    found = User.objects.filter(Q(is_superuser=True) | Q(pk__in=planning.values("user")), is_active=True)
    others = found.exclude(pk__in=[asker.pk, *but]).order_by("pk")
    return [user for user in others if independent(user, asker, on=today)]


def independent(one: User, other: User, *, on: date) -> bool:
    """Whether they are two: a stand-in of planning is named by one officer alone, who must not confirm through them."""
    return not _behind(one, on) & _behind(other, on)


def _behind(user: User, on: date) -> set[int]:
    """The person and, where they are of planning only as a stand-in, whoever named them so, and so on."""
    found: set[int] = set()
    left = [user.pk]
    while left:
        pk = left.pop()
        if pk in found:
            continue
        found.add(pk)
        if User.objects.filter(pk=pk, is_superuser=True).exists():
            continue
        memberships = list(Membership.objects.in_force(on).filter(user=pk, role=Role.PLANNING))
        if all(row.substitutes_id for row in memberships):
            left += _named_by(row.pk for row in memberships)
    return found


def _named_by(memberships: Iterable[int]) -> list[int]:
    through = Membership.set_by.through
    return list(through.objects.filter(membership__in=list(memberships)).values_list("user", flat=True))
