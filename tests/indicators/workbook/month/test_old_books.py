"""A workbook from before does not revert what was saved since."""

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from indicators.models import Measurement, State
from indicators.workbook import COLUMNS
from tests.factories import NOW, make_measurement
from tests.indicators.town import Town, acts, make_town
from tests.indicators.workbook.month.book import (
    BOOK,
    back,
    book_of,
    bytes_of,
    cell_of,
    errors_of,
    made,
    send,
)
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db


# --- A book from before -----------------------------------------------------------------------------------------


def overtaken_of(page: Any) -> list[tuple[str, str, str]]:
    """Row, what the file says and what is saved."""
    return [(row["row"], row["file"], row["saved"]) for row in page.context["preview"]["overtaken"]]


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
    assert overtaken_of(page) == [("2", "80 / 90", "88 / 90")]
    (row,) = page.context["preview"]["overtaken"]
    assert row["by"] == who.replace(" el ", ", ") and f"la guardó {row['by']}" in text_of(page)
    assert "1 fila del archivo es anterior a lo que está guardado" in text_of(page)
    back(client, page)
    assert town.row().numerator == 88


def old_book_of_forty(client: Client, town: Town) -> Any:
    """Forty rows filled in, one of which somebody saves on screen meanwhile."""
    book = book_of(client)
    for indicator in town.indicators:
        cell_of(book["Capturas"], indicator.code, "Numerador").value = 2
        cell_of(book["Capturas"], indicator.code, "Denominador").value = 4
    town.save(town.pair(88, 90), role="director")
    return send(client, bytes_of(book))


def test_one_overtaken_row_does_not_refuse_the_other_39(kept):
    town = make_town(40)
    client = town.client()
    page = old_book_of_forty(client, town)
    assert "Tomar las otras 39 y lo que eligió" in text_of(page) and len(page.context["preview"]["changes"]) == 39
    assert Measurement.objects.count() == 1  # nothing before it is confirmed
    done = text_of(back(client, page))
    assert "Se guardaron 39 indicadores de «septiembre.xlsx». PRE-01-01 queda como estaba." in done
    assert Measurement.objects.filter(numerator=2).count() == 39
    assert (town.row().numerator, town.row().version) == (88, 1)


def test_the_files_figure_is_taken_where_the_person_says_so(kept):
    town = make_town(40)
    client = town.client()
    page = old_book_of_forty(client, town)
    html = text_of(page)
    saved = 'form="guardar-carga" name="fila-2" value="guardada" aria-label="PRE-01-01: la guardada, 88 / 90" checked>'
    assert (
        saved in html
        and 'id="guardar-carga"' in html
        and html.index(saved) < html.index("Las otras 39 filas que cambian")
    )
    assert ("1", "pide elegir") in page.context["preview"]["counts"]
    assert "Se guardaron 40 indicadores" in text_of(back(client, page, **{"fila-2": "archivo"}))
    assert (town.row().numerator, town.row().version) == (2, 2)
    assert acts(town.row())[-1].changes["numerator"] == ["88.0000", "2.0000"]


def test_what_is_saved_after_the_choice_is_shown_again(kept):
    town = make_town(40)
    client = town.client()
    page = old_book_of_forty(client, town)
    town.save(town.pair(70, 90, version=1), role="director")
    again = back(client, page, **{"fila-2": "archivo"})
    assert "Alguien guardó cifras después de la vista previa" in text_of(again)
    assert overtaken_of(again) == [("2", "2 / 4", "70 / 90")] and Measurement.objects.count() == 1
    assert 'name="fila-2" value="archivo" aria-label="PRE-01-01: la del archivo, 2 / 4" checked' in text_of(
        again
    )  # what was chosen is not lost
    back(client, again)
    assert town.row().numerator == 70


def test_a_row_that_is_not_overtaken_is_not_taken_by_a_forged_choice_and_a_sent_one_cannot_be(town, client):
    make_measurement(town.indicators[0], 9, 80, 90, State.DRAFT)
    book = book_of(client)
    cell_of(book["Capturas"], "PRE-01-01", "Numerador").value = 81
    Measurement.objects.update(state=State.SUBMITTED, version=5)
    page = send(client, bytes_of(book))
    (row,) = page.context["preview"]["overtaken"]
    assert "La cifra ya está en 80 / 90 (enviado)" in row["why_not"] and "no se puede tomar" in text_of(page)
    assert not page.context["preview"]["button"]
    back(client, page, **{"fila-2": "archivo", "fila-x": "archivo", "fila-999999999999": "archivo"})
    assert (town.row().numerator, town.row().version) == (80, 5)


def test_rows_with_errors_still_refuse_the_whole_file(town, client):
    book = book_of(client)
    for code, value in (("PRE-01-01", 80), ("PRE-01-02", "x")):
        cell_of(book["Capturas"], code, "Numerador").value = value
        cell_of(book["Capturas"], code, "Denominador").value = 90
    who = saved_since(town)
    page = send(client, bytes_of(book))
    assert [row for row, *_ in errors_of(page)] == ["3"]
    assert "Además, PRE-01-01 cambió después de que se descargó el libro" in text_of(page)
    back(client, page, **{"fila-2": "archivo"})
    assert town.row().numerator == 88 and Measurement.objects.count() == 1
    corrected = openpyxl.load_workbook(io.BytesIO(back(client, page, "errores").content)).active
    told = [cell.value for cell in corrected[2]][-1]
    assert told == f"Numerador: Cambió después de que se descargó el libro: ahora está 88 / 90, la guardó {who}."


def test_an_old_book_does_not_revert_a_newer_justification(town, client):
    make_measurement(town.indicators[0], 9, 88, 90, State.DRAFT, justification="vieja")
    data = client.get(BOOK).content
    saved_since(town, version=1, justification="nueva")
    page = send(client, data)
    assert overtaken_of(page) == [("2", "88 / 90 · vieja", "88 / 90 · nueva")]
    assert "No cambió nada: PRE-01-01 queda como estaba." in text_of(back(client, page))
    assert town.row().justification == "nueva"


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
    page = send(client, data)
    assert [saved for *_, saved in overtaken_of(page)] == ["sin captura", "sin captura"]
    assert [bool(row["by"]) for row in page.context["preview"]["overtaken"]] == [True, False]
    back(client, page, **{"fila-3": "archivo"})
    assert town.row(0).numerator is None and town.row(1).numerator == 3


@pytest.mark.parametrize("version", [None, "v2"])
def test_a_file_made_by_hand_is_not_asked_for_its_version(town, client, version):
    make_measurement(town.indicators[0], 9, 88, 90, State.DRAFT, version=3)
    page = send(client, made([[2016, 9, "PRE-01-01", 80, 90, "", version]], (*COLUMNS, "Versión")))
    assert [change.after for change in page.context["preview"]["changes"]] == ["80 / 90 (borrador)"]


def test_saved_between_preview_and_confirmation(town, client):
    book = book_of(client)
    cell_of(book["Capturas"], "PRE-01-01", "Numerador").value = 80
    cell_of(book["Capturas"], "PRE-01-01", "Denominador").value = 90
    page = send(client, bytes_of(book))
    saved_since(town)
    again = back(client, page)
    assert overtaken_of(again) == [("2", "80 / 90", "88 / 90")]
    assert town.row().numerator == 88
