"""The course of a year: the results of every cut-off from one reading of the months, by the rules of ``calculations``.

Nothing here divides or reads: what comes out at a month is, digit by digit, what ``load_results`` gives there.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from indicators import calculations
from indicators.calculations import Cell, IndicatorResult, IndicatorSpec, ProgramResult, Thresholds
from indicators.models import Indicator, TargetAdjustment
from indicators.results import indicator_thresholds, spec_of


def indicator_course(
    indicator: Indicator,
    cells: Sequence[Cell],
    *,
    cut_off: int,
    thresholds: Thresholds,
    adjustments: Sequence[TargetAdjustment] = (),
) -> list[IndicatorResult]:
    """January to each month up to the cut-off, each with the target then in force.

    ``cells`` are the captured months in scope, of the whole year or less; ``thresholds`` the year's.
    """
    own = indicator_thresholds(indicator, thresholds)
    ordered = sorted(cells)
    spec = spec_of(indicator, month=1, adjustments=adjustments)
    found = []
    for month in range(1, cut_off + 1):
        if adjustments:
            spec = spec_of(indicator, month=month, adjustments=adjustments)
        found.append(_result_at(month, spec, [cell for cell in ordered if cell.month <= month], own))
    return found


def _result_at(month: int, spec: IndicatorSpec, cells: Sequence[Cell], own: Thresholds) -> IndicatorResult:
    accumulated = calculations.accumulate(
        cells, numerator_mode=spec.numerator_mode, denominator_mode=spec.denominator_mode
    )
    return calculations.indicator_result(spec, accumulated, month, own)


def program_course(
    courses: Iterable[Sequence[IndicatorResult]], *, cut_off: int, missing_as_zero: bool, thresholds: Thresholds
) -> list[ProgramResult]:
    """The programme at each cut-off, from the courses of its indicators."""
    known = list(courses)
    return [
        calculations.program_result(
            [course[index] for course in known], missing_as_zero=missing_as_zero, thresholds=thresholds
        )
        for index in range(cut_off)
    ]


def month_means(considered: Iterable[Sequence[Cell]], *, cut_off: int) -> list[tuple[Decimal | None, int]]:
    """Of each month by itself: the mean of the percentages of that month, and of how many indicators.

    ``considered`` are the cells of the indicators that the catalogue considers. A month without a percentage has no
    mean; it says nothing about the accumulated global, which is never the mean of these.
    """
    by_month: dict[int, list[Decimal]] = {month: [] for month in range(1, cut_off + 1)}
    for cells in considered:
        for month, numerator, denominator in cells:
            percentage = calculations.month_percentage(numerator, denominator) if month <= cut_off else None
            if percentage is not None:
                by_month[month].append(percentage)
    return [(calculations.mean(found), len(found)) for found in by_month.values()]
