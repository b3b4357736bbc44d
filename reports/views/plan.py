"""The pages of the whole plan: on one page, its heat map, and two moments side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reports.cutoff import read_cut
from reports.heat_map import heat_map as heat_map_model
from reports.plan_page import plan_page, plan_table
from reports.views.common import for_any_year, for_readers, table_file


@for_any_year
def dashboard(request: HttpRequest, year: int) -> HttpResponse:
    cut = read_cut(request, year)
    page = plan_page(cut, request.GET, request.path)
    return render(request, "reports/dashboard.html", {"page": page, "cut": cut})


@for_readers
def dashboard_file(request: HttpRequest, year: int, form: str) -> HttpResponse:
    cut = read_cut(request, year)
    return table_file(plan_table(cut, request.GET, request.path), cut, form)


@for_any_year
def heat_map(request: HttpRequest, year: int) -> HttpResponse:
    cut = read_cut(request, year)
    return render(request, "reports/heat_map.html", {"page": heat_map_model(cut), "cut": cut})
