"""The grid while its page goes away, and while its month closes: what is typed then is not lost either."""

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from indicators import services
from indicators.capture.views import month as capture
from indicators.models import Measurement
from tests.factories import NOW
from tests.indicators.grid_page import FIRST, SECOND, THIRD, cell, kept, status, type_pair
from tests.indicators.town import Town, make_town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def town() -> Town:
    return make_town(4)


@dataclass
class SlowAnswer:
    """The server has the form and takes its time; until it answers, the page that was left is on the screen."""

    page: Page
    asked: threading.Event = field(default_factory=threading.Event)
    answer: threading.Event = field(default_factory=threading.Event)

    def press(self, name: str, *acts: str) -> None:
        """Press the button, and do these in the page once the form is on its way.

        The page does them by itself: the browser's own protocol is silent while a page leaves.
        """
        press = (
            f"[...document.querySelectorAll('.grid-actions .btn')].find((one) => one.textContent.startsWith('{name}'))"
        )
        timed = [f"setTimeout(() => {{ {act} }}, {200 + 50 * place});" for place, act in enumerate(acts)]
        self.page.evaluate(f"() => {{ setTimeout(() => {press}.click()); {''.join(timed)} }}")
        assert self.asked.wait(6)
        time.sleep(0.4 + 0.05 * len(acts))


def focus(code: str, side: str = "Numerador") -> str:
    return f"document.querySelector('[aria-label=\"{side} de {code}\"]').focus()"


def typed(text: str) -> str:
    return f"document.execCommand('insertText', false, '{text}')"


def key(name: str) -> str:
    return f"document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {{key: '{name}', bubbles: true}}))"


@pytest.fixture
def leaving(grid: Page, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowAnswer]:
    slow, save = SlowAnswer(grid), capture._save

    def wait_and_save(*args: Any) -> Any:
        slow.asked.set()
        slow.answer.wait(10)
        return save(*args)

    monkeypatch.setattr(capture, "_save", wait_and_save)
    yield slow
    slow.answer.set()


def test_what_is_typed_while_a_saved_page_is_leaving_goes_on_in_its_cell(grid, town, leaving):
    type_pair(grid, "3", "4")
    expect(status(grid)).to_contain_text("guardado")
    back = "document.activeElement.setSelectionRange(1, 1)"
    leaving.press("Guardar borrador", focus(THIRD, "Denominador"), typed("12"), back, typed("0"))
    leaving.answer.set()
    expect(grid.get_by_text("No había cambios que guardar")).to_be_visible()
    expect(cell(grid, THIRD, "Denominador")).to_be_focused()
    expect(cell(grid, THIRD, "Denominador")).to_have_value("102")
    grid.keyboard.type("5")
    grid.keyboard.press("Tab")
    expect(status(grid, THIRD)).to_contain_text("guardado")
    assert town.row(2).denominator == 1052 and kept(grid) == 0
    expect(grid.locator(".recovered")).to_have_count(0)


def test_what_is_typed_on_in_a_row_that_is_being_saved_goes_on_top_of_it(grid, town, leaving):
    cell(grid).fill("3")
    leaving.press("Guardar borrador", focus(FIRST), typed("5"), key("Tab"), typed("8"), "", "", "", "", "")
    leaving.answer.set()
    expect(grid.get_by_text("Se guardó 1 indicador")).to_be_visible()
    expect(cell(grid)).to_have_value("35")
    expect(cell(grid, side="Denominador")).to_be_focused()
    grid.keyboard.press("Tab")
    expect(status(grid)).to_contain_text("guardado")
    assert (town.row().numerator, town.row().denominator) == (35, 8) and kept(grid) == 0
    expect(grid.locator(".clash")).to_have_count(0)


def test_what_is_typed_on_is_offered_where_its_row_admits_no_changes_any_more(grid, town, leaving):
    town.save(*(town.pair(3, 4, number) for number in range(4)))
    grid.reload()
    leaving.press("Guardar borrador", focus(FIRST), typed("5"))
    town.submit()
    leaving.answer.set()
    expect(grid.locator(".recovered")).to_contain_text(f"ya no admite cambios: {FIRST}: 5 / 4")


def test_the_cursor_stays_where_it_went_while_the_page_was_leaving(grid, leaving):
    """Otherwise whoever looks at a paper goes on typing in the first empty cell."""
    leaving.press("Guardar borrador", focus(THIRD))
    leaving.answer.set()
    expect(grid.get_by_text("No había cambios que guardar")).to_be_visible()
    expect(cell(grid, THIRD)).to_be_focused()
    grid.reload()
    expect(cell(grid)).to_be_focused()


