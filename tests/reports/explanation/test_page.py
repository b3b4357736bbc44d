"""The page of an explanation: who reads what of it, its fingerprint, addresses and files."""

import csv
import hashlib
import io
import json
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client

from accounts.access import NOBODY
from accounts.models import Role
from indicators.models import Indicator, State
from indicators.results.year import OFFICIAL, PRELIMINARY
from programs.models import Axis, Plan
from reports.address.cutoff import Cut
from reports.explanation import explain_indicator, explain_plan, explain_program
from tests.factories import (
    access_of,
    make_department,
    make_measurement,
    make_program,
    make_user,
    make_year,
)
from tests.reports.conftest import Town, sign_in
from tests.reports.explained import INDICATOR, PROGRAM
from tests.reports.municipality import make_municipality
from tests.reports.plan.test_page import sheet as rows_of
from tests.support.pages import text_of

# What somebody may not see


@pytest.mark.parametrize("url", [INDICATOR.format("PRE-02-03"), PROGRAM.format("PRE-02")])
@pytest.mark.parametrize("scope", ["oficial", "preliminar"])
@pytest.mark.parametrize(
    ("role", "sees"),
    [("liaison", True), ("director", True), ("planning", True), ("comptroller", True), ("reader", False)],
)
def test_drafts_and_who_wrote_them_are_for_those_who_may_see_them(client: Client, town: Town, url, scope, role, sees):
    sign_in(client, town.people[role])
    page = text_of(client.get(f"{url}?mes=2&alcance={scope}"))
    assert ("98,761 / 98,765" in page, "54,321 / 54,329" in page) == (sees, sees)
    if not sees:
        assert page.count("en captura</span>") == 2
        assert "borrador" not in page and "observado" not in page
        assert "captura, 03/10/2016" not in page.split("PRE-02-03", 1)[1].split("PRE-02-04", 1)[0]


def test_another_department_s_enlace_sees_no_drafts(client: Client, town: Town):
    sign_in(client, make_user("elsewhere", Role.LIAISON, make_department("OPM", "Obras Públicas")))
    assert "98,76" not in text_of(client.get(PROGRAM.format("PRE-02") + "?mes=2"))


def test_a_hidden_correction_leaves_the_validated_pair_without_naming_who_corrects(client: Client, town: Town):
    corrector = make_user("correctora")
    make_measurement(town.indicators["PRE-02-04"], 1, 9, 8, State.RETURNED, validated=(5, 10), by=corrector)
    sign_in(client, town.people["reader"])
    page = client.get(INDICATOR.format("PRE-02-04") + "?mes=1")
    assert "correctora" not in text_of(page) and "9 / 8" not in text_of(page)
    (january,) = page.context["page"].months
    assert (january.numerator, january.state, january.captured) == ("5", "validado, en corrección", "")


@pytest.mark.parametrize("url", [INDICATOR.format("PRE-02-01"), PROGRAM.format("PRE-02"), "/2016/explicacion/plan/"])
def test_nobody_reads_it_without_signing_in_or_without_a_role(client: Client, town: Town, url):
    assert client.get(url).status_code == 302
    sign_in(client, make_user("nobody"))
    assert client.get(url).status_code == 403


# Fingerprint and address


def test_the_fingerprint_is_that_of_the_numbers_that_can_be_taken_away(reader: Client):
    url = PROGRAM.format("PRE-02") + "?mes=1&alcance=oficial"
    page = reader.get(url)
    numbers = reader.get(url + "&formato=json")
    assert numbers["Content-Type"] == "application/json"
    assert numbers["Content-Disposition"] == 'attachment; filename="explicacion-program-PRE-02-2016-01-oficial.json"'
    digest = hashlib.sha256(numbers.content).hexdigest()
    assert digest == page.context["page"].fingerprint and digest in text_of(page)
    assert json.loads(numbers.content)["indicators"][0]["pairs"] == [[1, "120.0000", "130.0000"]]


