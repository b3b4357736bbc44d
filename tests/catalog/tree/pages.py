"""The pages of one thing of the catalogue, and what a browser sends back from them."""

from typing import Any

from django.test import Client

from catalog.tree import kinds
from core.models import TrailEntry
from indicators.models import Indicator
from programs.models import FiscalYear


def url_of(row: Any, rest: str = "") -> str:
    slug, key = kinds.address_of(row)
    return f"/2016/catalogo/{slug}/{key}/{rest}"


def data_of(page: Any, **typed: Any) -> dict[str, Any]:
    """Everything that the page's form would send, with what was typed in it."""
    form = page.context["form"]
    data = {"seen": page.context.get("seen", "")}
    for name in form.fields:
        value = form[name].value()
        if value not in (None, False):
            data[name] = value
    return {name: value for name, value in {**data, **typed}.items() if value is not None}


def edit(client: Client, address: str, **typed: Any) -> Any:
    """Open the page, type and save; what comes after."""
    return client.post(address, data_of(client.get(address), **typed), follow=True)


def acts(row: Any) -> list[TrailEntry]:
    return list(TrailEntry.objects.filter(subject_type=row._meta.label_lower, subject_id=row.pk).order_by("id"))


def everything(year: FiscalYear) -> list[Any]:
    """One of each kind, from the plan down."""
    indicator = Indicator.objects.get(code="PRE-01-01")
    return [*kinds.path_of(indicator), indicator]
