"""The board of who is missing in a real browser: the year at once."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.factories import make_indicator, make_measurement
from tests.indicators.grid_page import sign_in
from tests.indicators.town import make_town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
ALL_MONTHS = "box => box.scrollWidth <= box.clientWidth"


def test_the_twelve_months_fit_a_small_laptop(page: Page, live_server: Any) -> None:
    town = make_town(2)
    program = town.indicators[0].action.program
    for _ in range(40):
        make_measurement(make_indicator(program), 11, 3, 4, late=True)
    sign_in(page, town, live_server, "planning")
    page.goto("/2016/faltantes/")
    board = page.get_by_role("region", name="Dependencias y meses")
    assert board.evaluate(ALL_MONTHS)
    inside = """cells => cells.every((cell) => [...cell.querySelectorAll(".counts, .small-note, .state")].every(
      (part) => part.getBoundingClientRect().right <= cell.getBoundingClientRect().right + 1))"""
    assert board.locator("td").evaluate_all(inside), "what a month says stays in its column"
    assert "40 extemporáneos" in board.inner_text()
    page.set_viewport_size({"width": 390, "height": 844})
    assert not board.evaluate(ALL_MONTHS), "on a phone it scrolls beside the names, and nothing is squeezed"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
