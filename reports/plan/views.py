"""The pages of the whole plan: on one page, its heat map, and two moments side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.http import access_of
from core.pages import declared_here
from reports.acts.reading import acts_of_plan
from reports.acts.words import PlanNotes, plan_notes
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
    acts = acts_of_plan(cut)
    page = plan_page(cut, request.GET, request.path, acts)
    notes = plan_notes(acts, cut, access_of(request), page.results)
    return _page(request, "dashboard", page, cut, [notes])


@for_readers
def dashboard_file(request: HttpRequest, year: int, form: str) -> HttpResponse:
    cut = read_cut(request, year)
    return table_file(plan_table(cut, request.GET, request.path), cut, form)


@for_any_year
def heat_map(request: HttpRequest, year: int) -> HttpResponse:
    cut = read_cut(request, year)
    page = heat_map_model(cut, request.GET, request.path)
    notes = plan_notes(acts_of_plan(cut), cut, access_of(request), page.results)
    return _page(request, "heat_map", page, cut, [notes])


@for_readers
def heat_map_file(request: HttpRequest, year: int, form: str) -> HttpResponse:
    cut = read_cut(request, year)
    return table_file(heat_map_table(cut, request.GET, request.path), cut, form)


@for_any_year
def comparison(request: HttpRequest, year: int) -> HttpResponse:
    cut = read_cut(request, year)
    page = comparison_page(cut, request.GET, request.path)
    access, moments = access_of(request), (cut, page.before)
    notes = [plan_notes(one, moment, access) for one, moment in zip(page.acts, moments, strict=True)]
    return _page(request, "comparison", page, cut, notes if cut.fiscal_year != page.before.fiscal_year else notes[:1])


@for_readers
def comparison_file(request: HttpRequest, year: int, form: str) -> HttpResponse:
    cut = read_cut(request, year)
    return table_file(comparison_table(cut, request.GET, request.path), cut, form)


def _page(
    request: HttpRequest, template: str, page: PlanPage | HeatMap | ComparisonPage, cut: Cut, notes: list[PlanNotes]
) -> HttpResponse:
    context = {
        "page": page,
        "cut": cut,
        "notes": notes,
        "tabs": tabs(cut, declared_here(request).tab, page.selection.chosen),
    }
    return render(request, f"reports/plan/{template}.html", context)
