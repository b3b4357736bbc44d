"""Letting people in and out: users and their memberships. Each act is atomic, takes ``now`` and writes the trail.

Planning manages people, never superusers, and never chooses their password. What one must not do alone (another
person's address, a role of planning, titular or Contraloría) is asked here and done by ``accounts.two_people`` once a
second person confirms it, through the same functions. Users are deactivated, never deleted.
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
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.access import Access, Action
from accounts.backends import may_choose_password
from accounts.models import ROLES_OF_TWO, Membership, PendingAct, Role, User
from accounts.notices import tell
from accounts.pending_acts import ask, reset_waits_until
from core import trail
from programs.models import Department

USER_FIELDS = ("username", "first_name", "last_name", "email", "is_active")
MENDED_FIELDS = ("first_name", "last_name", "email")
MEMBERSHIP_FIELDS = ("user", "role", "department", "starts_on", "ends_on", "substitutes", "instrument")
# Whoever took their own access away would notice only when nobody lets them in again.
ONESELF = "Nadie se da de baja a sí mismo: pídalo a otra persona de Planeación."
OWN_ROLE = "Nadie se nombra a sí mismo ni prolonga lo suyo: pídalo a otra persona de Planeación."
SEEN_FOR_ADDRESS = ("username", "first_name", "last_name", "email", "is_active")
# Another address passed two people itself, or is the person's own act.
SEEN_FOR_ROLE = ("username", "first_name", "last_name", "is_active")
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


@dataclass(frozen=True, slots=True)
class Welcomed:
    """A new person, and the role that waits for a second one to confirm it; None where none waits."""

    user: User
    waits: PendingAct | None = None


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
) -> Welcomed:
    """A new person and what they are named to, both or neither; None leaves them without a role for now."""
    user = create_user(
        access=access, username=username, first_name=first_name, last_name=last_name, email=email, now=now
    )
    if appointment is None:
        return Welcomed(user)
    named = appoint(access=access, user=user, appointment=appointment, now=now)
    return Welcomed(user, named if isinstance(named, PendingAct) else None)


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
    until = reset_waits_until(user, now=now)
    if until is not None:
        raise AccountError(
            f"Otra persona cambió hace poco el correo de {user}: el enlace se puede enviar desde el "
            f"{timezone.localtime(until):%d/%m/%Y %H:%M}."
        )
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


def user_state(user: User) -> trail.Snapshot:
    """What a form shows of a person, to notice that somebody else changed it meanwhile."""
    return trail.snapshot(user, MENDED_FIELDS)


@dataclass(frozen=True, slots=True)
class Mended:
    """A person as saved, and the address that waits for a second person; None where none waits."""

    user: User
    waits: PendingAct | None = None


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
    reason: str = "",
) -> Mended:
    """Mend a person's name at once, and ask for another address with its ``reason``; one's own is changed at once.

    ``seen``: the ``user_state`` that the officer had before them; trail.ChangedMeanwhile where it is another now.
    """
    locked = _manageable(access, user)
    trail.refuse_if_changed(locked, user_state(locked), seen)
    before, former = trail.snapshot(locked, USER_FIELDS), locked.email
    locked.first_name, locked.last_name, locked.email = first_name, last_name, email
    locked.full_clean()
    waits = locked.email != former and locked.pk != access.user.pk
    if waits:
        wanted, locked.email = locked.email, former
    locked.save(update_fields=MENDED_FIELDS)
    _record(access, locked, "cambiar datos", before, trail.snapshot(locked, USER_FIELDS), now)
    if waits:
        return Mended(locked, _ask_address(access, locked, wanted, reason, now))
    if locked.email != former:
        _tell_address(locked, former, f"Lo cambió {access.user}, que es la misma persona.", "", now)
    return Mended(locked)


def _ask_address(access: Access, user: User, email: str, reason: str, now: datetime) -> PendingAct:
    if not reason.strip():
        raise ValidationError({"reason": "Escriba por qué cambia el correo: lo lee quien lo confirma."})
    kind = PendingAct.Kind.ADDRESS
    _refuse_asked_again(user, kind)
    words = f"cambiar el correo de {user}: de {user.email or 'ninguno'} a {email}"
    data = {"email": email, "former": user.email, "seen": trail.snapshot(user, SEEN_FOR_ADDRESS)}
    return ask(access=access, kind=kind, person=user, words=words, data=data, reason=reason, now=now)


def set_address(access: Access | None, act: PendingAct, now: datetime) -> User:
    """Do what two people asked and confirmed; ``access`` None: an administrator of the server confirmed it."""
    locked = _manageable(access, act.person)
    _refuse_stale(act, trail.snapshot(locked, SEEN_FOR_ADDRESS))
    before, former = trail.snapshot(locked, USER_FIELDS), locked.email
    locked.email = act.data["email"]
    locked.full_clean()
    locked.save(update_fields=["email"])
    _record(access, locked, "cambiar datos", before, trail.snapshot(locked, USER_FIELDS), now, act.reason, act)
    _tell_address(locked, former, _both(act), act.reason, now)
    return locked


def _tell_address(user: User, former: str, who: str, reason: str, now: datetime) -> None:
    """Whoever holds the address can ask for a new password, so the former one hears of the change."""
    tell(
        person=user, what=f"Cambió su correo: de {former or 'ninguno'} a {user.email}.", who=who, reason=reason,
        on=timezone.localdate(now), addresses=[former],
    )  # fmt: skip


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


def of_two(role: str, *, substitute: bool) -> bool:
    """Whether such a role is given and changed by two people: planning's, a titular's and Contraloría's own."""
    return role in ROLES_OF_TWO and not substitute


