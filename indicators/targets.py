"""What figures are held against: targets, adjusted from a month on and never backwards, and the borders of lights."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from accounts.access import Access, Action
from core import trail
from indicators import calculations
from indicators.acts import TargetAct
from indicators.calculations import Thresholds
from indicators.models import Indicator, Measurement, Period, TargetAdjustment, month_name
from indicators.recording import adjustment_entry
from indicators.refusals import ServiceError
from indicators.results import standards
from indicators.results.scope import OFFICIAL, captured_in
from indicators.writing import refuse_locked_year
from programs.models import FiscalYear

THRESHOLD_FIELDS = ("green_from", "amber_from", "over_above")
YEAR_RULE_FIELDS = (*THRESHOLD_FIELDS, "missing_as_zero")
_ZERO_TARGET = "La meta es mayor que 0; solo un indicador descendente puede tener meta 0."
_NAMED = 5  # indicators that a refusal names


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
    """Put another target in force from a month on (rule 9), in percent or in the action's unit as the programmed one.

    Never retroactively: see ``AdjustableFrom``.
    Raises NotAllowed or ServiceError; ValidationError when a database rule refuses the values.
    """
    access.require(Action.MANAGE_PERIODS, "Solo Planeación ajusta metas.")
    indicator = _locked(indicator)
    limit = adjustable_from(indicator, lock=True)
    if effective_month < limit.first:
        raise ServiceError(f"Una meta no se ajusta hacia atrás: {limit.sentence}.")
    if indicator.retired_from is not None and effective_month >= indicator.retired_from:
        raise ServiceError(f"{indicator.code} se retiró desde {month_name(indicator.retired_from)}: ya no tiene meta.")
    if target == 0 and indicator.direction == calculations.ASCENDING:
        raise ServiceError(_ZERO_TARGET)
    former = _target_in_force(indicator, effective_month)
    adjustment = TargetAdjustment(
        indicator=indicator,
        effective_month=effective_month,
        target=target,
        reason=reason.strip(),
        authorized_by=authorized_by.strip(),
        instrument=instrument.strip(),
        created_at=now,
        created_by=access.user,
    )
    adjustment.full_clean(exclude=["created_by"])
    adjustment.save(force_insert=True)
    adjustment_entry(adjustment, former, capacity=access.capacity(Action.MANAGE_PERIODS, 0)).save(force_insert=True)
    return adjustment


@dataclass(frozen=True, slots=True)
class AdjustableFrom:
    """Rule 9: no target changes under what was already judged by it.

    The last closed month of the year, the indicator's last month with a validated figure and the month of its last
    adjustment; 0 where there is none.
    """

    closed: int
    validated: int
    adjusted: int

    @property
    def first(self) -> int:
        """The earliest month from which another target may be in force: 1 to 12, or 13 where there is none left."""
        return max(self.closed, self.validated, self.adjusted) + 1

    @property
    def sentence(self) -> str:
        """Why no earlier month will do and which will: a sentence's second half, empty where all will."""
        last = self.first - 1
        if not last:
            return ""
        if last == self.closed:
            why = f"{month_name(last)} ya está cerrado"
        elif last == self.validated:
            why = f"ya tiene cifra validada de {month_name(last)}"
        else:
            why = f"ya tiene una meta ajustada desde {month_name(last)}"
        return f"{why} y ya no queda ningún mes" if last == 12 else f"{why}; puede ser desde {month_name(last + 1)}"


def adjustable_from(indicator: Indicator, *, lock: bool = False) -> AdjustableFrom:
    """From which month its target may be adjusted; 3 queries.

    ``lock`` makes whoever closes a month meanwhile wait; it needs a transaction. Figures are not locked: one that is
    validated at the same instant is as if validated just after.
    """
    official = indicator.measurements.filter(captured_in(OFFICIAL))
    return AdjustableFrom(
        closed=_last_closed_month(indicator.fiscal_year_id, lock=lock),
        validated=official.aggregate(last=Max("month"))["last"] or 0,
        adjusted=indicator.adjustments.aggregate(last=Max("effective_month"))["last"] or 0,
    )


def _last_closed_month(fiscal_year_id: int, *, lock: bool = False) -> int:
    """0 where every month is open."""
    periods = Period.objects.filter(fiscal_year_id=fiscal_year_id).order_by("month")
    if lock:
        periods = periods.select_for_update(no_key=True)
    return max((period.month for period in periods if period.closed_on is not None), default=0)


