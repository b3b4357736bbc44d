"""The frame on a phone: the menu is folded, opens without a script, and nothing of it is out of reach."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.indicators.town import Town, make_town
from tests.support.browser import bring_session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
WIDTHS = pytest.mark.parametrize("width", [320, 390])


@pytest.fixture
def town() -> Town:
    return make_town(2)


def open_as(page: Page, server: Any, user: User, width: int, address: str = "/") -> Page:
    bring_session(page.context, user, server.url)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address)
    return page


@WIDTHS
def test_the_menu_is_folded_and_its_button_opens_it(page: Page, live_server: Any, town: Town, width: int) -> None:
    open_as(page, live_server, town.people["planning"], width)
    menu, button = page.locator("#menu"), page.get_by_role("button", name="Menú")
    expect(menu).to_be_hidden()
    heading = page.get_by_role("heading", level=1).bounding_box()
    assert heading is not None and heading["y"] < 120
    button.press("Enter")
    for name in ("Inicio", "Tablero", "Revisión", "Administración", str(town.people["planning"])):
        link = menu.get_by_role("link", name=name, exact=True)
        expect(link).to_be_in_viewport(ratio=1)
        box = link.bounding_box()
        assert box is not None and box["height"] >= 44, name
    expect(menu.get_by_role("button", name="Salir")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.keyboard.press("Tab")
    expect(menu.get_by_role("link", name="Inicio")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()


def test_without_a_script_the_menu_opens_and_leads_on(new_context: Any, live_server: Any, town: Town) -> None:
    page = new_context(java_script_enabled=False).new_page()
    open_as(page, live_server, town.people["planning"], 390)
    page.get_by_role("button", name="Menú").click()
    page.locator("#menu").get_by_role("link", name="Calendario").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Calendario 2016")


def test_at_a_desk_the_menu_stands_open_and_needs_no_button(page: Page, live_server: Any, town: Town) -> None:
    open_as(page, live_server, town.people["planning"], 1366)
    expect(page.locator(".menu-button")).to_be_hidden()
    expect(page.get_by_role("link", name="Tablero", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Salir")).to_be_visible()


def test_who_has_not_entered_has_no_menu(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/entrar/")
    expect(page.get_by_role("button", name="Menú")).to_have_count(0)