@transaction.atomic
def appoint(*, access: Access, user: User, appointment: Appointment, now: datetime) -> Membership | PendingAct:
    """Name a person to a role from a day on, or ask a second person for it where one must not do it alone.

    AccountError for oneself, where they hold it already in those days, or stand in for somebody who does not hold it
    or without a last day; ValidationError when a rule of the database refuses it.
    """
    membership = _named(access, user, appointment)
    if not of_two(appointment.role, substitute=appointment.substitutes is not None):
        return _save_named(access, membership, now)
    kind, person = PendingAct.Kind.APPOINTMENT, membership.user
    where = {"role": membership.role, "department": membership.department_id}
    _refuse_asked_again(person, kind, **where)
    data = where | {
        "starts_on": membership.starts_on.isoformat(),
        "ends_on": membership.ends_on.isoformat() if membership.ends_on else None,
        "instrument": membership.instrument, "seen": trail.snapshot(person, SEEN_FOR_ROLE),
    }  # fmt: skip
    words = f"nombrar a {person}: {membership.in_words}"
    return ask(access=access, kind=kind, person=person, words=words, data=data, reason=membership.instrument, now=now)


def name_to_role(access: Access | None, act: PendingAct, now: datetime) -> Membership:
    """Do what two people asked and confirmed."""
    data, department = act.data, None
    if data["department"] is not None:
        department = Department.objects.filter(pk=data["department"]).first()
        if department is None:
            raise AccountError("La dependencia de ese nombramiento ya no existe: rechácelo.")
    ends_on = date.fromisoformat(data["ends_on"]) if data["ends_on"] else None
    appointment = Appointment(
        data["role"], department, date.fromisoformat(data["starts_on"]), ends_on, None, data["instrument"]
    )
    membership = _named(access, act.person, appointment)
    _refuse_stale(act, trail.snapshot(membership.user, SEEN_FOR_ROLE))
    return _save_named(access, membership, now, act)


