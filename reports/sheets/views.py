"""The pages of one programme and of one indicator."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.http import access_of
from reports.address.cutoff import Cut, WrongAddress, read_cut
from reports.http import View, for_readers, not_in_year, table_file
from reports.sheets.indicator import indicator_page
from reports.sheets.program import program_page
from reports.sheets.program_year import legend
from reports.sheets.program_year import program_year as year_page
from reports.sheets.tables import (
    adjustments_table,
    earlier_years_table,
    indicator_table,
    program_course_table,
    program_table,
    program_year_table,
    turns_table,
)
from reports.tables import Table

Missing = Callable[[Cut, str], WrongAddress]


@for_readers
def program(request: HttpRequest, year: int, code: str) -> HttpResponse:
    cut = read_cut(request, year)
    page = program_page(cut, code, access_of(request), timezone.localdate())
    if page is None:
        raise _no_program(cut, code)
    return render(request, "reports/sheets/program.html", {"page": page, "cut": cut})


@for_readers
def program_year(request: HttpRequest, year: int, code: str) -> HttpResponse:
    cut = read_cut(request, year)
    page = year_page(cut, code, access_of(request))
    if page is None:
        raise _no_program(cut, code)
    return render(request, "reports/sheets/program_year.html", {"page": page, "legend": legend(page), "cut": cut})


@for_readers
def indicator(request: HttpRequest, year: int, code: str) -> HttpResponse:
    cut = read_cut(request, year)
    page = indicator_page(cut, code, access_of(request))
    if page is None:
        raise _no_indicator(cut, code)
    return render(request, "reports/sheets/indicator.html", {"page": page, "cut": cut})


def _no_program(cut: Cut, code: str) -> WrongAddress:
    return not_in_year(f"El ejercicio {cut.year} no tiene el programa «{code}».", cut)


def _no_indicator(cut: Cut, code: str) -> WrongAddress:
    return not_in_year(f"El ejercicio {cut.year} no tiene el indicador «{code}».", cut)


def _as_file(table_of: Callable[[HttpRequest, Cut, str], Table | None], missing: Missing) -> View:
    """The view of a table of a programme or an indicator as XLSX or CSV, at its page's cut-off."""

    @for_readers
    def file(request: HttpRequest, year: int, code: str, form: str) -> HttpResponse:
        cut = read_cut(request, year)
        table = table_of(request, cut, code)
        if table is None:
            raise missing(cut, code)
        return table_file(table, cut, form)

    return file


program_file = _as_file(lambda request, cut, code: program_table(cut, code), _no_program)
program_course_file = _as_file(lambda request, cut, code: program_course_table(cut, code), _no_program)
program_year_file = _as_file(lambda request, cut, code: program_year_table(cut, code, access_of(request)), _no_program)
turns_file = _as_file(
    lambda request, cut, code: turns_table(cut, code, access_of(request), timezone.localdate()), _no_program
)
indicator_file = _as_file(lambda request, cut, code: indicator_table(cut, code, access_of(request)), _no_indicator)
earlier_years_file = _as_file(lambda request, cut, code: earlier_years_table(cut, code), _no_indicator)
adjustments_file = _as_file(lambda request, cut, code: adjustments_table(cut, code, access_of(request)), _no_indicator)
