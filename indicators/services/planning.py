"""What planning changes: fiscal years, months and adjusted targets."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.access import Access, Action
from core import trail
from indicators import calculations
from indicators.calendar import (
    due_date,
    opening_date,
)
from indicators.leeway import own_days_off
from indicators.models import (
    Indicator,
    Period,
    TargetAdjustment,
)
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
    """Change a month's dates, close it (``closed_on``) or open it again (None); planning only, with a reason."""
    if not access.allows(Action.MANAGE_PERIODS):
        raise NotAllowed("Solo Planeación cambia los meses.")
    if not reason.strip():
        raise ServiceError("Escriba por qué cambia el mes.")
    locked = Period.objects.select_for_update(of=("self",)).select_related("fiscal_year").get(pk=period.pk)
    refuse_locked_year(locked.fiscal_year)
    fields = ("opens_on", "due_on", "closed_on")
    before = trail.snapshot(locked, fields)
    locked.opens_on, locked.due_on, locked.closed_on = opens_on, due_on, closed_on
    locked.full_clean()
    locked.save(update_fields=fields)
    changes = trail.changes_between(before, trail.snapshot(locked, fields))
    if changes:
        trail.record(
            subject=locked, action="cambiar mes", actor=access.user, capacity=access.capacity(Action.MANAGE_PERIODS, 0),
            at=now, changes=changes,
            reason=reason,
        )  # fmt: skip
    return locked


@transaction.atomic
def adjust_target(
    *,
    access: Access,
    indicator: Indicator,
    effective_month: int,
    target: Decimal,
    reason: str,
    authorized_by: str,
    instrument: str,
    now: datetime,
) -> TargetAdjustment:
    """Put another target in force from a month on. Never retroactively: not from a month that is closed.

    Raises NotAllowed or ServiceError; ValidationError when a database rule refuses the values.
    """
    if not access.allows(Action.MANAGE_PERIODS):
        raise NotAllowed("Solo Planeación ajusta metas.")
    refuse_locked_year(indicator.fiscal_year)
    closed = Period.objects.filter(
        fiscal_year=indicator.fiscal_year,
        month__gte=effective_month,
        closed_on__isnull=False,
    ).exists()
    if closed:
        raise ServiceError("Una meta no se ajusta hacia atrás: elija un mes posterior al último cerrado.")
    if target == 0 and indicator.direction == calculations.ASCENDING:
        raise ServiceError("La meta es mayor que 0; solo un indicador descendente puede tener meta 0.")
    earlier = indicator.adjustments.filter(effective_month__lt=effective_month).order_by("effective_month").last()
    former = earlier.target if earlier else indicator.target
    adjustment = TargetAdjustment(
        indicator=indicator, effective_month=effective_month, target=target, reason=reason,
        authorized_by=authorized_by, instrument=instrument, created_at=now, created_by=access.user,
    )  # fmt: skip
    adjustment.full_clean(exclude=["created_by"])
    adjustment.save(force_insert=True)
    trail.record(
        subject=adjustment, action="ajustar meta", actor=access.user, at=now, reason=reason,
        capacity=access.capacity(Action.MANAGE_PERIODS, 0), scope_id=indicator.action.program.department_id,
        changes={"target": [f"{former:f}", f"{target:f}"], "effective_month": [None, effective_month]},
    )  # fmt: skip
    return adjustment
