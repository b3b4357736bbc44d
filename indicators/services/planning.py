"""What planning changes: fiscal years and their months."""

from datetime import date, datetime

from django.db import transaction

from accounts.access import Access, Action
from core import trail
from indicators import calculations
from indicators.calendar import (
    due_date,
    opening_date,
)
from indicators.leeway import own_days_off
from indicators.models import Period
from indicators.services.rules import NotAllowed, ServiceError, refuse_locked_year
from programs.models import FiscalYear


@transaction.atomic
def open_fiscal_year(*, fiscal_year: FiscalYear, actor: object, now: datetime) -> list[Period]:
    """Give a new fiscal year its twelve periods: each opens on its first day, due the 5th working day of the next."""
    days_off = own_days_off()
    months = [
        Period(
            fiscal_year=fiscal_year,
            month=month,
            opens_on=opening_date(fiscal_year.year, month),
            due_on=due_date(fiscal_year.year, month, days_off),
        )
        for month in calculations.MONTHS
    ]
    created = Period.objects.bulk_create(months)
    trail.write(
        trail.entry(
            subject=period,
            action="abrir ejercicio",
            actor=actor,
            at=now,
            changes=trail.changes_between({}, trail.snapshot(period, ("opens_on", "due_on"))),
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

    The reason of a closing stays with the month, for whoever meets it closed.
    """
    if not access.allows(Action.MANAGE_PERIODS):
        raise NotAllowed("Solo Planeación cambia los meses.")
    if not reason.strip():
        raise ServiceError("Escriba por qué cambia el mes.")
    locked = Period.objects.select_for_update(of=("self",)).select_related("fiscal_year").get(pk=period.pk)
    refuse_locked_year(locked.fiscal_year)
    fields = ("opens_on", "due_on", "closed_on")
    before = trail.snapshot(locked, fields)
    if closed_on != locked.closed_on:
        locked.close_reason = reason.strip() if closed_on else ""
    locked.opens_on, locked.due_on, locked.closed_on = opens_on, due_on, closed_on
    locked.full_clean()
    locked.save(update_fields=[*fields, "close_reason"])
    changes = trail.changes_between(before, trail.snapshot(locked, fields))
    if changes:
        trail.record(
            subject=locked, action="cambiar mes", actor=access.user, capacity=access.capacity(Action.MANAGE_PERIODS, 0),
            at=now, changes=changes,
            reason=reason,
        )  # fmt: skip
    return locked
