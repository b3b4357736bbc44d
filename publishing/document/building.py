"""A month's document out of the database: official results as ``indicators.results`` computes them, with the words,
rules and captured months of the catalogue that they were computed from.

Nothing is computed here. A fixed number of queries whatever the size; the same state of the database gives the same
document. No person is in it, no draft, and nothing that somebody typed with a figure.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings

from core.amounts import from_units
from core.formats import four_decimals
from indicators import calculations
from indicators.calculations import EXPLICIT, ProgramResult, RollUp
from indicators.models import Frequency, Indicator, NoActivity
from indicators.results.rows import RuleText, split_cells, split_rule
from indicators.results.standards import own_thresholds, rule_texts, thresholds_of
from indicators.results.year import OFFICIAL, ProgramSheet, YearRead, read_year, results_from
from programs.models import (
    DEPARTMENT_ORDER,
    Axis,
    Department,
    FiscalYear,
    Objective,
    Program,
    ProgramObjective,
    Strategy,
)
from programs.year_words import about
from reports.canonical_numbers import indicator_numbers, program_numbers

FORMAT = "pmd-cierre/1"
FREQUENCY_NAMES: Mapping[int, str] = {
    Frequency.MONTHLY: "monthly",
    Frequency.BIMONTHLY: "bimonthly",
    Frequency.QUARTERLY: "quarterly",
    Frequency.FOUR_MONTHLY: "four_monthly",
    Frequency.HALF_YEARLY: "half_yearly",
    Frequency.YEARLY: "yearly",
}
LIGHTS_OF_PROGRAMS = (calculations.GREEN, calculations.AMBER, calculations.RED, calculations.NO_LIGHT)


@dataclass(frozen=True, slots=True)
class Link:
    """Where a document stands in the chain. ``previous`` is the closing before it, as documents name it; ``rectified``
    the fingerprint of the version that it rectifies, empty for a first one.
    """

    closed_on: date
    version: int = 1
    previous: Mapping[str, Any] | None = None
    rectified: str = ""
    reason: str = ""
    instrument: str = ""


def document_of(fiscal_year: FiscalYear, month: int, link: Link) -> dict[str, Any]:
    """The document of a year from January to ``month``, in the words of the day on which a locked year was locked."""
    with about(fiscal_year.year):
        year = FiscalYear.objects.select_related("plan").get(pk=fiscal_year.pk)
        programs = Program.objects.filter(fiscal_year=year)
        read = read_year(year, month=month, scope=OFFICIAL, programs=programs)
        results = results_from(year, month, OFFICIAL, read)
        words = _Words.read(year)
    lines = [words.programs[sheet.id] for sheet in results.programs]
    return {
        "format": FORMAT,
        "municipality": settings.PMD_MUNICIPALITY,
        "plan": year.plan.name,
        "year": year.year,
        "month": month,
        **_link(link),
        "rules": _rules(year),
        "departments": [
            {"prefix": row.prefix, "number": row.number, "name": row.name} for row in words.departments.values()
        ],
        "axes": words.tree,
        "programs": [
            _program(sheet, line, read, year, month, words) for sheet, line in zip(results.programs, lines, strict=True)
        ],
        "plan_results": _plan(results.programs, results.plan),
        "axis_results": [
            {"key": axis["key"], **_roll_up(_of(results.programs, lines, "axis", axis["key"]))} for axis in words.tree
        ],
        "department_results": [
            {"prefix": row.prefix, **_roll_up(_of(results.programs, lines, "department", row.prefix))}
            for row in words.departments.values()
        ],
    }


def _link(link: Link) -> dict[str, Any]:
    rectification = None
    if link.rectified:
        rectification = {"of": link.rectified, "reason": link.reason, "instrument": link.instrument or None}
    return {
        "version": link.version,
        "closed_on": link.closed_on.isoformat(),
        "previous": dict(link.previous) if link.previous else None,
        "rectification": rectification,
    }


def _rules(year: FiscalYear) -> dict[str, Any]:
    held = thresholds_of(year)
    return {
        **{name: four_decimals(value) for name, value in held.borders._asdict().items()},
        "missing_as_zero": year.missing_as_zero,
        "descending_enters_as": str(held.descending_enters_as),
    }


# --- Words ---------------------------------------------------------------------------------------------------------


class _Line(NamedTuple):
    """A programme's own words and its place in the plan, by the keys of the document."""

    number: str
    description: str
    department: str
    axis: str
    objective: str
    strategy: str
    previous: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class _Words:
    departments: Mapping[int, Department]
    tree: list[dict[str, Any]]
    programs: Mapping[int, _Line]
    objectives: Mapping[int, list[str]]
    indicators: Mapping[str, dict[str, Any]]

    @classmethod
    def read(cls, year: FiscalYear) -> "_Words":
        programs = Program.objects.filter(fiscal_year=year)
        found = Department.objects.filter(pk__in=programs.values("department")).order_by(*DEPARTMENT_ORDER)
        departments = {row.pk: row for row in found}
        tree, keys = _tree(year)
        lines = {}
        for row in programs.select_related("previous__fiscal_year").order_by("code"):
            lines[row.pk] = _Line(
                row.number,
                row.description,
                departments[row.department_id].prefix,
                *keys[row.strategy_id],
                _former(row.previous),
            )
        objectives: dict[int, list[str]] = defaultdict(list)
        for program_id, text in (
            ProgramObjective.objects.filter(program__fiscal_year=year)
            .order_by("program_id", "position")
            .values_list("program_id", "text")
        ):
            objectives[program_id].append(text)
        return cls(departments, tree, lines, objectives, _indicator_words(year))