def _named(access: Access | None, user: User, appointment: Appointment) -> Membership:
    """The membership, sound and not saved yet."""
    membership = Membership(
        user=_manageable(access, user), role=appointment.role, department=appointment.department,
        starts_on=appointment.starts_on, ends_on=appointment.ends_on, substitutes=appointment.substitutes,
        instrument=appointment.instrument.strip(),
    )  # fmt: skip
    if access is not None and membership.user_id == access.user.pk:
        raise AccountError(OWN_ROLE)
    if not membership.user.is_active:
        raise AccountError(f"{membership.user} está de baja: reactive primero su cuenta.")
    membership.full_clean()
    _refuse_overlap(membership)
    _refuse_odd_substitute(membership)
    return membership


def _save_named(access: Access | None, row: Membership, now: datetime, act: PendingAct | None = None) -> Membership:
    row.save(force_insert=True)
    after = trail.snapshot(row, MEMBERSHIP_FIELDS)
    _record(access, row, "nombrar", {}, after, now, row.instrument, act)
    _tell_role(access, row, f"Se le nombró: {row.in_words}.", row.instrument, now, act)
    return row


@transaction.atomic
def end_membership(
    *, access: Access, membership: Membership, ends_on: date, reason: str, now: datetime
) -> Membership | PendingAct:
    """The role is held up to and including that day, once a second person confirmed it where one must not do it alone.

    What the person left open stays with the department. A day later than before prolongs it. AccountError for a role
    that is over, for one's own where it is prolonged or of planning, and where nobody of planning would remain.
    """
    row, before = _ended(access, membership, ends_on, now)
    if not of_two(row.role, substitute=row.substitutes_id is not None):
        return _save_ended(access, row, before, reason, now)
    if row.user_id == access.user.pk:
        raise AccountError(OWN_ROLE)
    kind, person = PendingAct.Kind.TERM, row.user
    _refuse_asked_again(person, kind, membership=row.pk)
    seen = trail.snapshot(person, SEEN_FOR_ROLE) | {"ends_on": before["ends_on"]}
    data = {"membership": row.pk, "ends_on": row.ends_on.isoformat() if row.ends_on else None, "seen": seen}
    words = f"que {person} sea {row} hasta el {ends_on:%d/%m/%Y}"
    return ask(access=access, kind=kind, person=person, words=words, data=data, reason=reason, now=now)


def set_last_day(access: Access | None, act: PendingAct, now: datetime) -> Membership:
    """Do what two people asked and confirmed."""
    membership = Membership.objects.select_related("user").get(pk=act.data["membership"])
    row, before = _ended(access, membership, date.fromisoformat(act.data["ends_on"]), now)
    _refuse_stale(act, trail.snapshot(row.user, SEEN_FOR_ROLE) | {"ends_on": before["ends_on"]})
    return _save_ended(access, row, before, act.reason, now, act)


def _ended(
    access: Access | None, membership: Membership, ends_on: date, now: datetime
) -> tuple[Membership, trail.Snapshot]:
    """The membership with its other last day, sound and not saved yet, and how it was."""
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
    sooner, own = former is None or ends_on < former, access is not None and user.pk == access.user.pk
    if own and not sooner and ends_on != former:
        raise AccountError(OWN_ROLE)
    if locked.role == Role.PLANNING and sooner:
        if own:
            raise AccountError(OWN_PLANNING)
        _keep_planning(access, Q(pk=locked.pk), after=ends_on)
    _refuse_overlap(locked)
    return locked, before


def _save_ended(
    access: Access | None,
    row: Membership,
    before: trail.Snapshot,
    reason: str,
    now: datetime,
    act: PendingAct | None = None,
) -> Membership:
    row.save(update_fields=["ends_on"])
    _record(access, row, "terminar nombramiento", before, trail.snapshot(row, MEMBERSHIP_FIELDS), now, reason, act)
    _tell_role(access, row, f"Su nombramiento tiene otro último día: {row.in_words}.", reason, now, act)
    return row


