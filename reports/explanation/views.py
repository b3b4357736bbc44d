"""¿De dónde sale este porcentaje? The arithmetic of every figure, with an address that can be shared.

``?formato=json`` gives the numbers themselves: the file whose SHA-256 the page and its print carry; ``xlsx`` its
tables, ``csv`` the one of them that ``tabla`` names.
"""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.http import access_of
from core.downloads import JSON, XLSX, as_file
from reports.address.cutoff import Cut, WrongAddress, read_cut
from reports.explanation import (
    GROUP_KINDS,
    Explanation,
    explain_group,
    explain_indicator,
    explain_plan,
    explain_program,
)
from reports.explanation.tables import explanation_tables
from reports.http import for_readers, not_in_year, table_file
from reports.tables import FORMS, Table, book_of, file_name


@for_readers
def plan(request: HttpRequest, year: int) -> HttpResponse:
    cut = read_cut(request, year)
    return _answer(request, cut, explain_plan(cut, access_of(request)), "group")


@for_readers
def group(request: HttpRequest, year: int, kind: str, pk: int) -> HttpResponse:
    cut = read_cut(request, year)
    known = GROUP_KINDS.get(kind)
    if known is None:
        raise not_in_year(f"No se explica ningún «{kind[:40]}»: puede ser {', '.join(GROUP_KINDS)}.", cut)
    found = explain_group(cut, known, pk, access_of(request))
    return _answer(request, cut, found, "group", f"{known.dimension.label} número {pk}")


@for_readers
def program(request: HttpRequest, year: int, code: str) -> HttpResponse:
    cut = read_cut(request, year)
    found = explain_program(cut, code, access_of(request))
    return _answer(request, cut, found, "program", f"programa «{code[:40]}»")


@for_readers
def indicator(request: HttpRequest, year: int, code: str) -> HttpResponse:
    cut = read_cut(request, year)
    found = explain_indicator(cut, code, access_of(request))
    return _answer(request, cut, found, "indicator", f"indicador «{code[:40]}»")


def _answer(request: HttpRequest, cut: Cut, found: Explanation | None, template: str, what: str = "") -> HttpResponse:
    if found is None:
        raise not_in_year(f"El ejercicio {cut.year} no tiene: {what}.", cut)
    wanted = request.GET.get("formato", "")
    if wanted == "json":
        return _numbers(found, cut)
    tables = explanation_tables(found, cut)
    here = f"{request.path}{cut.query}&formato="
    if wanted in FORMS:
        return _file(tables, cut, wanted, request.GET.get("tabla", ""), here)
    if wanted:
        raise WrongAddress(
            f"No existe el formato «{wanted[:40]}»: es json, xlsx o csv.",
            [("La explicación", request.path + cut.query)],
        )
    context: dict[str, Any] = {
        "page": found,
        "cut": cut,
        "address": request.build_absolute_uri(request.path + cut.query),
        "numbers_url": f"{here}json",
        "xlsx_url": f"{here}xlsx",
        "csv_urls": [(table.title, f"{here}csv&tabla={slug}") for slug, table in tables.items()],
        "moment": timezone.now(),
    }
    return render(request, f"reports/explanation/{template}.html", context)


def _file(tables: dict[str, Table], cut: Cut, form: str, wanted: str, here: str) -> HttpResponse:
    slug = wanted or next(iter(tables))
    if slug not in tables:
        known = [(table.title, f"{here}csv&tabla={name}") for name, table in tables.items()]
        raise WrongAddress(f"La explicación no tiene la tabla «{slug[:40]}».", known)
    if form == "csv":
        return table_file(tables[slug], cut, form)
    book = replace(tables[slug], filters="")
    return as_file(book_of(list(tables.values())), file_name(book, cut, form), XLSX)


def _numbers(found: Explanation, cut: Cut) -> HttpResponse:
    what = f"{found.numbers['explanation']}-{found.numbers['of']}"
    name = f"explicacion-{what}-{cut.year}-{cut.month:02d}-{cut.scope_slug}.json"
    return as_file(found.canonical, name, JSON)
