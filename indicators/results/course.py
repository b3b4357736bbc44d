"""The course of a year: the results of every cut-off from one reading of the months, by the rules of ``calculations``.

Nothing here divides: what comes out at a month is, digit by digit, what ``load_results`` gives there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import QuerySet

from core.amounts import from_units
from core.keeping import Same
from indicators import calculations
from indicators.calculations import (
    Cell,
    IndicatorResult,
    IndicatorSpec,
    ProgramResult,
    Standing,
    Thresholds,
    Yardstick,
)
from indicators.models import Indicator, TargetAdjustment, TargetKind
from indicators.results.kept import IndicatorRow, ProgramRows, YearRead
from indicators.results.rows import split_pairs
from indicators.results.scope import Scope
from indicators.results.standards import Standard, indicator_thresholds, rule_at, rule_texts, spec_of, standard_at
from indicators.results.year import PlanLine, YearResults, read_year, results_from
from programs.models import FiscalYear, Program


class Course(tuple[ProgramResult, ...]):
    """A programme from January to each cut-off; a key by which what is drawn of it alone may be kept."""

    __slots__ = ()

    __hash__ = object.__hash__  # the same object as long as its rows are the same: amounts cost much


@dataclass(slots=True)
class ProgramCourse:
    """A programme at each cut-off from January; ``results[8]`` is September's. ``line`` where it was asked for."""

    id: int
    code: str
    name: str
    department_id: int
    strategy_id: int
    department: str
    line: PlanLine | None = None
    course: Course = field(default_factory=Course)

    @property
    def results(self) -> list[ProgramResult]:
        return list(self.course)

    @property
    def result(self) -> ProgramResult:
        """At the last cut-off."""
        return self.course[-1]


def load_course(
    fiscal_year: FiscalYear,
    *,
    scope: Scope,
    cut_off: int = 12,
    with_lines: bool = False,
    programs: QuerySet[Program] | None = None,
    named: bool = True,
) -> tuple[ProgramCourse, ...]:
    """Those programmes (all of the year by default) at each cut-off from January, in code order; 2 queries.

    ``named``: as a locked year named them, which takes one more where that is not the year shown.
    """
    read = read_year(
        fiscal_year,
        month=cut_off,
        scope=scope,
        programs=programs,
        with_lines=with_lines,
        with_delays=False,
        with_names_of_then=named,
    )
    return _course(fiscal_year, cut_off, read)


def load_results_with_course(
    fiscal_year: FiscalYear, *, month: int, scope: Scope, programs: QuerySet[Program] | None = None
) -> tuple[YearResults, tuple[ProgramCourse, ...]]:
    """What ``load_results`` gives with names and delays, and the course up to it, from one reading; 2 queries.

    Of the whole year with its lines, of those programmes without them.
    """
    (results,), course = load_cut_offs_with_course(fiscal_year, (month,), scope=scope, programs=programs)
    return results, course


def load_cut_offs_with_course(
    fiscal_year: FiscalYear, months: Sequence[int], *, scope: Scope, programs: QuerySet[Program] | None = None
) -> tuple[list[YearResults], tuple[ProgramCourse, ...]]:
    """The same at each of those cut-offs, and the course up to the latest of them; 2 queries."""
    last = max(months)
    read = read_year(fiscal_year, month=last, scope=scope, programs=programs, with_names=True, with_lines=True)
    results = [results_from(fiscal_year, month, scope, read, with_names=True) for month in months]
    return results, _course(fiscal_year, last, read)


def _course(fiscal_year: FiscalYear, cut_off: int, read: YearRead) -> tuple[ProgramCourse, ...]:
    make = _programs if read.is_kept else _programs.__wrapped__
    return make(read, standard_at(fiscal_year, cut_off))


@lru_cache(maxsize=48)
def _programs(read: YearRead, standard: Standard) -> tuple[ProgramCourse, ...]:
    programs = [_program(row, _results_by_month(read.members[row[0]], standard)) for row in read.programs]
    return (Same if read.is_kept else tuple)(sorted(programs, key=attrgetter("code")))


def _program(row: Sequence[Any], course: Course) -> ProgramCourse:
    known, line = row[:6], row[6:]
    return ProgramCourse(*known, line=PlanLine(*line) if line else None, course=course)


# Kept by the rows alone, as in ``year``.


@lru_cache(maxsize=512)
def _results_by_month(rows: ProgramRows, standard: Standard) -> Course:
    """A programme from January to each cut-off."""
    found = [standings for row in rows if (standings := _standings(row, standard)) is not None]
    by_month = zip(*found, strict=True) if found else [()] * standard.month
    return Course(
        calculations.program_result(stood, missing_as_zero=standard.missing_as_zero, thresholds=standard.thresholds)
        for stood in by_month
    )


