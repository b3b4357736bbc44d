"""The heat map: programmes by months, legible without colour, each cell a way into the programme."""

import re

from django.test import Client

from tests.factories import make_indicator, make_measurement, make_program, make_year
from tests.reports.conftest import Town, text_of


def cells(client: Client, code: str, query: str = "mes=12") -> list[str]:
    """The twelve cells of a programme as a reader hears them."""
    page = text_of(client.get(f"/2016/mapa/?{query}"))
    (row,) = re.findall(rf'<span class="code">{code}</span>.*?</tr>', page)
    return [" ".join(re.sub("<[^>]*>", " ", cell).split()) for cell in re.findall("<td.*?</td>", row)]


def test_each_month_shows_the_accumulated_global_with_shape_and_word(reader: Client, town: Town) -> None:
    make_measurement(town.indicators["PRE-02-01"], 3, 0, 70)
    found = cells(reader, "PRE-02")
    assert found[:3] == ["92.31 ● verde", "92.31 ● verde", "60.00 ■ rojo"]
    assert len(found) == 12


def test_months_after_the_cut_off_are_empty(reader: Client) -> None:
    assert cells(reader, "PRE-02", "mes=2")[1:4] == ["92.31 ● verde", "después del corte", "después del corte"]


def test_preliminary_counts_what_was_submitted(reader: Client) -> None:
    assert cells(reader, "PRE-02", "mes=2&alcance=preliminar")[1] == "65.00 ■ rojo"


def test_a_programme_without_data_says_so(reader: Client, town: Town) -> None:
    make_program(town.fiscal_year, "PRE-03")
    assert cells(reader, "PRE-03") == ["s. d. ○ sin semáforo"] * 12


def test_a_cell_leads_to_the_programme_at_its_cut_off(reader: Client) -> None:
    page = reader.get("/2016/mapa/?mes=4&alcance=preliminar").content.decode()
    assert 'href="/2016/programas/PRE-02/?mes=3&amp;alcance=preliminar"' in page
    assert reader.get("/2016/programas/PRE-02/?mes=3&alcance=preliminar").status_code == 200


def test_another_year_is_chosen_in_the_same_form(reader: Client, town: Town) -> None:
    make_year(2017)
    assert reader.get("/2016/mapa/?ejercicio=2017&mes=3")["Location"] == "/2017/mapa/?mes=3"
    assert "no tiene programas todavía" in text_of(reader.get("/2017/mapa/?mes=3"))


def test_extreme_percentages_keep_their_figures(reader: Client, town: Town) -> None:
    make_measurement(make_indicator(make_program(town.fiscal_year, "PRE-03"), "PRE-03-01"), 1, 1000, 100)
    assert cells(reader, "PRE-03")[0] == "1,000.00 ● verde"
