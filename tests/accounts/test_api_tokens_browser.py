"""The page that shows a token once, as a person has it before them."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import ApiToken, Role
from tests.factories import make_user
from tests.support.browser import bring_session
from tests.test_accessibility_browser import AXE, POCKET, RUN

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_it_is_made_with_the_keyboard_shown_once_and_kept_by_nothing(page: Page, live_server) -> None:
    bring_session(page.context, make_user("ana", Role.READER), live_server.url)
    page.goto(f"{live_server.url}/cuenta/")
    page.get_by_role("link", name="Crear una llave").press("Enter")
    page.get_by_label("Nombre").fill("Power BI")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # from 90 days to a year
    page.get_by_label("Nombre").press("Enter")
    secret = page.locator("#secret")
    expect(secret).to_be_focused()
    shown = secret.input_value()
    token = ApiToken.objects.get()
    assert shown.startswith(token.shown) and (token.expires_on - token.created_at.date()).days >= 364
    page.evaluate(AXE)
    assert page.evaluate(RUN, None) == []
    page.set_viewport_size(POCKET)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(RUN, None) == []
    secret.dblclick()
    assert page.evaluate("secret.selectionEnd - secret.selectionStart") == len(shown)
    page.reload()  # asks for the form anew
    expect(page.get_by_role("button", name="Crear la llave")).to_be_visible()
    assert ApiToken.objects.count() == 1 and shown not in page.content()
    kept = page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    assert "Power BI" not in kept and shown not in kept
    page.goto(f"{live_server.url}/cuenta/")
    expect(page.locator("[data-kept-count]")).to_have_text("")
    page.get_by_role("button", name="Revocar Power BI").click()
    expect(page.get_by_text("quedó revocada")).to_be_visible()
