"""The pages of one programme and of one indicator."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from reports.cutoff import Cut, WrongAddress, read_cut
from reports.indicator_sheet import indicator_page
from reports.program_sheet import program_page
from reports.program_year import legend
from reports.program_year import program_year as year_page
from reports.sheet_tables import (
    adjustments_table,
    earlier_years_table,
    indicator_table,
    program_course_table,
    program_table,
    program_year_table,
    turns_table,
)
from reports.tables import Table
from reports.views.common import for_readers, not_in_year, table_file


@for_readers
def program(request: HttpRequest, year: int, code: str) -> HttpResponse:
    cut = read_cut(request, year)
    page = program_page(cut, code, request.access, timezone.localdate())  # type: ignore[attr-defined]
    if page is None:
        raise _no_program(cut, code)
    return render(request, "reports/program.html", {"page": page, "cut": cut})


@for_readers
def program_year(request: HttpRequest, year: int, code: str) -> HttpResponse:
    cut = read_cut(request, year)
    page = year_page(cut, code, request.access)  # type: ignore[attr-defined]
    if page is None:
        raise _no_program(cut, code)
    return render(request, "reports/program_year.html", {"page": page, "legend": legend(page), "cut": cut})


@for_readers
def indicator(request: HttpRequest, year: int, code: str) -> HttpResponse:
    cut = read_cut(request, year)
    page = indicator_page(cut, code, request.access)  # type: ignore[attr-defined]
    if page is None:
        raise _no_indicator(cut, code)
    return render(request, "reports/indicator.html", {"page": page, "cut": cut})


@for_readers
def program_file(request: HttpRequest, year: int, code: str, form: str) -> HttpResponse:
    cut = read_cut(request, year)
    return _file(program_table(cut, code), cut, form, _no_program(cut, code))


@for_readers
def program_course_file(request: HttpRequest, year: int, code: str, form: str) -> HttpResponse:
    cut = read_cut(request, year)
    return _file(program_course_table(cut, code), cut, form, _no_program(cut, code))


@for_readers
def program_year_file(request: HttpRequest, year: int, code: str, form: str) -> HttpResponse:
    cut = read_cut(request, year)
    table = program_year_table(cut, code, request.access)  # type: ignore[attr-defined]
    return _file(table, cut, form, _no_program(cut, code))


@for_readers
def turns_file(request: HttpRequest, year: int, code: str, form: str) -> HttpResponse:
    cut = read_cut(request, year)
    table = turns_table(cut, code, request.access, timezone.localdate())  # type: ignore[attr-defined]
    return _file(table, cut, form, _no_program(cut, code))


@for_readers
def adjustments_file(request: HttpRequest, year: int, code: str, form: str) -> HttpResponse:
    cut = read_cut(request, year)
    table = adjustments_table(cut, code, request.access)  # type: ignore[attr-defined]
    return _file(table, cut, form, _no_indicator(cut, code))


@for_readers
def earlier_years_file(request: HttpRequest, year: int, code: str, form: str) -> HttpResponse:
    cut = read_cut(request, year)
    return _file(earlier_years_table(cut, code), cut, form, _no_indicator(cut, code))


@for_readers
def indicator_file(request: HttpRequest, year: int, code: str, form: str) -> HttpResponse:
    cut = read_cut(request, year)
    table = indicator_table(cut, code, request.access)  # type: ignore[attr-defined]
    return _file(table, cut, form, _no_indicator(cut, code))


def _file(table: Table | None, cut: Cut, form: str, otherwise: WrongAddress) -> HttpResponse:
    if table is None:
        raise otherwise
    return table_file(table, cut, form)


def _no_program(cut: Cut, code: str) -> WrongAddress:
    return not_in_year(f"El ejercicio {cut.year} no tiene el programa «{code}».", cut)


def _no_indicator(cut: Cut, code: str) -> WrongAddress:
    return not_in_year(f"El ejercicio {cut.year} no tiene el indicador «{code}».", cut)
