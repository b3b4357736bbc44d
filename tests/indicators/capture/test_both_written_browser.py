"""Two people in one row at once, in a real browser: where they wrote different fields, both stay with one press."""

import pytest
from playwright.sync_api import expect

from tests.indicators.capture_page import url
from tests.indicators.grid_page import FIRST, cell, kept, status
from tests.indicators.town import Town, make_town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def town() -> Town:
    return make_town(4)


def test_what_two_people_wrote_in_different_cells_stays_with_one_press(grid, town):
    town.save(town.pair(None, 6), role="director")
    cell(grid).fill("4")
    cell(grid).press("Tab")
    both = grid.locator(".clash").get_by_role("button").first
    expect(both).to_have_text("Las dos: 4 / 6")
    both.press("Enter")
    expect(status(grid)).to_contain_text("guardado")
    expect(cell(grid, side="Denominador")).to_have_value("6")
    expect(grid.locator(".clash")).to_have_count(0)
    cell(grid).fill("5")  # what comes after stands on both
    cell(grid).press("Tab")
    expect(grid.locator(f"#fila-{FIRST} .col-month")).to_have_text("83.33 %")
    assert (town.row().numerator, town.row().denominator) == (5, 6) and kept(grid) == 0


def test_what_was_kept_since_then_is_put_together_too(grid, town):
    grid.route("**/fila/**", lambda route: route.abort())
    cell(grid).fill("4")
    cell(grid).press("Tab")
    expect(status(grid)).to_contain_text("no se pudo guardar")
    grid.once("dialog", lambda dialog: dialog.accept())
    grid.goto("/cuenta/")
    grid.unroute_all()
    town.save(town.pair(None, 6, justification="Se atendió el rezago"), role="director")
    grid.goto(url())
    grid.get_by_role("button", name="Ponerla en sus casillas").click()
    grid.get_by_role("button", name="Las dos: 4 / 6 · Se atendió el rezago").click()
    expect(status(grid)).to_contain_text("guardado")
    row = town.row()
    assert (row.numerator, row.denominator, row.justification) == (4, 6, "Se atendió el rezago")


def test_the_same_cell_written_by_both_is_asked_about_as_before(grid, town):
    town.save(town.pair(3, 6), role="director")
    cell(grid).fill("4")
    cell(grid).press("Tab")
    expect(grid.locator(".clash button")).to_have_text(["Usar la mía: 4 / vacío", "Dejar la otra: 3 / 6"])
