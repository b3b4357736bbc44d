"""What moved the figures of a period."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.http import access_of
from reports.acts.page import acts_page
from reports.address.cutoff import read_cut
from reports.address.tabs import kept, tabs
from reports.http import for_any_year


@for_any_year
def acts(request: HttpRequest, year: int) -> HttpResponse:
    cut = read_cut(request, year)
    context = {"cut": cut, "page": acts_page(cut, access_of(request)), "tabs": tabs(cut, None), "kept": kept(cut)}
    return render(request, "reports/acts/acts.html", context)
