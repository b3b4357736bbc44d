"""A row that saves itself: what it answers, what it costs, and everything that the one Save refuses as well."""

import html
import json
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import TrailEntry
from indicators.models import Extension, Frequency, Measurement, Mode, State
from tests.factories import NOW, make_department, make_indicator, make_measurement, make_program
from tests.indicators.capture_page import rows_of, url
from tests.indicators.town import Town, acts, make_town
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db


@pytest.fixture
@shared
def town() -> Town:
    return make_town(3)


@pytest.fixture
def client(town: Town) -> Client:
    return town.client()


def send(client: Client, town: Town, n: Any = "", d: Any = "", number: int = 0, **fields: Any) -> HttpResponse:
    indicator = town.indicators[number]
    data = {"indicator": indicator.pk, "version": 0, "numerator": n, "denominator": d, **fields}
    return client.post(f"{url()}fila/{fields.pop('code', indicator.code)}/", data)


def said(response: HttpResponse) -> dict[str, Any]:
    """The answer's own attributes."""
    found = dict(re.findall(r'data-(result|version|own|saved|message)="([^"]*)"', response.content.decode()))
    return found | {"saved": json.loads(html.unescape(found["saved"]))}


def test_a_pair_is_saved_and_the_row_its_programme_and_the_month_come_back(town, client):
    make_measurement(town.indicators[1], 9, 1, 2, State.DRAFT)
    response = send(client, town, "3", "4")
    answer = said(response)
    assert (response.status_code, response["X-Fila"], answer["version"]) == (200, "saved", "1")
    assert answer["saved"] == {"numerator": "3", "denominator": "4", "no_activity": "", "justification": ""}
    text = text_of(response)
    assert "75.00 %" in text and "2 de 3 capturados" in text and "2 borradores" in text
    assert "sin datos</strong> → <strong>62.50 %</strong> con lo guardado · 2 de 3 considerados" in text
    row = town.row()
    assert (row.numerator, row.denominator, row.version) == (3, 4, 1)
    assert [entry.action for entry in acts(row)] == ["guardar"]
    assert list(row.changed_by.all()) == [town.people["liaison"]]


def test_the_answer_says_what_the_page_would_say(town, client):
    make_measurement(town.indicators[0], 8, 1, 2)
    make_measurement(town.indicators[1], 8, 1, 4, State.SUBMITTED)
    make_indicator(town.program, frequency=Frequency.YEARLY)
    for number, pair in enumerate([("3", "4"), ("0", "5"), ("7", "6")]):
        response = send(client, town, *pair, number=number)
    page = client.get(url())
    for group in page.context["groups"]:
        assert f"<strong>{group.projected}</strong>" in text_of(response) and group.considered in text_of(response)
    shown = rows_of(page)["PRE-01-03"]
    assert shown.accumulated in text_of(response) and shown.coverage in text_of(response)
    assert "3 de 3 capturados" in text_of(response) and page.context["head"]["captured"] == "3"


def test_a_decimal_comma_is_read_and_shown_back(town, client):
    response = send(client, town, "2,5", "1.234,50")
    html_of_it = html.unescape(text_of(response))
    assert 'data-read="{"numerator": "2.5", "denominator": "1,234.50"}"' in html_of_it
    assert "«2,5» se leyó 2.5" in html_of_it and "«1.234,50» se leyó 1,234.50" in html_of_it
    assert said(response)["saved"]["denominator"] == "1234.5"
    assert "se leyó" not in text_of(send(client, town, "2.5", "1,234.50", version=1))


@pytest.mark.parametrize("typed", [("2,5", "4"), ("2", "4")])
def test_nothing_of_the_answers_own_data_stands_beside_a_field(town, client, typed):
    beside = re.findall(r'data-part="(justification|no_activity)">(.*?)</div>', text_of(send(client, town, *typed)))
    assert [(name, said.strip()) for name, said in beside] == [("justification", ""), ("no_activity", "")]


def test_half_a_pair_is_saved_and_then_the_other_half(town, client):
    assert "a medias" in text_of(send(client, town, "3"))
    send(client, town, "3", "4", version=1)
    assert (town.row().numerator, town.row().denominator, town.row().version) == (3, 4, 2)


def test_the_same_twice_is_harmless(town, client):
    send(client, town, "3", "4")
    assert said(send(client, town, "3", "4"))["result"] == "unchanged"
    assert TrailEntry.objects.filter(action="guardar").count() == 1


def test_what_is_not_a_number_is_told_beside_it_and_nothing_is_written(town, client):
    response = send(client, town, "85%", "4")
    assert response.status_code == 422 and said(response)["result"] == "invalid"
    assert "«85%» es un porcentaje" in text_of(response) and 'value="85%"' in text_of(response)
    assert not Measurement.objects.exists()


def test_beside_a_refused_row_nothing_is_said_of_the_saved_figures(town, client):
    send(client, town, "3")
    refused = text_of(send(client, town, "-3", "5", version=1))
    assert "«-3» es negativo" in refused and "Falta el denominador" not in refused


def test_an_excess_is_saved_and_asks_for_its_justification(town, client):
    response = send(client, town, "5", "4")
    assert said(response)["result"] == "saved"
    assert "El numerador supera al denominador: explique por qué." in text_of(response)
    assert 'id="fila-PRE-01-01-justification-aviso"' in text_of(response)


