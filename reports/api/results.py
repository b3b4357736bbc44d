"""Results at any cut-off and scope: what ``indicators.results`` says, as the pages of the plan read it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from core.formats import four_decimals
from indicators import calculations
from indicators.calculations import RollUp
from indicators.results.year import ProgramSheet, YearResults, load_cut_offs
from reports.address.cutoff import Cut
from reports.address.dimensions import AXIS, DEPARTMENT, Dimension, line_of
from reports.api.asked import MONTH, SCOPE, Narrowing, cuts_of, narrowed, refuse_unknown
from reports.api.columns import (
    AXIS_RESULTS,
    DEPARTMENT_RESULTS,
    INDICATOR_RESULTS,
    LIGHT_WORDS,
    PLAN_RESULTS,
    PROGRAM_RESULTS,
    STATUS_WORDS,
)
from reports.api.tables import Row, Table
from reports.canonical_numbers import indicator_numbers, program_numbers
from reports.plan.programs import coverage, light_counts
from reports.plan.roll_ups import groups_of

PROGRAM_FILTERS = (
    Narrowing(DEPARTMENT.slug, lambda sheet: line_of(sheet).prefix, "una dependencia"),
    Narrowing(AXIS.slug, lambda sheet: str(line_of(sheet).axis_id), "un eje"),
    Narrowing("programa", lambda sheet: sheet.code, "un programa"),
)
_LIGHTS = (calculations.GREEN, calculations.AMBER, calculations.RED, calculations.NO_LIGHT)
Rows = Iterator[Row]


@dataclass(frozen=True, slots=True)
class Results:
    """A table of results: how its rows follow from a cut-off's, and whether it is narrowed to some programmes."""

    table: Table
    rows: Callable[[YearResults, Cut, Sequence[ProgramSheet]], Rows]
    filters: tuple[Narrowing, ...] = ()

    @property
    def parameters(self) -> tuple[str, ...]:
        return (MONTH, SCOPE, *(one.parameter for one in self.filters))


def rows_of(results: Results, request: HttpRequest, year: int) -> tuple[Cut, list[Row]]:
    """The last cut-off that was asked for, and the rows of all of them. Refused for what does not exist."""
    refuse_unknown(request, results.parameters)
    cuts = cuts_of(request, year)
    last = cuts[-1]
    found = load_cut_offs(
        last.fiscal_year, [cut.month for cut in cuts], scope=last.scope, with_names=True, with_lines=True
    )
    rows: list[Row] = []
    for cut, of_cut in zip(cuts, found, strict=True):
        sheets = narrowed(request, of_cut.programs, results.filters, last.fiscal_year)
        rows += results.rows(of_cut, cut, sheets)
    return last, rows


def _cut_values(cut: Cut) -> tuple[int, int, str]:
    return cut.fiscal_year.year, cut.month, cut.scope_slug


def _programs(results: YearResults, cut: Cut, sheets: Sequence[ProgramSheet]) -> Rows:
    for sheet in sheets:
        line, numbers = line_of(sheet), program_numbers(sheet.result)
        yield (
            *_cut_values(cut), sheet.code, sheet.name, line.prefix, str(line.axis_id), numbers["global"],
            numbers["considered"], numbers["total"], numbers["compliance"], LIGHT_WORDS[numbers["light"]],
            sheet.captured, sheet.due,
        )  # fmt: skip


_INDICATOR_NUMBERS = (
    "numerator", "denominator", "percentage", "advance", "expected", "compliance", "annual_compliance",
)  # fmt: skip


def _indicators(results: YearResults, cut: Cut, sheets: Sequence[ProgramSheet]) -> Rows:
    for sheet in sheets:
        line = line_of(sheet)
        for indicator in sheet.indicators:
            numbers: Mapping[str, Any] = indicator_numbers(indicator)
            yield (
                *_cut_values(cut), indicator.code, results.names[indicator.code], sheet.code, line.prefix,
                str(line.axis_id), STATUS_WORDS[numbers["status"]],
                *(numbers[name] for name in _INDICATOR_NUMBERS), LIGHT_WORDS[numbers["light"]],
                numbers["months_captured"], numbers["months_due"],
            )  # fmt: skip


def _in_groups(dimension: Dimension) -> Callable[[YearResults, Cut, Sequence[ProgramSheet]], Rows]:
    def rows(results: YearResults, cut: Cut, sheets: Sequence[ProgramSheet]) -> Rows:
        for group in groups_of(dimension, results.programs, results.programs):
            yield _group(cut, group.key, group.name, group.sheets, group.roll_up)

    return rows


def _plan(results: YearResults, cut: Cut, sheets: Sequence[ProgramSheet]) -> Rows:
    yield _group(cut, "plan", results.fiscal_year.plan.name, results.programs, results.plan)


def _group(cut: Cut, key: str, name: str, sheets: Sequence[ProgramSheet], roll_up: RollUp) -> Row:
    lights = {count.light: count.programs for count in light_counts(sheets)}
    return (
        *_cut_values(cut), key, name, roll_up.programs, roll_up.with_data, four_decimals(roll_up.global_),
        four_decimals(roll_up.compliance), *(lights[light] for light in _LIGHTS), *coverage(sheets),
    )  # fmt: skip


RESULTS = (
    Results(PLAN_RESULTS, _plan),
    Results(AXIS_RESULTS, _in_groups(AXIS)),
    Results(DEPARTMENT_RESULTS, _in_groups(DEPARTMENT)),
    Results(PROGRAM_RESULTS, _programs, PROGRAM_FILTERS),
    Results(INDICATOR_RESULTS, _indicators, PROGRAM_FILTERS),
)
