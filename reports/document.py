"""Results as one document of texts, the form in which ``results --format json`` prints them and papers seal them."""

from typing import Any

from core.pdf import fingerprint
from indicators.results import ProgramSheet, YearResults
from reports.numbers import indicator_numbers, program_numbers


def results_document(results: YearResults) -> dict[str, Any]:
    """In code order; numbers with 4 decimals, half up, or None (rule 16)."""
    return {
        "plan": results.fiscal_year.plan.name,
        "year": results.fiscal_year.year,
        "month": results.month,
        "scope": results.scope,
        "programs": [_program(sheet) for sheet in results.programs],
    }


def results_fingerprint(*results: YearResults) -> str:
    """SHA-256 of these results: whoever runs ``results --format json`` can work it out again."""
    return fingerprint([results_document(found) for found in results])


def _program(sheet: ProgramSheet) -> dict[str, Any]:
    return {
        "code": sheet.code,
        "name": sheet.name,
        **program_numbers(sheet.result),
        "indicators": [indicator_numbers(indicator) for indicator in sheet.indicators],
    }
