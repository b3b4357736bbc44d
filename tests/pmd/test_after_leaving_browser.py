"""After Salir, «atrás» leads to the sign-in page and shows nothing of what was read."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.indicators.grid_page import sign_in
from tests.indicators.town import make_town

pytestmark = pytest.mark.django_db(transaction=True)
READ = ("/2016/tablero/", "/bitacora/", "/2016/historia/PRE-01-01/9/", "/cuenta/")


@pytest.fixture
def everyday_page(browser_type: Any, browser_type_launch_args: Any, browser_context_args: Any) -> Iterator[Page]:
    """A browser as people have it: it keeps whole pages for «atrás», which the one of the other tests does not."""
    args = {**browser_type_launch_args, "ignore_default_args": ["--disable-back-forward-cache"]}
    browser = browser_type.launch(**args)
    yield browser.new_context(**browser_context_args).new_page()
    browser.close()


def test_back_after_leaving_shows_nothing_of_what_was_read(everyday_page: Page, live_server: Any) -> None:
    page = everyday_page
    town = make_town(2)
    town.save(town.pair(3, 4))
    sign_in(page, town, live_server, "planning")
    headings = []
    for address in READ:
        response = page.goto(address)
        assert response is not None and response.ok, address
        headings.append(page.get_by_role("heading", level=1).inner_text())
    page.get_by_role("button", name="Salir").click()
    expect(page.get_by_label("Usuario")).to_be_visible()
    for _ in READ:
        page.evaluate("history.back()")
        page.wait_for_timeout(500)
        expect(page.get_by_label("Usuario")).to_be_visible()
        assert page.get_by_role("heading", level=1).inner_text() not in headings
        assert page.get_by_role("button", name="Salir").count() == 0
