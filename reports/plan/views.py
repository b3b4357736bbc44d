"""The pages of the whole plan: on one page, its heat map, and two moments side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.pages import declared_here
from reports.address.cutoff import Cut, read_cut
from reports.address.tabs import tabs
from reports.http import for_any_year, for_readers, table_file
from reports.plan.comparison import ComparisonPage, comparison_page, comparison_table
from reports.plan.heat_map import HeatMap, heat_map_table
from reports.plan.heat_map import heat_map as heat_map_model
from reports.plan.page import PlanPage, plan_page, plan_table


@for_any_year
def dashboard(request: HttpRequest, year: int) -> HttpResponse:
    cut = read_cut(request, year)
    page = plan_page(cut, request.GET, request.path)
    return _page(request, "dashboard", page, cut)


@for_readers
def dashboard_file(request: HttpRequest, year: int, form: str) -> HttpResponse:
    cut = read_cut(request, year)
    return table_file(plan_table(cut, request.GET, request.path), cut, form)


@for_any_year
def heat_map(request: HttpRequest, year: int) -> HttpResponse:
    cut = read_cut(request, year)
    page = heat_map_model(cut, request.GET, request.path)
    return _page(request, "heat_map", page, cut)


@for_readers
def heat_map_file(request: HttpRequest, year: int, form: str) -> HttpResponse:
    cut = read_cut(request, year)
    return table_file(heat_map_table(cut, request.GET, request.path), cut, form)


@for_any_year
def comparison(request: HttpRequest, year: int) -> HttpResponse:
    cut = read_cut(request, year)
    page = comparison_page(cut, request.GET, request.path)
    return _page(request, "comparison", page, cut)


@for_readers
def comparison_file(request: HttpRequest, year: int, form: str) -> HttpResponse:
    cut = read_cut(request, year)
    return table_file(comparison_table(cut, request.GET, request.path), cut, form)


def _page(request: HttpRequest, template: str, page: PlanPage | HeatMap | ComparisonPage, cut: Cut) -> HttpResponse:
    context = {"page": page, "cut": cut, "tabs": tabs(cut, declared_here(request).tab, page.selection.chosen)}
    return render(request, f"reports/plan/{template}.html", context)
