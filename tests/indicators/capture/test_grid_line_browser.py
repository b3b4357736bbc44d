"""The grid over a line that breaks: what was typed is kept and sent again, and nothing twice."""

import re

import pytest
from playwright.sync_api import Route, expect

from indicators.models import Measurement
from tests.indicators.grid_page import (
    FIRST,
    SECOND,
    THIRD,
    by_reason,
    cell,
    kept,
    status,
    type_pair,
)
from tests.indicators.town import Town, acts, make_town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
ROW = re.compile(r"/fila/")


@pytest.fixture
def town() -> Town:
    return make_town(4)


def lose_the_answer(route: Route) -> None:
    """The row is saved, and the page never hears of it."""
    route.fetch()
    route.abort()


def test_without_connection_it_is_kept_retried_and_leaving_warns(grid, town):
    grid.context.set_offline(True)
    type_pair(grid, "3", "4")
    expect(status(grid)).to_contain_text("no se pudo guardar")
    expect(grid.locator("[data-notice]")).to_contain_text("Sin conexión")
    assert kept(grid) == 1 and not Measurement.objects.exists()
    warnings: list[str] = []
    grid.once("dialog", lambda dialog: (warnings.append(dialog.type), dialog.dismiss()))
    with grid.expect_event("dialog"):
        grid.evaluate("setTimeout(() => location.reload())")
    assert warnings == ["beforeunload"]
    grid.context.set_offline(False)
    expect(status(grid)).to_contain_text("guardado")
    assert town.row().numerator == 3 and kept(grid) == 0


def test_a_late_reply_never_overwrites_newer_typing(grid, town):
    held: list[Route] = []
    grid.route(ROW, lambda route: held.append(route) if not held else route.continue_())
    cell(grid).fill("3")
    cell(grid).press("Tab")
    expect(status(grid)).to_have_text("guardando…")
    cell(grid).fill("45")
    held[0].continue_()
    expect(grid.locator(f"#fila-{FIRST} .col-month")).to_have_text("a medias")  # the reply has been taken in
    expect(cell(grid)).to_have_value("45")
    cell(grid).press("Tab")
    expect(status(grid)).to_contain_text("guardado")
    expect(cell(grid)).to_have_value("45")
    assert town.row().numerator == 45


@pytest.mark.parametrize(("typed", "saved"), [("5", 5), ("", None)])
def test_a_save_whose_answer_was_lost_is_not_somebody_elses(grid, town, typed, saved):
    """The server has a 3 of which nobody heard; the cell has another figure by now, or is empty as it was at first."""
    grid.route(ROW, lose_the_answer, times=1)
    cell(grid).fill("3")
    cell(grid).press("Tab")
    expect(status(grid)).to_contain_text("no se pudo guardar")
    cell(grid).fill(typed)
    cell(grid).press("Tab")
    expect(status(grid)).to_contain_text("guardado")
    expect(grid.locator(".clash")).to_have_count(0)
    expect(cell(grid)).to_have_value(typed)
    assert town.row().numerator == saved and kept(grid) == 0


def test_a_no_activity_whose_answer_was_lost_is_not_somebody_elses(grid, town):
    grid.route(ROW, lose_the_answer, times=1)
    by_reason(grid)
    expect(status(grid)).to_contain_text("no se pudo guardar")
    grid.keyboard.press("F2")
    grid.keyboard.insert_text("No hubo solicitudes")
    grid.keyboard.press("F2")
    expect(status(grid)).to_contain_text("guardado")
    expect(grid.locator(".clash")).to_have_count(0)
    assert (town.row().no_activity, town.row().justification) == ("no_demand", "No hubo solicitudes")


def test_a_line_that_returns_sends_also_the_cell_one_is_in(grid, town):
    grid.context.set_offline(True)
    type_pair(grid, "3", "4")
    expect(status(grid)).to_contain_text("no se pudo guardar")
    cell(grid, THIRD).focus()
    grid.keyboard.type("12")
    grid.context.set_offline(False)
    expect(status(grid)).to_contain_text("guardado")
    expect(status(grid, THIRD)).to_contain_text("guardado")
    expect(cell(grid, THIRD)).to_be_focused()
    expect(grid.locator("[data-notice]")).to_be_empty()
    assert (town.row().denominator, town.row(2).numerator) == (4, 12) and kept(grid) == 0


def test_a_line_is_tried_again_when_somebody_says_so_and_by_itself(grid, town):
    """The browser says nothing here: the cable is cut further on."""
    cut = re.compile(r"/(fila|salud)/")
    grid.clock.install()
    grid.reload()
    notice = grid.locator("[data-notice]")
    retry = grid.get_by_role("button", name="Reintentar ahora")
    grid.route(cut, lambda route: route.abort())
    for code in (FIRST, SECOND):
        type_pair(grid, "3", "4", code)
        grid.clock.run_for(300)
        expect(status(grid, code)).to_contain_text("no se pudo guardar")
    expect(notice).to_contain_text("2 capturas quedan en este equipo y se guardarán en cuanto vuelva")
    for _ in range(2):
        retry.press("Enter")
        expect(notice).to_contain_text("Sin conexión")
        expect(retry).to_be_focused()
    grid.unroute_all()
    retry.press("Enter")
    expect(status(grid)).to_contain_text("guardado")
    expect(status(grid, SECOND)).to_contain_text("guardado")
    expect(notice).to_be_empty()
    grid.route(cut, lambda route: route.abort())
    type_pair(grid, "5", "6", THIRD)
    for _ in range(20):
        grid.clock.run_for(1_000)
    expect(status(grid, THIRD)).to_contain_text("no se pudo guardar")
    grid.unroute_all()
    grid.clock.run_for(6_000)
    expect(status(grid, THIRD)).to_contain_text("guardado")
    assert town.row(2).denominator == 6 and kept(grid) == 0


def test_a_form_sent_over_a_line_that_is_cut_stays_on_the_screen(grid, town):
    grid.context.set_offline(True)
    type_pair(grid, "3", "4")
    expect(status(grid)).to_contain_text("no se pudo guardar")
    grid.get_by_role("button", name="Guardar borrador").press("Enter")
    expect(grid.locator("[data-notice]")).to_contain_text("Sin conexión")
    expect(cell(grid)).to_have_value("3")
    grid.context.set_offline(False)
    expect(status(grid)).to_contain_text("guardado")
    grid.get_by_role("button", name="Guardar borrador").press("Enter")
    expect(grid.get_by_text("No había cambios que guardar")).to_be_visible()
    assert town.row().denominator == 4


def test_somebody_in_the_middle_of_a_figure_is_not_cut_short(grid, town):
    grid.context.set_offline(True)
    type_pair(grid, "3", "4")
    expect(status(grid)).to_contain_text("no se pudo guardar")
    cell(grid, THIRD).focus()
    grid.context.set_offline(False)
    grid.keyboard.type("12345678", delay=150)
    expect(status(grid, THIRD)).to_contain_text("guardado")
    assert town.row(2).numerator == 12345678 and len(acts(town.row(2))) == 1
