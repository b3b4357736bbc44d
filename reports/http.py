"""What every page for readers shares: who may read, addresses of what does not exist, and going to another year."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import Action
from accounts.http import access_of
from core.asked import read_whole
from core.downloads import CSV, XLSX, as_file
from reports.address.cutoff import Cut, WrongAddress
from reports.tables import Table, bytes_of, file_name

View = Callable[..., HttpResponse]


def for_readers(view: View) -> View:
    """The page is for people who may read; a wrong address becomes a page that says what exists.

    Who is not signed in was sent to sign in by the middleware.
    """

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: object) -> HttpResponse:
        if not access_of(request).allows(Action.READ):
            return render(request, "reports/home/no_role.html", status=403)
        try:
            return view(request, **kwargs)
        except WrongAddress as wrong:
            return render(request, "reports/address/wrong.html", {"wrong": wrong}, status=404)

    return guarded


def for_any_year(view: View) -> View:
    """A page ``for_readers`` whose bar offers other years.

    The bar's form cannot change the path, so it names the year in the query («ejercicio») and is sent on.
    """

    @for_readers
    @wraps(view)
    def sent_on(request: HttpRequest, year: int) -> HttpResponse:
        wanted = request.GET.get("ejercicio", "")
        other = read_whole(wanted, digits=4)
        if other not in (None, year) and len(wanted) == 4:
            return _same_page_of(other, request)
        return view(request, year)

    return sent_on


def _same_page_of(year: int, request: HttpRequest) -> HttpResponse:
    query = request.GET.copy()
    # Another year may belong to another plan, with other axes, objectives and strategies.
    for name in ("ejercicio", "eje", "objetivo", "estrategia"):
        query.pop(name, None)
    assert request.resolver_match is not None
    return HttpResponseRedirect(f"{reverse(request.resolver_match.view_name, args=[year])}?{query.urlencode()}")


def table_file(table: Table, cut: Cut, form: str) -> HttpResponse:
    return as_file(bytes_of(table, form), file_name(table, cut, form), CSV if form == "csv" else XLSX)


def not_in_year(message: str, cut: Cut) -> WrongAddress:
    dashboard_url = reverse("reports:dashboard", args=[cut.fiscal_year.year]) + cut.query
    return WrongAddress(message, [(f"Todos los programas de {cut.year}", dashboard_url)])
