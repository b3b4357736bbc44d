"""The heat map: programmes by months, legible without colour, each cell a way into the programme."""

import re

import pytest
from django.test import Client

from accounts.models import Role
from indicators.models import State
from tests.factories import make_indicator, make_measurement, make_program, make_user, make_year
from tests.reports.conftest import Town, sign_in
from tests.reports.county import make_county
from tests.reports.plan.test_page import sheet
from tests.support.pages import text_of


def cells(client: Client, code: str, query: str = "mes=12") -> list[str]:
    """The twelve cells of a programme as a reader hears them."""
    page = text_of(client.get(f"/2016/mapa/?{query}"))
    (row,) = re.findall(rf'<span class="code">{code}</span>.*?</tr>', page)
    return [" ".join(re.sub("<[^>]*>", " ", cell).split()) for cell in re.findall("<td.*?</td>", row)]


def test_each_month_shows_the_compliance_with_shape_and_word(reader: Client, town: Town) -> None:
    make_measurement(town.indicators["PRE-02-01"], 3, 0, 70)
    found = cells(reader, "PRE-02")
    assert found[:3] == ["92.31 ● verde 1 de 4", "92.31 ● verde 1 de 4", "60.00 ■ rojo 1 de 4"]
    assert len(found) == 12


def test_months_after_the_cut_off_are_empty(reader: Client) -> None:
    assert cells(reader, "PRE-02", "mes=2")[1:4] == [
        "92.31 ● verde 1 de 4",
        "— después del corte",
        "— después del corte",
    ]


def test_the_legend_says_where_the_light_comes_from_and_what_a_dash_is(reader: Client) -> None:
    page = text_of(reader.get("/2016/mapa/?mes=2"))
    assert "de él sale el semáforo, no del global" in page
    assert "<strong>—</strong> después del corte" in page
    for light in ("verde", "amarillo", "rojo", "sin semáforo"):
        assert f"</span> {light}</span></li>" in page, "each sign of the cells is told in words"
    assert "<strong>—</strong>" not in text_of(reader.get("/2016/mapa/?mes=12"))


def test_preliminary_counts_what_was_submitted(reader: Client) -> None:
    assert cells(reader, "PRE-02", "mes=2&alcance=preliminar")[1] == "65.00 ■ rojo 1 de 4"


def test_a_programme_without_data_says_so(reader: Client, town: Town) -> None:
    make_program(town.fiscal_year, "PRE-03")
    assert cells(reader, "PRE-03") == ["s. d. ○ sin semáforo"] * 12


def test_a_cell_leads_to_the_programme_at_its_cut_off(reader: Client) -> None:
    page = reader.get("/2016/mapa/?mes=4&alcance=preliminar").content.decode()
    back = "&amp;volver=/2016/mapa/?mes=4%26alcance=preliminar"
    assert f'href="/2016/programas/PRE-02/?mes=3&amp;alcance=preliminar{back}"' in page
    assert reader.get("/2016/programas/PRE-02/?mes=3&alcance=preliminar").status_code == 200


def test_another_year_is_chosen_in_the_same_form(reader: Client, town: Town) -> None:
    make_year(2017)
    assert reader.get("/2016/mapa/?ejercicio=2017&mes=3")["Location"] == "/2017/mapa/?mes=3"
    assert "no tiene programas todavía" in text_of(reader.get("/2017/mapa/?mes=3"))


def test_a_cell_and_its_light_are_of_the_same_figure(reader: Client, town: Town) -> None:
    """A global of 1,000 % is a compliance of 100: the file has both."""
    make_measurement(make_indicator(make_program(town.fiscal_year, "PRE-03"), "PRE-03-01"), 1, 1000, 100)
    assert cells(reader, "PRE-03")[0] == "100.00 ● verde"
    head, *rows = sheet(reader.get("/2016/mapa.xlsx", {"mes": 1}), "Mapa")
    (found,) = (dict(zip(head, row, strict=True)) for row in rows if row[0] == "PRE-03")
    assert (found["Cumplimiento a enero"], found["Global a enero"]) == (1, 10)


def test_only_the_indicators_in_the_mean_are_counted(reader: Client, town: Town) -> None:
    whole = make_program(town.fiscal_year, "PRE-03")
    make_measurement(make_indicator(whole, "PRE-03-01"), 1, 1, 2)
    assert cells(reader, "PRE-03")[0] == "50.00 ■ rojo"


@pytest.mark.parametrize("role", [Role.READER, Role.COMPTROLLER])
@pytest.mark.parametrize("state", [State.DRAFT, State.RETURNED])
def test_drafts_count_for_nobody(client: Client, town: Town, role: str, state: str) -> None:
    make_measurement(town.indicators["PRE-02-04"], 1, 77, 100, state)
    sign_in(client, make_user("lectora", role))
    assert cells(client, "PRE-02", "mes=1&alcance=preliminar")[0] == "92.31 ● verde 1 de 4"


def test_filters_and_order_are_those_of_the_plan(client: Client, db: None) -> None:
    make_county()
    sign_in(client, make_user("mayor", Role.READER))
    response = client.get("/2016/mapa/", {"mes": 2, "orden": "-global", "texto": "pre"})
    assert [row.code for row in response.context["page"].rows] == ["PRE-01", "PRE-02"]
    assert "2 de 6 programas" in text_of(response)
    assert "Ningún programa cumple" in text_of(client.get("/2016/mapa/?mes=2&texto=nada"))
    wrong = client.get("/2016/mapa/?mes=2&dependencia=ZZZ")
    assert wrong.status_code == 404 and "de la dependencia «ZZZ»" in text_of(wrong)


def test_the_file_has_the_shown_rows_in_their_order(client: Client, db: None) -> None:
    make_county()
    sign_in(client, make_user("mayor", Role.READER))
    response = client.get("/2016/mapa.xlsx", {"mes": 2, "orden": "-global", "dependencia": "OBR"})
    assert response["Content-Disposition"] == 'attachment; filename="mapa-2016-02-oficial-dependencia-obr.xlsx"'
    head, *rows = sheet(response, "Mapa")
    assert [row[:2] for row in rows] == [["OBR-01", "Bacheo"], ["OBR-02", "=SUMA(A1:A9) Alumbrado"]]
    first = dict(zip(head, rows[0], strict=True))
    for figure in ("Cumplimiento", "Global"):
        months = ("enero", "febrero", "marzo", "diciembre")
        assert [first[f"{figure} a {month}"] for month in months] == [0.6, 0.6, None, None]
    assert [first[f"Semáforo a {month}"] for month in ("enero", "febrero", "marzo")] == ["rojo", "rojo", None]
    assert [first[f"Indicadores a {month}"] for month in ("enero", "febrero", "marzo")] == ["1 de 1", "1 de 1", None]
    assert rows[1][4:8] == ["sin datos", "sin semáforo", "sin datos", "0 de 1"]