def _former(row: Program | Indicator | None) -> dict[str, Any] | None:
    return None if row is None else {"year": row.fiscal_year.year, "code": row.code}


def _tree(year: FiscalYear) -> tuple[list[dict[str, Any]], dict[int, tuple[str, str, str]]]:
    """The plan's hierarchy as the document writes it, and by a strategy's id the keys that lead to it."""
    axes = list(Axis.objects.filter(plan=year.plan_id).order_by("position", "pk"))
    objectives = _by_parent(Objective.objects.filter(axis__plan=year.plan_id), "axis_id")
    strategies = _by_parent(Strategy.objects.filter(objective__axis__plan=year.plan_id), "objective_id")
    tree: list[dict[str, Any]] = []
    keys: dict[int, tuple[str, str, str]] = {}
    for axis_place, (axis, axis_key) in enumerate(_keyed(axes, ""), start=1):
        branches = []
        below = _keyed(objectives[axis.pk], f"{axis_place}.")
        for place, (objective, objective_key) in enumerate(below, start=1):
            leaves = _keyed(strategies[objective.pk], f"{axis_place}.{place}.")
            keys.update({leaf.pk: (axis_key, objective_key, leaf_key) for leaf, leaf_key in leaves})
            named = [{"key": leaf_key, "name": leaf.name} for leaf, leaf_key in leaves]
            branches.append({"key": objective_key, "name": objective.name, "strategies": named})
        tree.append({"key": axis_key, "name": axis.name, "objectives": branches})
    return tree, keys


def _by_parent(rows: Any, parent: str) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows.order_by("position", "pk"):
        found[getattr(row, parent)].append(row)
    return found


def _keyed(rows: Sequence[Any], before: str) -> list[tuple[Any, str]]:
    """Each with its own key or, where it has none, its position, with a «b» where that is another one's own."""
    own = {row.key for row in rows if row.key}
    found = []
    for place, row in enumerate(rows, start=1):
        key = row.key or f"{before}{place}"
        while not row.key and key in own:
            key += "b"
        found.append((row, key))
    return found


def _indicator_words(year: FiscalYear) -> dict[str, dict[str, Any]]:
    rows = Indicator.objects.filter(fiscal_year=year).select_related("action", "previous__fiscal_year")
    return {
        row.code: {
            "code": row.code,
            "official_key": row.official_key or None,
            "action_code": row.action.code,
            "action_official_key": row.action.official_key or None,
            "action": row.action.text,
            "name": row.name,
            "definition": row.definition,
            "source": row.source,
            "responsible_area": row.responsible_area,
            "unit": row.action.unit,
            "previous": _former(row.previous),
            "numerator_label": row.numerator_label,
            "denominator_label": row.denominator_label,
        }
        for row in rows
    }


