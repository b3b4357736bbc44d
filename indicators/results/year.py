"""Reads: one aggregating query, then ``calculations``, for any set of programmes at once.

SQL sums, counts and picks last values; it never divides. The number of queries does not depend on how many
programmes, indicators or captures there are.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery

from core.amounts import from_units
from indicators import calculations
from indicators.calculations import (
    LAST,
    ZERO,
    Accumulated,
    Borders,
    Cell,
    IndicatorResult,
    IndicatorSpec,
    ProgramResult,
    RollUp,
    Thresholds,
    Yardstick,
)
from indicators.models import Indicator, TargetAdjustment
from indicators.results.rows import (
    NAMED,
    accumulated_rows,
    captures,
    month_pairs,
    plan_rows,
    program_rows,
    split_rule,
    unpacked,
)
from indicators.results.scope import OFFICIAL, PRELIMINARY, Scope
from programs.models import FiscalYear, Program
from programs.year_words import in_words

__all__ = [
    "OFFICIAL", "PRELIMINARY", "PlanLine", "ProgramSheet", "Rule", "Scope", "YearResults", "indicator_thresholds",
    "load_results", "month_cells", "own_thresholds", "results_from", "results_of", "rule_at",
    "spec_of", "thresholds_of", "with_target_in_force",
]  # fmt: skip


class PlanLine(NamedTuple):
    """Where a programme stands: its department and what it hangs from. Places are those within their parent.

    ``late``: how many captures of its considered indicators, in scope and due up to the cut-off, were first submitted
    after their date; ``undated``: how many were migrated and have no date of submission, none of them among the late.
    """

    prefix: str
    number: int | None
    axis_id: int
    axis_place: int
    axis: str
    objective_id: int
    objective_place: int
    objective: str
    strategy_place: int
    strategy: str
    late: int
    undated: int


@dataclass(slots=True)
class ProgramSheet:
    """One programme at a cut-off, with its indicators in code order; ``line`` where it was asked for."""

    id: int
    code: str
    name: str
    department_id: int
    strategy_id: int
    department: str
    result: ProgramResult
    indicators: list[IndicatorResult] = field(default_factory=list)
    line: PlanLine | None = None


@dataclass(frozen=True, slots=True)
class YearResults:
    """A fiscal year from January to ``month`` (the cut-off) in one scope; programmes in code order.

    ``names`` are the indicators' names by code, ``descending`` the codes of those whose target is a maximum: where the
    names were asked for, otherwise empty.
    """

    fiscal_year: FiscalYear
    month: int
    scope: Scope
    programs: list[ProgramSheet]
    names: dict[str, str] = field(default_factory=dict)
    descending: frozenset[str] = frozenset()

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
    with_lines: bool = False,
) -> YearResults:
    """Results of those programmes (all of the year by default), in 2 queries.

    ``with_names`` reads the indicators' names along with them, for the pages that say which were left out;
    ``with_lines`` each programme's line of the plan, for the pages of the whole year.
    """
    rows: Iterable[Sequence[Any]]
    if programs is not None:
        rows = in_words(fiscal_year, list(programs.order_by().values_list(*_PROGRAM_FIELDS)), NAMED)
    elif with_lines:
        rows = plan_rows(fiscal_year, month=month, scope=scope)
    else:
        rows = program_rows(fiscal_year)
    rows = list(rows)
    narrowed = None if programs is None else [row[0] for row in rows]
    accumulated = accumulated_rows(
        fiscal_year.pk, month=month, scope=scope, program_ids=narrowed, with_names=with_names
    )  # fmt: skip
    return results_from(fiscal_year, month, scope, rows, accumulated, with_names=with_names)


def results_from(
    fiscal_year: FiscalYear,
    month: int,
    scope: Scope,
    programs: Iterable[Sequence[Any]],
    rows: Sequence[Sequence[Any]],
    *,
    with_names: bool,
) -> YearResults:
    """Of rows as they are read: ``programs`` by ``program_rows`` or ``plan_rows``, ``rows`` by ``accumulated_rows``."""
    sheets = {row[0]: _empty_sheet(row) for row in programs}
    year_thresholds = thresholds_of(fiscal_year)
    found = {pk: sheet.indicators for pk, sheet in sheets.items()}
    descending: set[str] = set()
    for program_id, code, text, months, n, d, _ in rows:
        if with_names and rule_at(text, month, year_thresholds).held.descending:
            descending.add(code)
        found[program_id].append(_measured(code, text, month, year_thresholds, n, d, months))
    names = {row[1]: row[6] for row in rows} if with_names else {}
    for sheet in sheets.values():
        sheet.indicators.sort(key=_BY_CODE)
        sheet.result = _of_program(tuple(sheet.indicators), fiscal_year.missing_as_zero, year_thresholds)
    return YearResults(fiscal_year, month, scope, sorted(sheets.values(), key=_BY_CODE), names, frozenset(descending))


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
    accumulated = captures(
        fiscal_year.pk,
        month=month,
        scope=scope,
        indicator_ids=[row.pk for row in indicators],
    )
    year_thresholds = thresholds_of(fiscal_year)
    found = {}
    for indicator in indicators:
        adjusted = indicator.adjusted_target  # type: ignore[attr-defined]
        spec = spec_of(indicator, month=month)
        if adjusted is not None:
            spec = replace(spec, target=adjusted)
        sides = _sides(accumulated.get(indicator.pk), spec.numerator_mode == LAST, spec.denominator_mode == LAST)
        found[indicator.pk] = calculations.indicator_result(
            spec, Accumulated(*sides), month, indicator_thresholds(indicator, year_thresholds)
        )
    return found


def indicator_thresholds(indicator: Indicator, year: Thresholds) -> Thresholds:
    """The indicator's own borders where it has them, otherwise the year's (rule 12)."""
    return own_thresholds(indicator.green_from, indicator.amber_from, indicator.over_above, year=year)


def own_thresholds(
    green: Decimal | None, amber: Decimal | None, over: Decimal | None, *, year: Thresholds
) -> Thresholds:
    own = (green, amber, over)
    mine = Borders(*(inherited if given is None else given for given, inherited in zip(own, year.borders, strict=True)))
    return Thresholds(*mine, year.descending_enters_as)


def thresholds_of(fiscal_year: FiscalYear) -> Thresholds:
    return Thresholds(
        fiscal_year.green_from, fiscal_year.amber_from, fiscal_year.over_above, fiscal_year.descending_enters_as
    )


def month_cells(indicators: Collection[int], *, cut_off: int = 12, scope: Scope = OFFICIAL) -> dict[int, list[Cell]]:
    """The captured months in scope of these indicators, by indicator id; one query."""
    cells: dict[int, list[Cell]] = {indicator_id: [] for indicator_id in indicators}
    for indicator_id, month, n, d in month_pairs(indicators, month=cut_off, scope=scope) if indicators else ():
        cells[indicator_id].append(Cell(month, from_units(n), from_units(d)))
    return cells


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
        retired_from=indicator.retired_from,
        starts_in=indicator.starts_in,
    )


_NO_RESULT = ProgramResult(None, 0, 0, None, calculations.NO_LIGHT)
_BIG = BigIntegerField()
_BY_CODE = attrgetter("code")
_PROGRAM_FIELDS = ("id", "code", "name", "department_id", "strategy_id", "department__name")


class Rule(NamedTuple):
    """What indicators with equal rules share at one cut-off."""

    considered: bool
    last_numerator: bool
    last_denominator: bool
    held: Yardstick


@lru_cache(maxsize=2048)
def rule_at(text: str, month: int, year: Thresholds) -> Rule:
    """What a rule's text means at a cut-off; made once, as it depends on nothing else."""
    rule = split_rule(text)
    spec = IndicatorSpec(
        code="",
        target=from_units(int(rule.target)),
        target_kind=rule.target_kind,
        numerator_mode=rule.numerator_mode,
        denominator_mode=rule.denominator_mode,
        direction=rule.direction,
        frequency=int(rule.frequency),
        schedule=rule.schedule,
        shares=tuple(map(Decimal, json.loads(rule.shares))) if rule.shares else (),
        retired_from=int(rule.retired_from) if rule.retired_from else None,
        starts_in=int(rule.starts_in) if rule.starts_in else 1,
    )
    own = (from_units(int(part)) if part else None for part in (rule.green_from, rule.amber_from, rule.over_above))
    held = calculations.yardstick(spec, month, own_thresholds(*own, year=year))
    return Rule(rule.considered == "1", rule.numerator_mode == LAST, rule.denominator_mode == LAST, held)


