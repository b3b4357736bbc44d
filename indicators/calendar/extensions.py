"""Planning's calendar: extensions for one department, and own days off, which move due dates not yet reached."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.access import Access, Action
from core import trail
from indicators.acts import CalendarAct
from indicators.deadlines import days_between
from indicators.models import DayOff, Extension, Period, month_name
from indicators.refusals import ServiceError
from indicators.working_days import due_date
from indicators.writing import refuse_locked_year
from programs.models import Department

LONGEST_EXTENSION = timedelta(days=366)
LONGEST_RANGE = timedelta(days=60)
_EXTENSION_FIELDS = ("period", "department", "until", "reason", "instrument", "ended_at")
_DAY_OFF_FIELDS = ("starts_on", "ends_on", "name")


@transaction.atomic
def grant_extension(
    *,
    access: Access,
    period: Period,
    department: Department,
    until: date,
    reason: str,
    instrument: str,
    now: datetime,
) -> Extension:
    """Let one department capture a month until ``until`` (that day counts), closed or not; planning only.

    Raises NotAllowed, MonthNotOpen (locked year) or ServiceError; ValidationError where a column refuses the text.
    """
    access.require(Action.MANAGE_PERIODS, "Solo Planeación otorga prórrogas.")
    # Two people who grant at once wait for each other here.
    period = Period.objects.select_for_update(of=("self",), no_key=True).select_related("fiscal_year").get(pk=period.pk)
    refuse_locked_year(period.fiscal_year)
    reason, instrument = reason.strip(), instrument.strip()
    if not reason:
        raise ServiceError("Escriba el motivo de la prórroga.")
    if not instrument:
        raise ServiceError("Escriba con qué oficio se pidió la prórroga: tipo, número y fecha.")
    _refuse_dates(period, department, until, timezone.localdate(now))
    extension = Extension(
        period=period,
        department=department,
        until=until,
        reason=reason,
        instrument=instrument,
        granted_by=access.user,
        granted_at=now,
    )
    extension.full_clean(exclude=["granted_by"])
    extension.save(force_insert=True)
    _record_extension(access, extension, CalendarAct.GRANT_EXTENSION, {}, reason, now)
    return extension


def _refuse_dates(period: Period, department: Department, until: date, today: date) -> None:
    month = month_name(period.month)
    if until < today:
        raise ServiceError(f"El {until:%d/%m/%Y} ya pasó: la prórroga es hasta hoy o una fecha posterior.")
    if until > today + LONGEST_EXTENSION:
        raise ServiceError("Una prórroga no dura más de un año: revise la fecha.")
    if period.closed_on is None and until <= period.due_on:
        raise ServiceError(
            f"{month.capitalize()} vence para todos el {period.due_on:%d/%m/%Y}: la prórroga tiene que ser posterior."
        )
    granted = Extension.objects.filter(period=period, department=department, ended_at__isnull=True)
    longest = granted.filter(until__gte=until).order_by("-until").first()
    if longest is not None:
        raise ServiceError(
            f"{department.name} ya tiene prórroga de {month} hasta el {longest.until:%d/%m/%Y}; "
            "para acortarla, termínela antes."
        )


@transaction.atomic
def end_extension(*, access: Access, extension: Extension, reason: str, now: datetime) -> Extension:
    """End an extension before its date; from now on it is as if it had never covered a later day."""
    access.require(Action.MANAGE_PERIODS, "Solo Planeación termina prórrogas.")
    extension = (
        Extension.objects.select_for_update(of=("self",), no_key=True)
        .select_related("period__fiscal_year", "department")
        .get(pk=extension.pk)
    )
    refuse_locked_year(extension.period.fiscal_year)
    if not reason.strip():
        raise ServiceError("Escriba por qué termina la prórroga.")
    if not extension.is_in_force(timezone.localdate(now)):
        raise ServiceError("Esa prórroga ya había terminado.")
    before = trail.snapshot(extension, _EXTENSION_FIELDS)
    extension.ended_at = now
    extension.save(update_fields=["ended_at"])
    _record_extension(access, extension, CalendarAct.END_EXTENSION, before, reason.strip(), now)
    return extension


@dataclass(frozen=True, slots=True)
class DueChange:
    """A month whose due date moves with the days off."""

    period: Period
    old: date
    new: date


def due_changes(*, before: Collection[date], after: Collection[date], on: date) -> list[DueChange]:
    """What happens to the due dates when planning's days off go from ``before`` to ``after``.

    Only dates not yet reached, of years that are not locked; a date that planning set by hand (it is not the 5th
    working day) stays, and none moves to a day that has passed.
    """
    periods = Period.objects.filter(fiscal_year__locked=False, due_on__gte=on).select_related("fiscal_year")
    found = []
    for period in periods.order_by("due_on", "id"):
        year = period.fiscal_year.year
        if period.due_on != due_date(year, period.month, before):
            continue
        new = due_date(year, period.month, after)
        if new != period.due_on and new >= max(on, period.opens_on):
            found.append(DueChange(period, period.due_on, new))
    return found


def changes_if_added(*, starts_on: date, ends_on: date, on: date) -> list[DueChange]:
    """The preview of ``add_days_off``; ServiceError for a range that it would refuse."""
    rows = list(DayOff.objects.all())
    _refuse_range(starts_on, ends_on, rows)
    before = _days_of(rows)
    return due_changes(before=before, after=before | days_between(starts_on, ends_on), on=on)


def changes_if_removed(*, day_off: DayOff, on: date) -> list[DueChange]:
    """The preview of ``remove_days_off``."""
    rows = list(DayOff.objects.all())
    return due_changes(before=_days_of(rows), after=_days_of(row for row in rows if row.pk != day_off.pk), on=on)


@transaction.atomic
def add_days_off(
    *, access: Access, starts_on: date, ends_on: date, name: str, now: datetime
) -> tuple[DayOff, list[DueChange]]:
    """Add planning's own non-working days and move the due dates that were computed; returns what changed."""
    access.require(Action.MANAGE_PERIODS, "Solo Planeación cambia los días inhábiles.")
    _wait_for_other_planners()
    if not name.strip():
        raise ServiceError("Escriba por qué no se trabaja esos días.")
    changes = changes_if_added(starts_on=starts_on, ends_on=ends_on, on=timezone.localdate(now))
    day_off = DayOff(starts_on=starts_on, ends_on=ends_on, name=name.strip())
    day_off.full_clean()
    day_off.save(force_insert=True)
    _save_changes(access, day_off, day_off.pk, CalendarAct.ADD_DAYS_OFF, changes, now)
    return day_off, changes


