"""The worked cases of docs/calculation.md, for the pure functions and for the database alike."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.formats import four_decimals
from indicators.calculations import (
    EXPLICIT,
    Cell,
    IndicatorResult,
    IndicatorSpec,
    ProgramResult,
    Thresholds,
    accumulate,
    indicator_result,
    program_result,
)

DATA = Path(__file__).parent.parent / "data"
# The contract's own cases, and those of the retirement (rule 4a), which it leaves to this project.
CASES: list[dict[str, Any]] = [
    case
    for name in ("calculation-cases.json", "retirement-cases.json")
    for case in json.loads((DATA / name).read_text(encoding="utf-8"))
]
FREQUENCIES = {"monthly": 1, "bimonthly": 2, "quarterly": 3, "four_monthly": 4, "half_yearly": 6, "yearly": 12}


def case_id(case: dict[str, Any]) -> str:
    return case["name"]


def spec_of(indicator: dict[str, Any], month: int) -> IndicatorSpec:
    target = indicator["target"]
    for effective, adjusted in sorted((int(m), value) for m, value in indicator.get("adjustments", {}).items()):
        if effective <= month:
            target = adjusted
    shares = tuple(Decimal(share) for share in indicator.get("schedule", ()))
    return IndicatorSpec(
        code=indicator["code"],
        target=Decimal(target),
        target_kind=indicator["target_kind"],
        numerator_mode=indicator["numerator_mode"],
        denominator_mode=indicator["denominator_mode"],
        considered=indicator["considered"],
        direction=indicator["direction"],
        frequency=FREQUENCIES[indicator.get("frequency", "monthly")],
        schedule=EXPLICIT if shares else "",
        shares=shares,
        retired_from=indicator.get("retired_from"),
        starts_in=indicator.get("starts", 1),
    )


def cells_in_scope(indicator: dict[str, Any], month: int, scope: str) -> list[Cell]:
    """The scope of the document, written out a second time on purpose: the SQL path is compared with it."""
    cells = []
    for text, (numerator, denominator, state, *validated) in indicator["cells"].items():
        pair = validated[0] if validated else None
        if state == "validated" or (scope == "preliminary" and state == "submitted"):
            pair = [numerator, denominator]
        if pair and int(text) <= month:
            cells.append(Cell(int(text), Decimal(pair[0]), Decimal(pair[1])))
    return cells


def pure_results(case: dict[str, Any]) -> tuple[ProgramResult, list[IndicatorResult]]:
    results = []
    for indicator in case["indicators"]:
        spec = spec_of(indicator, case["month"])
        cells = cells_in_scope(indicator, case["month"], case["scope"])
        accumulated = (
            accumulate(cells, numerator_mode=spec.numerator_mode, denominator_mode=spec.denominator_mode)
            if cells
            else None
        )
        results.append(indicator_result(spec, accumulated, case["month"], Thresholds()))
    program = program_result(results, missing_as_zero=case.get("missing_as_zero", False), thresholds=Thresholds())
    return program, results


def as_strings(program: ProgramResult, results: list[IndicatorResult]) -> dict[str, Any]:
    """In the document's own form: 4 decimals, half up, or null."""
    return {
        "global": four_decimals(program.global_),
        "considered": program.considered,
        "total": program.total,
        "compliance": four_decimals(program.compliance),
        "light": program.light,
        "indicators": [
            {
                "code": result.code,
                "status": result.status,
                "numerator": four_decimals(result.numerator),
                "denominator": four_decimals(result.denominator),
                "percentage": four_decimals(result.percentage),
                "advance": four_decimals(result.advance),
                "expected": four_decimals(result.expected),
                "compliance": four_decimals(result.compliance),
                "annual_compliance": four_decimals(result.annual_compliance),
                "light": result.light,
                "months_captured": result.months_captured,
                "months_due": result.months_due,
            }
            for result in results
        ],
    }
