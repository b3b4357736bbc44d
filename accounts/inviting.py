"""Invitations: the link with which a person chooses a password and enters for the first time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.access import Access, Action
from accounts.acts import AccountAct
from accounts.backends import may_choose_password
from accounts.mailing import TOKEN, Letter, post_all
from accounts.models import Mail, Membership, PendingAct, User
from accounts.resets import RESET_WAITS, reset_waits_until
from accounts.rules import note_about, refuse_superuser, require_planning
from accounts.tokens import link_days
from core import trail
from core.moments import moment_text
from core.refusals import ServiceError

# Two clicks, or two officers at once, are one letter.
SENT_JUST_NOW = timedelta(minutes=10)


@transaction.atomic
def invite(*, access: Access, user: User, base_url: str, now: datetime) -> Mail:
    """E-mail the link with which the person chooses a password, and record it; ServiceError where they may have none.

    Whether it left is in the message that is returned, once the transaction is committed.
    """
    require_planning(access)
    refuse_superuser(user)
    if user.is_demo:
        raise ServiceError("La contraseña de una cuenta de demostración no se cambia: no hay nada que enviar.")
    if not may_choose_password(user):
        raise ServiceError(f"{user} está de baja: reactive primero su cuenta.")
    if not user.email:
        raise ServiceError(f"{user} no tiene correo electrónico: escríbalo primero.")
    until = reset_waits_until(user, now=now)
    if until is not None:
        raise ServiceError(
            f"Otra persona cambió hace poco el correo de {user}: el enlace se puede enviar desde el "
            f"{moment_text(until)}."
        )
    mail = send_invitation(user=user, base_url=base_url, now=now)
    note_about(access, user, AccountAct.INVITE, {"email": [None, user.email]}, now)
    return mail


def send_invitation(*, user: User, base_url: str, now: datetime) -> Mail:
    """E-mail the link with which a new person chooses their password; ``base_url`` is like «https://pmd.example».

    It says the roles that they hold on that day or will.
    """
    (mail,) = _send([user], base_url, now)
    return mail


def never_entered(*, now: datetime) -> QuerySet[User]:
    """Who can be invited and never entered: active people with an address that nobody else changed since yesterday."""
    waiting = PendingAct.objects.filter(kind=PendingAct.Kind.ADDRESS, confirmed_at__gt=now - RESET_WAITS)
    found = User.objects.filter(is_active=True, is_superuser=False, is_demo=False, last_login__isnull=True)
    return found.exclude(email="").exclude(pk__in=waiting.values("person")).order_by("pk")


@dataclass(frozen=True, slots=True)
class Renewed:
    """To how many an invitation was sent, and how many got one just now and so none again."""

    sent: int
    just_now: int


@transaction.atomic
def renew_invitations(*, access: Access, base_url: str, now: datetime) -> Renewed:
    """Send everybody who never entered a link that lasts a week again."""
    require_planning(access)
    people = list(never_entered(now=now).select_for_update(of=("self",), no_key=True))
    letters = Mail.objects.filter(kind=Mail.Kind.INVITATION, person__in=people).order_by()
    latest = dict(letters.values_list("person").annotate(Max("created_at")))
    due = [user for user in people if user.pk not in latest or latest[user.pk] <= now - SENT_JUST_NOW]
    invite_all(access=access, people=due, base_url=base_url, now=now)
    return Renewed(len(due), len(people) - len(due))


def invite_all(*, access: Access | None, people: Sequence[User], base_url: str, now: datetime) -> list[Mail]:
    """Invite people who may be, with their trail; within the caller's transaction."""
    mails = _send(people, base_url, now)
    capacity = access.capacity(Action.MANAGE_CATALOG, 0) if access else ""
    trail.write(
        trail.entry(
            subject=user,
            label=f"{user} ({user.username})",
            action=AccountAct.INVITE,
            actor=access.user if access else None,
            capacity=capacity,
            at=now,
            changes={"email": [None, user.email]},
        )
        for user in people
    )
    return mails


def _send(people: Iterable[User], base_url: str, now: datetime) -> list[Mail]:
    """One query for all their roles, and one for all their letters."""
    people = list(people)
    held: dict[int, list[Membership]] = {}
    roles = Membership.objects.filter(user__in=people).not_over(timezone.localdate(now))
    for row in roles.select_related("department", "substitutes").order_by("starts_on", "id"):
        held.setdefault(row.user_id, []).append(row)
    return post_all([_letter(user, held.get(user.pk, []), base_url) for user in people], now=now)


def _letter(user: User, roles: Iterable[Membership], base_url: str) -> Letter:
    context = {
        "user": user,
        "base_url": base_url.rstrip("/"),
        "roles": [row.in_words for row in roles],
        "days": link_days(user),
        "uid": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": TOKEN,
    }
    return Letter(
        kind=Mail.Kind.INVITATION,
        to=user.email,
        person=user,
        opens_account=True,
        subject=render_to_string("accounts/email/invitation_subject.txt", context).strip(),
        text=render_to_string("accounts/email/invitation.txt", context),
        about="El enlace para elegir su contraseña y entrar por primera vez",
    )
