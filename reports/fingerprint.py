"""Results as one document of texts, the form in which ``results --format json`` prints them and papers seal them."""

from typing import Any

from django.db.models import QuerySet

from core.pdf import canonical, fingerprint
from indicators.results.year import ProgramSheet, YearResults, load_results
from programs.models import Program
from reports.address.cutoff import Cut
from reports.canonical_numbers import indicator_numbers, program_numbers


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


def sealed_numbers(cut: Cut, since: int = 0, programs: QuerySet[Program] | None = None) -> bytes:
    """The file whose SHA-256 a paper carries: the results at the cut-off and, from January to ``since``, before it."""
    months = (cut.month, since) if since else (cut.month,)
    found = [load_results(cut.fiscal_year, month=month, scope=cut.scope, programs=programs) for month in months]
    return canonical([results_document(results) for results in found])


def _program(sheet: ProgramSheet) -> dict[str, Any]:
    return {
        "code": sheet.code,
        "name": sheet.name,
        **program_numbers(sheet.result),
        "indicators": [indicator_numbers(indicator) for indicator in sheet.indicators],
    }