@transaction.atomic
def remove_days_off(*, access: Access, day_off: DayOff, now: datetime) -> list[DueChange]:
    """Take days off out of the list again; returns the due dates that moved."""
    access.require(Action.MANAGE_PERIODS, "Solo Planeación cambia los días inhábiles.")
    _wait_for_other_planners()
    found = DayOff.objects.select_for_update().filter(pk=day_off.pk).first()
    if found is None:
        raise ServiceError("Otra persona ya había quitado esos días.")
    changes = changes_if_removed(day_off=found, on=timezone.localdate(now))
    key = found.pk
    found.delete()
    _save_changes(access, found, key, CalendarAct.REMOVE_DAYS_OFF, changes, now)
    return changes


def _wait_for_other_planners() -> None:
    """Two changes of the calendar at once would each compute from days off that the other is changing."""
    months = Period.objects.filter(fiscal_year__locked=False).order_by("pk")
    list(months.select_for_update(no_key=True).values_list("pk", flat=True))


def _days_of(rows: Iterable[DayOff]) -> frozenset[date]:
    return frozenset(day for row in rows for day in days_between(row.starts_on, row.ends_on))


def _refuse_range(starts_on: date, ends_on: date, rows: Sequence[DayOff]) -> None:
    if ends_on < starts_on:
        raise ServiceError("La fecha final no puede ser anterior a la inicial.")
    if ends_on - starts_on >= LONGEST_RANGE:
        raise ServiceError(f"Un periodo inhábil dura a lo más {LONGEST_RANGE.days} días: revise las fechas.")
    for row in rows:
        if row.starts_on <= ends_on and starts_on <= row.ends_on:
            raise ServiceError(f"Esos días se enciman con «{row.name}», que ya está en la lista.")


def _record_extension(
    access: Access, extension: Extension, act: CalendarAct, before: trail.Snapshot, reason: str, now: datetime
) -> None:
    trail.record(
        subject=extension,
        action=act,
        actor=access.user,
        capacity=access.capacity(Action.MANAGE_PERIODS, 0),
        at=now,
        changes=trail.changes_between(before, trail.snapshot(extension, _EXTENSION_FIELDS)),
        reason=reason,
        scope_id=extension.department_id,
    )


def _save_changes(
    access: Access, day_off: DayOff, key: int, act: CalendarAct, changes: Sequence[DueChange], now: datetime
) -> None:
    """The days themselves and every due date that moves with them; writes the dates too."""
    capacity = access.capacity(Action.MANAGE_PERIODS, 0)
    shown = trail.snapshot(day_off, _DAY_OFF_FIELDS)
    removed = day_off.pk is None
    day_off.pk = key
    entries = [
        trail.entry(
            subject=day_off,
            action=act,
            actor=access.user,
            capacity=capacity,
            at=now,
            changes=trail.changes_between(shown if removed else {}, {} if removed else shown),
        )
    ]
    for change in changes:
        change.period.due_on = change.new
        entries.append(
            trail.entry(
                subject=change.period,
                action=CalendarAct.MOVE_DUE_DATE,
                actor=access.user,
                capacity=capacity,
                at=now,
                changes={"due_on": [change.old.isoformat(), change.new.isoformat()]},
                reason=f"{act}: {day_off.name}",
            )
        )
    Period.objects.bulk_update([change.period for change in changes], ["due_on"])
    trail.write(entries)
