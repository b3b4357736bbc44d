"""The project's addresses and two more: a bare signed-in page, the measure of the others, and the frame of every page.

The bare page has what no page can do without: all of the middleware, the session, the person, and a template of one
line. The frame has the project's menu and footer around nothing.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import path

from pmd.urls import urlpatterns as project

BARE = engines["django"].from_string("<!doctype html><title>{{ name }}</title>\n")


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(BARE.render({"name": request.user.get_username()}))


def empty(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


urlpatterns = [path("bench/desnuda/", bare), path("bench/vacia/", empty), *project]
