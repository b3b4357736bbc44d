"""Letting people in and out: users and their memberships. Each act is atomic, takes ``now`` and writes the trail.

Planning manages people, never superusers, and never chooses their password. What one must not do alone (another
person's address, a role of planning, titular or Contraloría, anything that a superuser does to another) is asked here
and done by ``accounts.two_people`` once a second person confirms it, through the same functions. Users are deactivated,
never deleted.
Ending a membership needs no handing over: drafts and observations belong to the department's figures, not to the
person, so whoever remains in the department finds them where they were.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from axes.utils import reset as forget_failures
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.access import Access
from accounts.acts import AccountAct
from accounts.api_tokens import revoke_all
from accounts.appointing import (
    MEMBERSHIP_FIELDS,
    OWN_PLANNING,
    Appointment,
    appoint,
    correct_membership,
    end_membership,
    of_two,
)
from accounts.inviting import Renewed, invite, renew_invitations, send_invitation
from accounts.models import Membership, PendingAct, Role, User
from accounts.notices import tell
from accounts.pending_acts import ask
from accounts.rules import (
    SEEN_FOR_ADDRESS,
    SERVER,
    USER_FIELDS,
    both,
    confirmable,
    keep_planning,
    lock_planning,
    manageable,
    note_about,
    record_about,
    refuse_asked_again,
    refuse_stale,
    refuse_superuser,
    require_planning,
)
from accounts.tokens import link_days
from accounts.usernames import refuse_twin
from core import trail
from core.refusals import ServiceError

__all__ = [
    "MEMBERSHIP_FIELDS",
    "ONESELF",
    "OWN_PLANNING",
    "SERVER",
    "USER_FIELDS",
    "Appointment",
    "Corrected",
    "Renewed",
    "Welcomed",
    "appoint",
    "correct_membership",
    "create_user",
    "deactivate",
    "end_membership",
    "invite",
    "link_days",
    "of_two",
    "reactivate",
    "record_password_change",
    "renew_invitations",
    "send_invitation",
    "set_active",
    "set_data",
    "unlock",
    "update_user",
    "user_state",
    "welcome",
]  # fmt: skip

CORRECTED_FIELDS = ("username", "first_name", "last_name", "email")
# Whoever took their own access away would notice only when nobody lets them in again.
ONESELF = "Nadie se da de baja a sí mismo: pídalo a otra persona de Planeación."


@transaction.atomic
def create_user(*, access: Access, username: str, first_name: str, last_name: str, email: str, now: datetime) -> User:
    """A new person without password: ``send_invitation`` lets them choose theirs. ValidationError for bad values."""
    require_planning(access)
    user = User(username=username, first_name=first_name, last_name=last_name, email=email, date_joined=now)
    user.set_unusable_password()
    refuse_twin(user)
    user.full_clean()
    user.save(force_insert=True)
    record_about(access, user, AccountAct.CREATE, {}, trail.snapshot(user, USER_FIELDS), now)
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


@transaction.atomic
def unlock(*, access: Access, user: User, now: datetime) -> bool:
    """Forget the failed sign-ins that lock a person out; False where there were none."""
    locked = manageable(access, user)
    refuse_superuser(locked)
    if not forget_failures(username=locked.username):
        return False
    note_about(access, locked, AccountAct.UNLOCK, {}, now)
    return True


def user_state(user: User) -> trail.Snapshot:
    """What a form shows of a person, to notice that somebody else changed it meanwhile."""
    return trail.snapshot(user, CORRECTED_FIELDS)


@dataclass(frozen=True, slots=True)
class Corrected:
    """A person as saved, and what waits for a second person; None where nothing does."""

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
    username: str = "",
    reason: str = "",
) -> Corrected:
    """Correct a person's name and user name at once, and ask for another address; for both of these with a ``reason``.

    One's own is changed at once, and of another superuser everything waits. ``username`` "": as it is. ``seen``: the
    ``user_state`` that the officer had before them; trail.ChangedMeanwhile where it is another now.
    """
    locked = manageable(access, user)
    trail.refuse_if_changed(locked, user_state(locked), seen)
    before = trail.snapshot(locked, USER_FIELDS)
    wanted = {
        "username": username or locked.username, "first_name": first_name, "last_name": last_name, "email": email
    }  # fmt: skip
    _fill_in(locked, wanted)
    if locked.pk == access.user.pk:
        who = f"Lo cambió {access.user}, que es la misma persona."
        _save_data(access, locked, before, who, reason, now)
        return Corrected(locked)
    changed = [name for name, value in trail.snapshot(locked, USER_FIELDS).items() if value != before[name]]
    _require_reason(changed, reason, of_superuser=locked.is_superuser)
    if changed and locked.is_superuser:
        locked.refresh_from_db(fields=CORRECTED_FIELDS)
        return Corrected(locked, _ask_data(access, locked, wanted, reason, now))
    locked.email = before["email"]
    _save_data(access, locked, before, f"Lo hizo {access.user}.", reason, now)
    return Corrected(locked, _ask_data(access, locked, {"email": email}, reason, now) if "email" in changed else None)


def _fill_in(user: User, wanted: Mapping[str, str]) -> None:
    """Sound values only: ValidationError otherwise. A user name that stands is not asked about again."""
    former = user.username
    for name, value in wanted.items():
        setattr(user, name, value)
    if user.username != former:
        if user.is_demo:
            raise ValidationError({"username": "El usuario de una cuenta de demostración no se cambia."})
        refuse_twin(user)
    user.full_clean()


def _require_reason(changed: Collection[str], reason: str, *, of_superuser: bool) -> None:
    if reason.strip():
        return
    if changed and of_superuser:
        raise ValidationError({"reason": "Escriba por qué cambian los datos: lo lee quien lo confirma."})
    if "email" in changed:
        raise ValidationError({"reason": "Escriba por qué cambia el correo: lo lee quien lo confirma."})
    if "username" in changed:
        raise ValidationError({"reason": "Escriba por qué cambia el usuario: lo lee la persona."})


def _save_data(
    access: Access | None,
    user: User,
    before: Mapping[str, Any],
    who: str,
    reason: str,
    now: datetime,
    act: PendingAct | None = None,
) -> None:
    user.save(update_fields=CORRECTED_FIELDS)
    record_about(access, user, AccountAct.CHANGE_DATA, before, trail.snapshot(user, USER_FIELDS), now, reason, act)
    if user.email != before["email"]:
        _tell_address(user, before["email"], who, reason, now)
    if user.username != before["username"]:
        tell(
            person=user,
            what=f"Cambió el usuario con el que entra: de {before['username']} a {user.username}.",
            who=who,
            reason=reason,
            now=now,
        )


_DATA_WORDS = {"username": "el usuario", "first_name": "el nombre", "last_name": "los apellidos", "email": "el correo"}


def _ask_data(access: Access, user: User, wanted: Mapping[str, str], reason: str, now: datetime) -> PendingAct:
    """``wanted``: the address alone, or all the data of a superuser."""
    changed = {name: value for name, value in wanted.items() if getattr(user, name) != value}
    kind = PendingAct.Kind.ADDRESS if "email" in changed else PendingAct.Kind.DATA
    refuse_asked_again(user, kind)
    message = "; ".join(
        f"{_DATA_WORDS[name]} de {user}: de {getattr(user, name) or 'ninguno'} a {value or 'ninguno'}"
        for name, value in changed.items()
    )
    data = {**changed, "former": user.email, "seen": trail.snapshot(user, SEEN_FOR_ADDRESS)}
    return ask(access=access, kind=kind, person=user, words=f"cambiar {message}", data=data, reason=reason, now=now)


def set_data(access: Access | None, act: PendingAct, now: datetime) -> User:
    """Do what two people asked and confirmed; ``access`` None: an administrator of the server confirmed it."""
    locked = confirmable(access, act)
    refuse_stale(act, trail.snapshot(locked, SEEN_FOR_ADDRESS))
    before = trail.snapshot(locked, USER_FIELDS)
    _fill_in(locked, {name: act.data[name] for name in CORRECTED_FIELDS if name in act.data})
    _save_data(access, locked, before, both(act), act.reason, now, act)
    return locked


def _tell_address(user: User, former: str, who: str, reason: str, now: datetime) -> None:
    """Whoever holds the address can ask for a new password, so the former one hears of the change."""
    tell(
        person=user,
        what=f"Cambió su correo: de {former or 'ninguno'} a {user.email}.",
        who=who,
        reason=reason,
        now=now,
        addresses=[former],
    )


@transaction.atomic
def deactivate(*, access: Access, user: User, reason: str, now: datetime) -> User | PendingAct:
    """They cannot sign in any more, and their open sessions end with their next page.

    At once, so that nobody waits to shut somebody out; another superuser's account waits for a second person.
    """
    lock_planning()
    locked = manageable(access, user)
    if locked.pk == access.user.pk:
        raise ServiceError(ONESELF)
    _keep_planning_without(access, locked, now)
    if locked.is_superuser:
        return _ask_standing(access, locked, False, f"dar de baja a {locked}", reason, now)
    return _set_active(access, locked, False, reason, now)


@transaction.atomic
def reactivate(*, access: Access, user: User, reason: str, now: datetime) -> User | PendingAct:
    """They may sign in again. ValidationError when somebody else has taken over their e-mail meanwhile."""
    locked = manageable(access, user)
    if locked.is_superuser:
        return _ask_standing(access, locked, True, f"reactivar la cuenta de {locked}", reason, now)
    return _set_active(access, locked, True, reason, now)


def _ask_standing(access: Access, user: User, active: bool, words: str, reason: str, now: datetime) -> PendingAct:
    kind = PendingAct.Kind.STANDING
    refuse_asked_again(user, kind)
    data = {"is_active": active, "seen": trail.snapshot(user, SEEN_FOR_ADDRESS)}
    return ask(access=access, kind=kind, person=user, words=words, data=data, reason=reason, now=now)


def set_active(access: Access | None, act: PendingAct, now: datetime) -> User:
    """Do what two people asked and confirmed."""
    lock_planning()
    locked = confirmable(access, act)
    refuse_stale(act, trail.snapshot(locked, SEEN_FOR_ADDRESS))
    active = act.data["is_active"]
    if not active:
        _keep_planning_without(access, locked, now)
    return _set_active(access, locked, active, act.reason, now, act)


def _keep_planning_without(access: Access | None, user: User, now: datetime) -> None:
    today = timezone.localdate(now)
    if Membership.objects.in_force(today).filter(role=Role.PLANNING, user=user).exists():
        keep_planning(access, Q(user=user), after=today)


def record_password_change(*, user: User, action: AccountAct, now: datetime) -> int:
    """That somebody chose a new password is part of the trail; the password is not.

    One that was recovered ends the person's tokens (``accounts.api_tokens`` says why); how many it ended.
    """
    trail.record(subject=user, action=action, actor=user, at=now, changes={})
    if action is not AccountAct.RECOVER_PASSWORD:
        return 0
    return revoke_all(person=user, by=user, why="Recuperó su contraseña", now=now)


def _set_active(
    access: Access | None, user: User, active: bool, reason: str, now: datetime, act: PendingAct | None = None
) -> User:
    before = trail.snapshot(user, USER_FIELDS)
    user.is_active = active
    user.validate_constraints()
    user.save(update_fields=["is_active"])
    after, action = trail.snapshot(user, USER_FIELDS), AccountAct.REACTIVATE if active else AccountAct.DEACTIVATE
    record_about(access, user, action, before, after, now, reason, act)
    if not active:
        revoke_all(person=user, by=access.user if access else None, why="La cuenta quedó de baja", now=now)
    what = "Su cuenta está activa otra vez." if active else "Su cuenta quedó de baja: ya no puede entrar."
    who = both(act) if act else f"Lo hizo {access.user}." if access else ""
    tell(person=user, what=what, who=who, reason=reason.strip(), now=now)
    return user
