"""Choosing rows of the grid: what is missing, what was returned, what has to be explained, and by words."""

import re

import pytest
from playwright.sync_api import expect

from indicators.models import Measurement, State
from programs.models import FiscalYear
from tests.factories import make_indicator, make_measurement, make_program
from tests.indicators.capture_page import url
from tests.indicators.grid_page import FIRST, SECOND, THIRD, cell, sign_in, status, type_pair
from tests.indicators.town import Town, make_town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SIZES = pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
MISSING, RETURNED, UNEXPLAINED = ("PRE-01-02", "PRE-01-04", "PRE-02-01"), ("PRE-01-03",), ("PRE-01-05",)


@pytest.fixture
def town() -> Town:
    """Six rows in two programmes: saved, empty, returned, half a pair, above 100 % without a word, empty."""
    town = make_town(5)
    town.indicators.append(
        make_indicator(
            make_program(town.year, "PRE-02"),
            name="Árboles plantados en la ciudad",
            numerator_label="Número de árboles vivos",
            denominator_label="Total de árboles plantados",
        )
    )
    make_measurement(town.indicators[0], 9, 3, 4, State.DRAFT)
    make_measurement(town.indicators[2], 9, 3, 4, State.RETURNED)
    make_measurement(town.indicators[3], 9, 3, None, State.DRAFT)
    make_measurement(town.indicators[4], 9, 9, 4, State.DRAFT, justification="")
    return town


def opened(page, town, live_server, query="", width=1366, height=768):
    sign_in(page, town, live_server)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(url() + query)
    if width < 992 and not query:
        page.get_by_text("Buscar y filtrar").click()


def which(page):
    return page.get_by_label("Qué filas se ven")


def words(page):
    return page.get_by_label("Buscar por clave, nombre o lo que se cuenta")


def said(page):
    return page.locator("[data-filter-says]")


def seen(page) -> tuple[str, ...]:
    rows = page.locator("tbody.grid-row:not([hidden])")
    return tuple(rows.evaluate_all("rows => rows.map((row) => row.dataset.code)"))


@SIZES
def test_each_choice_shows_its_rows_and_says_how_many(page, town, live_server, width, height):
    opened(page, town, live_server, "", width, height)
    options = which(page).locator("option").all_text_contents()
    assert options == ["Todas", "Solo lo que falta (3)", "Observados (1)", "Sin justificar (1)"]
    for value, codes, sentence in (
        ("falta", MISSING, "Se ven 3 de 6 filas."),
        ("observados", RETURNED, "Se ve 1 de 6 filas."),
        ("sin-justificar", UNEXPLAINED, "Se ve 1 de 6 filas."),
    ):
        which(page).select_option(value)
        assert seen(page) == codes
        expect(said(page)).to_contain_text(sentence)
        expect(said(page)).to_have_attribute("role", "status")
    bands = page.locator("tbody.grid-group:not([hidden])")
    expect(bands).to_have_count(1)
    said(page).get_by_role("button", name="Ver todas").click()
    assert len(seen(page)) == 6
    expect(said(page)).to_have_text("")
    expect(bands).to_have_count(2)


@SIZES
def test_words_are_found_with_or_without_accents_in_code_name_and_formula(page, town, live_server, width, height):
    opened(page, town, live_server, "", width, height)
    for typed in ("arboles CIUDAD", "árboles vivos", "02-01", "total de arboles"):
        words(page).fill(typed)
        expect(said(page)).to_contain_text("Se ve 1 de 6 filas.")
        assert seen(page) == ("PRE-02-01",)
    words(page).fill("nada de esto")
    expect(said(page)).to_contain_text("Ninguna de 6 filas es así.")
    words(page).press("Escape")
    assert len(seen(page)) == 6


def test_the_keyboard_finds_a_row_and_goes_through_those_in_sight(page, town, live_server):
    opened(page, town, live_server)
    cell(page).focus()
    page.keyboard.press("F4")
    expect(words(page)).to_be_focused()
    page.keyboard.type("01-0")
    page.keyboard.press("Tab")
    expect(which(page)).to_be_focused()
    which(page).select_option("falta")
    words(page).press("Enter")
    expect(cell(page, SECOND)).to_be_focused()
    expect(page).to_have_url(re.compile(r"filtro=falta&buscar=01-0$"))
    page.keyboard.press("ArrowDown")
    expect(cell(page, "PRE-01-04")).to_be_focused()
    page.keyboard.press("F8")
    expect(cell(page, SECOND)).to_be_focused()


