"""An indicator whose numerator is the total to date over a denominator of the month: its months say nothing alone."""

from typing import Any

import pytest
from django.test import Client

from indicators.models import Indicator
from tests.factories import NOW, make_department, make_indicator, make_measurement, make_program, make_user, make_year
from tests.factories import signed_in as opened_by
from tests.indicators.capture_page import rows_of
from tests.indicators.town import make_town
from tests.reports.conftest import Town
from tests.reports.sheets.test_tables import table
from tests.support.pages import text_of

ONLY, CODE = "solo acumulado", "PRE-03-01"
MONTHS = ((7, 4), (16, 4), (24, 3))  # 175 %, 400 % and 800 % of each month, and 218.18 % of what came in
WHY = "Sin columnas por mes: el numerador es a la fecha; el denominador, del mes."


def make(modes: dict[str, Any], program: Any = None) -> Indicator:
    program = program or make_program(make_year(), "PRE-03")
    indicator = make_indicator(program, **modes)
    for month, pair in enumerate(MONTHS, start=1):
        make_measurement(indicator, month, *pair)
    return indicator


@pytest.fixture
def reader(db: None) -> Client:
    return opened_by(make_user("consulta", "reader"))


DRAWN = [
    # what the catalogue says, the months of the table, why none is drawn
    ({}, ["175.00 %", "400.00 %", "800.00 %"], ""),
    ({"numerator_mode": "last"}, [ONLY] * 3, WHY),
    ({"denominator_mode": "last"}, ["175.00 %", "400.00 %", "800.00 %"], ""),
    ({"numerator_mode": "last", "denominator_mode": "last"}, ["175.00 %", "400.00 %", "800.00 %"], ""),
    ({"target_kind": "absolute", "target": 30}, ["7 Solicitudes", "16 Solicitudes", "24 Solicitudes"], ""),
    (
        {"target_kind": "absolute", "target": 30, "numerator_mode": "last"},
        [ONLY] * 3,
        "Solicitudes. Sin columnas por mes: cada cifra es ya el total a la fecha.",
    ),
]


@pytest.mark.parametrize(("modes", "months", "why"), DRAWN)
def test_the_chart_draws_what_has_a_meaning_and_says_why_it_draws_no_more(reader: Client, modes, months, why) -> None:
    make(modes)
    response = reader.get(f"/2016/indicadores/{CODE}/?mes=3")
    chart = response.context["page"].trend
    assert [row[1] for row in chart.table.rows[:3]] == months
    assert all("%" in row[2] or "Solicitudes" in row[2] for row in chart.table.rows[:3])
    assert ("Sin columnas" in chart.drawing) is bool(why) and why in chart.drawing
    assert (">Cada mes<" in chart.drawing) is not bool(why)
    assert chart.drawing.count("Sin columnas") == 2 * bool(why)  # seen, and told to whoever does not see it


def test_no_page_or_file_gives_the_month_a_percentage(reader: Client) -> None:
    make({"numerator_mode": "last"})
    sheet = reader.get(f"/2016/indicadores/{CODE}/?mes=3").context["page"]
    (year,) = reader.get("/2016/programas/PRE-03/anio/?mes=3").context["page"].rows
    explained = reader.get(f"/2016/explicacion/indicador/{CODE}/?mes=3").context["page"]
    months = table(reader, f"/2016/indicadores/{CODE}.xlsx", "Doce meses", "mes=3")
    of_year = table(reader, "/2016/programas/PRE-03/anio.xlsx", "Mes por mes", "mes=3")
    for found in (
        [month.percentage for month in sheet.months],
        [cell.percentage for cell in year.cells],
        [month.percentage for month in explained.months],
        [row["% del mes"] for row in months],
        [row["% del mes"] for row in of_year],
    ):
        assert found[:3] == [ONLY] * 3
    said = text_of(reader.get(f"/2016/explicacion/indicador/{CODE}/?mes=3"))
    assert "Un mes solo no dice nada: el numerador es a la fecha; el denominador, del mes." in said
    assert sheet.months[2].accumulated == year.cells[2].accumulated == explained.value == "218.18 %"


def test_an_earlier_year_neither(reader: Client) -> None:
    before = make({"numerator_mode": "last"}, make_program(make_year(2015), "PRE-03"))
    make_indicator(make_program(make_year(), "PRE-03"), CODE, previous=before, numerator_mode="last")
    found = reader.get(f"/2016/indicadores/{CODE}/?mes=3").context["page"].earlier
    assert [months[1].percentage for _, months in found.months] == [ONLY] * 3
    rows = table(reader, f"/2016/indicadores/{CODE}/anteriores.xlsx", "Ejercicios anteriores", "mes=3")
    assert [row["% del mes"] for row in rows[3:]] == [ONLY] * 3


def test_capture_and_review_neither(db: None) -> None:
    town = make_town(indicators=1, numerator_mode="last")
    make_measurement(town.indicators[0], 8, 7, 4)
    town.save(town.pair(16, 4, justification="Es el total a la fecha"))
    (row,) = rows_of(town.client().get("/2016/captura/PRE/9/")).values()
    assert (row.month_text, row.accumulated) == (ONLY, "200.00 %")
    town.submit(now=NOW)
    (waiting,) = town.client("director").get("/2016/revision/PRE/9/").context["groups"][0].rows
    assert waiting.shown.month_text == ONLY


class TestTheProgramme:
    URL, EXPLAINED = "/2016/programas/PRE-03/?mes=3", "/2016/explicacion/programa/PRE-03/?mes=3"
    SAID = f"Sin {CODE} en los meses: solo tiene acumulado."

    def test_its_months_are_the_means_of_the_others(self, reader: Client) -> None:
        indicator = make({"numerator_mode": "last"})
        make_measurement(make_indicator(indicator.action.program), 1, 3, 4)
        response = reader.get(self.URL)
        chart = response.context["page"].charts[0]
        assert [row[2:4] for row in chart.table.rows[:2]] == [
            ("125.00 % (2 de 2)", "75.00 % (1 de 2)"), ("137.50 % (2 de 2)", "sin datos"),
        ]  # fmt: skip
        assert self.SAID in chart.table.caption
        explained = reader.get(self.EXPLAINED)
        assert [(step.written, step.result) for step in explained.context["page"].month_steps] == [
            ("(75) / 1", "75.00 %")
        ]
        assert self.SAID in text_of(explained)
        rows = table(reader, "/2016/programas/PRE-03/curso.xlsx", "El año mes por mes", "mes=3")
        assert [row["Promedio del mes"] for row in rows[:2]] == [0.75, "sin datos"]

    def test_one_alone_has_no_mean_of_a_month(self, reader: Client) -> None:
        make({"numerator_mode": "last"})
        chart = reader.get(self.URL).context["page"].charts[0]
        assert [row[3] for row in chart.table.rows[:3]] == [ONLY] * 3
        assert "218.18 %" in chart.table.rows[2][2]

    def test_one_with_months_says_nothing(self, reader: Client, town: Town) -> None:
        for address in ("/2016/programas/PRE-02/?mes=2", "/2016/explicacion/programa/PRE-02/?mes=2"):
            assert "en los meses: solo" not in text_of(reader.get(address))

    def test_many_are_counted(self, reader: Client) -> None:
        program = make_program(make_year(), "PRE-03", department=make_department())
        for _ in range(6):
            make({"numerator_mode": "last"}, program)
        said = reader.get(self.URL).context["page"].charts[0].table.caption
        assert "Sin PRE-03-01, PRE-03-02, PRE-03-03 y 3 más en los meses: solo tienen acumulado." in said
