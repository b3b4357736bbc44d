"""Everything that a document states, worked out again from the document alone: its months, rules and targets.

No database: whoever holds the file can ask. A document that somebody wrote badly is a fault like any other.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.formats import four_decimals
from indicators.calculations import (
    EXPLICIT,
    MONTHS,
    Accumulated,
    Cell,
    IndicatorResult,
    IndicatorSpec,
    ProgramResult,
    Thresholds,
    accumulate,
    indicator_result,
    program_result,
    roll_up,
)
from publishing.document.building import FORMAT, FREQUENCY_NAMES, LIGHTS_OF_PROGRAMS
from reports.canonical_numbers import indicator_numbers, program_numbers

_FREQUENCIES = {name: step for step, name in FREQUENCY_NAMES.items()}
_WORDS = {
    "status": "el estado",
    "numerator": "el numerador acumulado",
    "denominator": "el denominador acumulado",
    "percentage": "el porcentaje",
    "advance": "el avance",
    "expected": "lo esperado",
    "compliance": "el cumplimiento",
    "annual_compliance": "el cumplimiento anual",
    "light": "el semáforo",
    "months_captured": "los meses capturados",
    "months_due": "los meses que corresponden",
    "global": "el indicador global",
    "considered": "los considerados",
    "total": "el total de indicadores considerados",
    "with_data": "los programas con datos",
    "programs": "los programas",
    "lights": "los semáforos",
}
_UNREADABLE = (KeyError, TypeError, ValueError, ArithmeticError, IndexError, AttributeError)


@dataclass(frozen=True, slots=True)
class Fault:
    """A figure that is not what follows from the document. ``figure`` is the code or the group and ``name`` the field;
    both numbers as the document writes them. Without a ``name`` the part cannot be read at all.
    """

    figure: str
    name: str = ""
    written: Any = None
    found: Any = None

    def __str__(self) -> str:
        if not self.name:
            return f"{self.figure}: no se puede leer o no está completo."
        what = _WORDS.get(self.name, self.name)
        return f"{self.figure}: {what} dice {_said(self.written)} y se calcula {_said(self.found)}."


def faults_of(document: Mapping[str, Any]) -> list[Fault]:
    """Every figure of the document that does not follow from it, in its order; none is as it should be."""
    found: list[Fault] = []
    try:
        if document["format"] != FORMAT:
            return [Fault("format", "format", document["format"], FORMAT)]
        rules = document["rules"]
        thresholds = _thresholds(rules, rules["descending_enters_as"])
        month, missing_as_zero = document["month"], bool(rules["missing_as_zero"])
        programs = document["programs"]
        if month not in MONTHS or not isinstance(programs, list):
            return [Fault("documento")]
    except _UNREADABLE:
        return [Fault("documento")]
    results: list[_Program] = []
    for place, program in enumerate(programs, start=1):
        try:
            made, faults = _program(program, month, thresholds, missing_as_zero)
        except _UNREADABLE:
            found.append(Fault(_code(program) or f"programa {place}"))
        else:
            results.append(made)
            found += faults
    if len(results) == len(programs):
        found += _roll_ups(document, results)
    return found


def _code(part: Any) -> str:
    return str(part.get("code", "")) if isinstance(part, Mapping) else ""


@dataclass(frozen=True, slots=True)
class _Program:
    department: str
    axis: str
    result: ProgramResult
    captured: int
    due: int


def _program(
    program: Mapping[str, Any], month: int, thresholds: Thresholds, missing_as_zero: bool
) -> tuple[_Program, list[Fault]]:
    results: list[IndicatorResult] = []
    faults: list[Fault] = []
    for indicator in program["indicators"]:
        try:
            result = _indicator(indicator, month, thresholds)
        except _UNREADABLE:
            faults.append(Fault(_code(indicator) or f"un indicador de {program['code']}"))
            continue
        results.append(result)
        faults += _compared(result.code, indicator, indicator_numbers(result))
    made = program_result(results, missing_as_zero=missing_as_zero, thresholds=thresholds)
    if len(results) == len(program["indicators"]):
        faults += _compared(program["code"], program, program_numbers(made))
    considered = [result for result in results if result.considered]
    return (
        _Program(
            program["department"],
            program["axis"],
            made,
            sum(result.months_captured for result in considered),
            sum(result.months_due for result in considered),
        ),
        faults,
    )


def _indicator(indicator: Mapping[str, Any], month: int, thresholds: Thresholds) -> IndicatorResult:
    spec = spec_of(indicator)
    cells = cells_of(indicator, month)
    held = thresholds
    if indicator["thresholds"] is not None:
        held = _thresholds(indicator["thresholds"], thresholds.descending_enters_as)
    accumulated: Accumulated | None = None
    if cells:
        accumulated = accumulate(cells, numerator_mode=spec.numerator_mode, denominator_mode=spec.denominator_mode)
    return indicator_result(spec, accumulated, month, held)


def spec_of(indicator: Mapping[str, Any]) -> IndicatorSpec:
    """What the arithmetic needs of an indicator of a document. KeyError, TypeError or ArithmeticError of a bad one."""
    shares = indicator["shares"] if indicator["schedule"] == EXPLICIT else ()
    return IndicatorSpec(
        code=indicator["code"],
        target=Decimal(indicator["target"]),
        target_kind=indicator["target_kind"],
        numerator_mode=indicator["numerator_mode"],
        denominator_mode=indicator["denominator_mode"],
        considered=indicator["considered"],
        direction=indicator["direction"],
        frequency=_FREQUENCIES[indicator["frequency"]],
        schedule=indicator["schedule"],
        shares=tuple(map(Decimal, shares)),
        retired_from=indicator["retired_from"],
        starts_in=indicator["starts_in"],
    )


def cells_of(indicator: Mapping[str, Any], month: int) -> list[Cell]:
    """The captured months. ValueError where one is twice there or lies after the cut-off."""
    cells = [
        Cell(one["month"], Decimal(one["numerator"]), Decimal(one["denominator"]), one["reason"] or "")
        for one in indicator["months"]
    ]
    months = [cell.month for cell in cells]
    if months != sorted(set(months)) or any(one not in MONTHS or one > month for one in months):
        raise ValueError("months of a document are in order, once each, up to the cut-off")
    return cells


def _thresholds(written: Mapping[str, Any], enters_as: str) -> Thresholds:
    return Thresholds(
        Decimal(written["green_from"]), Decimal(written["amber_from"]), Decimal(written["over_above"]), enters_as
    )


def _roll_ups(document: Mapping[str, Any], programs: list[_Program]) -> Iterator[Fault]:
    lights = Counter(program.result.light for program in programs)
    plan = {
        **_rolled([program.result for program in programs]),
        "lights": {light: lights[light] for light in LIGHTS_OF_PROGRAMS},
        "months_captured": sum(program.captured for program in programs),
        "months_due": sum(program.due for program in programs),
    }
    written = document.get("plan_results")
    yield from _compared("el plan", written, plan) if isinstance(written, Mapping) else [Fault("el plan")]
    yield from _groups(document, "axis_results", "key", "axes", "eje", programs, lambda program: program.axis)
    yield from _groups(
        document, "department_results", "prefix", "departments", "dependencia", programs, lambda one: one.department
    )


def _groups(
    document: Mapping[str, Any],
    part: str,
    key: str,
    declared: str,
    word: str,
    programs: list[_Program],
    of: Callable[[_Program], str],
) -> Iterator[Fault]:
    """Each declared group is stated once, and every programme belongs to one of them."""
    try:
        names = [row[key] for row in document[declared]]
        written = {row[key]: row for row in document[part]}
        if names != [row[key] for row in document[part]] or not set(map(of, programs)) <= set(names):
            yield Fault(part)
            return
    except _UNREADABLE:
        yield Fault(part)
        return
    for name in names:
        found = _rolled([program.result for program in programs if of(program) == name])
        yield from _compared(f"{word} {name}", written[name], found)


def _rolled(results: list[ProgramResult]) -> dict[str, Any]:
    found = roll_up(results)
    return {
        "global": four_decimals(found.global_),
        "compliance": four_decimals(found.compliance),
        "with_data": found.with_data,
        "programs": found.programs,
    }


def _compared(figure: str, written: Mapping[str, Any], found: Mapping[str, Any]) -> list[Fault]:
    return [
        Fault(figure, name, written.get(name, ""), value)
        for name, value in found.items()
        if name not in written or written[name] != value
    ]


def _said(value: Any) -> str:
    return "«ninguno»" if value is None else str(value)