def _tell_role(
    access: Access | None, row: Membership, what: str, reason: str, now: datetime, act: PendingAct | None
) -> None:
    """The person, and whomever they stand in for."""
    who = _both(act) if act else f"Lo hizo {access.user}." if access else ""
    tell(
        person=row.user, what=what, who=who, reason=reason, on=timezone.localdate(now),
        addresses=[row.substitutes.email] if row.substitutes else [],
    )  # fmt: skip


def record_password_change(*, user: User, action: str, now: datetime) -> None:
    """That somebody chose a new password is part of the trail; the password is not."""
    trail.record(subject=user, action=action, actor=user, at=now, changes={})


SERVER = "un administrador del servidor, por comando"


def _both(act: PendingAct) -> str:
    return f"Lo pidió {act.asked_by} y lo confirmó {act.confirmed_by or SERVER}."


def _refuse_asked_again(person: User, kind: PendingAct.Kind, **same: Any) -> None:
    """The same twice: the person's row is locked, so nobody asks it meanwhile."""
    rows = PendingAct.objects.waiting().filter(person=person, kind=kind).select_related("asked_by")
    for row in rows:
        if all(row.data.get(name) == value for name, value in same.items()):
            raise AccountError(
                f"{row.asked_by} ya lo pidió el {timezone.localtime(row.asked_at):%d/%m/%Y} ({row.words}): "
                "confírmelo otra persona, o retírelo en «Por confirmar» y pídalo de nuevo."
            )


def _refuse_stale(act: PendingAct, now_is: Mapping[str, Any]) -> None:
    if dict(now_is) != act.data["seen"]:
        raise AccountError(
            f"Los datos de {act.person} cambiaron desde que se pidió, y por eso no se hizo nada: "
            "revise cómo están ahora, rechace esto y pídalo de nuevo si todavía hace falta."
        )


def _require_planning(access: Access | None) -> None:
    if access is not None and not access.allows(Action.MANAGE_CATALOG):
        raise NotAllowed("Solo Planeación administra a las personas.")


def _manageable(access: Access | None, user: User) -> User:
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


def _keep_planning(access: Access | None, without: Q, *, after: date) -> None:
    """Refuse to take away the last person of planning: nobody could let anybody in any more.

    A superuser may, being one who can name the next, and so may an administrator of the server.
    """
    remaining = Membership.objects.in_force(after + timedelta(days=1)).filter(role=Role.PLANNING, user__is_active=True)
    may_name = access is None or access.user.is_superuser
    if not may_name and not remaining.exclude(without).exists():
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
    what = "Su cuenta está activa otra vez." if active else "Su cuenta quedó de baja: ya no puede entrar."
    tell(person=user, what=what, who=f"Lo hizo {access.user}.", reason=reason.strip(), on=timezone.localdate(now))
    return user


def _record(
    access: Access | None,
    subject: User | Membership,
    action: str,
    before: dict[str, Any],
    after: dict[str, Any],
    now: datetime,
    reason: str = "",
    act: PendingAct | None = None,
) -> None:
    """``act`` is what two people asked and confirmed: the entry names both."""
    changes = trail.changes_between(before, after)
    if not changes:
        return
    if act is not None:
        changes |= {
            "asked_by": [None, str(act.asked_by)], "confirmed_by": [None, str(act.confirmed_by or SERVER)]
        }  # fmt: skip
    _note(access, subject, action, changes, now, reason)


def _note(
    access: Access | None,
    subject: User | Membership,
    action: str,
    changes: dict[str, Any],
    now: datetime,
    reason: str = "",
) -> None:
    department_id = subject.department_id if isinstance(subject, Membership) else None
    label = f"{subject} · {subject.user}" if isinstance(subject, Membership) else f"{subject} ({subject.username})"
    trail.record(
        subject=subject, label=label, action=action, actor=access.user if access else None,
        capacity=access.capacity(Action.MANAGE_CATALOG, department_id or 0) if access else "", at=now,
        changes=changes, reason=reason.strip(), scope_id=department_id,
    )  # fmt: skip
