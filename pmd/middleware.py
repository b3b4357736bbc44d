from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.core.exceptions import BadRequest
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.template.loader import render_to_string

from accounts.api_access import is_of_data, unreadable_address
from core.asked import read_whole
from core.formats import together
from programs.locked_years import SENTENCE, is_year_locked
from programs.year_words import about, turn_to

REFUSAL = "La demostración solo responde en esta misma computadora (127.0.0.1)."
# Of what tells nothing of anybody and has another address when it changes.
KEPT = "public, max-age=31536000, immutable"
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")


class LoopbackOnlyMiddleware:
    """The demonstration, whose passwords are printed on its first page, answers this machine only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A proxy on this machine is a way in from outside: its headers give it away.
        forwarded = any(header in request.META for header in FORWARDED)
        if forwarded or not is_loopback(request.META.get("REMOTE_ADDR", "")):
            return HttpResponse(REFUSAL, status=403, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


class NothingKeptMiddleware:
    """No browser and no proxy keeps an answer: after Salir, «atrás» shows nothing of what was read.

    Pages, files, redirects and refusals alike; static files do not come this far. A page that is left and come back to
    is fetched anew, so that nobody goes on working on figures of before. Only the municipality's shield is kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.get("Cache-Control") != KEPT:
            response["Cache-Control"] = "private, no-store"
        return response


class NulRefusedMiddleware:
    """An address with a NUL is none of ours: PostgreSQL takes no such text, and the page would fail with it.

    A cookie with one («\\000» in it is read as such) counts as none: its browser signs in anew and is not shut out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        if "\x00" in request.path_info or "%00" in query or "\x00" in query:
            if is_of_data(request):  # with DEBUG as well, where Django would answer a page
                return unreadable_address()
            raise BadRequest("a NUL in the address")
        for name in [name for name, value in request.COOKIES.items() if "\x00" in value]:
            del request.COOKIES[name]
        return self.get_response(request)


class MethodRefusedMiddleware:
    """An address that only takes forms says so when it is opened, instead of an empty page.

    Whoever pressed a button after the session had ended comes to it from the sign-in page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and request.method in ("GET", "POST"):
            response.content = render_to_string("405.html", request=request)
        return response


class YearWordsMiddleware:
    """Pages and files of a year are shown with its words: those that its address names, when they are only read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with about(None):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        year = read_whole(str(kwargs.get("year", "")), digits=4)
        if request.method in ("GET", "HEAD") and year is not None:
            turn_to(year)


class UnitsTogetherMiddleware:
    """Where a line ends, a number takes its «%» along: on every page, whoever wrote the sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/html"):
            response.content = together(response.content)
        return response


class LockedYearMiddleware:
    """What the database refuses in a locked year, and nobody on the way has told, is one sentence and never a 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        if not isinstance(error, IntegrityError) or not is_year_locked(error):
            return None
        return render(request, "year_locked.html", {"sentence": SENTENCE}, status=409)


def is_loopback(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return parsed.is_loopback


class GZipTextMiddleware(GZipMiddleware):
    """Pages and answers in a fifth of their bytes: a month of forty indicators over a telephone's line, in one second.

    Against BREACH Django masks the token of the forms anew in each page and this middleware adds up to 100 random bytes
    to each answer; pages hold no other secret. Files (PDF, workbooks, pictures) are compressed by their own format.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.get("Content-Type", "")
        if not kind.startswith(("text/", "application/json")):
            return response
        return super().process_response(request, response)
