"""The first page, and the trail."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import Access, Action
from accounts.http import access_of
from core.downloads import CSV, XLSX, as_file
from indicators.results.year import OFFICIAL
from reports.address.cutoff import current_year, years_of
from reports.home.page import home_page
from reports.home.trail import trail_page, trail_table
from reports.http import for_readers
from reports.tables import bytes_of


@for_readers
def home(request: HttpRequest) -> HttpResponse:
    years = years_of(request, defaults_in=OFFICIAL)
    fiscal_year = current_year(years)
    access = access_of(request)
    if fiscal_year is None:
        return render(request, "reports/address/no_year.html", {"may_import": access.allows(Action.MANAGE_CATALOG)})
    page = home_page(access, fiscal_year, years, timezone.localdate())
    return render(request, "reports/home/home.html", {"page": page, "cut": page.cut})


@for_readers
def trail(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/home/trail.html", {"trail": trail_page(_reader_of_trail(request), request.GET)})


@for_readers
def trail_file(request: HttpRequest, form: str) -> HttpResponse:
    table = trail_table(_reader_of_trail(request), request.GET)
    return as_file(bytes_of(table, form), f"{table.name}.{form}", CSV if form == "csv" else XLSX)


def _reader_of_trail(request: HttpRequest) -> Access:
    access = access_of(request)
    if not access.allows(Action.READ_TRAIL):
        raise Http404("Su función no lee la bitácora.")
    return access
