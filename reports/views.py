"""What readers see. Every page asks who reads first, then reads the cut-off from its address."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Action
from indicators.results import OFFICIAL, load_results
from reports.cutoff import Cut, WrongAddress, current_year, read_cut, years_of
from reports.dashboard import dashboard as dashboard_model
from reports.home import home_page
from reports.indicator_sheet import indicator_page
from reports.program_sheet import program_page
from reports.program_year import legend
from reports.program_year import program_year as year_page
from reports.trail_page import trail_page

View = Callable[..., HttpResponse]


def for_readers(view: View) -> View:
    """The page is for people who may read; a wrong address becomes a page that says what exists.

    Who is not signed in was sent to sign in by the middleware.
    """

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: object) -> HttpResponse:
        if not request.access.allows(Action.READ):  # type: ignore[attr-defined]
            return render(request, "reports/no_role.html", status=403)
        try:
            return view(request, **kwargs)
        except WrongAddress as wrong:
            return render(request, "reports/wrong_address.html", {"wrong": wrong}, status=404)

    return guarded


@for_readers
def home(request: HttpRequest) -> HttpResponse:
    years = years_of(request, defaults_in=OFFICIAL)
    fiscal_year = current_year(years)
    access = request.access  # type: ignore[attr-defined]
    if fiscal_year is None:
        return render(request, "reports/no_year.html", {"may_import": access.allows(Action.MANAGE_CATALOG)})
    page = home_page(access, fiscal_year, years, timezone.localdate())
    return render(request, "reports/home.html", {"page": page, "cut": page.cut})


@for_readers
def dashboard(request: HttpRequest, year: int) -> HttpResponse:
    wanted = request.GET.get("ejercicio", "")
    if wanted != str(year) and wanted.isascii() and wanted.isdigit() and len(wanted) == 4:
        return _same_page_of(int(wanted), request)
    cut = read_cut(request, year)
    results = load_results(cut.fiscal_year, month=cut.month, scope=cut.scope, with_names=True)
    return render(request, "reports/dashboard.html", {"page": dashboard_model(results, cut), "cut": cut})


def _same_page_of(year: int, request: HttpRequest) -> HttpResponse:
    """The bar's form cannot change the path, so it names the year in the query and is sent on."""
    query = request.GET.copy()
    del query["ejercicio"]
    return HttpResponseRedirect(f"{reverse('reports:dashboard', args=[year])}?{query.urlencode()}")


@for_readers
def program(request: HttpRequest, year: int, code: str) -> HttpResponse:
    cut = read_cut(request, year)
    page = program_page(cut, code)
    if page is None:
        raise _not_in_year(f"El ejercicio {year} no tiene el programa «{code}».", cut)
    return render(request, "reports/program.html", {"page": page, "cut": cut})


@for_readers
def program_year(request: HttpRequest, year: int, code: str) -> HttpResponse:
    cut = read_cut(request, year)
    page = year_page(cut, code, request.access)  # type: ignore[attr-defined]
    if page is None:
        raise _not_in_year(f"El ejercicio {year} no tiene el programa «{code}».", cut)
    return render(request, "reports/program_year.html", {"page": page, "legend": legend(page), "cut": cut})


@for_readers
def indicator(request: HttpRequest, year: int, code: str) -> HttpResponse:
    cut = read_cut(request, year)
    page = indicator_page(cut, code, request.access)  # type: ignore[attr-defined]
    if page is None:
        raise _not_in_year(f"El ejercicio {year} no tiene el indicador «{code}».", cut)
    return render(request, "reports/indicator.html", {"page": page, "cut": cut})


@for_readers
def trail(request: HttpRequest) -> HttpResponse:
    access = request.access  # type: ignore[attr-defined]
    if not access.allows(Action.READ_TRAIL):
        raise Http404("Su función no lee la bitácora.")
    return render(request, "reports/trail.html", {"trail": trail_page(access, request.GET)})


def _not_in_year(message: str, cut: Cut) -> WrongAddress:
    dashboard_url = reverse("reports:dashboard", args=[cut.fiscal_year.year]) + cut.query
    return WrongAddress(message, [(f"Todos los programas de {cut.year}", dashboard_url)])
