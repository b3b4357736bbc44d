"""What a department's month is worth, and what an act would change in it, before the act happens.

``read_figures`` reads once; everything else is arithmetic over what was read, with the pairs that an act would count
laid over it. Nothing is written to find out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from core.compiled import Compiled, keys
from indicators import calculations
from indicators.calculations import Cell, IndicatorResult, ProgramResult
from indicators.models import Indicator, Measurement, Period, TargetAdjustment
from indicators.results import standards
from indicators.results.scope import pair_that_counts, reason_that_counts
from indicators.results.year import OFFICIAL, PRELIMINARY, Scope
from programs.models import Program

Pairs = Mapping[int, Cell]  # by indicator id: the pair of the month as it would count
NOTHING: Pairs = {}


@dataclass(frozen=True, slots=True)
class IndicatorEffect:
    indicator: Indicator
    before: IndicatorResult
    after: IndicatorResult

    @property
    def changes(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class ProgramEffect:
    """A programme's global in one scope as it is and as it would be, with its indicators in code order."""

    program: Program
    before: ProgramResult
    after: ProgramResult
    indicators: tuple[IndicatorEffect, ...]

    @property
    def changes(self) -> bool:
        return any(indicator.changes for indicator in self.indicators)


@dataclass
class Figures:
    """One department's indicators and their pairs from January to ``period``, in both scopes."""

    period: Period
    indicators: list[Indicator]
    adjustments: Mapping[int, list[TargetAdjustment]]
    pairs: Sequence[Sequence[Any]]  # as ``month_pairs`` gives them
    _known: dict[tuple[int, Scope, int], IndicatorResult] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def official(self) -> dict[int, list[Cell]]:
        return self._counted(OFFICIAL)

    @cached_property
    def preliminary(self) -> dict[int, list[Cell]]:
        return self._counted(PRELIMINARY)

    def _counted(self, scope: Scope) -> dict[int, list[Cell]]:
        found: dict[int, list[Cell]] = {}
        for indicator_id, month, state, n, d, validated_n, validated_d, *reasons in self.pairs:
            counted = pair_that_counts(scope, state, (n, d), (validated_n, validated_d))
            if counted is not None:
                reason = reason_that_counts(scope, state, *reasons)
                found.setdefault(indicator_id, []).append(Cell(month, *counted, reason))
        return found

    def know(self, scope: Scope, results_by_id: Mapping[int, IndicatorResult]) -> None:
        """Results of the month itself that were worked out already, of the same pairs."""
        month = self.period.month
        self._known |= {(pk, scope, month): result for pk, result in results_by_id.items()}

    @cached_property
    def due(self) -> list[Indicator]:
        """The indicators that are asked for in the month."""
        return [row for row in self.indicators if row.is_due_in(self.period.month)]

    def cells(self, indicator_id: int, scope: Scope, pairs: Pairs = NOTHING) -> list[Cell]:
        """The captured months in scope; the pair of this month is the one given, where one is."""
        known = (self.official if scope == OFFICIAL else self.preliminary).get(indicator_id, [])
        return with_pair(known, pairs.get(indicator_id))

    def result(
        self, indicator: Indicator, scope: Scope, pairs: Pairs = NOTHING, *, cut_off: int | None = None
    ) -> IndicatorResult:
        """The indicator from January to the cut-off, by default the month's own."""
        month = self.period.month if cut_off is None else cut_off
        if indicator.pk in pairs:
            return self._measured(indicator, scope, pairs, month)
        # A review asks for the same ones for its lights, its commitments and what it shows.
        key = (indicator.pk, scope, month)
        if key not in self._known:
            self._known[key] = self._measured(indicator, scope, NOTHING, month)
        return self._known[key]

    def _measured(self, indicator: Indicator, scope: Scope, pairs: Pairs, month: int) -> IndicatorResult:
        spec = standards.spec_of(indicator, month=month, adjustments=self.adjustments.get(indicator.pk, ()))
        cells = [cell for cell in self.cells(indicator.pk, scope, pairs) if cell.month <= month]
        accumulated = calculations.accumulate(
            cells, numerator_mode=indicator.numerator_mode, denominator_mode=indicator.denominator_mode
        )
        thresholds = standards.indicator_thresholds(indicator, self._thresholds)
        return calculations.indicator_result(spec, accumulated, month, thresholds)

    def light_before(self, indicator: Indicator) -> str:
        """The light at the cut-off of the month before, preliminary; none in January."""
        if self.period.month == 1:
            return calculations.NO_LIGHT
        return self.result(indicator, PRELIMINARY, cut_off=self.period.month - 1).light

    def asks_commitment(self, indicator: Indicator, pairs: Pairs = NOTHING) -> bool:
        """Whether the figure of this month says cause, action and date before it is validated.

        Judged in the preliminary scope: that is the light which whoever captures and reviews has before them.
        """
        return calculations.asks_commitment(
            self.result(indicator, PRELIMINARY, pairs).light, self.light_before(indicator)
        )

    def effect(self, scope: Scope, pairs: Pairs) -> list[ProgramEffect]:
        """Every programme of the department as it is in scope and as it would be with those pairs."""
        members: dict[Program, list[IndicatorEffect]] = {}
        for indicator in self.indicators:
            before = self.result(indicator, scope)
            after = self.result(indicator, scope, pairs) if indicator.pk in pairs else before
            members.setdefault(indicator.action.program, []).append(IndicatorEffect(indicator, before, after))
        return [
            ProgramEffect(
                program,
                self._program(row.before for row in found),
                self._program(row.after for row in found),
                tuple(found),
            )
            for program, found in members.items()
        ]

    @cached_property
    def _thresholds(self) -> calculations.Thresholds:
        return standards.thresholds_of(self.period.fiscal_year)

    def _program(self, found: Iterable[IndicatorResult]) -> ProgramResult:
        return calculations.program_result(
            found, missing_as_zero=self.period.fiscal_year.missing_as_zero, thresholds=self._thresholds
        )