@pytest.mark.django_db
def test_the_fingerprint_is_the_same_for_everybody_and_changes_with_every_number(town: Town):
    def prints(month: int = 1, scope=OFFICIAL) -> list[str]:
        cut = Cut(town.fiscal_year, month, scope)
        everybody = {explain_program(cut, "PRE-02", access_of(person)).fingerprint for person in town.people.values()}
        assert len(everybody) == 1
        single = explain_indicator(cut, "PRE-02-01", access_of(town.people["reader"]))
        return [*everybody, single.fingerprint, explain_plan(cut, NOBODY).fingerprint]

    first = prints()
    assert prints() == first
    for other in (prints(2), prints(scope=PRELIMINARY)):
        assert not set(first) & set(other)
    make_measurement(town.indicators["PRE-02-04"], 2, 7, 8, State.DRAFT)
    assert prints() == first  # a draft is none of the numbers
    Indicator.objects.filter(code="PRE-02-01").update(target=Decimal("99.9999"))
    assert not set(first) & set(prints())


def test_the_page_carries_its_moment_and_an_address_to_share(reader: Client):
    page = text_of(reader.get(INDICATOR.format("PRE-02-01"), {"mes": "1"}))
    assert "http://testserver/2016/explicacion/indicador/PRE-02-01/?mes=1&amp;alcance=oficial" in page
    assert "Momento en que se calculó" in page


# Wrong addresses and odd data


@pytest.mark.parametrize(
    "url",
    [
        "/2016/explicacion/programa/PRE-99/",
        "/2016/explicacion/indicador/PRE-02-99/",
        "/2016/explicacion/eje/1/",
        "/2016/explicacion/dependencia/999999999/",
        "/2016/explicacion/colonia/1/",
        "/2016/explicacion/plan/?mes=13",
        "/2019/explicacion/plan/",
        "/2016/explicacion/plan/?alcance=secreto",
        "/2016/explicacion/plan/?formato=exe",
    ],
)
def test_a_wrong_address_says_what_exists(reader: Client, url):
    response = reader.get(url)
    assert response.status_code == 404 and "Esa página no existe" in text_of(response)


def test_no_axis_has_a_key_of_thirty_digits(reader: Client):
    assert reader.get(f"/2016/explicacion/eje/{10**30}/").status_code == 404


def test_an_axis_of_another_plan_does_not_exist_in_this_year(reader: Client, town: Town):
    other = Plan.objects.create(name="Otro plan", start_year=2030, end_year=2032)
    axis = Axis.objects.create(plan=other, name="Otro eje")
    assert reader.get(f"/2016/explicacion/eje/{axis.pk}/?mes=1").status_code == 404


def test_a_group_without_programmes_says_so(reader: Client, town: Town):
    empty = Axis.objects.create(plan=town.fiscal_year.plan, name="Eje sin programas " + "x" * 300)
    page = text_of(reader.get(f"/2016/explicacion/eje/{empty.pk}/?mes=1"))
    assert "0 de 0 programas con datos" in page and "No tiene programas en 2016" in page and "sin datos" in page


def test_a_programme_without_indicators_and_a_year_without_captures(reader: Client, town: Town):
    make_program(town.fiscal_year, "PRE-03")
    page = text_of(reader.get(PROGRAM.format("PRE-03")))
    assert "Sin indicadores" in page and "Sin sumandos no hay promedio" in page
    make_program(make_year(2017), "PRE-01")
    assert "sin datos" in text_of(reader.get("/2017/explicacion/plan/?mes=12"))


def test_names_cannot_become_markup(reader: Client, town: Town):
    Indicator.objects.filter(code="PRE-02-01").update(name="<b>=1+1</b>", numerator_label="<i>n</i>")
    assert "<b>=1" not in text_of(reader.get(PROGRAM.format("PRE-02") + "?mes=1"))
    assert "<i>n" not in text_of(reader.get(INDICATOR.format("PRE-02-01") + "?mes=1"))


# Queries


