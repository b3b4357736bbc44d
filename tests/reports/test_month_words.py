"""One month has one word, whatever page it stands on: the kinds of months without a percentage, by the pages."""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client

from indicators.models import CAPTURED_REASON_CHOICES, Indicator, Receipt, State
from indicators.results.effect import read_figures
from indicators.results.scope import OFFICIAL, PRELIMINARY
from indicators.results.year import load_results, month_cells, results_of, with_target_in_force
from indicators.services import validate
from indicators.wording import status_text
from tests.factories import NOW, make_indicator, make_measurement, make_program, make_user, make_year, signed_in
from tests.indicators.capture_page import rows_of
from tests.indicators.town import Town, make_town
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db

WITHOUT_PERCENTAGE = [
    # numerator, reason of the 0/0, its word
    (0, "no_demand", "sin demanda"),
    (0, "not_scheduled", "nada programado"),
    (0, "suspended", "suspendido"),
    (3, "", "rezago sin demanda"),
]
UNCAPTURED = [
    # what the catalogue says of the indicator, the word of January
    ({}, "sin captura"),
    ({"frequency": 3}, "no corresponde"),
    ({"starts_in": 7}, "aún no empieza"),
    ({"retired_from": 1}, "retirado"),
]
CODE = "PRE-01-01"
KEPT = Path(__file__).parents[2] / "static" / "js" / "figures.js"


def csv_rows(client: Client, address: str) -> list[dict[str, str]]:
    text = client.get(address).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def said_of_january(client: Client, query: str = "mes=1") -> dict[str, str]:
    """What each page of a reader says in the place of the month's percentage, and of January to January."""
    sheet = client.get(f"/2016/indicadores/{CODE}/?{query}").context["page"]
    (year,) = client.get(f"/2016/programas/PRE-01/anio/?{query}").context["page"].rows
    explained = client.get(f"/2016/explicacion/indicador/{CODE}/?{query}").context["page"]
    program = client.get(f"/2016/programas/PRE-01/?{query}").context["page"]
    of_program = client.get(f"/2016/explicacion/programa/PRE-01/?{query}").context["page"]
    january = csv_rows(client, f"/2016/indicadores/{CODE}.csv?{query}")[0]
    of_year = csv_rows(client, f"/2016/programas/PRE-01/anio.csv?{query}")[0]
    plan = client.get(f"/2016/tablero/?{query}").context["page"]
    return {
        "ficha, month": sheet.months[0].percentage,
        "ficha, accumulated": sheet.months[0].accumulated,
        "ficha, result": sheet.result.reason,
        "ficha, left out": sheet.left_out,
        "chart, month": sheet.trend.table.rows[0][1],
        "chart, accumulated": sheet.trend.table.rows[0][2],
        "year, month": year.cells[0].percentage,
        "year, accumulated": year.cells[0].accumulated,
        "explanation, month": explained.months[0].percentage,
        "explanation, value": explained.value,
        "explanation, light": explained.light_reason,
        "programme": program.actions[0].indicators[0].result.reason,
        "programme, left out": program.global_.left_out[0].reason,
        "programme's explanation": of_program.left_out[0].reason,
        "ficha, file": january["% del mes"],
        "ficha, file, accumulated": january["% acumulado"],
        "year, file": of_year["% del mes"],
        "plan": plan.rows[0].left_out[0].reason,
    }


@pytest.mark.parametrize(("numerator", "reason", "word"), WITHOUT_PERCENTAGE)
def test_a_month_without_percentage_has_one_word_on_every_page(numerator, reason, word):
    indicator = make_indicator(make_program(make_year()), CODE)
    make_measurement(indicator, 1, numerator, 0, no_activity=reason)
    found = said_of_january(signed_in(make_user("consulta", "reader")))
    assert found == dict.fromkeys(found, word)
    pdf_source = signed_in(make_user("otra", "reader")).get("/2016/programas/PRE-01/?mes=1")
    assert word in words_of(pdf_source)


@pytest.mark.parametrize(("numerator", "reason", "word"), WITHOUT_PERCENTAGE)
def test_capture_review_and_papers_say_the_same(numerator, reason, word):
    town = make_town(indicators=1)
    town.save(town.pair(numerator, 0, no_activity=reason, justification="Oficio 3 de la dependencia"))
    grid = rows_of(town.client().get("/2016/captura/PRE/9/"))[CODE]
    assert (grid.month_text, grid.accumulated, grid.light_reason) == (word, word, word)
    town.submit()
    (row,) = town.client("director").get("/2016/revision/PRE/9/").context["groups"][0].rows
    assert (row.shown.month_text, row.shown.accumulated) == (word, word)
    measured = town.row()
    validate(access=town.access("director"), seen={measured.pk: measured.version}, now=NOW)
    for receipt in Receipt.objects.all():
        paper = town.client("director").get(f"/papeles/{receipt.folio}/").context["paper"]
        (line,) = paper["programs"][0]["rows"]
        assert (line["month"], line["accumulated"], line["light_reason"]) == (word, word, word)


