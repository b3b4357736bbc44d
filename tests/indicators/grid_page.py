"""The capture grid as its browser tests handle it."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.indicators.town import Town
from tests.support.browser import bring_session

FIRST, SECOND, THIRD = "PRE-01-01", "PRE-01-02", "PRE-01-03"


def sign_in(page: Page, town: Town, live_server: Any, role: str = "liaison") -> None:
    """By a session cookie: the sign-in page has its own tests."""
    bring_session(page.context, town.people[role], live_server.url)


def cell(page: Page, code: str = FIRST, side: str = "Numerador") -> Any:
    return page.get_by_label(f"{side} de {code}", exact=True)


def status(page: Page, code: str = FIRST) -> Any:
    return page.locator(f"#fila-{code} [data-status]")


def type_pair(page: Page, n: str, d: str, code: str = FIRST) -> None:
    cell(page, code).fill(n)
    cell(page, code, "Denominador").fill(d)
    cell(page, code, "Denominador").press("Tab")


def session_ended(page: Page, code: str = FIRST) -> None:
    """Until the page has asked, too, who is signed in by now: a sign-in that comes before that saves the row."""
    expect(status(page, code)).to_contain_text("su sesión terminó")
    expect(page.locator("[data-notice]")).to_contain_text("Su sesión terminó")


def kept(page: Page) -> int:
    """How many rows the browser keeps."""
    return page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('pmd:')).flatMap("
        "(key) => Object.keys(JSON.parse(localStorage[key]))).length"
    )


def paste(page: Page, text: str, code: str = FIRST, side: str = "Numerador") -> None:
    cell(page, code, side).focus()
    page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def by_button(page: Page) -> None:
    page.locator(f"#fila-{FIRST}").get_by_role("button", name="sin demanda").click()


def by_reason(page: Page) -> None:
    cell(page).focus()
    page.keyboard.press("F2")
    page.get_by_label(f"Sin actividad (0/0) de {FIRST}").select_option("no_demand")
    page.keyboard.press("Escape")


def by_mark(page: Page) -> None:
    page.get_by_label(f"Marcar {FIRST}").check()
    page.get_by_role("button", name="Aplicar").click()
    cell(page).focus()
