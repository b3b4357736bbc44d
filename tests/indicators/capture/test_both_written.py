"""Two people in one row at once: where they wrote different fields, both stay with one choice."""

import html
import json
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from indicators.models import NoActivity
from tests.indicators.capture_page import fill, page_data, rows_of, url
from tests.indicators.town import Town, make_town
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
CODE = "PRE-01-01"
TEXT = "Se atendió el rezago"


@pytest.fixture
@shared
def town() -> Town:
    return make_town(2)


def clash(town: Town, ana: dict[str, str], other: dict[str, Any]) -> tuple[Client, HttpResponse]:
    """The liaison has the page open; the director saves the row; then the liaison saves what they typed."""
    client = town.client()
    response = client.get(url())
    version = rows_of(response)[CODE].version
    saved = {"n": None, "d": None, **other}
    town.save(town.pair(saved.pop("n"), saved.pop("d"), version=int(version), **saved), role="director")
    return client, client.post(url(), fill(page_data(response), response, CODE, **ana))


def choose(client: Client, response: HttpResponse, choice: str = "both", **fields: str) -> HttpResponse:
    shown = rows_of(response)[CODE]
    data = page_data(response) | {f"{shown.form.prefix}-both": shown.clash.both_fields}
    return client.post(url(), fill(data, response, CODE, choice=choice, **fields), follow=True)


def pair(town: Town) -> tuple[Any, ...]:
    row = town.row()
    return row.numerator, row.denominator, row.no_activity, row.justification


@pytest.mark.parametrize(
    ("before", "ana", "other", "label", "stands"),
    [
        (None, {"n": "4"}, {"d": 6}, "4 / 6", (4, 6, "", "")),
        ((4, 5), {"d": "6"}, {"n": 3, "d": 5}, "3 / 6", (3, 6, "", "")),
        ((4, 5), {"justification": TEXT}, {"n": 3, "d": 6}, f"3 / 6 · {TEXT}", (3, 6, "", TEXT)),
        ((4, 5), {"n": "3"}, {"n": 4, "d": 5, "justification": TEXT}, f"3 / 5 · {TEXT}", (3, 5, "", TEXT)),
        (None, {"justification": TEXT}, {"n": 0, "d": 0, "no_activity": NoActivity.NO_DEMAND},
         f"0 / 0 · sin demanda · {TEXT}", (0, 0, NoActivity.NO_DEMAND, TEXT)),
    ],
)  # fmt: skip
def test_what_both_wrote_in_different_fields_is_offered_together(town, before, ana, other, label, stands):
    if before:
        town.save(town.pair(*before))
    client, response = clash(town, ana, other)
    shown = rows_of(response)[CODE].clash
    assert shown.both == label
    assert re.search(r'value="both" checked autofocus>\s*Las dos', response.content.decode())
    choose(client, response)
    assert pair(town) == stands


def test_a_field_that_both_wrote_is_asked_about_as_before(town):
    _, response = clash(town, {"n": "4"}, {"n": 3, "d": 6})
    shown = rows_of(response)[CODE].clash
    assert (shown.both, shown.typed, shown.saved) == ("", "4 / vacío", "3 / 6")
    assert "Las dos" not in response.content.decode()


def test_a_reason_for_no_activity_is_not_put_together_with_figures(town):
    town.save(town.pair(0, 0))
    _, response = clash(town, {"no_activity": NoActivity.NO_DEMAND}, {"n": 4, "d": 0})
    assert rows_of(response)[CODE].clash.both == ""


def test_what_somebody_saved_again_before_the_choice_is_asked_about_again(town):
    client, response = clash(town, {"n": "4"}, {"d": 6})
    town.save(town.pair(None, 7, version=town.row().version), role="director")
    response = choose(client, response)
    assert rows_of(response)[CODE].clash.saved == "vacío / 7"
    assert pair(town) == (None, 7, "", "")


def test_what_is_put_together_is_held_to_the_rules_of_any_pair(town):
    client, response = clash(town, {"n": "4"}, {"d": 6})
    shown = rows_of(response)[CODE]
    data = page_data(response)
    for forged in (
        '{"numerator": "85%", "denominator": "6", "no_activity": "", "justification": ""}',
        "no",
        '{"a": 1}',
    ):
        posted = data | {f"{shown.form.prefix}-both": forged}
        answer = client.post(url(), fill(posted, response, CODE, choice="both"))
        assert rows_of(answer)[CODE].errors
        assert pair(town) == (None, 6, "", "")


def test_a_row_that_saves_itself_offers_both_too(town):
    client = town.client()
    seen = rows_of(client.get(url()))[CODE].form.initial["seen"]
    town.save(town.pair(None, 6), role="director")
    typed = {"indicator": town.indicators[0].pk, "version": 0, "numerator": "4", "denominator": ""}
    page = client.post(f"{url()}fila/{CODE}/", typed | {"base": seen}).content.decode()
    (fields,) = re.findall(r'data-choice="mine" data-fields="([^"]*)">Las dos: 4 / 6<', page)
    assert json.loads(html.unescape(fields)) == {
        "numerator": "4",
        "denominator": "6",
        "no_activity": "",
        "justification": "",
    }
    for unknown in ("", "0"):  # which figures the person saw is not known: nothing is guessed
        page = client.post(f"{url()}fila/{CODE}/", typed | {"base": unknown}).content.decode()
        assert "Usar la mía" in page and "Las dos" not in page
