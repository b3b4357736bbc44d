"""Choosing in a browser which figure of an old workbook's row stays."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.indicators.grid_page import sign_in
from tests.indicators.town import Town
from tests.indicators.workbook.month.book import UPLOAD, book_of, bytes_of, cell_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_the_chosen_figure_is_saved_with_the_others(page: Page, town: Town, live_server: Any, kept: Any) -> None:
    book = book_of(town.client())
    for indicator in town.indicators:
        cell_of(book["Capturas"], indicator.code, "Numerador").value = 2
        cell_of(book["Capturas"], indicator.code, "Denominador").value = 4
    town.save(town.pair(88, 90), town.pair(77, 90, 1), role="director")
    sign_in(page, town, live_server)
    page.goto(UPLOAD)
    file = {"name": "libro.xlsx", "mimeType": "application/octet-stream", "buffer": bytes_of(book)}
    page.set_input_files("input[type=file]", [file])
    page.get_by_role("button", name="Ver qué cambia").click()
    expect(page.get_by_label("PRE-01-01: la guardada, 88 / 90")).to_be_checked()
    page.get_by_label("PRE-01-01: la del archivo, 2 / 4").check()
    page.get_by_role("button", name="Tomar la otra y lo que eligió").click()
    expect(page.get_by_text("Se guardaron 2 indicadores de «libro.xlsx». PRE-01-02 queda como estaba.")).to_be_visible()
    assert [town.row(number).numerator for number in range(3)] == [2, 77, 2]
