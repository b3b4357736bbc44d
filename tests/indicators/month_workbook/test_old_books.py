"""A workbook from before does not revert what was saved since."""

from typing import Any

import pytest
from django.utils import timezone

from indicators.measurement_workbook import COLUMNS
from indicators.models import State
from tests.factories import NOW, make_measurement
from tests.indicators.capture_page import text_of
from tests.indicators.month_workbook.book import BOOK, back, book_of, bytes_of, cell_of, errors_of, made, send
from tests.indicators.town import Town

pytestmark = pytest.mark.django_db


# --- A book from before -----------------------------------------------------------------------------------------


WAY_ON = "Descargue el libro de nuevo o borre aquí las dos cantidades para dejarla como está."


def saved_since(town: Town, **pair: Any) -> str:
    """The director saves 88 / 90 on screen; who and when, as it is told."""
    town.save(town.pair(88, 90, **pair), role="director")
    return f"{town.people['director']} el {timezone.localtime(NOW):%d/%m/%Y %H:%M}"


def test_the_book_tells_the_version_of_each_row_in_a_locked_column(town, client):
    make_measurement(town.indicators[0], 9, 3, 4, State.DRAFT, version=7)
    page = book_of(client)["Capturas"]
    cells = [cell_of(page, code, "Versión") for code in ("PRE-01-01", "PRE-01-02")]
    assert [cell.value for cell in cells] == [7, 0] and all(cell.protection.locked for cell in cells)


@pytest.mark.parametrize("before", [(80, 90), None])
def test_an_old_book_does_not_revert_what_was_saved_on_screen(town, client, before):
    if before:
        make_measurement(town.indicators[0], 9, *before, State.DRAFT)
    book = book_of(client)
    if not before:
        cell_of(book["Capturas"], "PRE-01-01", "Numerador").value = 80
        cell_of(book["Capturas"], "PRE-01-01", "Denominador").value = 90
    who = saved_since(town, version=1 if before else 0)
    page = send(client, bytes_of(book))
    said = f"Esta cifra cambió después de que se descargó el libro: ahora es 88 / 90, la guardó {who}. {WAY_ON}"
    assert errors_of(page) == [("2", "Numerador", "80", said)] and said in text_of(page)
    back(client, page)
    assert town.row().numerator == 88


def test_an_old_book_does_not_revert_a_newer_justification(town, client):
    make_measurement(town.indicators[0], 9, 88, 90, State.DRAFT, justification="vieja")
    data = client.get(BOOK).content
    saved_since(town, version=1, justification="nueva")
    ((*_, message),) = errors_of(send(client, data))
    assert message.startswith("Esta captura cambió después")


def test_an_old_book_with_the_same_figure_or_an_emptied_row_is_no_error(town, client):
    book = book_of(client)
    saved_since(town)
    page = send(client, bytes_of(book))
    assert page.context["preview"]["summary"] == "Sin cambios: 0 ya estaban igual, 3 sin captura."
    cell_of(book["Capturas"], "PRE-01-01", "Numerador").value = 88
    cell_of(book["Capturas"], "PRE-01-01", "Denominador").value = 90
    page = send(client, bytes_of(book))
    assert page.context["preview"]["summary"] == "Sin cambios: 1 ya estaban igual, 2 sin captura."


def test_a_figure_that_was_emptied_or_removed_since_is_told(town, client):
    header = (*COLUMNS, "Versión")
    data = made([[2016, 9, "PRE-01-01", 3, 4, "", 5], [2016, 9, "PRE-01-02", 3, 4, "", 5]], header)
    make_measurement(town.indicators[0], 9, None, None, State.DRAFT, version=6)
    first, second = (message for *_, message in errors_of(send(client, data)))
    assert "ahora está sin captura, la guardó " in first and f"ahora está sin captura. {WAY_ON}" in second


@pytest.mark.parametrize("version", [None, "v2"])
def test_a_file_made_by_hand_is_not_asked_for_its_version(town, client, version):
    make_measurement(town.indicators[0], 9, 88, 90, State.DRAFT, version=3)
    page = send(client, made([[2016, 9, "PRE-01-01", 80, 90, "", version]], (*COLUMNS, "Versión")))
    assert [change.after for change in page.context["preview"]["changes"]] == ["80 / 90 (borrador)"]


def test_saved_between_preview_and_confirmation(town, client):
    book = book_of(client)
    cell_of(book["Capturas"], "PRE-01-01", "Numerador").value = 80
    page = send(client, bytes_of(book))
    saved_since(town)
    assert "ahora es 88 / 90" in text_of(back(client, page))
    assert town.row().numerator == 88
