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


# The format in which papers seal their numbers today, which they print beside the fingerprint, and those of before.
# 1: without ``advance``.
PAPER_FORMAT = 2
PAPER_FORMATS = (1, 2)
_LATER = {"advance": 2}  # since which format a number is there


def indicator_numbers(result: IndicatorResult, paper_format: int = PAPER_FORMAT) -> dict[str, Any]:
    numbers = _indicator_numbers(result)
    return {name: value for name, value in numbers.items() if _LATER.get(name, 1) <= paper_format}


def _indicator_numbers(result: IndicatorResult) -> dict[str, Any]:
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
