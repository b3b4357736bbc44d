"""The mayor's card: what is behind, what fell, what allows nothing, what was promised."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from indicators.models import Commitment, Measurement, State, TargetAdjustment
from programs.models import FiscalYear
from tests.factories import NOW, make_indicator, make_measurement, make_people, make_program, make_year
from tests.reports.conftest import sign_in
from tests.reports.papers.test_papers import commit, pdf_of
from tests.reports.plan.test_page import sheet
from tests.support.owner import as_owner
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(client: Client, db: None) -> dict[str, Any]:
    """Seven indicators of 100 %: n of 100 in January and in June; see ``FIGURES``."""
    program = make_program(make_year(), "PRE-01")
    people = make_people(program.department)
    rows = {}
    for number, (january, june) in enumerate(FIGURES, start=1):
        indicator = make_indicator(program, f"PRE-01-{number:02d}")
        make_measurement(indicator, 1, january, 100)
        make_measurement(indicator, 6, june, 100)
        rows[number] = indicator
    sign_in(client, people["reader"])
    return {"rows": rows, "people": people}


# 01 accumulates (95 + 5) / 200 = 50 %, and so on; 06 fell from 300 % to 200 %, which is no fall.
FIGURES = ((95, 5), (80, 60), (100, 90), (60, 60), (20, 40), (300, 100), (100, 100))


def codes(html: str, after: str, before: str) -> list[str]:
    part = html.split(after)[1].split(before)[0]
    return [piece.split("<")[0] for piece in part.split('<span class="code">')[1:]]


def test_the_card_begins_with_the_programmes_that_are_behind_and_fell(client, card):
    """PRE-01 stands at 74.29 %, after 79.29 % in January; PRE-02 fell more and is less behind."""
    year = FiscalYear.objects.get()
    second = make_indicator(make_program(year, "PRE-02", name="Segundo"))
    make_measurement(second, 1, 100, 100)
    make_measurement(second, 6, 78, 100)  # 89 %
    green = make_indicator(make_program(year, "PRE-03"))
    make_measurement(green, 1, 100, 100)
    html = text_of(client.get("/2016/tarjeta/?mes=6&desde=1"))
    assert codes(html, 'id="programs"', 'id="fallen"') == ["PRE-01", "PRE-02"], (
        "the furthest behind first, no green one"
    )
    assert codes(html, 'id="fallen"', 'id="indicators"') == ["PRE-02", "PRE-01"], "those that fell most first"
    assert "bajó 11.00 puntos desde enero" in html and "Los programas que más bajaron desde enero" in html
    assert html.index('class="glance"') < html.index('id="programs"') < html.index('id="indicators"')
    paper = pdf_of(client.get("/2016/tarjeta.pdf?mes=6&desde=1"))
    assert paper.index("Los programas más atrasados") < paper.index("PRE-02 Segundo") < paper.index("Los indicadores")


def test_programmes_beyond_five_are_counted_with_a_link_to_them(client, card):
    for number in range(2, 9):
        row = make_indicator(make_program(FiscalYear.objects.get(), f"PRE-{number:02d}"))
        make_measurement(row, 1, 100, 100)
        make_measurement(row, 6, 20, 100)
    html = text_of(client.get("/2016/tarjeta/?mes=6&desde=1"))
    assert len(codes(html, 'id="programs"', 'id="fallen"')) == len(codes(html, 'id="fallen"', 'id="indicators"')) == 5
    for url in (
        "/2016/tablero/?mes=6&amp;alcance=oficial&amp;orden=cumplimiento#programs",
        "/2016/comparar/?mes=6&amp;alcance=oficial&amp;contra=2016-01&amp;cambio=bajo",
    ):
        assert f'<a href="{url}">3 más</a>' in html
        assert client.get(url.replace("&amp;", "&")).status_code == 200


def test_the_card_shows_the_indicators_that_stand_worst(client, card):
    html = text_of(client.get("/2016/tarjeta/?mes=6&desde=1"))
    worst = codes(html, 'id="indicators"', "card-foot")
    assert worst == ["PRE-01-05", "PRE-01-01", "PRE-01-04", "PRE-01-02"], "30, 50, 60, 70 %: red or amber only"
    assert "bajó 45.00 puntos desde enero" in html and "↓ 45.00" in html
    assert 'Número de solicitudes atendidas: <strong class="num">100</strong>' in html


def test_size_weighs_where_indicators_lack_as_much(client, db):
    """One complaint in 60,000 is nothing, and a service to thousands comes before a meeting that was not held."""
    program = make_program(make_year(), "PRE-01")
    pairs = {"01": (0, 1), "02": (600, 1000), "03": (1, 60_000), "04": (6, 10), "05": (30_000, 60_000)}
    for code, pair in pairs.items():
        target = {"target": Decimal(0), "direction": "descending"} if code == "03" else {}
        make_measurement(make_indicator(program, f"PRE-01-{code}", **target), 1, *pair)
    sign_in(client, make_people(program.department)["reader"])
    html = text_of(client.get("/2016/tarjeta/?mes=1"))
    assert codes(html, 'id="indicators"', "card-foot") == ["PRE-01-05", "PRE-01-02", "PRE-01-04", "PRE-01-01"]
    assert '">1 más</a> en amarillo o rojo' in html


def test_the_card_on_paper_begins_each_quantity_with_its_number(client, card):
    text = pdf_of(client.get("/2016/tarjeta.pdf?mes=6&desde=1"))
    assert "100 Número de solicitudes atendidas 200 Total de solicitudes recibidas" in text
    assert "avance 50.00 %, esperado al corte 100.00 %" in text


def test_the_card_is_taken_away_as_a_table(client, card):
    commit(card["rows"][1], 6, card["people"]["director"], cause="=Recorte")
    page = text_of(client.get("/2016/tarjeta/?mes=6&desde=1"))
    for form in ("xlsx", "csv"):
        assert f'href="/2016/tarjeta.{form}?mes=6&amp;alcance=oficial&amp;desde=1"' in page
    response = client.get("/2016/tarjeta.xlsx?mes=6&desde=1")
    assert response["Content-Disposition"] == 'attachment; filename="tarjeta-2016-06-oficial.xlsx"'
    head, *rows = sheet(response, "Tarjeta")
    found = [dict(zip(head, row, strict=True)) for row in rows]
    worst = "Indicadores más atrasados"
    assert [(row["Lista"], row["Lugar"], row["Clave"]) for row in found] == [
        ("Programas más atrasados", 1, "PRE-01"), ("Programas que más bajaron", 1, "PRE-01"),
        (worst, 1, "PRE-01-05"), (worst, 2, "PRE-01-01"), (worst, 3, "PRE-01-04"), (worst, 4, "PRE-01-02"),
    ]  # fmt: skip
    assert (found[0]["Semáforo"], found[0]["Indicador"], found[0]["Causa"]) == ("amarillo", None, None)
    change = "Cambio, en puntos de cumplimiento"
    assert found[0][change] == round((50 + 70 + 95 + 60 + 30 + 200 - 95 - 80 - 100 - 60 - 20 - 200) / 7, 4)
    first = found[3]
    assert (first["Numerador"], first["Denominador"], first["Avance o global"], first["Esperado al corte"]) == (
        100, 200, 0.5, 1,
    )  # fmt: skip
    assert (first["Cumplimiento"], first["Cumplimiento antes"], first[change]) == (0.5, 0.95, -45)
    assert (first["Causa"], first["Fecha compromiso"]) == ("=Recorte", datetime(2016, 11, 30))
    assert found[2]["Causa"] is None and found[2]["Semáforo"] == "rojo"
    assert ["Comparado con", "enero 2016"] in sheet(response, "Acerca de")
    text = client.get("/2016/tarjeta.csv?mes=6&desde=1").content.decode("utf-8-sig")
    assert "'=Recorte" in text and len(text.splitlines()) == 7
    january = client.get("/2016/tarjeta.csv?mes=1").content.decode("utf-8-sig").splitlines()
    assert len(january) == 5 and not any("bajaron" in line for line in january)


def test_the_card_says_cause_action_and_date_of_validated_figures(client, card):
    commit(card["rows"][1], 1, card["people"]["director"], cause="De enero")
    commit(card["rows"][1], 6, card["people"]["director"], cause="De junio")
    commit(card["rows"][2], 6, card["people"]["director"], cause="De una devuelta")
    Measurement.objects.filter(indicator=card["rows"][2], month=6).update(state=State.RETURNED)
    for text in (
        text_of(client.get("/2016/tarjeta/?mes=6&desde=1")),
        pdf_of(client.get("/2016/tarjeta.pdf?mes=6&desde=1")),
    ):
        assert "De junio" in text and "De enero" not in text and "De una devuelta" not in text
        assert "Contratar a dos personas" in text and "30/11/2016 (ya pasó)" in text and "Sin compromiso" in text


def test_january_has_no_earlier_cut_off(client, card):
    html = text_of(client.get("/2016/tarjeta/?mes=1"))
    assert "Enero es el primer corte del año" in html and "Comparar con el corte" not in html


def test_the_card_counts_the_target_in_force(client, card):
    row = card["rows"][5]
    TargetAdjustment.objects.create(
        indicator=row, effective_month=6, target=Decimal(25), reason="x", authorized_by="x", instrument="x",
        created_at=NOW, created_by=card["people"]["planning"],
    )  # fmt: skip
    assert "PRE-01-05" not in codes(text_of(client.get("/2016/tarjeta/?mes=6")), 'id="indicators"', "card-foot")


@pytest.fixture
def complaints(client: Client, db: None) -> None:
    """Nine indicators that allow no complaint at all and one that allows 5 %: of 2017, the first seven have some."""
    program = make_program(make_year(2017), "PRE-01")
    for number in range(1, 10):
        row = make_indicator(program, f"PRE-01-{number:02d}", target=Decimal(0), direction="descending")
        make_measurement(row, 1, 0, 100)
        if number <= 7:
            make_measurement(row, 2, number, 100)
    allowed = make_indicator(program, "PRE-01-10", target=Decimal(5), direction="descending")
    make_measurement(allowed, 1, 10, 100)
    make_indicator(program, "PRE-01-11")
    sign_in(client, make_people(program.department)["reader"])


def test_many_that_allow_nothing_are_one_line_that_leads_to_them(client, complaints):
    for text in (text_of(client.get("/2017/tarjeta/?mes=2")), pdf_of(client.get("/2017/tarjeta.pdf?mes=2"))):
        assert "7 indicadores de tolerancia cero con incidentes; el peor, PRE-01-07: 7 de 200" in text
    html = text_of(client.get("/2017/tarjeta/?mes=2"))
    assert codes(html, 'id="indicators"', "card-foot") == ["PRE-01-10"]
    (url,) = re.findall(r'incidentes; [^<]*(?:<span class="no-print">: )?<a href="([^"]*)">verlos</a>', html)
    listed = client.get(url.replace("&amp;", "&")).context["page"]
    assert [row.code for row in listed.rows] == [f"PRE-01-{number:02d}" for number in range(1, 8)]
    file = client.get(listed.csv_url)
    assert "tolerancia-cero" in file["Content-Disposition"] and len(file.content.decode().splitlines()) == 8


def test_a_few_that_allow_nothing_are_ranked_with_the_others(client, complaints):
    few = [f"PRE-01-{number:02d}" for number in range(1, 5)]
    with as_owner():
        Measurement.objects.filter(month=2, indicator__code__in=few).delete()
    html = text_of(client.get("/2017/tarjeta/?mes=2"))
    assert "tolerancia cero" not in html
    assert codes(html, 'id="indicators"', "card-foot") == ["PRE-01-10", "PRE-01-07", "PRE-01-06", "PRE-01-05"]


def test_what_was_promised_and_is_overdue(client, card):
    """Five promises: one above, one of a day to come, one kept, and two that are listed, the longest ago first."""
    rows, by = card["rows"], card["people"]["director"]
    more = {number: make_indicator(rows[1].action.program, f"PRE-01-{number}") for number in (11, 12, 13)}
    for number, row in more.items():
        make_measurement(row, 6, 85, 100)
        commit(row, 6, by, action=f"Promesa {number}", committed_on=date(2016, 12, number))
    Commitment.objects.filter(measurement__indicator=more[13]).update(committed_on=date(2999, 1, 1))
    commit(rows[1], 6, by, action="Promesa de arriba")
    commit(rows[7], 6, by, action="Promesa cumplida")
    response = client.get("/2016/tarjeta/?mes=6&desde=1")
    promises = response.context["card"].promises
    assert [(row.code, row.action, row.day) for row in promises.rows] == [
        ("PRE-01-11", "Promesa 11", "11/12/2016"), ("PRE-01-12", "Promesa 12", "12/12/2016"),
    ]  # fmt: skip
    assert (promises.total, promises.rest) == (3, "1 de los indicadores de arriba")
    for text in (text_of(response), pdf_of(client.get("/2016/tarjeta.pdf?mes=6&desde=1"))):
        assert "Lo prometido que ya venció y sigue atrasado: 3" in text and "Promesa 11" in text
        assert "Promesa cumplida" not in text and "Promesa 13" not in text
    listed = sheet(client.get("/2016/tarjeta.xlsx?mes=6&desde=1"), "Tarjeta")
    assert [row[2] for row in listed if row[0] == "Compromisos vencidos"] == ["PRE-01-11", "PRE-01-12"]


def test_without_an_overdue_promise_the_card_says_so(client, card):
    assert "Ningún compromiso vencido" in text_of(client.get("/2016/tarjeta/?mes=6"))


def test_the_card_says_what_a_descending_indicator_allows(client, complaints):
    html = text_of(client.get("/2017/tarjeta/?mes=1"))
    assert codes(html, 'id="indicators"', "card-foot") == ["PRE-01-10"]
    assert 'máximo permitido <span class="num">5.00 %</span>' in html and "esperado al corte" not in html
    assert "máximo permitido 5.00 %" in pdf_of(client.get("/2017/tarjeta.pdf?mes=1"))


def test_the_card_counts_the_indicators_that_nobody_captured(client, complaints):
    for text in (text_of(client.get("/2017/tarjeta/?mes=2")), pdf_of(client.get("/2017/tarjeta.pdf?mes=2"))):
        assert "1 de 11 indicadores considerados no tiene ninguna cifra validada al corte" in text
        assert "17 de 22 meses" in text and "incompleto" not in text


def test_every_figure_of_the_card_leads_to_where_it_comes_from(client, card):
    html = text_of(client.get("/2016/tarjeta/?mes=6&desde=1"))
    back = "&amp;volver=/2016/tarjeta/?mes=6%26desde=1"
    asked, before = f"?mes=6&amp;alcance=oficial{back}", f"?mes=1&amp;alcance=oficial{back}"
    for address in (
        f"/2016/explicacion/plan/{asked}#mean",
        f"/2016/explicacion/plan/{asked}#compliance",
        f"/2016/explicacion/plan/{asked}#lights",
        f"/2016/explicacion/programa/PRE-01/{asked}#compliance",
        f"/2016/explicacion/plan/{asked}#coverage",
        f"/2016/explicacion/indicador/PRE-01-01/{asked}#percentage",
        f"/2016/explicacion/indicador/PRE-01-01/{asked}#target",
        f"/2016/explicacion/indicador/PRE-01-01/{before}#target",
    ):
        assert f'href="{address}"' in html, address


def test_the_card_is_said_to_be_printed_on_paper_only(client, card):
    assert '<span class="on-paper">Impreso el' in text_of(client.get("/2016/tarjeta/?mes=6"))


def test_every_page_compares_with_the_month_before(client, card):
    """One answer to «compared with when?» where nobody chose."""
    assert "Los programas que más bajaron desde enero–mayo" in text_of(client.get("/2016/tarjeta/?mes=6"))
    assert "Los programas que más bajaron desde enero–mayo" in pdf_of(client.get("/2016/tarjeta.pdf?mes=6"))
    assert "desde enero–mayo" in pdf_of(client.get("/2016/programas/PRE-01/ficha.pdf?mes=6"))
    assert '<option value="2016-05" selected>' in text_of(client.get("/2016/comparar/?mes=6"))
