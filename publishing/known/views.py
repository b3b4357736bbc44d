"""The plan at a closed cut-off as it was closed, for everybody who reads the plan."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import Access
from accounts.http import access_of
from core.downloads import inline_pdf
from publishing.explaining.reading import Known, known
from publishing.explaining.reasons import Part, codes_of, explained
from publishing.http import altered, closing_or_404
from publishing.known.pages import KnownPlan, address, known_indicator, known_plan, known_program, span_text
from publishing.known.report import report_pdf
from publishing.models import DocumentAltered
from reports.address.cutoff import WrongAddress
from reports.http import for_readers

View = Callable[..., HttpResponse]


def _parts(found: Known, access: Access, page: Any, parts: dict[str, str]) -> list[Part]:
    """The differences of what the page is about; the plan's page leads to those of everything."""
    if isinstance(page, KnownPlan):
        return []
    code = parts.get("code")
    return explained(found, access, codes_of(found, code) if code else None)


def _of_a_closing(template: str) -> Callable[[Callable[..., Any]], View]:
    """A page of a closing; in red where the document is not what was kept, and not found where it has no such thing."""

    def decorate(page_of: Callable[..., Any]) -> View:
        @for_readers
        @wraps(page_of)
        def view(request: HttpRequest, year: int, month: int, version: int, **parts: str) -> HttpResponse:
            closing = closing_or_404(year, month, version)
            try:
                found = known(closing)
            except DocumentAltered as refusal:
                return altered(request, closing, refusal)
            page = page_of(found, **parts)
            if page is None:
                choices = [("El plan como se cerró", address(found, "known_plan"))]
                raise WrongAddress(f"El {str(closing).lower()} no tiene «{parts['code'][:40]}».", choices)
            context = {
                "page": page, "known": found, "closing": closing, "year": str(year), "span": span_text(found),
                "same": not found.found, "parts": _parts(found, access_of(request), page, parts),
            }  # fmt: skip
            return render(request, template, context)

        return view

    return decorate


@_of_a_closing("publishing/known/plan.html")
def plan(found: Known) -> Any:
    return known_plan(found)


@_of_a_closing("publishing/known/program.html")
def program(found: Known, code: str) -> Any:
    return known_program(found, code)


@_of_a_closing("publishing/known/indicator.html")
def indicator(found: Known, code: str) -> Any:
    return known_indicator(found, code)


@_of_a_closing("publishing/known/differences.html")
def differences(found: Known) -> Any:
    return found


@for_readers
def report(request: HttpRequest, year: int, month: int, version: int) -> HttpResponse:
    """The report of the month, printed from the closing."""
    closing = closing_or_404(year, month, version)
    try:
        content = report_pdf(closing)
    except DocumentAltered as refusal:
        return altered(request, closing, refusal)
    return inline_pdf(content, f"informe-cierre-{year}-{month:02d}-v{version}.pdf")
