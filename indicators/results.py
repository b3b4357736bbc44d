"""Reads: one aggregating query, then ``calculations``, for any set of programmes at once.

SQL sums, counts and picks last values; it never divides. The number of queries does not depend on how many
programmes, indicators or captures there are.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from django.db.models import (
    BigIntegerField,
    Case,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable, ExpressionWrapper
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThan

from core.amounts import UNITS_LIMIT, from_units
from indicators import calculations
from indicators.calculations import (
    Accumulated,
    Cell,
    IndicatorResult,
    IndicatorSpec,
    ProgramResult,
    RollUp,
    Thresholds,
)
from indicators.models import COMPLETE_STATES, Indicator, Measurement, TargetAdjustment
from programs.models import FiscalYear, Program

Scope = Literal["official", "preliminary"]
OFFICIAL: Scope = "official"
PRELIMINARY: Scope = "preliminary"


@dataclass(slots=True)
class ProgramSheet:
    """One programme at a cut-off, with its indicators in code order."""

    id: int
    code: str
    name: str
    department_id: int
    strategy_id: int
    department: str
    result: ProgramResult
    indicators: list[IndicatorResult] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class YearResults:
    """A fiscal year from January to ``month`` (the cut-off) in one scope; programmes in code order.

    ``names`` are the indicators' names by code where they were asked for, otherwise empty.
    """

    fiscal_year: FiscalYear
    month: int
    scope: Scope
    programs: list[ProgramSheet]
    names: dict[str, str] = field(default_factory=dict)

    @property
    def plan(self) -> RollUp:
        return calculations.roll_up(sheet.result for sheet in self.programs)


def load_results(
    fiscal_year: FiscalYear,
    *,
    month: int,
    scope: Scope = OFFICIAL,
    programs: QuerySet[Program] | None = None,
    with_names: bool = False,
) -> YearResults:
    """Results of those programmes (all of the year by default), in 4 queries.

    ``with_names`` reads the indicators' names along with them, for the pages that say which were left out.
    """
    wanted = Program.objects.filter(fiscal_year=fiscal_year) if programs is None else programs
    sheets = {
        row[0]: ProgramSheet(*row, result=_NO_RESULT)
        for row in wanted.order_by().values_list(
            "id",
            "code",
            "name",
            "department_id",
            "strategy_id",
            "department__name",
        )
    }
    narrowed = None if programs is None else list(sheets)
    year_thresholds = thresholds_of(fiscal_year)
    accumulated = _accumulated_rows(fiscal_year, month=month, scope=scope, program_ids=narrowed)
    adjusted = _adjusted_targets(fiscal_year, month=month, program_ids=narrowed)
    names: dict[str, str] = {}
    for row in _catalog_rows(fiscal_year, narrowed, with_names):
        indicator_id, program_id, spec, thresholds = _spec(row, adjusted, year_thresholds)
        if with_names:
            names[spec.code] = row[-1]
        values = accumulated.get(indicator_id)
        result = calculations.indicator_result(spec, values and _accumulated(values, spec), month, thresholds)
        sheets[program_id].indicators.append(result)
    for sheet in sheets.values():
        sheet.indicators.sort(key=_by_code)
        sheet.result = calculations.program_result(
            sheet.indicators,
            missing_as_zero=fiscal_year.missing_as_zero,
            thresholds=year_thresholds,
        )
    return YearResults(fiscal_year, month, scope, sorted(sheets.values(), key=_by_code), names)


def with_target_in_force(indicators: QuerySet[Indicator], month: int) -> QuerySet[Indicator]:
    """Each indicator with ``adjusted_target``: its last adjustment up to that month (rule 9), None without one."""
    adjustments = TargetAdjustment.objects.filter(indicator=OuterRef("pk"), effective_month__lte=month)
    latest = adjustments.order_by("-effective_month").values("target")[:1]
    return indicators.annotate(
        adjusted_target=Subquery(latest, output_field=TargetAdjustment._meta.get_field("target"))
    )


def results_of(
    fiscal_year: FiscalYear,
    indicators: Sequence[Indicator],
    *,
    month: int,
    scope: Scope = OFFICIAL,
) -> dict[int, IndicatorResult]:
    """Results by indicator id of indicators that were read ``with_target_in_force(…, month)``; one query."""
    accumulated = _accumulated_rows(fiscal_year, month=month, scope=scope, indicator_ids=[row.pk for row in indicators])
    year_thresholds = thresholds_of(fiscal_year)
    found = {}
    for indicator in indicators:
        adjusted = indicator.adjusted_target  # type: ignore[attr-defined]
        spec = spec_of(indicator, month=month)
        if adjusted is not None:
            spec = replace(spec, target=adjusted)
        values = accumulated.get(indicator.pk)
        found[indicator.pk] = calculations.indicator_result(
            spec, values and _accumulated(values, spec), month, indicator_thresholds(indicator, year_thresholds)
        )
    return found


def indicator_thresholds(indicator: Indicator, year: Thresholds) -> Thresholds:
    """The indicator's own borders where it has them, otherwise the year's (rule 12)."""
    own = (indicator.green_from, indicator.amber_from, indicator.over_above)
    return Thresholds(*(inherited if mine is None else mine for mine, inherited in zip(own, year, strict=True)))


def thresholds_of(fiscal_year: FiscalYear) -> Thresholds:
    return Thresholds(fiscal_year.green_from, fiscal_year.amber_from, fiscal_year.over_above)


def month_cells(indicators: Collection[int], *, cut_off: int = 12, scope: Scope = OFFICIAL) -> dict[int, list[Cell]]:
    """The captured months in scope of these indicators, by indicator id; one query."""
    numerator, denominator = pair_in_scope(scope)
    cells: dict[int, list[Cell]] = {indicator_id: [] for indicator_id in indicators}
    rows = (
        Measurement.objects.filter(indicator_id__in=indicators, month__lte=cut_off)
        .annotate(n=numerator, d=denominator)
        .filter(n__isnull=False)
        .order_by("month")
        .values_list("indicator_id", "month", "n", "d")
    )
    for indicator_id, month, n, d in rows:
        cells[indicator_id].append(Cell(month, from_units(n), from_units(d)))
    return cells


def pair_in_scope(scope: Scope) -> tuple[Combinable, Combinable]:
    """Numerator and denominator that count in the scope, in ten-thousandths; NULL where the month is not captured."""
    if scope == OFFICIAL:
        return _units(F("validated_numerator")), _units(F("validated_denominator"))
    current = Q(state__in=COMPLETE_STATES)
    return (
        Case(
            When(current, then=_units(F("numerator"))),
            default=_units(F("validated_numerator")),
        ),
        Case(
            When(current, then=_units(F("denominator"))),
            default=_units(F("validated_denominator")),
        ),
    )


def spec_of(indicator: Indicator, *, month: int, adjustments: Iterable[TargetAdjustment] = ()) -> IndicatorSpec:
    """What the arithmetic needs of one indicator, its target being the one in force at the cut-off (rule 9)."""
    target = indicator.target
    for adjustment in sorted(adjustments, key=lambda made: made.effective_month):
        if adjustment.effective_month <= month:
            target = adjustment.target
    return IndicatorSpec(
        code=indicator.code,
        target=target,
        target_kind=indicator.target_kind,
        numerator_mode=indicator.numerator_mode,
        denominator_mode=indicator.denominator_mode,
        considered=indicator.considered,
        direction=indicator.direction,
        frequency=indicator.frequency,
        schedule=indicator.schedule,
        shares=tuple(Decimal(share) for share in indicator.shares or ()),
    )


_NO_RESULT = ProgramResult(None, 0, 0, None, calculations.NO_LIGHT)
_BIG = BigIntegerField()


def _by_code(row: Any) -> str:
    return row.code


def _units(expression: Combinable) -> Combinable:
    """The column as the integer that it is, without a Decimal for each row."""
    return ExpressionWrapper(expression, output_field=_BIG)


def _catalog_rows(
    fiscal_year: FiscalYear, program_ids: list[int] | None, with_names: bool
) -> Iterable[tuple[Any, ...]]:
    rows = Indicator.objects.filter(fiscal_year=fiscal_year)
    if program_ids is not None:
        rows = rows.filter(action__program_id__in=program_ids)
    return rows.order_by().values_list(
        "id", "action__program_id", "code", _units(F("target")), "target_kind", "numerator_mode",
        "denominator_mode", "considered", "direction", "frequency", "schedule", "shares",
        _units(F("green_from")), _units(F("amber_from")), _units(F("over_above")), *(["name"] if with_names else []),
    )  # fmt: skip


def _spec(
    row: tuple[Any, ...], adjusted: dict[int, Decimal], year: Thresholds
) -> tuple[int, int, IndicatorSpec, Thresholds]:
    (indicator_id, program_id, code, target, kind, numerator_mode, denominator_mode, considered, direction,
     frequency, schedule, shares, green, amber, over) = row[:15]  # fmt: skip
    in_force = adjusted[indicator_id] if indicator_id in adjusted else from_units(target)
    spec = IndicatorSpec(
        code, in_force, kind, numerator_mode, denominator_mode, considered,
        direction, frequency, schedule, tuple(map(Decimal, shares)) if shares else (),
    )  # fmt: skip
    if green is None and amber is None and over is None:
        return indicator_id, program_id, spec, year
    return indicator_id, program_id, spec, own_thresholds(green, amber, over, year)


def own_thresholds(green: int | None, amber: int | None, over: int | None, year: Thresholds) -> Thresholds:
    """An indicator's own borders, in ten-thousandths of a percent, over the year's (rule 12)."""
    return Thresholds(
        *(
            inherited if own is None else from_units(own)
            for own, inherited in zip((green, amber, over), year, strict=True)
        )
    )


def _accumulated_rows(
    fiscal_year: FiscalYear,
    *,
    month: int,
    scope: Scope,
    program_ids: list[int] | None = None,
    indicator_ids: list[int] | None = None,
) -> dict[int, tuple[Any, ...]]:
    """Per indicator: captured months as bits, both sums, both last values (packed with their month)."""
    numerator, denominator = pair_in_scope(scope)
    rows = Measurement.objects.filter(fiscal_year=fiscal_year, month__lte=month)
    if program_ids is not None:
        rows = rows.filter(indicator__action__program_id__in=program_ids)
    if indicator_ids is not None:
        rows = rows.filter(indicator_id__in=indicator_ids)
    if scope == OFFICIAL:
        rows = rows.filter(validated_numerator__isnull=False)
    else:
        rows = rows.filter(Q(state__in=COMPLETE_STATES) | Q(validated_numerator__isnull=False))
    # The value of the latest month in one aggregate: month and value packed into one integer, the largest wins.
    packed_month = F("month") * Value(UNITS_LIMIT, output_field=_BIG)
    demanded = GreaterThan(denominator, 0)
    aggregated = (
        rows.order_by()
        .values("indicator_id")
        .annotate(
            months=Sum(Value(1).bitleftshift(F("month")), output_field=_BIG),
            n=Cast(Sum(numerator, output_field=_BIG), _BIG),
            d=Cast(Sum(denominator, output_field=_BIG), _BIG),
            last_n=Max(
                packed_month + numerator,
                filter=Q(GreaterThan(numerator, 0)) | Q(demanded),
                output_field=_BIG,
            ),
            last_d=Max(packed_month + denominator, filter=demanded, output_field=_BIG),
        )
        .values_list("indicator_id", "months", "n", "d", "last_n", "last_d")
    )
    return {row[0]: row for row in aggregated}


def _accumulated(row: tuple[Any, ...], spec: IndicatorSpec) -> Accumulated:
    _, months, n, d, last_n, last_d = row
    if spec.numerator_mode == calculations.LAST:
        n = (last_n or 0) % UNITS_LIMIT
    if spec.denominator_mode == calculations.LAST:
        d = (last_d or 0) % UNITS_LIMIT
    return Accumulated(from_units(n), from_units(d), months)


def _adjusted_targets(fiscal_year: FiscalYear, *, month: int, program_ids: list[int] | None) -> dict[int, Decimal]:
    """The target in force at the cut-off of the indicators whose target was adjusted by then."""
    adjustments = TargetAdjustment.objects.filter(indicator__fiscal_year=fiscal_year, effective_month__lte=month)
    if program_ids is not None:
        adjustments = adjustments.filter(indicator__action__program_id__in=program_ids)
    return dict(adjustments.order_by("effective_month").values_list("indicator_id", "target"))
