"""The pages of one programme and of one indicator."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from reports.cutoff import read_cut
from reports.indicator_sheet import indicator_page
from reports.program_sheet import program_page
from reports.program_year import legend
from reports.program_year import program_year as year_page
from reports.views.common import for_readers, not_in_year


@for_readers
def program(request: HttpRequest, year: int, code: str) -> HttpResponse:
    cut = read_cut(request, year)
    page = program_page(cut, code, request.access, timezone.localdate())  # type: ignore[attr-defined]
    if page is None:
        raise not_in_year(f"El ejercicio {year} no tiene el programa «{code}».", cut)
    return render(request, "reports/program.html", {"page": page, "cut": cut})


@for_readers
def program_year(request: HttpRequest, year: int, code: str) -> HttpResponse:
    cut = read_cut(request, year)
    page = year_page(cut, code, request.access)  # type: ignore[attr-defined]
    if page is None:
        raise not_in_year(f"El ejercicio {year} no tiene el programa «{code}».", cut)
    return render(request, "reports/program_year.html", {"page": page, "legend": legend(page), "cut": cut})


@for_readers
def indicator(request: HttpRequest, year: int, code: str) -> HttpResponse:
    cut = read_cut(request, year)
    page = indicator_page(cut, code, request.access)  # type: ignore[attr-defined]
    if page is None:
        raise not_in_year(f"El ejercicio {year} no tiene el indicador «{code}».", cut)
    return render(request, "reports/indicator.html", {"page": page, "cut": cut})