def test_no_activity_with_one_field(town, client):
    answer = said(send(client, town, no_activity="suspended"))
    assert answer["saved"] == {"numerator": "0", "denominator": "0", "no_activity": "suspended", "justification": ""}


def test_a_stale_row_shows_both_values_and_who_wrote_the_other(town, client):
    send(town.client("director"), town, "1", "4")
    response = send(client, town, "3", "4")
    answer = said(response)
    assert response.status_code == 409 and (answer["version"], answer["own"]) == ("1", "")
    assert answer["saved"]["numerator"] == "1"
    text = text_of(response)
    assert "director guardó este indicador mientras usted escribía" in text
    assert "Usar la mía: 3 / 4" in text and "Dejar la otra: 1 / 4" in text
    assert town.row().numerator == 1


@pytest.mark.parametrize(("choice", "stands", "result"), [("mine", 3, "saved"), ("theirs", 1, "unchanged")])
def test_choosing_which_figure_stands(town, client, choice, stands, result):
    send(town.client("director"), town, "1", "4")
    assert said(send(client, town, "3", "4", version=1, choice=choice))["result"] == result
    assert town.row().numerator == stands


def test_ones_own_older_save_is_told_apart(town, client):
    send(client, town, "3", "4")
    assert said(send(client, town, "5", "4"))["own"] == "1"


def test_a_month_that_closed_answers_why_and_keeps_nothing(town, client):
    period = town.period()
    period.closed_on = date(2016, 10, 10)
    period.save()
    response = send(client, town, "3", "4")
    assert response.status_code == 403 and response["X-Fila"] == "refused"
    assert "se cerró el 10/10/2016" in said(response)["message"]
    Extension.objects.create(
        period=period,
        department=town.department,
        until=date(2999, 1, 1),
        reason="Oficio",
        instrument="Oficio 1",
        granted_by=town.people["planning"],
        granted_at=NOW,
    )
    assert said(send(client, town, "3", "4"))["result"] == "saved"


def test_a_validated_figure_changes_only_by_planning_and_with_a_reason(town, client):
    make_measurement(town.indicators[0], 9, 3, 4)
    assert send(client, town, "1", "4", version=1).status_code == 403
    planning = town.client("planning")
    assert "por qué se corrige" in text_of(send(planning, town, "1", "4", version=1))
    assert said(send(planning, town, "1", "4", version=1, reason="Oficio 3"))["result"] == "saved"
    assert (town.row().state, town.row().numerator, town.row().validated_numerator) == (State.SUBMITTED, 1, 3)


def test_a_row_that_only_carries_files_is_taken_over(town, client):
    make_measurement(town.indicators[0], 9, None, None, State.DRAFT, version=0)
    assert said(send(client, town, "3", "4"))["version"] == "1"
    assert Measurement.objects.count() == 1


def test_a_last_side_counts_once_it_is_saved(town, client):
    stock = make_indicator(town.program, denominator_mode=Mode.LAST)
    town.indicators.append(stock)
    make_measurement(stock, 8, 1, 12)
    text = text_of(send(client, town, "2", "14", number=3))
    assert "El denominador anual cambió de 12 a 14: explique por qué." in text


@pytest.mark.parametrize(("role", "status"), [("comptroller", 403), ("reader", 404), ("director", 200)])
def test_who_may_save(town, role, status):
    assert send(town.client(role), town, "3", "4").status_code == status


def test_nobody_saves_without_signing_in(town):
    assert send(Client(), town, "3", "4").url.startswith("/entrar/")


@pytest.mark.parametrize("code", ["PRE-01-09", "OBR-01-01", "x"])
def test_what_the_department_does_not_have_is_a_404(town, client, code):
    make_indicator(make_program(town.year, "OBR-01", department=make_department("OBR", "Obras")))
    assert client.post(f"{url()}fila/{code}/", {}).status_code == 404


def test_what_is_not_due_a_forged_row_and_other_methods(town, client):
    yearly = make_indicator(town.program, frequency=12)
    assert client.post(f"{url()}fila/{yearly.code}/", {"indicator": yearly.pk}).status_code == 404
    other = {"indicator": town.indicators[1].pk, "version": 0, "numerator": "3", "denominator": "4"}
    assert client.post(f"{url()}fila/PRE-01-01/", other).status_code == 400
    assert client.get(f"{url()}fila/PRE-01-01/").status_code == 405
    assert said(send(client, town, "3", "4", version="x"))["result"] == "invalid"
    assert not Measurement.objects.exists()


@pytest.mark.parametrize("indicators", [2, 160])
@pytest.mark.parametrize("role", ["liaison", "planning"])
def test_saving_costs_ten_queries_in_a_department_of_any_size(indicators, role):
    """Session, person, their roles, the programme, the pairs, the write, who changed it, the trail, begin and end."""
    town = make_town(indicators)
    client = town.client(role)
    make_measurement(town.indicators[1], 8, 3, 4)
    with CaptureQueriesContext(
        connection,
    ) as first:
        send(client, town, "3", "4")
    with CaptureQueriesContext(connection) as second:
        send(client, town, "3", "5", version=1)
    assert (len(first), len(second)) == (10, 9)
    assert town.row().denominator == 5
