"""What people are named to, with dates: naming, ending and correcting. Each act is atomic and writes the trail."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.access import Access
from accounts.acts import MembershipAct
from accounts.models import Membership, PendingAct, Role, User
from accounts.notices import tell
from accounts.pending_acts import ask
from accounts.roles import ROLES_OF_TWO
from accounts.rules import (
    SEEN_FOR_ROLE,
    both,
    confirmable,
    keep_planning,
    lock_planning,
    manageable,
    record_about,
    refuse_asked_again,
    refuse_stale,
)
from core import trail
from core.refusals import ServiceError
from programs.models import Department

MEMBERSHIP_FIELDS = ("user", "role", "department", "starts_on", "ends_on", "substitutes", "instrument")
CORRECTED_FIELDS = ("starts_on", "instrument")
OWN_ROLE = "Nadie se nombra a sí mismo ni prolonga lo suyo: pídalo a otra persona de Planeación."
OWN_CORRECTION = "Nadie corrige su propio nombramiento: pídalo a otra persona de Planeación."
OWN_PLANNING = "Nadie termina su propio nombramiento de Planeación: pídalo a otra persona de Planeación."


@dataclass(frozen=True, slots=True)
class Appointment:
    """What a person is named to: the values of a membership that does not exist yet. ``ends_on`` None: open."""

    role: str
    department: Department | None
    starts_on: date
    ends_on: date | None = None
    substitutes: User | None = None
    instrument: str = ""


def of_two(role: str, *, substitute: bool, superuser: bool = False) -> bool:
    """Whether such a role is given and changed by two people: planning's, a titular's and Contraloría's own, and
    whatever a superuser is named to.
    """
    return superuser or (role in ROLES_OF_TWO and not substitute)


def why_not_there(membership: Membership) -> str:
    """Why nobody begins in that department on that day, without its full stop: it had ended; empty where they do."""
    department = membership.department
    if department is None or not department.is_gone(membership.starts_on):
        return ""
    return f"{department.name} {department.end_in_words}"


def _is_of_two(membership: Membership) -> bool:
    return of_two(
        membership.role, substitute=membership.substitutes_id is not None, superuser=membership.user.is_superuser
    )


@transaction.atomic
def appoint(*, access: Access, user: User, appointment: Appointment, now: datetime) -> Membership | PendingAct:
    """Name a person to a role from a day on, or ask a second person for it where one must not do it alone.

    ServiceError for oneself, where they hold it already in those days, or stand in for somebody who does not hold it
    or without a last day; ValidationError when a rule of the database refuses it.
    """
    membership = _named(access, manageable(access, user), appointment)
    if not _is_of_two(membership):
        return _save_named(access, membership, now)
    kind, person = PendingAct.Kind.APPOINTMENT, membership.user
    where = {"role": membership.role, "department": membership.department_id}
    refuse_asked_again(person, kind, **where)
    data = where | {
        "substitutes": membership.substitutes_id,
        "starts_on": membership.starts_on.isoformat(),
        "ends_on": membership.ends_on.isoformat() if membership.ends_on else None,
        "instrument": membership.instrument,
        "seen": trail.snapshot(person, SEEN_FOR_ROLE),
    }
    words = f"nombrar a {person}: {membership.in_words}"
    return ask(access=access, kind=kind, person=person, words=words, data=data, reason=membership.instrument, now=now)


def name_to_role(access: Access | None, act: PendingAct, now: datetime) -> Membership:
    """Do what two people asked and confirmed."""
    data, department = act.data, None
    if data["department"] is not None:
        department = Department.objects.filter(pk=data["department"]).first()
        if department is None:
            raise ServiceError("La dependencia de ese nombramiento ya no existe: rechácelo.")
    ends_on = date.fromisoformat(data["ends_on"]) if data["ends_on"] else None
    # What was asked before there was such a key stood in for nobody.
    substitutes = User.objects.filter(pk=data["substitutes"]).first() if data.get("substitutes") else None
    appointment = Appointment(
        data["role"], department, date.fromisoformat(data["starts_on"]), ends_on, substitutes, data["instrument"]
    )
    membership = _named(access, confirmable(access, act), appointment)
    refuse_stale(act, trail.snapshot(membership.user, SEEN_FOR_ROLE))
    return _save_named(access, membership, now, act)


def _named(access: Access | None, user: User, appointment: Appointment) -> Membership:
    """The membership of a locked person, sound and not saved yet."""
    membership = Membership(
        user=user,
        role=appointment.role,
        department=appointment.department,
        starts_on=appointment.starts_on,
        ends_on=appointment.ends_on,
        substitutes=appointment.substitutes,
        instrument=appointment.instrument.strip(),
    )
    if access is not None and membership.user_id == access.user.pk:
        raise ServiceError(OWN_ROLE)
    if not membership.user.is_active:
        raise ServiceError(f"{membership.user} está de baja: reactive primero su cuenta.")
    membership.full_clean()
    refused = why_not_there(membership)
    if refused:
        raise ServiceError(f"{refused}: nombre a la persona en la dependencia que sigue.")
    _refuse_overlap(membership)
    _refuse_odd_substitute(membership)
    return membership


def _save_named(access: Access | None, row: Membership, now: datetime, act: PendingAct | None = None) -> Membership:
    row.save(force_insert=True)
    after = trail.snapshot(row, MEMBERSHIP_FIELDS)
    record_about(access, row, MembershipAct.NAME, {}, after, now, row.instrument, act)
    _tell_role(access, row, f"Se le nombró: {row.in_words}.", row.instrument, now, act)
    return row


@transaction.atomic
def end_membership(
    *, access: Access, membership: Membership, ends_on: date, reason: str, now: datetime
) -> Membership | PendingAct:
    """The role is held up to and including that day, once a second person confirmed it where one must not do it alone.

    What the person left open stays with the department. A day later than before prolongs it. ServiceError for a role
    that is over, for one's own where it is prolonged or of planning, and where nobody of planning would remain.
    """
    if membership.role == Role.PLANNING:
        lock_planning()
    row, before = _ended(access, manageable(access, membership.user), membership, ends_on, now)
    if not _is_of_two(row):
        return _save_ended(access, row, before, reason, now)
    if row.user_id == access.user.pk:
        raise ServiceError(OWN_ROLE)
    kind, person = PendingAct.Kind.TERM, row.user
    refuse_asked_again(person, kind, membership=row.pk)
    seen = trail.snapshot(person, SEEN_FOR_ROLE) | {"ends_on": before["ends_on"]}
    data = {"membership": row.pk, "ends_on": row.ends_on.isoformat() if row.ends_on else None, "seen": seen}
    words = f"que {person} sea {row} hasta el {ends_on:%d/%m/%Y}"
    return ask(access=access, kind=kind, person=person, words=words, data=data, reason=reason, now=now)


def set_last_day(access: Access | None, act: PendingAct, now: datetime) -> Membership:
    """Do what two people asked and confirmed."""
    membership = Membership.objects.select_related("user").get(pk=act.data["membership"])
    if membership.role == Role.PLANNING:
        lock_planning()
    row, before = _ended(access, confirmable(access, act), membership, date.fromisoformat(act.data["ends_on"]), now)
    refuse_stale(act, trail.snapshot(row.user, SEEN_FOR_ROLE) | {"ends_on": before["ends_on"]})
    return _save_ended(access, row, before, act.reason, now, act)


def _ended(
    access: Access | None, user: User, membership: Membership, ends_on: date, now: datetime
) -> tuple[Membership, trail.Snapshot]:
    """The membership of a locked person with its other last day, sound and not saved yet, and how it was."""
    locked = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    locked.user = user
    today = timezone.localdate(now)
    if locked.ends_on is not None and locked.ends_on < today:
        raise ServiceError(f"Ese nombramiento terminó el {locked.ends_on:%d/%m/%Y}; si vuelve, regístrelo de nuevo.")
    before, former = trail.snapshot(locked, MEMBERSHIP_FIELDS), locked.ends_on
    locked.ends_on = ends_on
    # The day on which it began is an old one, and may be an old mistake.
    locked.clean_fields(exclude=["starts_on"])
    locked.validate_constraints()
    sooner, own = former is None or ends_on < former, access is not None and user.pk == access.user.pk
    if own and not sooner and ends_on != former:
        raise ServiceError(OWN_ROLE)
    if locked.role == Role.PLANNING and sooner:
        if own:
            raise ServiceError(OWN_PLANNING)
        keep_planning(access, Q(pk=locked.pk), after=ends_on)
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
    record_about(access, row, MembershipAct.END, before, trail.snapshot(row, MEMBERSHIP_FIELDS), now, reason, act)
    _tell_role(access, row, f"Su nombramiento tiene otro último día: {row.in_words}.", reason, now, act)
    return row


@transaction.atomic
def correct_membership(
    *, access: Access, membership: Membership, starts_on: date, instrument: str, reason: str, now: datetime
) -> Membership | PendingAct:
    """Correct the first day or the letter of a role that was registered wrong, also of one that is over.

    A role that is given by two people is corrected by two. ServiceError for one's own, and where nothing is other;
    ValidationError for days out of order and a stand-in without letter.
    """
    if membership.role == Role.PLANNING:
        lock_planning()
    user = manageable(access, membership.user)
    row, before = _corrected(access, user, membership, starts_on, instrument, now)
    if not reason.strip():
        raise ValidationError({"reason": "Escriba qué se corrige y por qué."})
    if not _is_of_two(row):
        return _save_corrected(access, row, before, reason, now)
    kind, after = PendingAct.Kind.CORRECTION, trail.snapshot(row, CORRECTED_FIELDS)
    refuse_asked_again(user, kind, membership=row.pk)
    seen = trail.snapshot(user, SEEN_FOR_ROLE) | {name: before[name] for name in CORRECTED_FIELDS}
    data = {"membership": row.pk, **after, "seen": seen}
    told = []
    if after["starts_on"] != before["starts_on"]:
        told.append(f"el primer día pasa de {_day(before['starts_on'])} a {_day(after['starts_on'])}")
    if after["instrument"] != before["instrument"]:
        told.append(_letter_words(before["instrument"], after["instrument"]))
    words = f"corregir el nombramiento de {user} como {row}: {' y '.join(told)}"
    return ask(access=access, kind=kind, person=user, words=words, data=data, reason=reason, now=now)


def set_correction(access: Access | None, act: PendingAct, now: datetime) -> Membership:
    """Do what two people asked and confirmed."""
    membership = Membership.objects.get(pk=act.data["membership"])
    if membership.role == Role.PLANNING:
        lock_planning()
    starts_on, instrument = date.fromisoformat(act.data["starts_on"]), act.data["instrument"]
    row, before = _corrected(access, confirmable(access, act), membership, starts_on, instrument, now)
    seen = trail.snapshot(row.user, SEEN_FOR_ROLE) | {name: before[name] for name in CORRECTED_FIELDS}
    refuse_stale(act, seen)
    return _save_corrected(access, row, before, act.reason, now, act)


def _corrected(
    access: Access | None, user: User, membership: Membership, starts_on: date, instrument: str, now: datetime
) -> tuple[Membership, trail.Snapshot]:
    """The membership of a locked person as it should have been registered, sound and not saved yet, and how it was."""
    locked = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    locked.user = user
    if access is not None and user.pk == access.user.pk:
        raise ServiceError(OWN_CORRECTION)
    before = trail.snapshot(locked, MEMBERSHIP_FIELDS)
    locked.starts_on, locked.instrument = starts_on, instrument.strip()
    if trail.snapshot(locked, MEMBERSHIP_FIELDS) == before:
        raise ServiceError("Nada cambió: escriba el primer día o el oficio como deben quedar.")
    # The last day has its own page, and may be an old mistake.
    locked.clean_fields(exclude=["ends_on"])
    locked.validate_constraints()
    today = timezone.localdate(now)
    if locked.role == Role.PLANNING and starts_on > today:
        keep_planning(access, Q(pk=locked.pk), after=today)
    _refuse_overlap(locked)
    _refuse_odd_substitute(locked)
    return locked, before


def _save_corrected(
    access: Access | None,
    row: Membership,
    before: trail.Snapshot,
    reason: str,
    now: datetime,
    act: PendingAct | None = None,
) -> Membership:
    row.save(update_fields=CORRECTED_FIELDS)
    record_about(access, row, MembershipAct.CORRECT, before, trail.snapshot(row, MEMBERSHIP_FIELDS), now, reason, act)
    letter = f" ({row.instrument})" if row.instrument else ""
    _tell_role(access, row, f"Se corrigió su nombramiento: {row.in_words}{letter}.", reason, now, act)
    return row


def _letter_words(before: str, after: str) -> str:
    if not before:
        return f"se anota el oficio «{after}»"
    return f"el oficio pasa de «{before}» a «{after}»" if after else f"se quita el oficio «{before}»"


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d/%m/%Y}"


def _tell_role(
    access: Access | None, row: Membership, what: str, reason: str, now: datetime, act: PendingAct | None
) -> None:
    """The person, and whomever they stand in for."""
    who = both(act) if act else f"Lo hizo {access.user}." if access else ""
    tell(
        person=row.user,
        what=what,
        who=who,
        reason=reason,
        now=now,
        addresses=[row.substitutes.email] if row.substitutes else [],
    )


def _refuse_overlap(membership: Membership) -> None:
    """The same role twice in the same days; the person's row is locked, so nobody adds another meanwhile."""
    same = Membership.objects.filter(
        user=membership.user, role=membership.role, department=membership.department
    ).exclude(pk=membership.pk)
    other = same.overlapping(membership.starts_on, membership.ends_on).first()
    if other is not None:
        until = f"hasta el {other.ends_on:%d/%m/%Y}" if other.ends_on else "sin fecha final"
        raise ServiceError(
            f"{membership.user} ya es {other} desde el {other.starts_on:%d/%m/%Y}, {until}: "
            "las fechas no pueden encimarse."
        )


def _refuse_odd_substitute(membership: Membership) -> None:
    if membership.substitutes is None:
        return
    if membership.ends_on is None:
        raise ServiceError("Una suplencia dice hasta qué día dura: escriba la fecha final.")
    others = Membership.objects.filter(
        user=membership.substitutes, role=membership.role, department=membership.department, substitutes=None
    )
    if not others.overlapping(membership.starts_on, membership.ends_on).exists():
        raise ServiceError(f"{membership.substitutes} no es {membership} en esas fechas: no hay a quién suplir.")
