"""The project's addresses and one more: a signed-in page with nothing on it, the measure of the others."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from pmd.urls import urlpatterns as project


def empty(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


urlpatterns = [path("bench/vacia/", empty), *project]
