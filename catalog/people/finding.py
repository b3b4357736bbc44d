"""The people planning looks after: finding them, how their account stands, and what a role leaves behind.

Superusers are none of planning's business: no list holds them, and their page does not exist, but for another
superuser, whose changes wait for a second person, and for Contraloría, which reads of everybody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.access import Access, Action
from accounts.lockouts import locked_until
from accounts.models import Membership, Role, User
from core.text import fold
from indicators.models import Measurement, Observation, State
from programs.models import Department

CAPTURING = (Role.LIAISON, Role.DIRECTOR)


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the list. ``locked`` is the moment until which they are locked out, None where they are not."""

    user: User
    memberships: tuple[Membership, ...]  # in force today
    locked: datetime | None

    @property
    def never_signed_in(self) -> bool:
        return self.user.last_login is None


VIEWS = {
    "activas": "Activas",
    "sin-entrar": "Nunca han entrado",
    "bloqueadas": "Bloqueadas",
    "sin-funcion": "Sin función vigente",
    "bajas": "De baja",
    "todas": "Todas",
}


def views_for(access: Access) -> Mapping[str, str]:
    """What their list may be narrowed to: how an account is used is shown to who looks after it."""
    kept = set(VIEWS) if access.allows(Action.MANAGE_CATALOG) else {"activas", "sin-funcion", "bajas", "todas"}
    return {view: label for view, label in VIEWS.items() if view in kept}


def readable(access: Access) -> QuerySet[User]:
    """Whose page they have: planning of those whom it looks after, whoever only reads of everybody."""
    return manageable(access) if access.allows(Action.MANAGE_CATALOG) else User.objects.all()


def reads(access: Access, person: User) -> bool:
    if access.allows(Action.MANAGE_CATALOG):
        return bool(access.user.is_superuser or not person.is_superuser)
    return access.allows(Action.READ_CATALOG)


def set_by_words(row: Membership) -> str:
    """Who named them, and changed it since; empty where nobody is known. ``set_by`` has been read."""
    return ", ".join(str(person) for person in row.set_by.all())


def manageable(access: Access) -> QuerySet[User]:
    return User.objects.all() if access.user.is_superuser else User.objects.filter(is_superuser=False)


def find_people(*, access: Access, words: str, view: str, role: str, now: datetime) -> list[Person]:
    """Those who match, by name; 3 queries whatever their number.

    ``words`` are looked for in the name, the user name and the e-mail, without case or accents; ``view`` is one of
    VIEWS; ``role`` a value of Role held today, or "" for any.
    """
    users = list(readable(access).order_by("first_name", "last_name", "username"))
    today = timezone.localdate(now)
    found: dict[int, list[Membership]] = {}
    rows = Membership.objects.in_force(today).select_related("department", "substitutes").order_by("starts_on", "id")
    for row in rows:
        found.setdefault(row.user_id, []).append(row)
    locks = locked_until([user.username for user in users], now=now)
    people = [Person(user, tuple(found.get(user.pk, ())), locks.get(user.username)) for user in users]
    wanted = fold(words).split()
    return [
        person
        for person in people
        if _is_shown(person, view)
        and (not role or any(row.role == role for row in person.memberships))
        and (not wanted or all(word in _text_of(person.user, access) for word in wanted))
    ]


def _text_of(user: User, access: Access) -> str:
    account = f" {user.username}" if access.allows(Action.MANAGE_CATALOG) else ""
    return fold(f"{user.get_full_name()}{account} {user.email}")


def _is_shown(person: Person, view: str) -> bool:
    if view == "todas":
        return True
    if view == "bajas":
        return not person.user.is_active
    if not person.user.is_active:
        return False
    if view == "sin-entrar":
        return person.never_signed_in
    if view == "bloqueadas":
        return person.locked is not None
    return view != "sin-funcion" or not person.memberships


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """What stays with a department when one of its roles ends, and with whom.

    ``drafts`` and ``returned`` are figures not submitted, ``observations`` unanswered ones, of years not locked.
    ``waiting`` are submitted figures that wait for validation. ``heirs`` are those of the department who can go on.
    """

    department: Department
    drafts: int
    returned: int
    waiting: int
    observations: int
    heirs: tuple[Membership, ...]

    @property
    def anything(self) -> bool:
        return bool(self.drafts or self.returned or self.waiting or self.observations)


def left_open(membership: Membership, *, on: date) -> LeftOpen | None:
    """What the department holds open, and who is left on the day after ``on``; None for a role of no department."""
    department = membership.department
    if department is None:
        return None
    rows = Measurement.objects.of_department(department.pk).filter(fiscal_year__locked=False)
    counts = rows.aggregate(
        drafts=Count("pk", filter=Q(state=State.DRAFT)),
        returned=Count("pk", filter=Q(state=State.RETURNED)),
        waiting=Count("pk", filter=Q(state=State.SUBMITTED)),
    )
    asked = Observation.objects.filter(
        measurement__indicator__action__program__department=department,
        measurement__fiscal_year__locked=False,
        resolved_at__isnull=True,
    )
    heirs = (
        Membership.objects.in_force(on + timedelta(days=1))
        .filter(department=department, role__in=CAPTURING, user__is_active=True)
        .exclude(pk=membership.pk)
        .select_related("user", "department")
    )
    return LeftOpen(department, observations=asked.count(), heirs=tuple(heirs), **counts)


def names_of(memberships: Iterable[Membership]) -> str:
    return ", ".join(f"{row.user} ({row.get_role_display()})" for row in memberships)
