"""Results as JSON writes them: amounts and percentages with exactly 4 decimals, half up, or null (rule 16)."""

from typing import Any

from core.formats import four_decimals
from indicators.calculations import IndicatorResult, ProgramResult


def program_numbers(result: ProgramResult) -> dict[str, Any]:
    return {
        "global": four_decimals(result.global_),
        "considered": result.considered,
        "total": result.total,
        "compliance": four_decimals(result.compliance),
        "light": result.light,
    }


def indicator_numbers(result: IndicatorResult) -> dict[str, Any]:
    return {
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
