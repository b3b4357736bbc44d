"""On a phone the grid shows one indicator at a time, the next one and the list in reach, and loses nothing."""

import re

import pytest
from playwright.sync_api import expect

from indicators.models import State
from tests.factories import make_measurement
from tests.indicators.capture_page import url
from tests.indicators.grid_page import FIRST, SECOND, THIRD, cell, sign_in, status
from tests.indicators.town import Town, make_town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def town() -> Town:
    """Five rows, of which the first has its figures."""
    town = make_town(5)
    make_measurement(town.indicators[0], 9, 3, 4, State.DRAFT)
    return town


def opened(page, town, live_server, width=390, height=844, query=""):
    sign_in(page, town, live_server)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(url() + query)


def button(page, name):
    return page.locator(".one-bar").get_by_role("button", name=name)


def seen(page) -> list[str]:
    return [row.get_attribute("data-code") for row in page.locator("tbody.grid-row:visible").all()]


def test_it_opens_on_the_first_that_is_missing_within_the_first_screen(page, town, live_server):
    opened(page, town, live_server)
    assert seen(page) == [SECOND]
    for side in ("Numerador", "Denominador"):
        expect(cell(page, SECOND, side)).to_be_in_viewport(ratio=1)
    for name in ("Anterior", "2 de 5 · lista", "Siguiente"):
        expect(button(page, name)).to_be_in_viewport(ratio=1)
        assert button(page, name).bounding_box()["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.get_by_role("link", name="Todos los meses").is_hidden()
    page.get_by_text("Otros meses, archivos y ayuda").click()
    expect(page.get_by_role("link", name="Todos los meses")).to_be_visible()


def test_the_next_one_saves_what_was_typed_and_takes_the_cursor_along(page, town, live_server):
    opened(page, town, live_server)
    cell(page, SECOND).fill("7")
    cell(page, SECOND, "Denominador").fill("8")
    button(page, "Siguiente").click()
    assert seen(page) == [THIRD]
    expect(cell(page, THIRD)).to_be_focused()
    button(page, "Anterior").click()
    expect(status(page, SECOND)).to_contain_text("guardado")
    expect(cell(page, SECOND)).to_be_focused()
    assert (town.row(1).numerator, town.row(1).denominator) == (7, 8)
    expect(page.locator("#avance-mes")).to_contain_text("2 de 5 capturados")
    expect(page.locator("tbody.grid-group")).to_be_visible()


def test_a_row_that_was_refused_is_named_and_reached(page, town, live_server):
    opened(page, town, live_server)
    cell(page, SECOND).fill("x")
    button(page, "Siguiente").click()
    expect(page.locator(".one-said")).to_contain_text(f"No se guardó {SECOND}.")
    page.locator(".one-said").get_by_role("button", name="Ver").click()
    expect(cell(page, SECOND)).to_be_focused()
    expect(cell(page, SECOND)).to_have_value("x")
    cell(page, SECOND).fill("6")
    button(page, "Siguiente").click()
    expect(page.locator(".one-said")).to_have_text("")


def test_the_keys_go_from_one_to_the_next(page, town, live_server):
    opened(page, town, live_server)
    cell(page, SECOND).focus()
    page.keyboard.type("1")
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    assert seen(page) == [THIRD]
    expect(cell(page, THIRD)).to_be_focused()
    page.keyboard.press("ArrowUp")
    assert seen(page) == [SECOND]
    expect(status(page, SECOND)).to_contain_text("guardado")


def test_the_list_is_short_and_leads_to_each(page, town, live_server):
    opened(page, town, live_server)
    button(page, "lista").click()
    assert len(seen(page)) == 5
    assert all(row.bounding_box()["height"] < 130 for row in page.locator("tbody.grid-row").all())
    expect(button(page, "Cerrar la lista")).to_have_attribute("aria-expanded", "true")
    page.locator("#fila-PRE-01-04 .title").click()
    assert seen(page) == ["PRE-01-04"]
    expect(cell(page, "PRE-01-04")).to_be_focused()
    button(page, "lista").click()
    button(page, "Cerrar la lista").click()
    assert seen(page) == ["PRE-01-04"]


def test_after_the_last_one_comes_the_review(page, town, live_server):
    opened(page, town, live_server)
    for _ in range(3):
        button(page, "Siguiente").click()
    assert seen(page) == ["PRE-01-05"]
    button(page, "Revisar y enviar").click()
    expect(page).to_have_url(re.compile("/enviar/"))


def test_the_next_one_is_the_next_of_what_was_chosen(page, town, live_server):
    make_measurement(town.indicators[2], 9, 3, 4, State.DRAFT)
    opened(page, town, live_server, query="?filtro=falta")
    assert seen(page) == [SECOND]
    button(page, "Siguiente").click()
    assert seen(page) == ["PRE-01-04"]
    expect(button(page, "2 de 3 · lista")).to_be_visible()
    page.locator("#avance-mes").get_by_role("link", name="2 borradores").click()
    assert seen(page) == [FIRST]
    expect(button(page, "1 de 5 · lista")).to_be_visible()


def test_a_wider_screen_has_them_all_and_a_phone_again_the_same_one(page, town, live_server):
    opened(page, town, live_server)
    button(page, "Siguiente").click()
    page.set_viewport_size({"width": 1366, "height": 768})
    assert len(seen(page)) == 5
    expect(page.locator(".one-bar")).to_be_hidden()
    expect(page.get_by_role("link", name="Todos los meses")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    assert seen(page) == [THIRD]


def test_a_large_month_is_two_screens(page, live_server):
    town = make_town(120)
    opened(page, town, live_server)
    assert page.evaluate("document.documentElement.scrollHeight") < 2 * 844
    button(page, "1 de 120 · lista").click()
    assert len(seen(page)) == 120


def test_without_scripts_there_is_the_list_of_all_cards(browser, town, live_server):
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    opened(page, town, live_server)
    assert len(seen(page)) == 5
    expect(page.locator(".one-bar")).to_have_count(0)
    cell(page, "PRE-01-04").fill("5")
    page.get_by_role("button", name="Guardar borrador").last.click()
    assert town.row(3).numerator == 5
    page.get_by_text("Otros meses, archivos y ayuda").click()
    expect(page.get_by_role("link", name="Todos los meses")).to_be_visible()
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(url())
    expect(page.get_by_role("link", name="Todos los meses")).to_be_visible()
    context.close()
