"""What planning changes: fiscal years and their months."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.access import Access, Action
from core import trail
from core.dates import near_year
from indicators import calculations
from indicators.acts import CalendarAct
from indicators.deadlines import own_days_off
from indicators.models import Period
from indicators.models.periods import HISTORICAL
from indicators.refusals import ServiceError
from indicators.working_days import due_date, opening_date
from indicators.writing import refuse_locked_year
from programs.models import FiscalYear

LONGEST_AHEAD = timedelta(days=366)


@transaction.atomic
def open_fiscal_year(*, fiscal_year: FiscalYear, actor: object, now: datetime) -> list[Period]:
    """Give a new fiscal year its twelve periods: each opens on its first day, due the 5th working day of the next.

    Those of a historical year are closed from the beginning.
    """
    days_off = own_days_off()
    closed: dict[str, Any] = {}
    if fiscal_year.historical:
        closed = {"closed_on": timezone.localdate(now), "close_reason": HISTORICAL}
    months = [
        Period(
            fiscal_year=fiscal_year,
            month=month,
            opens_on=opening_date(fiscal_year.year, month),
            due_on=due_date(fiscal_year.year, month, days_off),
            **closed,
        )
        for month in calculations.MONTHS
    ]
    created = Period.objects.bulk_create(months)
    trail.write(
        trail.entry(
            subject=period,
            action=CalendarAct.OPEN_YEAR,
            actor=actor,
            at=now,
            changes=trail.changes_between({}, trail.snapshot(period, ("opens_on", "due_on", *closed))),
        )
        for period in created
    )
    return created


@transaction.atomic
def set_period(
    *,
    access: Access,
    period: Period,
    opens_on: date,
    due_on: date,
    closed_on: date | None,
    reason: str,
    now: datetime,
) -> Period:
    """Change a month's dates, close it (``closed_on``) or open it again (None); planning only, with a reason.

    A date that changes lies in the fiscal year or the next one, and no month is closed more than a year ahead.
    The reason of a closing stays with the month, for whoever meets it closed.
    """
    access.require(Action.MANAGE_PERIODS, "Solo Planeación cambia los meses.")
    if not reason.strip():
        raise ServiceError("Escriba por qué cambia el mes.")
    locked = Period.objects.select_for_update(of=("self",)).select_related("fiscal_year").get(pk=period.pk)
    refuse_locked_year(locked.fiscal_year)
    fields = ("opens_on", "due_on", "closed_on")
    if locked.fiscal_year.historical and closed_on is None:
        raise ServiceError(
            f"El ejercicio {locked.fiscal_year.year} es histórico y sus meses están cerrados. "
            "Si sí se captura mes por mes, quítele esa marca en Ejercicios."
        )
    before = trail.snapshot(locked, fields)
    _refuse_days(locked, opens_on, due_on, closed_on, timezone.localdate(now))
    if closed_on != locked.closed_on:
        locked.close_reason = reason.strip() if closed_on else ""
    locked.opens_on, locked.due_on, locked.closed_on = opens_on, due_on, closed_on
    changes = trail.changes_between(before, trail.snapshot(locked, fields))
    locked.clean_fields(exclude={name for name in fields if name not in changes})
    locked.validate_constraints()
    locked.save(update_fields=[*fields, "close_reason"])
    if changes:
        trail.record(
            subject=locked,
            action=CalendarAct.CHANGE_MONTH,
            actor=access.user,
            at=now,
            capacity=access.capacity(Action.MANAGE_PERIODS, 0),
            changes=changes,
            reason=reason,
        )
    return locked


@transaction.atomic
def set_historical(
    *, access: Access, fiscal_year: FiscalYear, historical: bool, reason: str, now: datetime
) -> FiscalYear:
    """Say that a year was brought in from earlier papers, which closes its months, or that it was not after all,
    which opens those again that this had closed. ServiceError without a reason, and where nothing changes.
    """
    access.require(Action.MANAGE_PERIODS, "Solo Planeación cambia los meses.")
    year = FiscalYear.objects.select_for_update(of=("self",)).get(pk=fiscal_year.pk)
    refuse_locked_year(year)
    if not reason.strip():
        raise ServiceError("Escriba por qué.")
    if year.historical == historical:
        raise ServiceError(f"El ejercicio {year.year} ya {'era' if historical else 'no era'} histórico.")
    year.historical = historical
    year.save(update_fields=["historical"])
    months = Period.objects.filter(fiscal_year=year)
    if historical:
        moved = months.filter(closed_on__isnull=True).update(closed_on=timezone.localdate(now), close_reason=HISTORICAL)
        told = {"closed_months": [None, moved]}
    else:
        moved = months.filter(close_reason=HISTORICAL).update(closed_on=None, close_reason="")
        told = {"opened_months": [None, moved]}
    trail.record(
        subject=year,
        label=f"Ejercicio {year.year}",
        actor=access.user,
        at=now,
        action=CalendarAct.MARK_HISTORICAL if historical else CalendarAct.UNMARK_HISTORICAL,
        capacity=access.capacity(Action.MANAGE_PERIODS, 0),
        changes={"historical": [not historical, historical], **told},
        reason=reason.strip(),
    )
    return year


def _refuse_days(period: Period, opens_on: date, due_on: date, closed_on: date | None, today: date) -> None:
    """One that stays as it is may be an old mistake: it stops nobody from closing the month or correcting the other."""
    span, month = near_year(period.fiscal_year.year), str(period).capitalize()
    if opens_on != period.opens_on and opens_on not in span:
        raise ServiceError(f"{month} no puede abrir el {opens_on:%d/%m/%Y}. {span.refusal}")
    if due_on != period.due_on and due_on not in span:
        raise ServiceError(f"{month} no puede vencer el {due_on:%d/%m/%Y}. {span.refusal}")
    if closed_on is not None and closed_on != period.closed_on and closed_on - today > LONGEST_AHEAD:
        raise ServiceError("Un mes no se cierra con fecha de más de un año adelante: revise la fecha.")
