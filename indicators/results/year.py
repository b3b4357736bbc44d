"""Reads: one query for the captures of a year, then ``calculations``, for any set of programmes at once.

The number of queries does not depend on how many programmes, indicators or captures there are.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery

from core.amounts import from_units
from core.keeping import Same
from indicators import calculations
from indicators.calculations import (
    LAST,
    ZERO,
    Accumulated,
    Cell,
    IndicatorResult,
    ProgramResult,
    RollUp,
)
from indicators.models import Indicator, TargetAdjustment
from indicators.results.kept import IndicatorRow, ProgramRows, YearRead, program_of, read_whole_year
from indicators.results.rows import (
    NAMED,
    NAMED_IN_LINES,
    captures,
    indicator_rows,
    month_pairs,
    plan_rows,
    program_rows,
    split_pairs,
    split_reasons,
    unpacked,
)
from indicators.results.scope import OFFICIAL, PRELIMINARY, Scope
from indicators.results.standards import (
    Rule,
    Standard,
    indicator_thresholds,
    own_thresholds,
    rule_at,
    rule_texts,
    spec_of,
    standard_at,
    thresholds_of,
)
from programs.models import FiscalYear, Program
from programs.year_words import in_words, with_words, words_of

__all__ = [
    "OFFICIAL", "PRELIMINARY", "IndicatorRow", "PlanLine", "ProgramFigures", "ProgramSheet", "Rule", "Scope",
    "Standard", "YearRead",
    "YearResults", "indicator_thresholds", "load_cut_offs", "load_results", "month_cells", "own_thresholds",
    "read_year", "results_from", "results_of", "rule_at", "rule_texts", "spec_of", "standard_at", "thresholds_of",
    "with_target_in_force",
]  # fmt: skip


class PlanLine(NamedTuple):
    """Where a programme stands: its department and what it hangs from. Places are those within their parent."""

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


@dataclass(frozen=True, slots=True)
class ProgramFigures:
    """A programme at a cut-off, whatever it is called: what depends on its indicators' rows alone.

    What is drawn from them alone may be kept by them: they are the same object as long as their rows are the same.
    ``captured_last`` and ``due_last`` are of the cut-off's own month.
    """

    indicators: tuple[IndicatorResult, ...]
    result: ProgramResult
    captured: int
    due: int
    late: int
    undated: int
    captured_last: int
    due_last: int
    names: tuple[tuple[str, str], ...]
    descending: tuple[str, ...]
    by_amount: tuple[str, ...]

    __hash__ = object.__hash__


@dataclass(slots=True)
class ProgramSheet:
    """One programme at a cut-off, with its indicators in code order; ``line`` where it was asked for.

    ``captured`` and ``due`` are the months of the indicators that the catalogue considers. Where the line was asked
    for: ``late``, how many of the captured were first submitted after their date; ``undated``, how many were migrated
    and have no date of submission, none of them among the late. Of these, only months that are due count.
    """

    id: int
    code: str
    name: str
    department_id: int
    strategy_id: int
    department: str
    result: ProgramResult
    indicators: list[IndicatorResult]
    figures: ProgramFigures
    line: PlanLine | None = None

    @property
    def captured(self) -> int:
        return self.figures.captured

    @property
    def due(self) -> int:
        return self.figures.due

    @property
    def late(self) -> int:
        return self.figures.late

    @property
    def undated(self) -> int:
        return self.figures.undated


@dataclass(frozen=True, slots=True)
class YearResults:
    """A fiscal year from January to ``month`` (the cut-off) in one scope; programmes in code order.

    ``programs`` is the same object as long as nothing of them changed (``kept``).
    ``names`` are the indicators' names by code, ``descending`` the codes of those whose target is a maximum: where the
    names were asked for, otherwise empty.
    """

    fiscal_year: FiscalYear
    month: int
    scope: Scope
    programs: Sequence[ProgramSheet]
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
    (found,) = load_cut_offs(
        fiscal_year, (month,), scope=scope, programs=programs, with_names=with_names, with_lines=with_lines
    )
    return found


def load_cut_offs(
    fiscal_year: FiscalYear,
    months: Sequence[int],
    *,
    scope: Scope = OFFICIAL,
    programs: QuerySet[Program] | None = None,
    with_names: bool = False,
    with_lines: bool = False,
) -> list[YearResults]:
    """The same at each of those cut-offs, from one reading of the months; 2 queries."""
    read = read_year(
        fiscal_year, month=max(months), scope=scope, programs=programs, with_names=with_names, with_lines=with_lines
    )
    return [results_from(fiscal_year, month, scope, read, with_names=with_names) for month in months]


def read_year(
    fiscal_year: FiscalYear,
    *,
    month: int,
    scope: Scope,
    programs: QuerySet[Program] | None = None,
    with_names: bool = False,
    with_lines: bool = False,
    with_delays: bool | None = None,
    with_names_of_then: bool = True,
) -> YearRead:
    """Those programmes (all of the year by default) with what is captured up to the month, or more; 2 queries.

    Late and undated captures are read along with the lines unless ``with_delays`` says otherwise; whoever shows no
    names does not ask for those of a locked year.
    """
    if programs is None and (kept := read_whole_year(fiscal_year.pk, scope)) is not None:
        worded = _worded(fiscal_year, kept) if with_names_of_then else kept
        return worded if with_lines else _without_lines(worded)
    rows: Sequence[Sequence[Any]]
    if programs is not None:
        rows = in_words(fiscal_year, list(programs.order_by().values_list(*_PROGRAM_FIELDS)), NAMED)
    elif with_lines:
        rows = plan_rows(fiscal_year)
    else:
        rows = program_rows(fiscal_year)
    members: dict[int, list[IndicatorRow]] = {row[0]: [] for row in rows}
    for row in indicator_rows(
        fiscal_year.pk,
        month=month,
        scope=scope,
        program_ids=None if programs is None else list(members),
        with_names=with_names,
        with_delays=with_lines if with_delays is None else with_delays,
    ):
        members[row[0]].append(row)
    return YearRead(rows, {program_id: program_of(found) for program_id, found in members.items()})


def _worded(fiscal_year: FiscalYear, read: YearRead) -> YearRead:
    """With the names of a locked year."""
    words = words_of(fiscal_year)
    return _renamed(read, tuple(sorted(words.items()))) if words else read


@lru_cache(maxsize=16)
def _renamed(read: YearRead, words: tuple[tuple[tuple[str, int], str], ...]) -> YearRead:
    return replace(read, programs=with_words(dict(words), read.programs, NAMED_IN_LINES))


@lru_cache(maxsize=16)
def _without_lines(read: YearRead) -> YearRead:
    return replace(read, programs=[row[: len(_PROGRAM_FIELDS)] for row in read.programs])


def results_from(
    fiscal_year: FiscalYear, month: int, scope: Scope, read: YearRead, *, with_names: bool = False
) -> YearResults:
    """At a cut-off of what was read up to it, or further."""
    make = _sheets if read.is_kept else _sheets.__wrapped__
    sheets, names, descending = make(read, standard_at(fiscal_year, month))
    if not with_names:
        names, descending = {}, frozenset()
    return YearResults(fiscal_year, month, scope, sheets, names, descending)


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
        sides = _accumulated(accumulated.get(indicator.pk), spec.numerator_mode == LAST, spec.denominator_mode == LAST)
        found[indicator.pk] = calculations.indicator_result(
            spec, sides, month, indicator_thresholds(indicator, year_thresholds)
        )
    return found


def month_cells(indicators: Collection[int], *, cut_off: int = 12, scope: Scope = OFFICIAL) -> dict[int, list[Cell]]:
    """The captured months in scope of these indicators, by indicator id; one query."""
    cells: dict[int, list[Cell]] = {indicator_id: [] for indicator_id in indicators}
    for indicator_id, month, n, d, reason in month_pairs(indicators, month=cut_off, scope=scope) if indicators else ():
        cells[indicator_id].append(Cell(month, from_units(n), from_units(d), reason or ""))
    return cells


_BY_CODE = attrgetter("code")
_PROGRAM_FIELDS = ("id", "code", "name", "department_id", "strategy_id", "department__name")


# Since the page before one figure was saved, and 160 programmes have the rows that they had. What is worked out of
# these rows depends on nothing else, and is kept by all of them: rows are read every time, and another one is worked
# out anew.


@lru_cache(maxsize=1024)
def _program_at(rows: ProgramRows, standard: Standard) -> ProgramFigures:
    captured = due = late = undated = captured_last = due_last = 0
    last = 1 << standard.month
    found: list[IndicatorResult] = []
    descending, by_amount = [], []
    for row in rows:
        _, code, text, _, adjusted, pairs, late_months, undated_months = row
        if adjusted:
            text = rule_texts(row, standard.month)[-1]
        rule = rule_at(text, standard.month, standard.thresholds)
        n, d, months = calculations.accumulate_by_month(
            split_pairs(pairs),
            last_numerator=rule.last_numerator,
            last_denominator=rule.last_denominator,
            cut_off=standard.month,
        )[-1]
        reason = "" if n or d or not months else calculations.only_reason(split_reasons(pairs, standard.month))
        result = calculations.measured(code, rule.considered, rule.held, from_units(n), from_units(d), months, reason)
        found.append(result)
        if rule.held.descending:
            descending.append(code)
        if not rule.held.by_percentage:
            by_amount.append(code)
        if rule.considered:
            captured += result.months_captured
            due += result.months_due
            late += ((late_months or 0) & rule.held.due_mask).bit_count()
            undated += ((undated_months or 0) & rule.held.due_mask).bit_count()
            if rule.held.due_mask & last:
                due_last += 1
                captured_last += bool(months & last)
    found.sort(key=_BY_CODE)
    of_all = calculations.program_result(
        found, missing_as_zero=standard.missing_as_zero, thresholds=standard.thresholds
    )
    names = tuple((row[1], row[3]) for row in rows)
    return ProgramFigures(
        tuple(found),
        of_all,
        captured,
        due,
        late,
        undated,
        captured_last,
        due_last,
        names,
        tuple(descending),
        tuple(by_amount),
    )


@lru_cache(maxsize=48)
def _sheets(read: YearRead, standard: Standard) -> tuple[tuple[ProgramSheet, ...], dict[str, str], frozenset[str]]:
    """In code order, with the names of their indicators and the codes of the descending ones."""
    sheets: list[ProgramSheet] = []
    names: dict[str, str] = {}
    descending: set[str] = set()
    for row in read.programs:
        found = _program_at(read.members[row[0]], standard)
        sheets.append(_sheet(row, found))
        names.update(found.names)
        descending.update(found.descending)
    kind = Same if read.is_kept else tuple
    return kind(sorted(sheets, key=_BY_CODE)), names, frozenset(descending)


def _sheet(row: Sequence[Any], found: ProgramFigures) -> ProgramSheet:
    pk, code, name, department_id, strategy_id, department, *line = row
    return ProgramSheet(
        pk,
        code,
        name,
        department_id,
        strategy_id,
        department,
        found.result,
        list(found.indicators),
        found,
        PlanLine(*line) if line else None,
    )


def _accumulated(row: tuple[Any, ...] | None, last_numerator: bool, last_denominator: bool) -> Accumulated:
    """Both sides accumulated by their own mode (rule 2) and the captured months as bits: none without captures."""
    if row is None:
        return Accumulated(ZERO, ZERO, 0)
    _, months, n, d, last_n, last_d, reason = row
    if last_numerator:
        n = unpacked(last_n)
    if last_denominator:
        d = unpacked(last_d)
    return Accumulated(from_units(n), from_units(d), months, "" if n or d else reason)
