"""The addresses of the data: token, what is asked for, rows, and the answer in the form that the address names."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts.access import Access, Action
from accounts.api_access import Refused, for_token
from accounts.http import access_of
from core.downloads import CSV, JSON
from indicators.results.kept import stamp_of_year
from programs.models import FiscalYear
from reports.address.cutoff import years_of
from reports.api import catalogue
from reports.api.acts import act_rows, acts_asked
from reports.api.asked import SCOPE, narrowed, one_of, refuse_unknown, year_of
from reports.api.captures import FILTERS, SCOPES, capture_rows, measured_in
from reports.api.columns import CAPTURES, INDICATORS, PROGRAMS, TARGETS, TRAIL, YEARS
from reports.api.openapi import VERSION, document
from reports.api.results import Results, rows_of
from reports.api.tables import Row, Table, csv_of, json_of
from reports.context import DEMO_BANNER


@dataclass(frozen=True, slots=True)
class _Told:
    """Rows, the form in which they leave, and what is said about them beside them."""

    table: Table
    rows: Iterable[Row]
    form: str
    about: Mapping[str, Any]
    year: FiscalYear | None = None

    def pieces(self) -> Iterator[bytes]:
        return csv_of(self.table, self.rows) if self.form == "csv" else json_of(self.table, self.rows, self.about)

    def headers(self) -> dict[str, str]:
        """A CSV comes as a file, and only its name can say that its figures are a demonstration's."""
        headers = {"Content-Type": CSV if self.form == "csv" else JSON, "X-Content-Type-Options": "nosniff"}
        if self.form == "csv":
            of_year = f"-{self.year.year}{'-demostracion' if self.year.demo_data else ''}" if self.year else ""
            headers["Content-Disposition"] = f'attachment; filename="{self.table.file}{of_year}.csv"'
        return headers


@for_token
def index(request: HttpRequest) -> HttpResponseBase:
    """Where everything is, with the years that there are."""
    refuse_unknown(request, ())
    told = {
        "descripcion": reverse("reports:api_description"),
        "ejercicios": [str(year.year) for year in years_of(request)],
        "direcciones": [
            {"direccion": path, "que_trae": operation["get"]["summary"]}
            for path, operation in document()["paths"].items()
        ],
    }
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})


@login_not_required
@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """In OpenAPI; it tells nothing of anybody, and tools read it before they have a token."""
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False, "indent": 1})


@for_token
def nothing(request: HttpRequest, rest: str) -> HttpResponseBase:
    raise Refused(404, f"No existe la dirección /api/{rest[:100]}: las que hay están en {reverse('reports:api')}.")


@for_token
def years(request: HttpRequest, form: str) -> HttpResponseBase:
    refuse_unknown(request, ())
    return _whole(request, _Told(YEARS, catalogue.year_rows(years_of(request)), form, {}))


@for_token
def captures(request: HttpRequest, year: int, form: str) -> HttpResponseBase:
    """Streamed: a request for what has not changed since costs one query, where the database stamps its changes."""
    refuse_unknown(request, (SCOPE, *(one.parameter for one in FILTERS)))
    fiscal_year, scope, access = year_of(request, year), one_of(request, SCOPE, SCOPES), access_of(request)
    etag = _etag_of_year(request, fiscal_year, access, form)
    kept = get_conditional_response(request, etag=etag) if etag else None
    if kept is not None:
        return kept
    indicators = narrowed(request, measured_in(fiscal_year), FILTERS, fiscal_year)
    rows = capture_rows(fiscal_year, indicators, scope, access)
    answer = _streamed(request, _Told(CAPTURES, rows, form, {**_of_year(fiscal_year), SCOPE: scope}, fiscal_year))
    if etag:
        answer["ETag"] = etag
    return answer


def _etag_of_year(request: HttpRequest, year: FiscalYear, access: Access, form: str) -> str | None:
    stamp = stamp_of_year(year.pk)
    if stamp is None:
        return None
    reach = access.department_ids(Action.SEE_DRAFTS)
    seen = reach if isinstance(reach, str) else sorted(reach)
    told = (VERSION, form, stamp, seen, year.demo_data, sorted(request.GET.items()))
    return _quoted(repr(told).encode())


@for_token
def results(request: HttpRequest, year: int, form: str, results: Results) -> HttpResponseBase:
    cut, rows = rows_of(results, request, year)
    about = {**_of_year(cut.fiscal_year), SCOPE: cut.scope_slug}
    return _whole(request, _Told(results.table, rows, form, about, cut.fiscal_year))


def _of_catalogue(table: Table, rows: Callable[[FiscalYear], Iterable[Row]]) -> Callable[..., HttpResponseBase]:
    @for_token
    def answer(request: HttpRequest, year: int, form: str) -> HttpResponseBase:
        refuse_unknown(request, ())
        fiscal_year = year_of(request, year)
        return _whole(request, _Told(table, rows(fiscal_year), form, _of_year(fiscal_year), fiscal_year))

    return answer


programs = _of_catalogue(PROGRAMS, catalogue.program_rows)
indicators = _of_catalogue(INDICATORS, catalogue.indicator_rows)
targets = _of_catalogue(TARGETS, catalogue.target_rows)


@for_token
def trail(request: HttpRequest, form: str) -> HttpResponseBase:
    """Streamed, however many acts there are."""
    return _streamed(request, _Told(TRAIL, act_rows(acts_asked(request, access_of(request))), form, {}))


def _of_year(year: FiscalYear) -> dict[str, Any]:
    told: dict[str, Any] = {"ejercicio": year.year}
    return {**told, "advertencia": DEMO_BANNER} if year.demo_data else told


def _whole(request: HttpRequest, told: _Told) -> HttpResponseBase:
    """Made before it leaves, and named by its bytes: whoever has them already is told so (304)."""
    content = b"".join(told.pieces())
    etag = _quoted(content)
    response = HttpResponse(content, headers={**told.headers(), "ETag": etag})
    kept: HttpResponseBase = get_conditional_response(request, etag=etag, response=response)
    return kept


def _streamed(request: HttpRequest, told: _Told) -> HttpResponseBase:
    headers = told.headers()
    if request.method == "HEAD":  # nothing is read for an answer that has no body
        return StreamingHttpResponse((), headers=headers)
    return StreamingHttpResponse(told.pieces(), headers=headers)


def _quoted(told: bytes) -> str:
    return f'"{hashlib.sha256(told).hexdigest()}"'