# --- Programmes and indicators -------------------------------------------------------------------------------------


def _program(
    sheet: ProgramSheet, line: _Line, read: YearRead, year: FiscalYear, month: int, words: _Words
) -> dict[str, Any]:
    rows = {row[1]: row for row in read.members[sheet.id]}
    return {
        "code": sheet.code,
        "number": line.number,
        "name": sheet.name,
        "department": line.department,
        "axis": line.axis,
        "objective": line.objective,
        "strategy": line.strategy,
        "description": line.description,
        "objectives": words.objectives.get(sheet.id, []),
        "previous": line.previous,
        **program_numbers(sheet.result),
        "indicators": [
            {
                **words.indicators[result.code],
                **_rule(split_rule(rule_texts(rows[result.code], month)[-1]), year),
                "months": _months(rows[result.code][5], month),
                **indicator_numbers(result),
            }
            for result in sheet.indicators
        ],
    }


def _rule(rule: RuleText, year: FiscalYear) -> dict[str, Any]:
    """What decides how the months become a result; ``thresholds`` are those that apply, where they are its own."""
    own = [from_units(int(part)) if part else None for part in (rule.green_from, rule.amber_from, rule.over_above)]
    held = own_thresholds(*own, year=thresholds_of(year))
    schedule = calculations.applied_schedule(rule.schedule, rule.target_kind, rule.denominator_mode, rule.direction)
    return {
        "considered": rule.considered == "1",
        "direction": rule.direction,
        "target_kind": rule.target_kind,
        "target": four_decimals(from_units(int(rule.target))),
        "frequency": FREQUENCY_NAMES[int(rule.frequency)],
        "starts_in": int(rule.starts_in) if rule.starts_in else 1,
        "retired_from": int(rule.retired_from) if rule.retired_from else None,
        "schedule": schedule,
        "shares": [four_decimals(Decimal(share)) for share in json.loads(rule.shares)]
        if schedule == EXPLICIT
        else None,
        "numerator_mode": rule.numerator_mode,
        "denominator_mode": rule.denominator_mode,
        "thresholds": (
            None
            if own == [None, None, None]
            else {name: four_decimals(value) for name, value in held.borders._asdict().items()}
        ),
    }


def _months(pairs: str | None, month: int) -> list[dict[str, Any]]:
    return [
        {
            "month": cell.month,
            "numerator": four_decimals(cell.numerator),
            "denominator": four_decimals(cell.denominator),
            "reason": str(NoActivity(cell.no_activity).label) if cell.no_activity else None,
        }
        for cell in split_cells(pairs, month)
    ]


# --- Roll-ups ------------------------------------------------------------------------------------------------------


def _plan(sheets: Sequence[ProgramSheet], plan: RollUp) -> dict[str, Any]:
    lights = Counter(sheet.result.light for sheet in sheets)
    return {
        **_numbers(plan),
        "lights": {light: lights[light] for light in LIGHTS_OF_PROGRAMS},
        "months_captured": sum(sheet.captured for sheet in sheets),
        "months_due": sum(sheet.due for sheet in sheets),
    }


def _of(sheets: Sequence[ProgramSheet], lines: Sequence[_Line], name: str, key: str) -> Iterable[ProgramResult]:
    return (sheet.result for sheet, line in zip(sheets, lines, strict=True) if getattr(line, name) == key)


def _roll_up(results: Iterable[ProgramResult]) -> dict[str, Any]:
    return _numbers(calculations.roll_up(results))


def _numbers(found: RollUp) -> dict[str, Any]:
    return {
        "global": four_decimals(found.global_),
        "compliance": four_decimals(found.compliance),
        "with_data": found.with_data,
        "programs": found.programs,
    }
