"""Planning's pages in a browser, by the keyboard alone."""

from typing import Any

from playwright.sync_api import Page

from accounts.models import User
from tests.support.browser import bring_session

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
_FOCUSED = """() => {
  const at = document.activeElement;
  const label = at.labels?.length ? at.labels[0].innerText : "";
  return [at.getAttribute("aria-label"), label, at.innerText, at.name].filter(Boolean).join(" ");
}"""
_UNCOVERED = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return box.width > 0 && top !== null && (at.contains(top) || top.contains(at));
}"""


def sign_in(page: Page, person: User, live_server: Any) -> Page:
    """By a session cookie: the sign-in page has its own tests."""
    bring_session(page.context, person, live_server.url)
    return page


def focused(page: Page) -> str:
    """What the focused element is called."""
    return str(page.evaluate(_FOCUSED))


def is_in_sight(page: Page) -> bool:
    """Whether the middle of what has the focus is on the screen with nothing over it."""
    return bool(page.evaluate(_UNCOVERED))


def tab_to(page: Page, text: str) -> None:
    """Press the tabulator until what is called so has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if text in focused(page):
            return
    raise AssertionError(f"the keyboard does not reach «{text}»")


def type_into(page: Page, label: str, text: str) -> None:
    """Reach a field, and type in the place of what it holds."""
    tab_to(page, label)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)
