"""The grid over a slow line: people type before its scripts are there, and nothing of that may be lost or misplaced."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from indicators.models import Measurement
from tests.indicators.capture_page import url
from tests.indicators.grid_page import SECOND, THIRD, cell, paste, sign_in, status
from tests.indicators.town import Town, make_town
from tests.support.chromium import slow_down

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
MODULES = re.compile(r"/static/js/(grid|grid-row|grid-line|grid-paste|grid-recovery|grid-same|grid-store|evidence)\.js")
FOURTH = "PRE-01-04"


@pytest.fixture
def town() -> Town:
    return make_town(4)


class Modules:
    """The scripts of the page, kept on their way until a test lets them in or loses them."""

    def __init__(self, page: Page) -> None:
        self._waiting: list[Route] = []
        self._end = self._waiting.append
        page.route(MODULES, lambda route: self._end(route))

    def let_in(self) -> None:
        self._finish(lambda route: route.continue_())

    def lose(self) -> None:
        self._finish(lambda route: route.abort())

    def _finish(self, end: Callable[[Route], None]) -> None:
        self._end = end
        for route in self._waiting:
            end(route)


@pytest.fixture
def modules(page: Page, town: Town, live_server: Any) -> Modules:
    """The month on the screen while its modules are still on their way."""
    expect.set_options(timeout=6_000)
    sign_in(page, town, live_server)
    held = Modules(page)
    page.goto(url(), wait_until="commit")
    expect(cell(page, FOURTH)).to_be_visible()
    return held


def test_what_is_typed_before_the_scripts_is_saved_where_it_was_typed(page, town, modules):
    cell(page).focus()
    for key in ("3", "Tab", "4", "Enter", "5", "Tab", "6", "ArrowUp", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.keyboard.press("F2")
    page.keyboard.type("Se atendió el rezago")
    assert not Measurement.objects.exists() and page.url.endswith(url())
    modules.let_in()
    expect(status(page)).to_contain_text("guardado")
    expect(status(page, SECOND)).to_contain_text("guardado")
    expect(status(page, THIRD)).to_have_text("sin guardar")
    page.keyboard.press("F2")
    expect(status(page, THIRD)).to_contain_text("guardado")
    assert [(town.row(n).numerator, town.row(n).denominator) for n in range(2)] == [(3, 4), (5, 6)]
    assert town.row(2).justification == "Se atendió el rezago"


def test_escape_before_the_scripts_takes_nothing_away_for_good(page, town, modules):
    cell(page).focus()
    page.keyboard.type("77")
    page.keyboard.press("Escape")
    expect(cell(page)).to_have_value("")
    page.get_by_role("button", name="Deshacer").click()
    expect(cell(page)).to_have_value("77")
    page.keyboard.press("Control+A")
    page.keyboard.type("8")
    page.keyboard.press("Escape")
    expect(cell(page)).to_have_value("77")
    page.get_by_label(f"Justificación de {SECOND}").evaluate(
        "(text) => text.closest('tbody').querySelector('details.why').open = true"
    )
    page.get_by_label(f"Justificación de {SECOND}").fill("Se atendió el rezago")
    page.keyboard.press("Escape")
    expect(page.get_by_label(f"Justificación de {SECOND}")).to_have_value("Se atendió el rezago")
    modules.let_in()
    cell(page, THIRD).focus()
    expect(status(page)).to_contain_text("guardado")
    expect(status(page, SECOND)).to_contain_text("guardado")
    assert (town.row().numerator, town.row(1).justification) == (77, "Se atendió el rezago")


def test_a_block_pasted_before_the_scripts_is_looked_at_when_they_come(page, town, modules):
    cell(page, SECOND).focus()
    paste(page, "3\t4\n5\t6", SECOND)
    expect(page.locator("[data-notice]")).to_contain_text("Preparando la hoja")
    expect(cell(page, SECOND)).to_have_value("")
    modules.let_in()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("no trae claves")
    dialog.get_by_role("button", name="Guardar 2 filas").click()
    expect(page.get_by_text("Se guardó lo que pegó en 2 indicadores")).to_be_visible()
    assert (town.row(1).numerator, town.row(2).denominator) == (3, 6)


def test_leaving_before_the_scripts_warns_of_what_was_typed(page, modules):
    cell(page).focus()
    page.keyboard.type("3")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Todos los meses").click(no_wait_after=True)
    assert asked == ["beforeunload"] and page.url.endswith(url())


def test_scripts_that_never_come_leave_the_form_to_work(page, town, modules):
    cell(page).focus()
    page.keyboard.type("3")
    modules.lose()
    expect(page.locator("[data-notice]")).to_contain_text("La hoja no terminó de cargar")
    paste(page, "3\t4\n5\t6", SECOND)
    expect(cell(page, SECOND)).to_have_value("")
    page.get_by_role("button", name="Guardar borrador").click()
    expect(page.get_by_text("Se guardó 1 indicador")).to_be_visible()
    assert town.row().numerator == 3


def test_typing_at_once_over_a_slow_line(page: Page, town: Town, live_server: Any) -> None:
    """400 ms and 256 kbit/s, as the browser itself emulates them, with nothing in its cache."""
    expect.set_options(timeout=20_000)
    page.set_default_navigation_timeout(20_000)
    sign_in(page, town, live_server)
    slow_down(page)
    page.goto(url(), wait_until="commit")
    expect(cell(page)).to_be_visible()
    cell(page).focus()
    for key in ("3", "Tab", "4", "Enter", "6"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(status(page)).to_contain_text("guardado")
    expect(status(page, SECOND)).to_contain_text("guardado")
    assert (town.row().numerator, town.row().denominator, town.row(1).numerator) == (3, 4, 6)
