"""Letting people in and out: users and their memberships. Each act is atomic, takes ``now`` and writes the trail.

Planning manages people, never superusers, and never chooses their password. Users are deactivated, never deleted.
Ending a membership needs no handing over: drafts and observations belong to the department's figures, not to the
person, so whoever remains in the department finds them where they were.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from axes.utils import reset as forget_failures
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.access import Access, Action
from accounts.backends import may_choose_password
from accounts.models import Membership, Role, User
from core import trail
from programs.models import Department

USER_FIELDS = ("username", "first_name", "last_name", "email", "is_active")
MENDED_FIELDS = ("first_name", "last_name", "email")
MEMBERSHIP_FIELDS = ("user", "role", "department", "starts_on", "ends_on", "substitutes", "instrument")
# Whoever took their own access away would notice only when nobody lets them in again.
ONESELF = "Nadie se da de baja a sí mismo: pídalo a otra persona de Planeación."
OWN_PLANNING = "Nadie termina su propio nombramiento de Planeación: pídalo a otra persona de Planeación."


class AccountError(Exception):
    """The act was refused; the message says why, in Spanish."""


class NotAllowed(AccountError):
    """This person may not do it."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """What a person is named to: the values of a membership that does not exist yet. ``ends_on`` None: open."""

    role: str
    department: Department | None
    starts_on: date
    ends_on: date | None = None
    substitutes: User | None = None
    instrument: str = ""


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


@transaction.atomic
def welcome(
    *,
    access: Access,
    username: str,
    first_name: str,
    last_name: str,
    email: str,
    appointment: Appointment | None,
    now: datetime,
) -> User:
    """A new person and what they are named to, both or neither; None leaves them without a role for now."""
    user = create_user(
        access=access, username=username, first_name=first_name, last_name=last_name, email=email, now=now
    )
    if appointment is not None:
        appoint(access=access, user=user, appointment=appointment, now=now)
    return user


def invite(*, access: Access, user: User, base_url: str, now: datetime) -> None:
    """E-mail the link with which the person chooses a password, and record that it was sent.

    Raises AccountError for an account that may not have one, OSError when the message did not go out (nothing is
    recorded then, and it can be sent again).
    """
    _require_planning(access)
    _refuse_superuser(user)
    if user.is_demo:
        raise AccountError("La contraseña de una cuenta de demostración no se cambia: no hay nada que enviar.")
    if not may_choose_password(user):
        raise AccountError(f"{user} está de baja: reactive primero su cuenta.")
    if not user.email:
        raise AccountError(f"{user} no tiene correo electrónico: escríbalo primero.")
    send_invitation(user=user, base_url=base_url, on=timezone.localdate(now))
    _note(access, user, "enviar invitación", {"email": [None, user.email]}, now)


@transaction.atomic
def unlock(*, access: Access, user: User, now: datetime) -> bool:
    """Forget the failed sign-ins that lock a person out; False where there were none."""
    locked = _manageable(access, user)
    if not forget_failures(username=locked.username):
        return False
    _note(access, locked, "desbloquear", {}, now)
    return True


def link_days() -> int:
    """For how many days the link for choosing a password can be used."""
    days: int = settings.PASSWORD_RESET_TIMEOUT // 86400
    return days


def send_invitation(*, user: User, base_url: str, on: date) -> None:
    """E-mail the link with which a new person chooses their password; ``base_url`` is like «https://pmd.example».

    It says the roles that they hold on that day or will.

    Raises what the mail server raises: whoever invites must know that it did not go out.
    """
    roles = user.memberships.not_over(on).select_related("department", "substitutes").order_by("starts_on", "id")
    context = {
        "user": user,
        "base_url": base_url.rstrip("/"),
        "roles": [row.in_words for row in roles],
        "days": link_days(),
        "uid": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": default_token_generator.make_token(user),
    }
    subject = render_to_string("accounts/email/invitation_subject.txt", context).strip()
    send_mail(subject, render_to_string("accounts/email/invitation.txt", context), None, [user.email])


def notify_address_change(*, user: User, former: str) -> None:
    """Tell the former address that it was changed; a mail server that is down does not undo the change."""
    text = render_to_string("accounts/email/address_changed.txt", {"user": user})
    send_mail("PMD: cambió el correo de su cuenta", text, None, [former], fail_silently=True)


def user_state(user: User) -> trail.Snapshot:
    """What a form shows of a person, to notice that somebody else changed it meanwhile."""
    return trail.snapshot(user, MENDED_FIELDS)


@transaction.atomic
def update_user(
    *,
    access: Access,
    user: User,
    first_name: str,
    last_name: str,
    email: str,
    seen: Mapping[str, Any],
    now: datetime,
) -> User:
    """Mend a person's name or address; a new address is told to the former one once it is saved.

    ``seen``: the ``user_state`` that the officer had before them; trail.ChangedMeanwhile where it is another now.
    """
    locked = _manageable(access, user)
    trail.refuse_if_changed(locked, user_state(locked), seen)
    before = trail.snapshot(locked, USER_FIELDS)
    locked.first_name, locked.last_name, locked.email = first_name, last_name, email
    locked.full_clean()
    locked.save(update_fields=MENDED_FIELDS)
    former = before["email"]
    if former and former != locked.email:
        # Whoever holds the address can ask for a new password, so the former one hears of the change.
        transaction.on_commit(lambda: notify_address_change(user=locked, former=former))
    _record(access, locked, "cambiar datos", before, trail.snapshot(locked, USER_FIELDS), now)
    return locked


@transaction.atomic
def deactivate(*, access: Access, user: User, reason: str, now: datetime) -> User:
    """They cannot sign in any more, and their open sessions end with their next page."""
    _lock_planning()
    locked = _manageable(access, user)
    if locked.pk == access.user.pk:
        raise AccountError(ONESELF)
    today = timezone.localdate(now)
    if Membership.objects.in_force(today).filter(role=Role.PLANNING, user=locked).exists():
        _keep_planning(access, Q(user=locked), after=today)
    return _set_active(access, locked, False, "dar de baja", reason, now)


@transaction.atomic
def reactivate(*, access: Access, user: User, reason: str, now: datetime) -> User:
    """They may sign in again. ValidationError when somebody else has taken over their e-mail meanwhile."""
    return _set_active(access, _manageable(access, user), True, "reactivar", reason, now)


@transaction.atomic
def appoint(*, access: Access, user: User, appointment: Appointment, now: datetime) -> Membership:
    """Name a person to a role from a day on.

    AccountError where they hold it already in those days, or stand in for somebody who does not hold it or without
    a last day; ValidationError when a rule of the database refuses it.
    """
    membership = Membership(
        user=_manageable(access, user), role=appointment.role, department=appointment.department,
        starts_on=appointment.starts_on, ends_on=appointment.ends_on, substitutes=appointment.substitutes,
        instrument=appointment.instrument.strip(),
    )  # fmt: skip
    if not membership.user.is_active:
        raise AccountError(f"{membership.user} está de baja: reactive primero su cuenta.")
    membership.full_clean()
    _refuse_overlap(membership)
    _refuse_odd_substitute(membership)
    membership.save(force_insert=True)
    after = trail.snapshot(membership, MEMBERSHIP_FIELDS)
    _record(access, membership, "nombrar", {}, after, now, membership.instrument)
    return membership


@transaction.atomic
def end_membership(*, access: Access, membership: Membership, ends_on: date, reason: str, now: datetime) -> Membership:
    """The role is held up to and including that day. What the person left open stays with the department.

    A day later than before prolongs it. AccountError for a role that is over, for one's own of planning, and where
    nobody of planning would remain.
    """
    if membership.role == Role.PLANNING:
        _lock_planning()
    user = _manageable(access, membership.user)
    locked = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    locked.user = user
    today = timezone.localdate(now)
    if locked.ends_on is not None and locked.ends_on < today:
        raise AccountError(f"Ese nombramiento terminó el {locked.ends_on:%d/%m/%Y}; si vuelve, regístrelo de nuevo.")
    before, former = trail.snapshot(locked, MEMBERSHIP_FIELDS), locked.ends_on
    locked.ends_on = ends_on
    # The day on which it began is an old one, and may be an old mistake.
    locked.clean_fields(exclude=["starts_on"])
    locked.validate_constraints()
    if locked.role == Role.PLANNING and (former is None or ends_on < former):
        if user.pk == access.user.pk:
            raise AccountError(OWN_PLANNING)
        _keep_planning(access, Q(pk=locked.pk), after=ends_on)
    _refuse_overlap(locked)
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
    _refuse_superuser(locked)
    return locked


def _refuse_superuser(user: User) -> None:
    if user.is_superuser:
        raise NotAllowed("Una cuenta de administración del sistema no se cambia desde aquí.")


def _lock_planning() -> None:
    """Two officers who end each other's roles at once wait for each other; before any other lock, in one order."""
    named = Membership.objects.filter(role=Role.PLANNING).order_by("pk")
    list(named.select_for_update(of=("self",)).values_list("pk", flat=True))