# One figure was saved since the page before, and 1,279 indicators have the rows that they had: their results, which
# depend on nothing else, are kept. So are those of programmes whose indicators' are the same.


@lru_cache(maxsize=4096)
def _measured(
    code: str, text: str, month: int, year: Thresholds, n: int | None, d: int | None, months: int | None
) -> IndicatorResult:
    rule = rule_at(text, month, year)
    return calculations.measured(code, rule.considered, rule.held, from_units(n or 0), from_units(d or 0), months or 0)


@lru_cache(maxsize=512)
def _of_program(
    indicators: tuple[IndicatorResult, ...], missing_as_zero: bool, thresholds: Thresholds
) -> ProgramResult:
    return calculations.program_result(indicators, missing_as_zero=missing_as_zero, thresholds=thresholds)


def _empty_sheet(row: Sequence[Any]) -> ProgramSheet:
    pk, code, name, department_id, strategy_id, department, *line = row
    return ProgramSheet(
        pk, code, name, department_id, strategy_id, department, _NO_RESULT, line=PlanLine(*line) if line else None
    )


def _sides(row: tuple[Any, ...] | None, last_numerator: bool, last_denominator: bool) -> tuple[Decimal, Decimal, int]:
    """Both sides accumulated by their own mode (rule 2) and the captured months as bits: none without captures."""
    if row is None:
        return ZERO, ZERO, 0
    _, months, n, d, last_n, last_d = row
    if last_numerator:
        n = unpacked(last_n)
    if last_denominator:
        d = unpacked(last_d)
    return from_units(n), from_units(d), months