def _target_in_force(indicator: Indicator, month: int) -> Decimal:
    """Rule 9: the last adjustment up to that month, otherwise the programmed target."""
    return standards.spec_of(indicator, month=month, adjustments=indicator.adjustments.all()).target


def is_target_fixed(indicator: Indicator) -> bool:
    """Whether the programmed target, its kind and its schedule stand: there are captures, or adjustments start there.

    Any row counts, as for imports: a draft was captured against that target.
    """
    captured = Measurement.objects.filter(indicator=indicator).exists()
    return captured or indicator.adjustments.exists()


@transaction.atomic
def set_target(
    *,
    access: Access,
    indicator: Indicator,
    target: Decimal,
    target_kind: str,
    direction: str,
    schedule: str,
    shares: list[str] | None,
    reason: str = "",
    now: datetime,
) -> Indicator:
    """Write the programmed target of an indicator that nobody has captured yet, with its direction and schedule.

    ``shares``: twelve accumulated percentages as texts with an explicit schedule, otherwise None.
    Raises NotAllowed or ServiceError; ValidationError when a database rule refuses the values.
    """
    access.require(Action.MANAGE_PERIODS, "Solo Planeación cambia metas.")
    row = _locked(indicator)
    if is_target_fixed(row):
        raise ServiceError(
            "El indicador ya tiene capturas o metas ajustadas: su meta programada no cambia. "
            "Registre una meta ajustada."
        )
    if target == 0 and direction == calculations.ASCENDING:
        raise ServiceError(_ZERO_TARGET)
    given = {
        "target": target, "target_kind": target_kind, "direction": direction, "schedule": schedule, "shares": shares,
    }  # fmt: skip
    _save_indicator(access, row, given, TargetAct.CHANGE, reason, now)
    return row


@transaction.atomic
def correct_target_kind(
    *,
    access: Access,
    indicator: Indicator,
    target_kind: str,
    reason: str,
    now: datetime,
    target: Decimal | None = None,
    instrument: str = "",
) -> Indicator:
    """Read the targets of a captured indicator, the adjusted ones too, in the other kind: 12 % were 12 reports.

    ``target`` is the programmed number where that was read wrong, too (1.5 % were 1,500 m2); None: it stays, as the
    adjusted numbers do. No figure changes: what they are held against does, for the whole year. A schedule that
    follows from the kind (rule 10) follows from the new one.
    Raises NotAllowed, MonthNotOpen (locked year) or ServiceError.
    """
    access.require(Action.MANAGE_PERIODS, "Solo Planeación corrige el tipo de una meta.")
    row = _locked(indicator)
    if not reason.strip():
        raise ServiceError("Escriba por qué se corrige el tipo de meta.")
    if row.target_kind == target_kind:
        raise ServiceError(f"La meta de {row.code} ya es de tipo {row.get_target_kind_display()}.")
    number = row.target if target is None else target
    if number == 0 and row.direction == calculations.ASCENDING:
        raise ServiceError(_ZERO_TARGET)
    given = {"target_kind": target_kind, "target": number}
    _save_indicator(access, row, given, TargetAct.CORRECT_KIND, reason, now, instrument)
    return row


@transaction.atomic
def set_thresholds(
    *,
    access: Access,
    fiscal_year: FiscalYear,
    thresholds: Thresholds,
    missing_as_zero: bool,
    reason: str,
    now: datetime,
    instrument: str = "",
) -> FiscalYear:
    """Move the borders of a fiscal year's lights (rule 12), in percent; all of its months are seen by the new ones.

    ``missing_as_zero``: whether an indicator that nobody captured enters the means as 0 (rule 7).

    Raises NotAllowed, MonthNotOpen (locked year) or ServiceError; ValidationError for borders out of order.
    """
    access.require(Action.MANAGE_PERIODS, "Solo Planeación cambia los umbrales.")
    year = FiscalYear.objects.select_for_update(of=("self",), no_key=True).get(pk=fiscal_year.pk)
    refuse_locked_year(year)
    if not reason.strip():
        raise ServiceError("Escriba por qué cambian los umbrales.")
    _refuse_crossed_overrides(year, thresholds)
    before = trail.snapshot(year, YEAR_RULE_FIELDS)
    year.green_from, year.amber_from, year.over_above = thresholds.borders
    year.missing_as_zero = missing_as_zero
    year.full_clean()
    changes = trail.changes_between(before, trail.snapshot(year, YEAR_RULE_FIELDS))
    if changes:
        year.save(update_fields=YEAR_RULE_FIELDS)
        trail.record(
            subject=year,
            label=f"Ejercicio {year.year}",
            action=TargetAct.CHANGE_THRESHOLDS,
            actor=access.user,
            at=now,
            capacity=access.capacity(Action.MANAGE_PERIODS, 0),
            changes=trail.citing(changes, instrument),
            reason=reason.strip(),
        )
    return year