def _keep_planning(access: Access, without: Q, *, after: date) -> None:
    """Refuse to take away the last person of planning: nobody could let anybody in any more.

    A superuser may, being one who can name the next.
    """
    remaining = Membership.objects.in_force(after + timedelta(days=1)).filter(role=Role.PLANNING, user__is_active=True)
    if not access.user.is_superuser and not remaining.exclude(without).exists():
        raise AccountError(
            f"Después del {after:%d/%m/%Y} no quedaría nadie de Planeación que pueda administrar el sistema: "
            "nombre antes a otra persona."
        )


def _refuse_overlap(membership: Membership) -> None:
    """The same role twice in the same days; the person's row is locked, so nobody adds another meanwhile."""
    same = Membership.objects.filter(
        user=membership.user, role=membership.role, department=membership.department
    ).exclude(pk=membership.pk)
    other = same.overlapping(membership.starts_on, membership.ends_on).first()
    if other is not None:
        until = f"hasta el {other.ends_on:%d/%m/%Y}" if other.ends_on else "sin fecha final"
        raise AccountError(
            f"{membership.user} ya es {other} desde el {other.starts_on:%d/%m/%Y}, {until}: "
            "las fechas no pueden encimarse."
        )


def _refuse_odd_substitute(membership: Membership) -> None:
    if membership.substitutes is None:
        return
    if membership.ends_on is None:
        raise AccountError("Una suplencia dice hasta qué día dura: escriba la fecha final.")
    held = Membership.objects.filter(
        user=membership.substitutes, role=membership.role, department=membership.department, substitutes=None
    )
    if not held.overlapping(membership.starts_on, membership.ends_on).exists():
        raise AccountError(f"{membership.substitutes} no es {membership} en esas fechas: no hay a quién suplir.")


def _set_active(access: Access, user: User, active: bool, action: str, reason: str, now: datetime) -> User:
    before = trail.snapshot(user, USER_FIELDS)
    user.is_active = active
    user.validate_constraints()
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
    _note(access, subject, action, changes, now, reason)


def _note(
    access: Access, subject: User | Membership, action: str, changes: dict[str, Any], now: datetime, reason: str = ""
) -> None:
    department_id = subject.department_id if isinstance(subject, Membership) else None
    label = f"{subject} · {subject.user}" if isinstance(subject, Membership) else f"{subject} ({subject.username})"
    trail.record(
        subject=subject, label=label, action=action, actor=access.user,
        capacity=access.capacity(Action.MANAGE_CATALOG, department_id or 0), at=now, changes=changes,
        reason=reason.strip(), scope_id=department_id,
    )  # fmt: skip