def with_pair(cells: list[Cell], pair: Cell | None) -> list[Cell]:
    """The cells with that pair in place of the one of its month."""
    if pair is None:
        return cells
    return [*(cell for cell in cells if cell.month != pair.month), pair]


def read_figures(period: Period, department_id: int) -> Figures:
    """Read in 3 queries; ``period`` comes with its fiscal year."""
    indicators = _indicators(year=period.fiscal_year_id, department=department_id)
    return figures_of(period, indicators, month_pairs(period, indicators))


def figures_of(period: Period, indicators: Sequence[Indicator], pairs: Iterable[Sequence[Any]]) -> Figures:
    """The same of what was read already: the department's indicators and their ``month_pairs``; one query."""
    adjustments: dict[int, list[TargetAdjustment]] = {}
    for adjustment in _adjustments(indicators=keys(row.pk for row in indicators)):
        adjustments.setdefault(adjustment.indicator_id, []).append(adjustment)
    return Figures(period, list(indicators), adjustments, list(pairs))


PAIR_COLUMNS = (
    "indicator_id", "month", "state", "numerator", "denominator", "validated_numerator", "validated_denominator",
    "no_activity", "validated_no_activity",
)  # fmt: skip


def _pairs_to(year: int, indicators: str, month: int) -> QuerySet[Measurement, Any]:
    rows = Measurement.objects.filter(fiscal_year_id=year, month__lte=month, indicator_id__among=indicators)
    return rows.order_by("month").values_list(*PAIR_COLUMNS)


_pairs: Compiled[tuple[Any, ...]] = Compiled(_pairs_to)
_indicators: Compiled[Indicator] = Compiled(
    lambda year, department: (
        Indicator.objects.filter(fiscal_year_id=year, action__program__fiscal_year_id=year)
        .of_department(department)
        .for_grid()
    )
)
_adjustments: Compiled[TargetAdjustment] = Compiled(
    lambda indicators: TargetAdjustment.objects.filter(indicator_id__among=indicators).order_by()
)


def month_pairs(period: Period, indicators: Iterable[Indicator]) -> list[tuple[Any, ...]]:
    """Every pair of these indicators from January to that month; one query."""
    return _pairs(year=period.fiscal_year_id, indicators=keys(row.pk for row in indicators), month=period.month)


def current_pairs(rows: Iterable[Measurement]) -> dict[int, Cell]:
    """The complete current pairs of these rows, by indicator id, as an act would count them."""
    return {
        row.indicator_id: Cell(row.month, row.numerator, row.denominator, row.no_activity)
        for row in rows
        if row.numerator is not None and row.denominator is not None
    }
