"""Filling in the capture page in tests as a browser would: every field of the page goes back."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from indicators.capture.grid import GridRow

FIELDS = ("indicator", "version", "seen", "numerator", "denominator", "no_activity", "justification", "reason")


def url(month: int = 9, prefix: str = "PRE", year: int = 2016) -> str:
    return f"/{year}/captura/{prefix}/{month}/"


def rows_of(response: HttpResponse) -> dict[str, GridRow]:
    """The rows that the page drew, by code."""
    groups = response.context["groups"]
    return {row.code: row for group in groups for row in group.rows}


def page_data(response: HttpResponse, **act: str) -> dict[str, Any]:
    """Everything that the page would send as it stands."""
    formset = response.context["formset"]
    data: dict[str, Any] = {
        "fila-TOTAL_FORMS": str(len(formset.forms)),
        "fila-INITIAL_FORMS": str(len(formset.forms)),
        "act": "guardar",
        **act,
    }
    for form in formset.forms:
        for name in FIELDS:
            value = form[name].value()
            data[f"{form.prefix}-{name}"] = "" if value is None else str(value)
    return data


def fill(data: dict[str, Any], response: HttpResponse, code: str, **fields: str) -> dict[str, Any]:
    """Type into the row of that indicator; ``n`` and ``d`` are short for both sides."""
    prefix = rows_of(response)[code].form.prefix
    names = {"n": "numerator", "d": "denominator"}
    return data | {f"{prefix}-{names.get(name, name)}": value for name, value in fields.items()}


def save(client: Client, typed: dict[str, dict[str, str]], *, act: str = "guardar", month: int = 9) -> HttpResponse:
    """Open the page, type, and press a button; follows to the page that comes after."""
    response = client.get(url(month))
    data = page_data(response, act=act)
    for code, fields in typed.items():
        data = fill(data, response, code, **fields)
    return client.post(url(month), data, follow=True)
