"""The plan on one page: view models whose numbers are already written, because the template prints hundreds of rows."""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse

from core.formats import percent
from indicators import calculations
from indicators.results import ProgramSheet, YearResults
from reports import words
from reports.cutoff import Cut


class LeftOut(NamedTuple):
    """An indicator that is not in its programme's global, and why."""

    code: str
    name: str
    reason: str


class ProgramRow(NamedTuple):
    """One programme. The template unpacks it in this order: looking up names is what costs there."""

    code: str
    name: str
    url: str
    department: str
    global_: str
    considered: str
    left_out: list[LeftOut]
    compliance: str
    light: str
    coverage: str
    incomplete: bool


@dataclass(frozen=True, slots=True)
class LightCount:
    light: str
    programs: int


@dataclass(frozen=True, slots=True)
class Headline:
    """The figures above the table (rule 14: means over programmes, never means of means)."""

    programs: int
    with_data: int
    mean: str
    compliance: str
    coverage: str
    lights: tuple[LightCount, ...]


@dataclass(frozen=True, slots=True)
class Dashboard:
    plan: str
    headline: Headline
    rows: list[ProgramRow]


LIGHTS_SHOWN = (calculations.GREEN, calculations.AMBER, calculations.RED, calculations.NO_LIGHT)


def dashboard(results: YearResults, cut: Cut) -> Dashboard:
    """The page of a year that was loaded ``with_names``."""
    missing_as_zero = results.fiscal_year.missing_as_zero
    # One address is resolved and the others are made from it: resolving 161 costs more than drawing them.
    pattern = reverse("reports:program", args=[results.fiscal_year.year, "CODE"]) + cut.query
    rows = [_row(sheet, results.names, missing_as_zero, pattern) for sheet in results.programs]
    return Dashboard(results.fiscal_year.plan.name, headline(results), rows)


def headline(results: YearResults) -> Headline:
    roll_up = results.plan
    lights = Counter(sheet.result.light for sheet in results.programs)
    captured, due = _coverage(results.programs)
    return Headline(
        programs=roll_up.programs,
        with_data=roll_up.with_data,
        mean=percent(roll_up.global_, empty="sin datos"),
        compliance=percent(roll_up.compliance, empty="sin datos"),
        coverage=words.months_captured(captured, due),
        lights=tuple(LightCount(light, lights[light]) for light in LIGHTS_SHOWN),
    )


def considered_words(sheet_considered: int, total: int) -> str:
    """«3 de 4 considerados»: rule 6 shows it with every global."""
    if not total:
        return "sin indicadores"
    return f"{sheet_considered} de {total} {'considerado' if total == 1 else 'considerados'}"


def _row(sheet: ProgramSheet, names: dict[str, str], missing_as_zero: bool, pattern: str) -> ProgramRow:
    result = sheet.result
    captured, due = _coverage([sheet])
    left_out = []
    for indicator in sheet.indicators:
        if indicator.percentage is None or not indicator.considered:
            reason = words.left_out_reason(indicator, missing_as_zero=missing_as_zero)
            if reason:
                left_out.append(LeftOut(indicator.code, names[indicator.code], reason))
    return ProgramRow(
        sheet.code,
        sheet.name,
        pattern.replace("CODE", sheet.code),
        sheet.department,
        percent(result.global_, empty="sin datos"),
        considered_words(result.considered, result.total),
        left_out,
        percent(result.compliance),
        result.light,
        words.months_captured(captured, due) if sheet.indicators else "—",
        captured < due,
    )


def _coverage(sheets: list[ProgramSheet]) -> tuple[int, int]:
    """Months captured and due of the indicators on which the globals rest: those that the catalogue considers."""
    captured = due = 0
    for sheet in sheets:
        for indicator in sheet.indicators:
            if indicator.considered:
                captured += indicator.months_captured
                due += indicator.months_due
    return captured, due