class _Asked(NamedTuple):
    """What is asked of an indicator at each cut-off, each with whether that is other than at the one before."""

    considered: bool
    last_numerator: bool
    last_denominator: bool
    yardsticks: list[tuple[Yardstick, bool]]


@lru_cache(maxsize=2048)
def _asked(texts: tuple[str, ...], thresholds: Thresholds) -> _Asked:
    rules = [rule_at(text, month, thresholds) for month, text in enumerate(texts, start=1)]
    considered, last_numerator, last_denominator, _ = rules[0]
    yardsticks = [rule.held for rule in rules]
    moved = [True] + [
        (held.expected, held.target) != (before.expected, before.target) for before, held in pairwise(yardsticks)
    ]
    return _Asked(considered, last_numerator, last_denominator, list(zip(yardsticks, moved, strict=True)))


def _standings(row: IndicatorRow, standard: Standard) -> tuple[Standing, ...] | None:
    """At each cut-off, None of one that does not count; one without news stands where it stood before."""
    asked = _asked(tuple(rule_texts(row, standard.month)), standard.thresholds)
    if not asked.considered:
        return None
    sides = calculations.accumulate_by_month(
        split_pairs(row[5]),
        last_numerator=asked.last_numerator,
        last_denominator=asked.last_denominator,
        cut_off=standard.month,
    )
    found: list[Standing] = []
    before = 0
    for (held, moved), (n, d, months) in zip(asked.yardsticks, sides, strict=True):
        if moved or months != before or not months:
            stands = calculations.standing(True, held, from_units(n), from_units(d), months)
            before = months
        found.append(stands)
    return tuple(found)


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
    adjusted = tuple(sorted((made.effective_month, made.target) for made in adjustments))
    own = indicator_thresholds(indicator, thresholds)
    return list(_course_of(spec_of(indicator, month=1), adjusted, tuple(sorted(cells)), cut_off, own))


@lru_cache(maxsize=1024)  # of a programme's indicators all but one have the figures that they had
def _course_of(
    spec: IndicatorSpec,
    adjusted: tuple[tuple[int, Decimal], ...],
    cells: tuple[Cell, ...],
    cut_off: int,
    own: Thresholds,
) -> tuple[IndicatorResult, ...]:
    by_month, found = dict(adjusted), []
    for month in range(1, cut_off + 1):
        if month in by_month:
            spec = replace(spec, target=by_month[month])
        found.append(result_at(month, spec, cells, own))
    return tuple(found)


def result_at(month: int, spec: IndicatorSpec, cells: Sequence[Cell], own: Thresholds) -> IndicatorResult:
    """January to that month, of cells that may go beyond it; ``own`` are the indicator's thresholds."""
    cells = [cell for cell in cells if cell.month <= month]
    accumulated = calculations.accumulate(
        cells, numerator_mode=spec.numerator_mode, denominator_mode=spec.denominator_mode
    )
    return calculations.indicator_result(spec, accumulated, month, own)


def program_course(
    courses: Iterable[Sequence[IndicatorResult | Standing]],
    *,
    cut_off: int,
    missing_as_zero: bool,
    thresholds: Thresholds,
) -> list[ProgramResult]:
    """The programme at each cut-off, from the courses of its indicators."""
    known = list(courses)
    return [
        calculations.program_result(
            [course[index] for course in known], missing_as_zero=missing_as_zero, thresholds=thresholds
        )
        for index in range(cut_off)
    ]


def month_advances(
    indicator: Indicator, cells: Iterable[Cell], course: Sequence[IndicatorResult]
) -> list[tuple[int, Decimal]]:
    """(month, advance) of each captured month by itself, as far as the indicator's own course goes.

    None of one whose months say nothing by themselves.
    """
    if not calculations.stands_alone(indicator.numerator_mode, indicator.denominator_mode):
        return []
    by_percentage = indicator.target_kind == TargetKind.PERCENTAGE
    found = []
    for month, numerator, denominator, _ in cells:
        if month <= len(course):
            at = course[month - 1]
            advance = calculations.month_advance(
                numerator, denominator, target=at.target, by_percentage=by_percentage, by_compliance=at.by_compliance
            )
            if advance is not None:
                found.append((month, advance))
    return found


def month_means(
    considered: Iterable[Iterable[tuple[int, Decimal]]], *, cut_off: int
) -> list[tuple[Decimal | None, int]]:
    """Of each month by itself: the mean of the advances of that month, and of how many indicators.

    ``considered`` are the ``month_advances`` of the indicators that the catalogue considers. A month without any has no
    mean; it says nothing about the accumulated global, which is never the mean of these.
    """
    by_month: dict[int, list[Decimal]] = {month: [] for month in range(1, cut_off + 1)}
    for advances in considered:
        for month, advance in advances:
            by_month[month].append(advance)
    return [(calculations.mean(found), len(found)) for found in by_month.values()]