def _refuse_crossed_overrides(fiscal_year: FiscalYear, thresholds: Thresholds) -> None:
    """ServiceError where an indicator's own border would cross one that it takes from the year."""
    crossed = sorted(
        indicator.code
        for indicator in own_border_indicators(fiscal_year)
        if not _in_order(standards.indicator_thresholds(indicator, thresholds))
    )
    if crossed:
        more = f" y {len(crossed) - _NAMED} más" if len(crossed) > _NAMED else ""
        raise ServiceError(
            f"Con estos umbrales, los propios de {', '.join(crossed[:_NAMED])}{more} quedarían en desorden: "
            "cámbielos primero."
        )


def own_border_indicators(fiscal_year: FiscalYear) -> Iterable[Indicator]:
    """The indicators with some border of their own, in code order; one query."""
    rows = Indicator.objects.filter(fiscal_year=fiscal_year).order_by("code").select_related("action__program")
    own = [rows.filter(**{f"{name}__isnull": False}) for name in THRESHOLD_FIELDS]
    return own[0] | own[1] | own[2]


@transaction.atomic
def set_own_thresholds(
    *,
    access: Access,
    indicator: Indicator,
    green_from: Decimal | None,
    amber_from: Decimal | None,
    over_above: Decimal | None,
    reason: str,
    now: datetime,
    instrument: str = "",
) -> Indicator:
    """Give an indicator its own borders in percent; None takes the year's.

    Raises NotAllowed, MonthNotOpen (locked year) or ServiceError.
    """
    access.require(Action.MANAGE_PERIODS, "Solo Planeación cambia los umbrales.")
    row = _locked(indicator)
    if not reason.strip():
        raise ServiceError("Escriba por qué cambian los umbrales.")
    _refuse_borders(row, green_from, amber_from, over_above)
    given = {"green_from": green_from, "amber_from": amber_from, "over_above": over_above}
    _save_indicator(access, row, given, TargetAct.CHANGE_THRESHOLDS, reason, now, instrument)
    return row


def _refuse_borders(
    indicator: Indicator, green_from: Decimal | None, amber_from: Decimal | None, over_above: Decimal | None
) -> None:
    """ServiceError where these borders, completed by the year's, are out of order."""
    year = standards.thresholds_of(indicator.fiscal_year)
    borders = standards.own_thresholds(green_from, amber_from, over_above, year=year)
    if not _in_order(borders):
        raise ServiceError(
            f"Los umbrales quedarían en desorden (amarillo desde {_plain(borders.amber_from)}, verde desde "
            f"{_plain(borders.green_from)}, sobrecumplimiento arriba de {_plain(borders.over_above)}): el amarillo es "
            "mayor que 0 y menor que el verde, el verde llega hasta 100 y el sobrecumplimiento empieza desde 100."
        )


def _in_order(borders: Thresholds) -> bool:
    green_from, amber_from, over_above = borders.borders
    return 0 < amber_from < green_from <= 100 <= over_above


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _save_indicator(
    access: Access,
    row: Indicator,
    given: Mapping[str, object],
    act: TargetAct,
    reason: str,
    now: datetime,
    instrument: str = "",
) -> None:
    before = trail.snapshot(row, given)
    for name, value in given.items():
        setattr(row, name, value)
    row.full_clean()
    changes = trail.changes_between(before, trail.snapshot(row, given))
    if not changes:
        return
    row.save(update_fields=list(given))
    trail.record(
        subject=row,
        action=act,
        actor=access.user,
        at=now,
        changes=trail.citing(changes, instrument),
        reason=reason.strip(),
        capacity=access.capacity(Action.MANAGE_PERIODS, 0),
        scope_id=row.action.program.department_id,
    )


def _locked(indicator: Indicator) -> Indicator:
    """The indicator as it is now; whoever locks its year or begins to capture it waits. A locked year refuses."""
    year = FiscalYear.objects.select_for_update(of=("self",), no_key=True).get(pk=indicator.fiscal_year_id)
    refuse_locked_year(year)
    rows = Indicator.objects.select_for_update(of=("self",)).select_related("fiscal_year", "action__program")
    return rows.get(pk=indicator.pk)
