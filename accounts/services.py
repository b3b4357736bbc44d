"""Letting people in and out: users and their memberships. Each act is atomic, takes ``now`` and writes the trail.

Planning manages people, never superusers. Users are deactivated, never deleted. Ending a membership needs no
handing over: drafts and observations belong to the department's figures, not to the person, so whoever remains in
the department finds them where they were.
"""

from datetime import date, datetime
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.access import Access, Action
from accounts.models import Membership, User
from core import trail
from programs.models import Department

USER_FIELDS = ("username", "first_name", "last_name", "email", "is_active")
MEMBERSHIP_FIELDS = ("user", "role", "department", "starts_on", "ends_on", "substitutes", "instrument")


class AccountError(Exception):
    """The act was refused; the message says why, in Spanish."""


class NotAllowed(AccountError):
    """This person may not do it."""


@transaction.atomic
def create_user(*, access: Access, username: str, first_name: str, last_name: str, email: str, now: datetime) -> User:
    """A new person without password: ``send_invitation`` lets them choose theirs. ValidationError for bad values."""
    _require_planning(access)
    user = User(username=username, first_name=first_name, last_name=last_name, email=email, date_joined=now)
    user.set_unusable_password()
    user.full_clean()
    user.save(force_insert=True)
    _record(access, user, "dar de alta", {}, trail.snapshot(user, USER_FIELDS), now)
    return user


def send_invitation(*, user: User, base_url: str) -> None:
    """E-mail the link with which a new person chooses their password; ``base_url`` is like «https://pmd.example».

    Raises what the mail server raises: whoever invites must know that it did not go out.
    """
    context = {
        "user": user,
        "base_url": base_url.rstrip("/"),
        "uid": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": default_token_generator.make_token(user),
    }
    subject = render_to_string("accounts/email/invitation_subject.txt", context).strip()
    send_mail(subject, render_to_string("accounts/email/invitation.txt", context), None, [user.email])


def notify_address_change(*, user: User, former: str) -> None:
    """Tell the former address that it was changed; a mail server that is down does not undo the change."""
    text = render_to_string("accounts/email/address_changed.txt", {"user": user})
    send_mail("PMD: cambió el correo de su cuenta", text, None, [former], fail_silently=True)


@transaction.atomic
def update_user(*, access: Access, user: User, first_name: str, last_name: str, email: str, now: datetime) -> User:
    """Mend a person's name or address."""
    locked = _manageable(access, user)
    before = trail.snapshot(locked, USER_FIELDS)
    locked.first_name, locked.last_name, locked.email = first_name, last_name, email
    locked.full_clean()
    locked.save(update_fields=["first_name", "last_name", "email"])
    _record(access, locked, "cambiar datos", before, trail.snapshot(locked, USER_FIELDS), now)
    return locked


@transaction.atomic
def deactivate(*, access: Access, user: User, reason: str, now: datetime) -> User:
    """They cannot sign in any more, and their open sessions end with their next page."""
    locked = _manageable(access, user)
    if locked.pk == access.user.pk:
        raise AccountError("Nadie se da de baja a sí mismo: pídalo a otra persona de Planeación.")
    return _set_active(access, locked, False, "dar de baja", reason, now)


@transaction.atomic
def reactivate(*, access: Access, user: User, reason: str, now: datetime) -> User:
    return _set_active(access, _manageable(access, user), True, "reactivar", reason, now)


@transaction.atomic
def add_membership(
    *,
    access: Access,
    user: User,
    role: str,
    department: Department | None,
    starts_on: date,
    now: datetime,
    ends_on: date | None = None,
    substitutes: User | None = None,
    instrument: str = "",
) -> Membership:
    """Name a person to a role from a day on. ValidationError when a rule of memberships refuses it."""
    membership = Membership(
        user=_manageable(access, user), role=role, department=department, starts_on=starts_on, ends_on=ends_on,
        substitutes=substitutes, instrument=instrument.strip(),
    )  # fmt: skip
    membership.full_clean()
    membership.save(force_insert=True)
    _record(access, membership, "nombrar", {}, trail.snapshot(membership, MEMBERSHIP_FIELDS), now, instrument.strip())
    return membership


@transaction.atomic
def end_membership(*, access: Access, membership: Membership, ends_on: date, reason: str, now: datetime) -> Membership:
    """The role is held up to and including that day. What the person left open stays with the department."""
    locked = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    _manageable(access, locked.user)
    before = trail.snapshot(locked, MEMBERSHIP_FIELDS)
    locked.ends_on = ends_on
    locked.full_clean()
    locked.save(update_fields=["ends_on"])
    _record(access, locked, "terminar nombramiento", before, trail.snapshot(locked, MEMBERSHIP_FIELDS), now, reason)
    return locked


def record_password_change(*, user: User, action: str, now: datetime) -> None:
    """That somebody chose a new password is part of the trail; the password is not."""
    trail.record(subject=user, action=action, actor=user, at=now, changes={})


def _require_planning(access: Access) -> None:
    if not access.allows(Action.MANAGE_CATALOG):
        raise NotAllowed("Solo Planeación administra a las personas.")


def _manageable(access: Access, user: User) -> User:
    """The person, locked for the change; a superuser is out of planning's hands, whoever asks."""
    _require_planning(access)
    locked = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    if locked.is_superuser:
        raise NotAllowed("Una cuenta de administración del sistema no se cambia desde aquí.")
    return locked


def _set_active(access: Access, user: User, active: bool, action: str, reason: str, now: datetime) -> User:
    before = trail.snapshot(user, USER_FIELDS)
    user.is_active = active
    user.save(update_fields=["is_active"])
    _record(access, user, action, before, trail.snapshot(user, USER_FIELDS), now, reason)
    return user


def _record(
    access: Access,
    subject: User | Membership,
    action: str,
    before: dict[str, Any],
    after: dict[str, Any],
    now: datetime,
    reason: str = "",
) -> None:
    changes = trail.changes_between(before, after)
    if not changes:
        return
    department_id = subject.department_id if isinstance(subject, Membership) else None
    label = f"{subject} · {subject.user}" if isinstance(subject, Membership) else f"{subject} ({subject.username})"
    trail.record(
        subject=subject, label=label, action=action, actor=access.user,
        capacity=access.capacity(Action.MANAGE_CATALOG, department_id or 0), at=now, changes=changes,
        reason=reason.strip(), scope_id=department_id,
    )  # fmt: skip
