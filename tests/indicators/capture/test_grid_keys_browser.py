"""The keys that spare a long way: to the next empty row, and to what will be sent."""

import re

import pytest
from playwright.sync_api import expect

from indicators.models import Measurement, State
from tests.factories import make_measurement
from tests.indicators.capture_page import url
from tests.indicators.grid_page import FIRST, SECOND, THIRD, cell, sign_in, status
from tests.indicators.town import Town, make_town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
MODULES = re.compile(r"/static/js/(grid|grid-[a-z]+|evidence)\.js")
SUBMIT = re.compile(r"/2016/captura/PRE/9/enviar/")
SIZES = pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])


@pytest.fixture
def town() -> Town:
    """Forty rows, of which the first, the third (its denominator) and the last but one are empty."""
    town = make_town(40)
    for number, indicator in enumerate(town.indicators):
        if number not in (0, 2, 38):
            make_measurement(indicator, 9, 3, 4, State.DRAFT)
    make_measurement(town.indicators[2], 9, 3, None, State.DRAFT)
    return town


def opened(page, town, live_server, width=1366, height=768):
    sign_in(page, town, live_server)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(url())


def without_modules(page):
    """All of grid's scripts but the one that is in the head."""
    page.route(MODULES, lambda route: route.continue_() if "grid-early" in route.request.url else route.abort())


ABOVE_THE_BUTTONS = """() => document.activeElement.getBoundingClientRect().bottom
  <= document.querySelector(".grid-actions").getBoundingClientRect().top"""


@SIZES
@pytest.mark.parametrize("key", ["F8", "Alt+n"])
def test_a_key_goes_to_the_next_row_with_an_empty_cell(page, town, live_server, width, height, key):
    opened(page, town, live_server, width, height)
    last = town.indicators[38].code
    cell(page).focus()
    for code, side in ((THIRD, "Denominador"), (last, "Numerador"), (FIRST, "Numerador"), (THIRD, "Denominador")):
        page.keyboard.press(key)
        expect(cell(page, code, side)).to_be_focused()
        expect(cell(page, code, side)).to_be_in_viewport(ratio=1)
        if width >= 992:
            page.wait_for_function(ABOVE_THE_BUTTONS)  # it may be on its way there


def test_from_outside_of_the_grid_it_goes_to_the_first(page, town, live_server):
    opened(page, town, live_server)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("F8")
    expect(cell(page, FIRST)).to_be_focused()


def test_the_key_saves_what_was_typed_and_says_when_no_row_is_left(page, town, live_server):
    Measurement.objects.filter(indicator=town.indicators[2]).update(denominator=4)
    make_measurement(town.indicators[38], 9, 3, 4, State.DRAFT)
    opened(page, town, live_server)
    cell(page).focus()
    page.keyboard.press("F8")
    expect(page.locator("[data-notice]")).to_have_text("Solo esta fila tiene casillas vacías.")
    cell(page).fill("5")
    cell(page, FIRST, "Denominador").fill("6")
    cell(page, FIRST, "Denominador").press("F8")
    expect(page.locator("[data-notice]")).to_have_text("Ninguna fila tiene casillas vacías.")
    cell(page, SECOND).focus()
    expect(status(page)).to_contain_text("guardado")
    expect(page.locator("[data-notice]")).to_have_text("")


@SIZES
def test_a_key_reviews_what_will_be_sent_with_what_was_typed_last(page, town, live_server, width, height):
    opened(page, town, live_server, width, height)
    cell(page).fill("5")
    cell(page, FIRST, "Denominador").fill("6")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(SUBMIT)
    row = town.row(0)
    assert (row.numerator, row.denominator, row.state) == (5, 6, State.DRAFT)


def test_it_reviews_from_a_justification_too_and_from_nowhere(page, town, live_server):
    opened(page, town, live_server)
    cell(page, SECOND).press("F2")
    page.keyboard.type("Hubo rezago")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(SUBMIT)
    assert town.row(1).justification == "Hubo rezago"
    page.goto(url())
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(SUBMIT)


def test_both_keys_work_before_the_modules_are_there(page, town, live_server):
    without_modules(page)
    opened(page, town, live_server)
    cell(page).focus()
    page.keyboard.press("F8")
    expect(cell(page, THIRD, "Denominador")).to_be_focused()
    page.keyboard.type("4")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(SUBMIT)
    assert town.row(2).denominator == 4


def test_the_keys_are_told_in_the_help_of_the_page_and_on_the_button(page, town, live_server):
    opened(page, town, live_server)
    page.get_by_text("Ayuda y teclas").click()
    for key in ("F8 (o Alt+N)", "Ctrl+Entrar"):
        expect(page.locator(".grid-help dt").get_by_text(key, exact=True)).to_be_visible()
    button = page.get_by_role("button", name="Revisar y enviar…")
    expect(button).to_have_attribute("aria-keyshortcuts", "Control+Enter")
