"""A pasted block is taken back by one button or by Ctrl+Z, and what was typed after it is not lost."""

import pytest
from playwright.sync_api import expect

from tests.indicators.capture_page import url
from tests.indicators.grid_page import FIRST, SECOND, THIRD, cell, paste, sign_in, status
from tests.indicators.town import Town, make_town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def town() -> Town:
    town = make_town(4)
    town.save(town.pair(1, 4))
    return town


def pasted(page, town, live_server):
    sign_in(page, town, live_server)
    page.goto(url())
    paste(page, "3\t4\n5\t6")
    page.get_by_role("button", name="Guardar 2 filas").click()
    expect(page.get_by_text("Se guardó lo que pegó en 2 indicadores.")).to_be_visible()
    expect(cell(page, SECOND)).to_have_value("5")


def test_one_button_brings_back_what_stood_there(page, town, live_server):
    pasted(page, town, live_server)
    cell(page, THIRD).fill("9")
    page.get_by_role("button", name="Deshacer el pegado").click()
    expect(page.get_by_text("Se deshizo el pegado: 2 indicadores como antes.")).to_be_visible()
    expect(cell(page, FIRST)).to_have_value("1")
    expect(cell(page, SECOND)).to_have_value("")
    expect(cell(page, THIRD)).to_have_value("9")
    expect(page.get_by_role("button", name="Deshacer el pegado")).to_have_count(0)
    assert (town.row(0).numerator, town.row(2).numerator) == (1, 9)


def test_control_z_takes_the_block_back_until_something_is_typed(page, town, live_server):
    pasted(page, town, live_server)
    cell(page, THIRD).focus()
    page.keyboard.type("8")
    page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name="Deshacer el pegado")).to_be_visible()
    page.goto(url())
    cell(page, FIRST).focus()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Se deshizo el pegado: 2 indicadores como antes.")).to_be_visible()
    expect(cell(page, FIRST)).to_have_value("1")


def test_without_scripts_the_button_does_the_same(browser, town, live_server):
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    sign_in(page, town, live_server)
    page.goto(f"{url()}pegar/")
    page.locator("textarea[name=text]").first.fill(f"{FIRST}\t3\t4")
    page.get_by_role("button", name="Revisar").click()
    page.get_by_role("button", name="Guardar 1 fila").click()
    page.get_by_role("button", name="Deshacer el pegado").click()
    expect(cell(page, FIRST)).to_have_value("1")
    context.close()


def test_a_block_over_rows_out_of_sight_says_so(page, town, live_server):
    sign_in(page, town, live_server)
    page.goto(url() + "?filtro=falta")
    paste(page, "3\t4\n5\t6", SECOND)
    expect(page.get_by_text("también por las filas que ahora no se ven")).to_be_visible()
    page.get_by_role("link", name="Cancelar").click()
    expect(status(page, SECOND)).to_have_text("")