@pytest.mark.django_db
@pytest.mark.parametrize("programs", [5, 25])
def test_the_number_of_queries_does_not_depend_on_the_size(django_assert_num_queries, programs):
    fiscal_year = make_municipality(programs=programs, indicators_each=programs)
    strategy = fiscal_year.programs.first().strategy
    client = sign_in(Client(), make_user("lectora", Role.READER))
    group = 7 if connection.vendor == "postgresql" else 8  # what did not change since the plan's is not read again
    for url, queries in (
        (PROGRAM.format("DAA-01"), 10), (INDICATOR.format("DAA-01-01"), 9), ("/2016/explicacion/plan/", 7),
        (f"/2016/explicacion/estrategia/{strategy.pk}/", group),
    ):  # fmt: skip
        with django_assert_num_queries(queries):
            assert client.get(f"{url}?mes=3").status_code == 200


def test_sheets_lead_to_their_explanations(reader: Client):
    page = text_of(reader.get("/2016/programas/PRE-02/?mes=1"))
    assert '/2016/explicacion/programa/PRE-02/?mes=1&amp;alcance=oficial"' in page
    assert '/2016/explicacion/indicador/PRE-02-01/?mes=1&amp;alcance=oficial"' in page
    assert page.count("¿de dónde sale?</a>") == 4 and page.count('class="figure-link"') == 3
    sheet = text_of(reader.get("/2016/indicadores/PRE-02-01/?mes=1"))
    assert sheet.count('class="figure-link"') == 4
    for part in ("", "#target", "#months"):
        assert f'/2016/explicacion/indicador/PRE-02-01/?mes=1&amp;alcance=oficial{part}"' in sheet


@pytest.mark.parametrize(
    ("url", "tables"),
    [
        ("plan/", {"Programas": "PRE-02", "Meses": "PRE-02", "Pasos": "El promedio de los globales"}),
        ("programa/PRE-02/", {"Indicadores": "PRE-02-01", "Meses": "PRE-02-01", "Pasos": "El Indicador Global"}),
        ("indicador/PRE-02-01/", {"Meses": "Enero", "Pasos": "De los meses que cuentan al porcentaje"}),
    ],
)
def test_its_tables_can_be_taken_away(reader: Client, url: str, tables: dict[str, str]):
    address = f"/2016/explicacion/{url}?mes=2&alcance=oficial"
    book = reader.get(f"{address}&formato=xlsx")
    assert "-2016-02-oficial.xlsx" in book["Content-Disposition"]
    page = text_of(reader.get(address))
    for title, first in tables.items():
        assert rows_of(book, title)[1][0] == first
        csv_address = f"{address}&formato=csv&tabla={title.lower()}"
        assert f'href="{csv_address.replace("&", "&amp;")}"' in page
        response = reader.get(csv_address)
        assert f"{title.lower()}.csv" in response["Content-Disposition"]
        head, *rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
        assert head == rows_of(book, title)[0] and len(rows) == len(rows_of(book, title)) - 1


def test_its_files_have_numbers_and_no_draft_of_others(client: Client, town: Town):
    address = "/2016/explicacion/programa/PRE-02/?mes=2&formato=xlsx"
    sign_in(client, town.people["reader"])
    response = client.get(address)
    first = dict(zip(*rows_of(response, "Indicadores")[:2], strict=True))
    assert (first["Numerador acumulado"], first["Denominador acumulado"]) == (120, 130)
    assert first["Porcentaje"] == 0.92307692
    assert "98,761" not in str(rows_of(response, "Meses")) and "98761" not in str(rows_of(response, "Meses"))
    sign_in(client, town.people["liaison"])
    assert "98,761" in str(rows_of(client.get(address), "Meses"))


def test_a_table_that_it_does_not_have_is_told(reader: Client):
    response = reader.get("/2016/explicacion/plan/?formato=csv&tabla=colores")
    assert response.status_code == 404 and "no tiene la tabla «colores»" in text_of(response)
