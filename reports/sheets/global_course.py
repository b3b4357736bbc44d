"""The course of a programme's year: each month by itself, and its global at each cut-off so far."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from indicators.calculations import Cell, IndicatorResult, ProgramResult
from indicators.models import Indicator
from indicators.results.course import month_advances, month_means, program_course
from indicators.results.standards import thresholds_of
from indicators.wording import stands_alone
from reports.address.cutoff import Cut


class GlobalCourse(NamedTuple):
    """``months``: the mean of each month by itself and of how many; ``results``: January to each month.

    ``only_accumulated``: the codes of the considered that enter no month's mean.
    """

    months: list[tuple[Decimal | None, int]]
    results: list[ProgramResult]
    only_accumulated: list[str]


def global_course(
    found: Iterable[tuple[Indicator, Sequence[Cell], Sequence[IndicatorResult]]], cut: Cut
) -> GlobalCourse:
    """Up to the cut-off, of a programme's indicators, each with its captured months and its own course."""
    known, year = list(found), cut.fiscal_year
    return GlobalCourse(
        month_means((month_advances(*one) for one in known if one[0].considered), cut_off=cut.month),
        program_course(
            (course for _, _, course in known),
            cut_off=cut.month,
            missing_as_zero=year.missing_as_zero,
            thresholds=thresholds_of(year),
        ),
        [indicator.code for indicator, _, _ in known if indicator.considered and not stands_alone(indicator)],
    )
