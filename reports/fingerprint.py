"""Results as one document of texts, the form in which ``results --format json`` prints them and papers seal them."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from core.pdf import canonical
from indicators.results.year import ProgramFigures, YearResults, load_cut_offs
from programs.models import Program
from reports.address.cutoff import Cut
from reports.canonical_numbers import PAPER_FORMAT, indicator_numbers, program_numbers


def results_document(
    results: YearResults, *, programs: list[str] | None = None, paper_format: int = PAPER_FORMAT
) -> dict[str, Any]:
    """In code order; numbers with 4 decimals, half up, or None (rule 16). ``programs`` stands for all of them."""
    return {
        "plan": results.fiscal_year.plan.name,
        "year": results.fiscal_year.year,
        "month": results.month,
        "scope": results.scope,
        "programs": programs
        or [_program(sheet.figures, sheet.code, sheet.name, paper_format) for sheet in results.programs],
    }


def results_fingerprint(*results: YearResults) -> str:
    """SHA-256 of these results: whoever runs ``results --format json`` can work it out again."""
    return hashlib.sha256(canonical_results(results)).hexdigest()


def canonical_results(results: Sequence[YearResults]) -> bytes:
    """``canonical`` of their documents, the text of each programme written once a process and figures."""
    documents = [results_document(found, programs=_MARK) for found in results]
    outside = canonical(documents).split(_WRITTEN_MARK)
    inside = [
        b",".join([_program_text(sheet.figures, sheet.code, sheet.name) for sheet in found.programs])
        for found in results
    ]
    pieces = [piece for between in zip(outside, [*inside, b""], strict=True) for piece in between]
    return b"".join(pieces)


# Stands for a plan's programmes; a name with a control character is refused long before it comes here, and one
# that only looks like the mark has its quotation marks escaped.
_MARK = ["\x00"]
_WRITTEN_MARK = b'"\\u0000"'


@lru_cache(maxsize=1024)
def _program_text(figures: ProgramFigures, code: str, name: str) -> bytes:
    return canonical(_program(figures, code, name))


def sealed_numbers(cut: Cut, since: int = 0, programs: QuerySet[Program] | None = None) -> bytes:
    """The file whose SHA-256 a paper carries: the results at the cut-off and, from January to ``since``, before it."""
    months = (cut.month, since) if since else (cut.month,)
    return canonical_results(load_cut_offs(cut.fiscal_year, months, scope=cut.scope, programs=programs))


def _program(figures: ProgramFigures, code: str, name: str, paper_format: int = PAPER_FORMAT) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        **program_numbers(figures.result),
        "indicators": [indicator_numbers(indicator, paper_format) for indicator in figures.indicators],
    }
