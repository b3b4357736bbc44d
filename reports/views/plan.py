"""The pages of the whole plan: on one page, its heat map, and two moments side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from indicators.results import load_results
from reports.cutoff import read_cut
from reports.dashboard import dashboard as dashboard_model
from reports.heat_map import heat_map as heat_map_model
from reports.views.common import for_any_year


@for_any_year
def dashboard(request: HttpRequest, year: int) -> HttpResponse:
    cut = read_cut(request, year)
    results = load_results(cut.fiscal_year, month=cut.month, scope=cut.scope, with_names=True)
    return render(request, "reports/dashboard.html", {"page": dashboard_model(results, cut), "cut": cut})


@for_any_year
def heat_map(request: HttpRequest, year: int) -> HttpResponse:
    cut = read_cut(request, year)
    return render(request, "reports/heat_map.html", {"page": heat_map_model(cut), "cut": cut})
