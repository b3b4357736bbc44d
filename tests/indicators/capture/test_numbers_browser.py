"""Numbers as people write them, in a real browser: shown back as they were read, compared as the server reads them."""

import pytest
from playwright.sync_api import expect

from core.amounts import AmountError, parse_amount
from core.formats import plain_amount
from indicators.models import Measurement
from tests.indicators.grid_page import FIRST, SECOND, cell, paste, status, type_pair
from tests.indicators.town import Town, make_town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def town() -> Town:
    return make_town(4)


def test_a_decimal_comma_is_shown_back_at_once_and_marked_until_the_next_key(grid, town):
    type_pair(grid, "2,5", "1.234,50")
    expect(status(grid)).to_contain_text("guardado")
    expect(cell(grid)).to_have_value("2.5")
    expect(cell(grid, side="Denominador")).to_have_value("1,234.50")
    row = grid.locator(f"#fila-{FIRST}")
    expect(row).to_contain_text("«2,5» se leyó 2.5")
    expect(row.locator("input.was-read")).to_have_count(2)
    assert (town.row().numerator, town.row().denominator) == (parse_amount("2.5"), parse_amount("1234.5"))
    cell(grid).focus()
    grid.keyboard.press("End")
    grid.keyboard.type("1")
    expect(row).not_to_contain_text("«2,5» se leyó 2.5")
    expect(row.locator("input.was-read")).to_have_count(1)
    expect(cell(grid)).to_have_value("2.51")
    cell(grid).press("Escape")
    expect(cell(grid)).to_have_value("2.5")
    grid.get_by_role("button", name="Guardar borrador").click()
    expect(grid.get_by_text("No había cambios que guardar")).to_be_visible()
    expect(cell(grid, side="Denominador")).to_have_value("1234.5")


def test_it_is_shown_back_though_the_other_cell_is_being_written(grid, town):
    cell(grid).fill("2,5")
    cell(grid).press("Tab")
    for letter in "1234":
        grid.keyboard.type(letter)
        grid.wait_for_timeout(150)
    expect(cell(grid)).to_have_value("2.5")
    expect(cell(grid)).to_have_class("form-control num was-read")
    expect(cell(grid, side="Denominador")).to_have_value("1234")


WRITTEN = [
    "", "0", "007", "12", " 12 ", "1,234.5", "1234.50", "2,5", "1.234,50", "1,234", "1.234", "0,125", "1234,567", ",5",
    ".5", "5.", "5,", "1.234.567", "$1,200", "€ 2,5", "1 234", "1\u00a0234,5", "\ufeff1\u200b2\u00ad", "１２",
    "999999999999.9999", "999999999999.9998", "12 34", "1,23,4", "5²", "tres", "85%", "-5", ".", ",",
]  # fmt: skip


def test_the_browser_compares_numbers_as_the_server_reads_them(grid):
    compared = grid.evaluate(
        """async (texts) => {
          const { amountOf } = await import(document.querySelector('link[href*="grid-same"]').href);
          return texts.map(amountOf);
        }""",
        WRITTEN,
    )

    def read(text: str) -> str:
        try:
            return plain_amount(parse_amount(text))
        except AmountError:
            return " ".join(text.split())

    assert compared == [read(text) for text in WRITTEN]


def test_a_pasted_block_asks_in_its_dialog_and_lands_where_it_was_answered(grid, town):
    paste(grid, f"{town.indicators[1].name}\t1.234\t2.000")
    dialog = grid.get_by_role("dialog")
    expect(dialog).to_contain_text("¿Qué número es «1.234»?")
    expect(dialog.get_by_role("button", name="Guardar")).to_have_count(0)
    dialog.get_by_role("button", name="Es 1,234").click()
    expect(dialog).to_contain_text("Se leyó con coma decimal")
    expect(dialog.locator("tr.is-wrong")).to_contain_text("por su lugar le toca PRE-01-01")
    dialog.get_by_label("Ponerla en PRE-01-02").check()
    dialog.get_by_role("button", name="Guardar lo que elija").click()
    expect(grid.get_by_text("Se guardó lo que pegó en 1 indicador.")).to_be_visible()
    expect(cell(grid, SECOND)).to_have_value("1234")
    expect(cell(grid)).to_have_value("")
    assert town.row(1).denominator == 2000


def test_a_pasted_row_without_an_answer_is_not_saved(grid, town):
    paste(grid, f"{town.indicators[1].name}\t3\t4")
    grid.get_by_role("dialog").get_by_role("button", name="Guardar lo que elija").click()
    expect(grid.get_by_text("no se dijo a qué indicador corresponde")).to_be_visible()
    assert not Measurement.objects.exists()
