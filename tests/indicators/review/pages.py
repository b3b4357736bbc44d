"""What the tests of the review's pages type, press and read."""

import re
from typing import Any

from django.test import Client

from indicators.models import Measurement, State
from indicators.review.month import ReviewRow
from tests.indicators.town import Town

INBOX, MONTH = "/2016/revision/", "/2016/revision/PRE/9/"


def page_data(town: Town, act: str, *selected: int, **fields: str) -> dict[str, Any]:
    rows = Measurement.objects.filter(month=9, state=State.SUBMITTED)
    return {
        "act": act,
        "selected": [str(town.row(number).pk) for number in selected],
        **{f"version-{row.pk}": str(row.version) for row in rows},
        **fields,
    }


def post(client: Client, data: dict[str, Any]) -> Any:
    return client.post(MONTH, data, follow=True)


def confirmed(client: Client, data: dict[str, Any]) -> Any:
    """Validate as people do: choose, read what it changes, confirm with what that page holds."""
    page = post(client, data)
    if "ready" not in page.context:
        return page
    return post(client, {**form_of(page), "act": "confirmar"})


def form_of(page: Any, marker: str = 'name="selected"') -> dict[str, list[str]]:
    """What the browser would send of the form that holds the marker: its fields as they are written in the page."""
    forms = re.findall(r"<form\b.*?</form>", page.content.decode(), re.DOTALL)
    (form,) = [text for text in forms if marker in text]
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        fields = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if fields.get("type") != "checkbox" or " checked" in tag:
            sent.setdefault(fields["name"], []).append(fields.get("value", ""))
    return sent


def rows_of(response: Any) -> dict[str, ReviewRow]:
    return {row.shown.code: row for group in response.context["groups"] for row in group.rows}
