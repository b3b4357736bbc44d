"""Before a month is sent its pairs are in sight, and so is the button."""

import pytest
from playwright.sync_api import expect

from tests.factories import make_indicator, make_program
from tests.indicators.capture_page import url
from tests.indicators.grid_page import sign_in
from tests.indicators.town import Town, make_town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SIZES = pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])


@pytest.fixture
def town() -> Town:
    """Thirty figures of two programmes."""
    town = make_town(15)
    other = make_program(town.year, "PRE-02")
    town.indicators += [make_indicator(other) for _ in range(15)]
    town.save(*(town.pair(number + 1, 1234 + number, number) for number in range(30)))
    return town


@SIZES
def test_every_pair_is_in_sight_and_the_button_with_them(page, town, live_server, width, height):
    sign_in(page, town, live_server)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{url()}enviar/")
    pairs = page.locator(".effect-figures .pair")
    expect(pairs).to_have_count(30)
    for number, pair in enumerate(pairs.all()):
        expect(pair).to_be_visible()
        expect(pair).to_have_text(f"{number + 1} / {1234 + number:,}")
    expect(page.get_by_role("button", name="Enviar 30 indicadores")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_a_desk_they_stand_one_under_the_other(page, town, live_server):
    sign_in(page, town, live_server)
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{url()}enviar/")
    boxes = [pair.bounding_box() for pair in page.locator(".effect-figures .pair").all()]
    assert len({round(box["x"] + box["width"]) for box in boxes}) == 1
    assert max(box["height"] for box in boxes) < 40


def test_what_is_missing_is_one_press_away(page, town, live_server):
    make_indicator(town.program)
    sign_in(page, town, live_server)
    page.goto(f"{url()}enviar/")
    page.get_by_role("link", name="ver lo que falta").click()
    expect(page.get_by_role("heading", name="Falta 1 de 31")).to_be_in_viewport()
