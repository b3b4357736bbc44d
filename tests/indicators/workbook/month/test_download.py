"""The month as a workbook: downloaded prefilled, and for whom."""

import pytest
from django.test import Client

from indicators.models import Frequency, Indicator, Observation, State
from indicators.workbook import COLUMNS
from tests.factories import NOW, make_department, make_indicator, make_measurement, make_user
from tests.indicators.workbook.month.book import (
    BOOK,
    CAPTURE,
    UPLOAD,
    book_of,
    cell_of,
    columns_of,
    made,
    send,
)
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db


# --- Download --------------------------------------------------------------------------------------------------


def test_the_book_has_the_columns_of_the_captures_file_and_a_sheet_of_instructions(client):
    book = book_of(client)
    assert book.sheetnames == ["Capturas", "Instrucciones"]
    assert set(COLUMNS) <= set(columns_of(book["Capturas"]))
    assert "septiembre de 2016, Presidencia Municipal" in book["Instrucciones"]["A2"].value


def test_rows_are_prefilled_with_what_is_saved_and_what_helps(town, client):
    make_measurement(town.indicators[0], 8, 41, 44)
    make_measurement(town.indicators[0], 9, "1234.5", 1000, State.DRAFT, justification="Rezago\r\nde agosto")
    make_measurement(town.indicators[1], 9, 0, 0, State.DRAFT, justification="feriado")
    page = book_of(client)["Capturas"]
    shown = {header: cell_of(page, "PRE-01-01", header).value for header in columns_of(page)}
    assert (shown["Ejercicio"], shown["Mes"], shown["Numerador"], shown["Denominador"]) == (
        2016,
        "septiembre",
        1234.5,
        1000,
    )
    assert shown["Justificación"] == "Rezago\nde agosto"
    assert shown["Programa"] == "PRE-01 Programa PRE-01"
    assert shown["Fórmula"] == "Número de solicitudes atendidas / Total de solicitudes recibidas"
    assert (shown["Mes anterior"], shown["Estado"]) == ("agosto: 41 / 44", "borrador")
    assert cell_of(page, "PRE-01-02", "Justificación").value == "sin demanda: feriado"
    assert cell_of(page, "PRE-01-03", "Numerador").value is None


def test_only_the_open_figures_are_unlocked(town, client):
    make_measurement(town.indicators[1], 9, 3, 4, State.SUBMITTED)
    make_measurement(town.indicators[2], 9, 3, 4)
    page = book_of(client)["Capturas"]
    assert page.protection.sheet and page.protection.password is None
    unlocked = [cell.coordinate for row in page.iter_rows() for cell in row if not cell.protection.locked]
    figures = [cell_of(page, "PRE-01-01", header).coordinate for header in COLUMNS[3:]]
    assert unlocked == figures
    grey = {cell_of(page, code, "Numerador").fill.fgColor.rgb for code in ("PRE-01-02", "PRE-01-03")}
    assert len(grey) == 1 and cell_of(page, "PRE-01-01", "Numerador").fill.fgColor.rgb not in grey
    assert cell_of(page, "PRE-01-02", "Estado").value.startswith("enviado: Ya se envió.")


def test_planning_finds_submitted_rows_locked_too(town):
    make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED)
    page = book_of(town.client("planning"))["Capturas"]
    assert cell_of(page, "PRE-01-01", "Numerador").protection.locked
    assert cell_of(page, "PRE-01-01", "Estado").value == "enviado: Se corrige en la pantalla."


def test_a_returned_figure_is_open_with_its_observation(town, client):
    row = make_measurement(town.indicators[0], 9, 3, 4, State.RETURNED, returned_at=NOW)
    Observation.objects.create(measurement=row, text="Adjunte la lista", author=town.people["director"], created_at=NOW)
    page = book_of(client)["Capturas"]
    assert not cell_of(page, "PRE-01-01", "Numerador").protection.locked
    assert cell_of(page, "PRE-01-01", "Estado").value == "observado: Adjunte la lista"


def test_amounts_and_reasons_have_their_rules(client):
    page = book_of(client)["Capturas"]
    rules = {rule.type: rule for rule in page.data_validations.dataValidation}
    assert rules["decimal"].formula1 == "0"
    assert rules["list"].formula1 == '"sin demanda,nada programado,suspendido"' and not rules["list"].showErrorMessage


def test_indicators_that_are_not_due_are_absent_and_there_are_no_formulas(town, client):
    make_indicator(town.program, frequency=Frequency.YEARLY)
    town.indicators[0].name = "=HYPERLINK(1)"
    town.indicators[0].save()
    page = book_of(client)["Capturas"]
    assert page.max_row == 4
    assert {cell.data_type for row in page.iter_rows() for cell in row if cell.value is not None} <= {"s", "n"}


def test_a_month_without_indicators_says_so(client):
    Indicator.objects.update(frequency=Frequency.YEARLY)
    page = client.get(BOOK, follow=True)
    assert page.redirect_chain == [(CAPTURE, 302)] and "no se le pide ningún indicador" in text_of(page)


def test_who_only_looks_gets_a_locked_book(town):
    page = book_of(town.client("comptroller"))["Capturas"]
    assert all(cell.protection.locked for row in page.iter_rows() for cell in row)


# --- Who -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [BOOK, UPLOAD])
def test_nobody_without_signing_in(town, url):
    assert Client().get(url).status_code == 302
    assert send(Client(), b"x", url=url).status_code in (302, 405)


@pytest.mark.parametrize("url", [BOOK, UPLOAD])
def test_a_reader_and_another_department_find_nothing(town, url):
    stranger = make_user("ajena", "liaison", make_department("OBR", "Obras Públicas"))
    town.people["ajena"] = stranger
    for role in ("reader", "ajena"):
        assert town.client(role).get(url).status_code == 404
    assert send(town.client("ajena"), made([])).status_code == 404


def test_the_comptroller_cannot_upload(town):
    client = town.client("comptroller")
    assert client.get(UPLOAD).status_code == 403
    assert send(client, made([[2016, 9, "PRE-01-01", 3, 4]])).status_code == 403


def test_a_form_of_another_site_is_refused(town):
    client = Client(enforce_csrf_checks=True)
    client.force_login(town.people["liaison"])
    assert send(client, made([[2016, 9, "PRE-01-01", 3, 4]])).status_code == 403