def test_the_address_keeps_the_choice_also_after_saving(page, town, live_server):
    opened(page, town, live_server, "?filtro=falta&buscar=arboles")
    assert seen(page) == ("PRE-02-01",)
    expect(cell(page, "PRE-02-01")).to_be_focused()
    page.get_by_role("button", name="Guardar borrador").click()
    expect(page.get_by_text("Todo estaba ya guardado")).to_be_visible()
    expect(said(page)).to_contain_text("Se ve 1 de 6 filas.")
    assert seen(page) == ("PRE-02-01",)
    opened(page, town, live_server, "?filtro=otro")
    assert len(seen(page)) == 6


def test_a_row_stays_under_the_hands_of_who_types_and_the_numbers_follow(page, town, live_server):
    opened(page, town, live_server, "?filtro=falta")
    type_pair(page, "1", "4", SECOND)
    expect(status(page, SECOND)).to_contain_text("guardado")
    assert seen(page) == MISSING
    assert which(page).locator("option").all_text_contents()[1] == "Solo lo que falta (2)"
    expect(page.locator("tbody.grid-group:not([hidden])")).to_have_count(2)


def test_what_is_unsaved_and_out_of_sight_is_said_reached_and_saved(page, town, live_server):
    opened(page, town, live_server)
    type_pair(page, "x", "4", FIRST)
    expect(status(page, FIRST)).to_contain_text("no se guardó")
    which(page).select_option("falta")
    expect(said(page)).to_contain_text(f"1 fila que no se ve tiene algo sin guardar: {FIRST}.")
    said(page).get_by_role("button", name="Verla").click()
    expect(cell(page, FIRST)).to_be_focused()
    expect(cell(page, FIRST)).to_have_value("x")
    which(page).select_option("observados")
    cell(page, THIRD).fill("2")
    cell(page, THIRD).press("Tab")
    expect(status(page, THIRD)).to_contain_text("guardado")
    page.evaluate("document.querySelector('[name$=\"-numerator\"]').value = '7'")  # as if typed and never sent
    page.get_by_role("button", name="Guardar borrador").click()
    expect(page.get_by_text("Se guardó 1 indicador")).to_be_visible()
    assert town.row(0).numerator == 7


def test_a_count_in_the_head_leads_to_its_row_also_out_of_sight(page, town, live_server):
    opened(page, town, live_server, "?filtro=falta")
    page.locator("#avance-mes").get_by_role("link", name="1 observado").click()
    expect(cell(page, THIRD)).to_be_focused()
    expect(said(page)).to_have_text(f"Se ven otra vez todas las filas, para llegar a {THIRD}.")
    assert len(seen(page)) == 6


def test_rows_marked_out_of_sight_are_not_put_without_activity(page, town, live_server):
    opened(page, town, live_server)
    for code in (SECOND, "PRE-02-01"):
        page.get_by_label(f"Marcar {code}").check()
    words(page).fill("arboles")
    expect(said(page)).to_contain_text("Se ve 1 de 6")
    page.get_by_role("button", name="Aplicar").click()
    expect(status(page, "PRE-02-01")).to_contain_text("guardado")
    expect(said(page)).to_contain_text("1 fila marcada no se ve: sigue igual.")
    assert not Measurement.objects.filter(indicator=town.indicators[1], month=9).exists()


def test_a_month_that_nobody_can_write_is_searched_too(page, town, live_server):
    FiscalYear.objects.update(locked=True)
    opened(page, town, live_server)
    which(page).select_option("observados")
    assert seen(page) == RETURNED
    page.locator("#avance-mes").get_by_role("link", name="3 borradores").click()
    assert len(seen(page)) == 6


def test_without_scripts_all_rows_are_there_and_nothing_to_choose(browser, town, live_server):
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    sign_in(page, town, live_server)
    page.goto(url() + "?filtro=falta")
    assert len(seen(page)) == 6
    expect(which(page)).to_be_hidden()
    context.close()