@pytest.mark.parametrize(("catalogue", "word"), UNCAPTURED)
def test_a_month_that_nobody_captured_has_one_word(catalogue, word):
    indicator = make_indicator(make_program(make_year()), CODE, **catalogue)
    assert indicator.code == CODE
    client = signed_in(make_user("consulta", "reader"))
    sheet = client.get(f"/2016/indicadores/{CODE}/?mes=1").context["page"]
    (year,) = client.get("/2016/programas/PRE-01/anio/?mes=1").context["page"].rows
    found = {
        "ficha": sheet.months[0].state,
        "chart": sheet.trend.table.rows[0][1],
        "year": year.cells[0].state,
        "explanation": client.get(f"/2016/explicacion/indicador/{CODE}/?mes=1").context["page"].months[0].state,
        "file": csv_rows(client, f"/2016/indicadores/{CODE}.csv?mes=1")[0]["Estado"],
    }
    assert found == dict.fromkeys(found, word)


def test_an_earlier_year_says_the_reason_of_its_month():
    before = make_indicator(make_program(make_year(2015)), CODE)
    make_measurement(before, 1, 0, 0, no_activity="not_scheduled")
    make_indicator(make_program(make_year()), CODE, previous=before)
    client = signed_in(make_user("consulta", "reader"))
    found = client.get(f"/2016/indicadores/{CODE}/?mes=1").context["page"].earlier
    ((_, (_, then)),) = found.months
    assert (then.percentage, then.accumulated) == ("nada programado", "nada programado")
    rows = csv_rows(client, f"/2016/indicadores/{CODE}/anteriores.csv?mes=1")
    assert (rows[1]["% del mes"], rows[1]["% acumulado"]) == ("nada programado", "nada programado")


def test_months_of_several_reasons_are_without_activity():
    indicator = make_indicator(make_program(make_year()), CODE)
    make_measurement(indicator, 1, 0, 0, no_activity="not_scheduled")
    make_measurement(indicator, 2, 0, 0, no_activity="suspended")
    client = signed_in(make_user("consulta", "reader"))
    january, february = client.get(f"/2016/indicadores/{CODE}/?mes=2").context["page"].months[:2]
    assert (january.percentage, january.accumulated) == ("nada programado", "nada programado")
    assert (february.percentage, february.accumulated) == ("suspendido", "sin actividad")
    assert client.get("/2016/tablero/?mes=2").context["page"].rows[0].left_out[0].reason == "sin actividad"
    assert client.get("/2016/tablero/?mes=1").context["page"].rows[0].left_out[0].reason == "nada programado"


class TestTheReasonOfThePairThatCounts:
    """Each reader of results gives the reason of the pair that counts in its scope, whatever stands beside it."""

    # state, reason now, validated reason -> official, preliminary
    STANDING = [
        (State.VALIDATED, "suspended", "", "suspendido", "suspendido"),
        (State.SUBMITTED, "suspended", "not_scheduled", "nada programado", "suspendido"),
        (State.RETURNED, "suspended", "not_scheduled", "nada programado", "nada programado"),
        (State.DRAFT, "suspended", "not_scheduled", "nada programado", "nada programado"),
    ]

    def words(self, town: Town, scope: str) -> set[str]:
        indicator = town.indicators[0]
        one = results_of(town.year, with_target_in_force(Indicator.objects.all(), 9), month=9, scope=scope)
        year = load_results(town.year, month=9, scope=scope).programs[0].indicators[0]
        figures = read_figures(town.period(), town.department.pk).result(indicator, scope)
        (cell,) = month_cells([indicator.pk], cut_off=9, scope=scope)[indicator.pk]
        slug = "oficial" if scope == OFFICIAL else "preliminar"
        page = signed_in(town.people["reader"]).get(f"/2016/programas/PRE-01/?mes=9&alcance={slug}").context["page"]
        shown = page.actions[0].indicators[0].result.reason
        labels = dict(Indicator.measurements.rel.related_model._meta.get_field("no_activity").choices)
        results = (one[indicator.pk], year, figures)
        return {*map(status_text, results), str(labels[cell.no_activity]), shown}

    @pytest.mark.parametrize(("state", "now", "validated", "official", "preliminary"), STANDING)
    def test_in_both_scopes(self, state, now, validated, official, preliminary):
        town = make_town(indicators=1)
        before = {} if state == State.VALIDATED else {"validated": (0, 0), "validated_no_activity": validated}
        make_measurement(town.indicators[0], 9, 0, 0, state, no_activity=now, **before)
        assert self.words(town, OFFICIAL) == {official}
        assert self.words(town, PRELIMINARY) == {preliminary}

    def test_a_correction_to_figures_does_not_take_the_reason_away(self):
        town = make_town(indicators=1)
        beside = {"validated": (0, 0), "validated_no_activity": "not_scheduled"}
        make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED, **beside)
        assert self.words(town, OFFICIAL) == {"nada programado"}
        result = load_results(town.year, month=9, scope=PRELIMINARY).programs[0].indicators[0]
        assert (result.percentage, result.no_activity) == (Decimal(75), "")


def test_what_the_browser_kept_is_told_in_the_same_words():
    """A script tells what was never sent on pages that have no grid, from a copy of the words."""
    (line,) = (line for line in KEPT.read_text().splitlines() if line.startswith("const NO_ACTIVITY"))
    told = dict(re.findall(r'(\w+): "([^"]+)"', line))
    assert told == {str(value): str(label) for value, label in CAPTURED_REASON_CHOICES}
