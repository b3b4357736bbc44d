"""The first page, and the trail."""

from tempfile import TemporaryFile

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import ALL, Access, Action
from accounts.http import access_of
from catalog.start.putting_away import bring_back, put_away
from catalog.start.steps import read_start
from core.downloads import CSV, XLSX
from core.moments import moment_text
from indicators.results.year import OFFICIAL
from reports.address.cutoff import current_year, years_of
from reports.home.last_check import last_check
from reports.home.page import home_page
from reports.home.planning_notices import NO_NOTICES, planning_notices
from reports.home.public_site import site_notice
from reports.home.trail import NAME, csv_file, trail_page, write_xlsx
from reports.home.trail_search import asked_trail
from reports.http import for_readers


@for_readers
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person; planning of a product without catalogue is led to the first steps."""
    years = years_of(request, defaults_in=OFFICIAL)
    fiscal_year = current_year(years)
    access = access_of(request)
    manages = access.allows(Action.MANAGE_CATALOG)
    notices = planning_notices(timezone.now()) if manages else NO_NOTICES
    if notices.first_steps and not notices.catalogue:
        return redirect("reports:first_steps")
    if fiscal_year is None:
        return render(request, "reports/address/no_year.html", {"may_import": manages})
    check = last_check(timezone.now()) if access.department_ids(Action.READ_TRAIL) == ALL else None
    page = home_page(access, fiscal_year, years, timezone.localdate(), notices, check)
    site = site_notice() if access.allows(Action.PUBLISH) else None
    return render(request, "reports/home/home.html", {"page": page, "cut": page.cut, "site": site})


@require_safe
def first_steps(request: HttpRequest) -> HttpResponse:
    """What remains to be done before the municipality captures here; planning's page."""
    if not access_of(request).allows(Action.MANAGE_CATALOG):
        raise Http404
    start = read_start(on=timezone.localdate())
    aside = start.put_away
    context = {"start": start, "put_away_at": moment_text(aside.at) if aside else "", "by": aside.by if aside else None}
    return render(request, "reports/home/first_steps.html", context)


@require_POST
def keep_first_steps(request: HttpRequest) -> HttpResponse:
    """Put the page away for everybody, or offer it again."""
    access, now = access_of(request), timezone.now()
    if not access.allows(Action.MANAGE_CATALOG):
        raise Http404
    if request.POST.get("act") == "volver":
        bring_back(access=access, now=now)
        messages.success(request, "Los primeros pasos se ofrecen otra vez en Inicio.")
    else:
        put_away(access=access, now=now)
        messages.success(request, "Los primeros pasos quedaron guardados: se encuentran en Catálogo, Ejercicios.")
    return redirect("reports:first_steps")


@for_readers
def trail(request: HttpRequest) -> HttpResponse:
    access = _reader_of_trail(request)
    context = {"trail": trail_page(access, request.GET), "sample_year": _year_to_sample(request, access)}
    return render(request, "reports/home/trail.html", context)


def _year_to_sample(request: HttpRequest, access: Access) -> str:
    """For who reads the whole trail and every draft; the frame of the page has read the years already."""
    if any(access.department_ids(needed) != ALL for needed in (Action.READ_TRAIL, Action.SEE_DRAFTS)):
        return ""
    year = current_year(years_of(request, under_way=True))
    return str(year.year) if year else ""


@for_readers
def trail_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Every act that was asked for, however many: a CSV leaves while it is read, a workbook is made on the disk."""
    asked = asked_trail(_reader_of_trail(request), request.GET)
    if form == "csv":
        headers = {"Content-Disposition": f'attachment; filename="{NAME}.csv"'}
        return StreamingHttpResponse(csv_file(asked), content_type=CSV, headers=headers)
    book = TemporaryFile()  # noqa: SIM115  the answer closes it
    write_xlsx(asked, book)
    book.seek(0)
    return FileResponse(book, as_attachment=True, filename=f"{NAME}.xlsx", content_type=XLSX)


def _reader_of_trail(request: HttpRequest) -> Access:
    access = access_of(request)
    if not access.allows(Action.READ_TRAIL):
        raise Http404("Su función no lee la bitácora.")
    return access
