"""The course of a year: the results of every cut-off from one reading of the months, by the rules of ``calculations``.

Nothing here divides: what comes out at a month is, digit by digit, what ``load_results`` gives there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple

from core.amounts import from_units
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
from indicators.results.rows import (
    Scope,
    adjustments,
    catalog_rows,
    pairs_by_indicator,
    plan_rows,
    program_rows,
    split_pairs,
    with_target,
)
from indicators.results.year import (
    PlanLine,
    YearResults,
    indicator_thresholds,
    results_from,
    rule_at,
    spec_of,
    thresholds_of,
)
from programs.models import FiscalYear


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
    results: list[ProgramResult] = field(default_factory=list)

    @property
    def result(self) -> ProgramResult:
        """At the last cut-off."""
        return self.results[-1]


def load_course(
    fiscal_year: FiscalYear, *, scope: Scope, cut_off: int = 12, with_lines: bool = False
) -> list[ProgramCourse]:
    """Every programme of the year at each cut-off from January, in code order; 4 queries."""
    return _course(fiscal_year, cut_off, _read(fiscal_year, scope, cut_off, with_names=False, with_lines=with_lines))


def load_results_with_course(
    fiscal_year: FiscalYear, *, month: int, scope: Scope
) -> tuple[YearResults, list[ProgramCourse]]:
    """What ``load_results`` gives with names and lines, and the course up to it, from one reading; 4 queries."""
    read = _read(fiscal_year, scope, month, with_names=True, with_lines=True)
    rows = _accumulated(fiscal_year, month, read)
    return (
        results_from(fiscal_year, month, scope, read.programs, rows, with_names=True),
        _course(fiscal_year, month, read),
    )


class _Read(NamedTuple):
    """Rows of a year up to a cut-off; ``adjusted`` and ``pairs`` are by indicator id."""

    programs: list[tuple[Any, ...]]
    adjusted: dict[int, list[tuple[int, int]]]
    catalog: list[tuple[Any, ...]]
    pairs: dict[int, str]


def _read(fiscal_year: FiscalYear, scope: Scope, cut_off: int, *, with_names: bool, with_lines: bool) -> _Read:
    year = fiscal_year.pk
    return _Read(
        plan_rows(fiscal_year, month=cut_off, scope=scope) if with_lines else program_rows(fiscal_year),
        _adjusted_by_indicator(fiscal_year, cut_off),
        catalog_rows(year, program_ids=None, with_names=with_names),
        pairs_by_indicator(year, month=cut_off, scope=scope),
    )


def _accumulated(fiscal_year: FiscalYear, month: int, read: _Read) -> list[tuple[Any, ...]]:
    """The rows that ``accumulated_rows`` would read, from the months instead."""
    thresholds, found = thresholds_of(fiscal_year), []
    for pk, program_id, code, text, name in read.catalog:
        if pk in read.adjusted:
            text = _texts_by_month(text, read.adjusted[pk], month)[-1]
        rule = rule_at(text, month, thresholds)
        n, d, months = calculations.accumulate_by_month(
            split_pairs(read.pairs.get(pk, "")),
            last_numerator=rule.last_numerator,
            last_denominator=rule.last_denominator,
            cut_off=month,
        )[-1]
        found.append((program_id, code, text, months, n, d, name))
    return found


def _course(fiscal_year: FiscalYear, cut_off: int, read: _Read) -> list[ProgramCourse]:
    programs = {row[0]: _program(row) for row in read.programs}
    thresholds, missing_as_zero = thresholds_of(fiscal_year), fiscal_year.missing_as_zero
    found: dict[int, list[tuple[Standing, ...]]] = {pk: [] for pk in programs}
    for pk, program_id, _, text, _ in read.catalog:
        adjusted = tuple(read.adjusted.get(pk, ()))
        standings = _standings(text, adjusted, cut_off, thresholds, read.pairs.get(pk, ""))
        if standings is not None:
            found[program_id].append(standings)
    for pk, program in programs.items():
        by_month = zip(*found[pk], strict=True) if found[pk] else [()] * cut_off
        program.results = [_of_program(stood, missing_as_zero, thresholds) for stood in by_month]
    return sorted(programs.values(), key=attrgetter("code"))


def _program(row: Sequence[Any]) -> ProgramCourse:
    known, line = row[:6], row[6:]
    return ProgramCourse(*known, line=PlanLine(*line) if line else None)


def _adjusted_by_indicator(fiscal_year: FiscalYear, cut_off: int) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for indicator_id, month, target in adjustments(fiscal_year.pk, month=cut_off, program_ids=None):
        found.setdefault(indicator_id, []).append((month, target))
    return found


def _texts_by_month(text: str, adjusted: Sequence[tuple[int, int]], cut_off: int) -> list[str]:
    """The rule's text at each cut-off, with the target then in force (rule 9)."""
    texts = [text] * cut_off
    for month, target in adjusted:
        texts[month - 1 :] = [with_target(text, target)] * (cut_off - month + 1)
    return texts


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


# As in ``year``: of what was captured all but one figure is as it was for the page before.


@lru_cache(maxsize=4096)
def _standings(
    text: str, adjusted: tuple[tuple[int, int], ...], cut_off: int, thresholds: Thresholds, pairs: str
) -> tuple[Standing, ...] | None:
    """At each cut-off, None of one that does not count; one without news stands where it stood before."""
    asked = _asked(tuple(_texts_by_month(text, adjusted, cut_off)), thresholds)
    if not asked.considered:
        return None
    sides = calculations.accumulate_by_month(
        split_pairs(pairs),
        last_numerator=asked.last_numerator,
        last_denominator=asked.last_denominator,
        cut_off=cut_off,
    )
    found: list[Standing] = []
    before = 0
    for (held, moved), (n, d, months) in zip(asked.yardsticks, sides, strict=True):
        if moved or months != before or not months:
            stands = calculations.standing(True, held, from_units(n), from_units(d), months)
            before = months
        found.append(stands)
    return tuple(found)


@lru_cache(maxsize=4096)
def _of_program(stood: tuple[Standing, ...], missing_as_zero: bool, thresholds: Thresholds) -> ProgramResult:
    return calculations.program_result(stood, missing_as_zero=missing_as_zero, thresholds=thresholds)


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
        found.append(result_at(month, spec, ordered, own))
    return found


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
    """(month, advance) of each captured month by itself, as far as the indicator's own course goes."""
    by_percentage = indicator.target_kind == TargetKind.PERCENTAGE
    found = []
    for month, numerator, denominator in cells:
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