def test_what_is_to_be_reviewed_is_held_until_the_page_is_there(grid, leaving):
    type_pair(grid, "3", "4")
    expect(status(grid)).to_contain_text("guardado")
    seen = "document.activeElement.value + document.querySelector('[data-notice]').textContent"
    leaving.press("Revisar y enviar", focus(SECOND), typed("7"), f"sessionStorage.seen = {seen}")
    leaving.answer.set()
    expect(grid).to_have_url(re.compile(r"/enviar/$"))
    assert grid.evaluate("sessionStorage.seen") == "Un momento: se abre la revisión de lo que capturó."
    assert kept(grid) == 0
    grid.go_back()
    expect(cell(grid, SECOND)).to_be_editable()


def test_without_its_scripts_the_page_holds_its_cells_while_it_leaves(grid, town, leaving):
    grid.route("**/grid.js", lambda route: route.abort())
    grid.reload()
    cell(grid).fill("3")
    note = "sessionStorage.seen = document.activeElement.value + document.activeElement.readOnly"
    leaving.press("Guardar borrador", focus(SECOND), typed("7"), note)
    leaving.answer.set()
    expect(grid.get_by_text("Se guardó 1 indicador")).to_be_visible()
    assert grid.evaluate("sessionStorage.seen") == "true"
    expect(cell(grid, SECOND)).to_be_editable()
    assert town.row().numerator == 3


def test_a_page_that_does_not_leave_after_all_saves_itself_again(grid, town, leaving):
    grid.clock.install()
    grid.reload()
    leaving.press("Guardar borrador", focus(FIRST), typed("5"), "window.stop()", key("Tab"))
    expect(cell(grid)).to_have_value("5")
    assert not Measurement.objects.exists()
    grid.clock.fast_forward(21_000)
    grid.clock.fast_forward(1_000)
    expect(status(grid)).to_contain_text("guardado")
    assert town.row().numerator == 5 and kept(grid) == 0


def test_a_month_that_closes_while_it_is_open_says_so_and_takes_nothing_more(grid, town):
    period = town.period()
    period.closed_on = NOW.date()
    period.save()
    type_pair(grid, "3", "4")
    notice = grid.locator("[data-notice]")
    expect(notice).to_contain_text("Septiembre se cerró el 03/10/2016")
    expect(notice).to_contain_text("pida una prórroga a Planeación")
    expect(notice).to_contain_text("Lo que escribió sigue aquí y en este equipo")
    expect(status(grid)).to_have_text("no se guardó: el mes ya no admite capturas")
    expect(grid.locator(".month-dates")).to_contain_text("ya no admite capturas")
    expect(grid.locator(".month-dates")).not_to_contain_text("abierto")
    for name in ("Guardar borrador", "Revisar y enviar…", "Aplicar"):
        button = grid.get_by_role("button", name=name)
        expect(button).to_have_attribute("aria-disabled", "true")
        expect(button).to_have_accessible_description(re.compile("Septiembre se cerró"))
        button.press("Enter")
    expect(grid.locator(f"#fila-{SECOND}").get_by_role("button", name="sin demanda")).to_be_disabled()
    expect(cell(grid)).to_have_value("3")
    expect(cell(grid)).not_to_be_editable()
    expect(cell(grid, SECOND)).not_to_be_editable()
    assert kept(grid) == 1 and not Measurement.objects.exists()
    period.closed_on = None
    period.save()
    grid.reload()
    grid.get_by_role("button", name="Ponerla en sus casillas y guardarla").click()
    expect(status(grid)).to_contain_text("guardado")
    assert town.row().denominator == 4


def test_what_was_returned_can_still_be_corrected_in_a_month_that_closes(grid, town):
    town.save(*(town.pair(3, 4, number) for number in range(3)))
    town.submit(allow_missing=True)
    row = town.row()
    now = timezone.now()
    services.return_for_changes(access=town.access("director"), seen={row.pk: row.version}, observation="Vea", now=now)
    grid.reload()
    period = town.period()
    period.closed_on = timezone.localdate()
    period.save()
    type_pair(grid, "1", "2", "PRE-01-04")
    expect(grid.locator("[data-notice]")).to_contain_text("Lo observado todavía se puede corregir")
    expect(cell(grid, "PRE-01-04")).not_to_be_editable()
    type_pair(grid, "2", "4")
    expect(status(grid)).to_contain_text("guardado")
    expect(grid.locator("[data-notice]")).to_contain_text("Septiembre se cerró")
    grid.get_by_role("button", name="Guardar borrador").click()
    expect(grid.get_by_text("Septiembre se cerró").first).to_be_visible()
    assert town.row().numerator == 2
