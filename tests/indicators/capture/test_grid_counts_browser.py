"""The counts in the head of a month lead to their rows, and the page opens where something was returned."""

import re

import pytest
from playwright.sync_api import expect

from indicators.models import State
from tests.factories import make_measurement
from tests.indicators.capture_page import url
from tests.indicators.grid_page import FIRST, SECOND, cell, sign_in, status, type_pair
from tests.indicators.town import Town, make_town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SIZES = pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])


@pytest.fixture
def town() -> Town:
    """Thirty rows: empty, but for two drafts, two that were returned and one draft of half a pair."""
    town = make_town(30)
    for number in (1, 20):
        make_measurement(town.indicators[number], 9, 3, 4, State.DRAFT)
    for number in (12, 25):
        make_measurement(town.indicators[number], 9, 3, 4, State.RETURNED)
    make_measurement(town.indicators[2], 9, 3, None, State.DRAFT)
    return town


def opened(page, town, live_server, width=1366, height=768):
    sign_in(page, town, live_server)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(url())


def count(page, text):
    return page.locator("#avance-mes").get_by_role("link", name=text)


@SIZES
def test_a_count_leads_to_its_rows_one_after_the_other(page, town, live_server, width, height):
    opened(page, town, live_server, width, height)
    codes = [indicator.code for indicator in town.indicators]
    for text, places in (("2 observados", (12, 25, 12)), ("3 borradores", (20, 1, 2))):
        for place in places:
            count(page, text).click()
            expect(cell(page, codes[place])).to_be_focused()
            expect(cell(page, codes[place])).to_be_in_viewport(ratio=1)
    count(page, "4 de 30 capturados").click()
    expect(cell(page, codes[3])).to_be_focused()


def test_after_an_answer_it_knows_the_new_rows_and_keeps_the_focus(page, town, live_server):
    opened(page, town, live_server)
    type_pair(page, "3", "4")
    expect(status(page)).to_contain_text("guardado")
    cell(page, FIRST).fill("2")
    count(page, "4 borradores").focus()
    expect(count(page, "5 de 30 capturados")).to_have_count(1)
    expect(status(page)).to_contain_text("guardado")
    expect(count(page, "4 borradores")).to_be_focused()
    expect(count(page, "4 borradores")).to_have_attribute("href", f"#fila-{SECOND}")
    page.keyboard.press("Enter")
    expect(cell(page, FIRST)).to_be_focused()


@SIZES
def test_the_month_opens_on_the_first_that_was_returned(page, town, live_server, width, height):
    opened(page, town, live_server, width, height)
    code = town.indicators[12].code
    expect(cell(page, code)).to_be_focused()
    expect(cell(page, code)).to_be_in_viewport(ratio=1)


def test_without_scripts_a_count_leads_to_the_first_of_its_rows(browser, town, live_server):
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    sign_in(page, town, live_server)
    page.goto(url())
    count(page, "2 observados").click()
    expect(page).to_have_url(re.compile(f"#fila-{town.indicators[12].code}$"))
    expect(page.locator(f"#fila-{town.indicators[12].code}")).to_be_in_viewport()
    context.close()


def test_a_count_leads_to_the_part_of_the_month_that_has_the_row(page, town, live_server, settings):
    settings.GRID_MAX_ROWS = 10
    opened(page, town, live_server)
    count(page, "2 observados").click()
    expect(page).to_have_url(re.compile(rf"\?parte=2#fila-{town.indicators[12].code}$"))
