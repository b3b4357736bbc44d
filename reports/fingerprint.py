"""Results as one document of texts, the form in which ``results --format json`` prints them and papers seal them."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from core.pdf import canonical
from indicators.results.year import ProgramFigures, ProgramSheet, YearResults, load_cut_offs
from programs.models import Program
from reports.address.cutoff import Cut
from reports.canonical_numbers import indicator_numbers, program_numbers


def results_document(results: YearResults, *, indicators: list[str] | None = None) -> dict[str, Any]:
    """In code order; numbers with 4 decimals, half up, or None (rule 16). ``indicators`` stands for those of each."""
    return {
        "plan": results.fiscal_year.plan.name,
        "year": results.fiscal_year.year,
        "month": results.month,
        "scope": results.scope,
        "programs": [_program(sheet, indicators) for sheet in results.programs],
    }


def results_fingerprint(*results: YearResults) -> str:
    """SHA-256 of these results: whoever runs ``results --format json`` can work it out again."""
    return hashlib.sha256(canonical_results(results)).hexdigest()


def canonical_results(results: Sequence[YearResults]) -> bytes:
    """``canonical`` of their documents, the text of each programme's indicators written once a process and figures."""
    documents = [results_document(found, indicators=_MARK) for found in results]
    outside = canonical(documents).split(_WRITTEN_MARK)
    inside = [_indicators_text(sheet.figures) for found in results for sheet in found.programs]
    pieces = [piece for between in zip(outside, [*inside, b""], strict=True) for piece in between]
    return b"".join(pieces)


# Stands for a programme's indicators; a name with a control character is refused long before it comes here, and one
# that only looks like the mark has its quotation marks escaped.
_MARK = ["\x00"]
_WRITTEN_MARK = b'"\\u0000"'


@lru_cache(maxsize=1024)
def _indicators_text(figures: ProgramFigures) -> bytes:
    return b",".join(canonical(indicator_numbers(result)) for result in figures.indicators)


def sealed_numbers(cut: Cut, since: int = 0, programs: QuerySet[Program] | None = None) -> bytes:
    """The file whose SHA-256 a paper carries: the results at the cut-off and, from January to ``since``, before it."""
    months = (cut.month, since) if since else (cut.month,)
    return canonical_results(load_cut_offs(cut.fiscal_year, months, scope=cut.scope, programs=programs))


def _program(sheet: ProgramSheet, indicators: list[str] | None) -> dict[str, Any]:
    return {
        "code": sheet.code,
        "name": sheet.name,
        **program_numbers(sheet.result),
        "indicators": indicators or [indicator_numbers(indicator) for indicator in sheet.indicators],
    }
