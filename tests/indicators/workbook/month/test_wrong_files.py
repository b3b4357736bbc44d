"""What is wrong in a month's workbook: each with its sentence, and nothing kept."""

import io
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest

from indicators.models import Measurement
from indicators.workbook import COLUMNS, views
from tests.factories import make_department, make_indicator, make_program
from tests.indicators.workbook.month.book import UPLOAD, back, bytes_of, errors_of, made, send
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db


# --- What is wrong in the file ---------------------------------------------------------------------------------


def test_what_people_do_in_a_spreadsheet_each_gets_its_sentence(town, client):
    rows = [
        [2016, 9, "PRE-01-01", "1,234.5", "２０００"],
        [2016, 9, "PRE-01-02", 0.85, "#DIV/0!"],
        [2016, 9, "PRE-01-03", date(2016, 9, 3), "#¡DIV/0!"],
        [2016, 9, "PRE-09-01", "-", "1.23E+11"],
        [2016, 9, "PRE-09-02", "####", "12 pzas"],
    ]

    def percent(page: Any) -> None:
        page["D3"].number_format = "0%"

    page = send(client, made(rows, change=percent))
    found = errors_of(page)
    assert [(row, column, value) for row, column, value, _ in found] == [
        ("3", "Numerador", "85%"),
        ("3", "Denominador", "#DIV/0!"),
        ("4", "Numerador", "2016-09-03"),
        ("4", "Denominador", "#¡DIV/0!"),
        ("5", "Numerador", "-"),
        ("5", "Denominador", "1.23E+11"),
        ("6", "Numerador", "####"),
        ("6", "Denominador", "12 pzas"),
    ]
    sentences = " ".join(message for *_, message in found)
    for said in ("es un porcentaje", "error de la hoja de cálculo", "es una fecha", "notación científica"):
        assert said in sentences
    text = text_of(page)
    assert "Hay que corregir el archivo: no se guardó nada" in text and "Guardar como borrador" not in text


def test_another_month_year_or_department_is_named(town):
    make_indicator(make_program(town.year, "OBR-01", department=make_department("OBR", "Obras Públicas")))
    rows = [[2016, 8, "PRE-01-01", 3, 4], [2015, 9, "PRE-01-01", 3, 4], [2016, 9, "OBR-01-01", 3, 4]]
    here = "aquí solo se sube septiembre 2016 de Presidencia Municipal."
    assert [message for *_, message in errors_of(send(town.client("planning"), made(rows)))] == [
        f"La fila es de agosto: {here}",
        f"La fila es del ejercicio 2015: {here}",
        f"«OBR-01-01» es de Obras Públicas: {here}",
    ]


def test_the_persons_own_book_comes_back_with_a_column_of_errors(client, kept):
    rows = [[2016, 9, "PRE-01-01", 3, 4, "", "mía"], [2016, 9, "PRE-01-02", "cien", 4, "", "=1"]]
    page = send(client, made(rows, header=(*COLUMNS, "Notas")))
    response = back(client, page, "errores")
    assert response["Content-Disposition"] == 'attachment; filename="errores-PRE-2016-09.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert values[0] == [*COLUMNS, "Notas", "Errores"]
    assert values[1][-2:] == ["mía", None]
    assert values[2][3] == "cien" and values[2][-1] == "Numerador: «cien» no es un número."
    assert len(list(kept.iterdir())) == 1


def test_that_book_keeps_formulas_dates_and_formats_and_has_the_same_errors_again(client):
    rows = [[2016, 9, "PRE-01-01", 3, 4, "", date(2016, 9, 30)], [2016, 9, "PRE-01-02", "cien", "=2+2", "", "=D2*2"]]

    def change(page: Any) -> None:
        page["D2"].number_format, page["A5"].value = "#,##0.00", "al pie"
        page.parent.create_sheet("Apuntes")["A1"] = "=1+1"

    data = made(rows, header=(*COLUMNS, "Notas"), change=change)
    page = send(client, data)
    returned = back(client, page, "errores").content
    before, after = openpyxl.load_workbook(io.BytesIO(data)), openpyxl.load_workbook(io.BytesIO(returned))
    assert after.sheetnames == before.sheetnames
    for sheet in before.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            same = after[sheet.title][cell.coordinate]
            assert (same.value, same.data_type, same.number_format) == (cell.value, cell.data_type, cell.number_format)
    assert errors_of(send(client, returned)) == errors_of(page) != []


def test_a_file_with_errors_is_not_confirmed(client):
    page = send(client, made([[2016, 9, "PRE-01-01", 3, 4], [2016, 9, "PRE-01-02", "cien", 4]]))
    assert "no se guardó nada" in text_of(back(client, page))
    assert not Measurement.objects.exists()


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (220 * 2**20))
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "x.xlsx", "El archivo está vacío: suba el que tiene los datos."),
        (b"%PDF-1.7", "x.xlsx", "es un PDF"),
        (b"PK\x03\x04 nada", "x.xlsx", "está dañado"),
        (b"<html><script>", "x.csv", "página web"),
        (b"a,b\n1,2\n", "x.csv", "no tiene las columnas"),
        (bomb, "x.xlsx", "demasiado grande por dentro"),
    ],
)
def test_a_hostile_file_is_one_sentence_and_is_not_kept(client, kept, data, name, said):
    page = send(client, data() if callable(data) else data, name)
    assert page.status_code == 200
    (sentence,) = page.context["preview"]["file_errors"]
    assert said in sentence and said in text_of(page)
    assert not page.context["slip"] or "columnas" in said


def test_two_sheets_with_data_are_asked_about_in_words_that_help(client):
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet()):
        sheet.append(COLUMNS)
    (sentence,) = send(client, bytes_of(book)).context["preview"]["file_errors"]
    assert sentence == "El libro tiene varias hojas con datos: llame «Capturas» a la que vale."


def test_no_file_at_all_is_said_beside_the_field(client):
    assert "Elija el archivo que va a subir." in text_of(client.post(UPLOAD, {}))


def test_a_file_over_the_limit_is_refused_as_it_comes_in(client, kept):
    page = send(client, b"x" * (views.MAX_BYTES + 1), "x.csv")
    assert "El archivo pesa más de 5 MB" in text_of(page)
    assert page.context["preview"] is None and not kept.exists()


def test_names_and_texts_are_never_markup(client):
    page = send(client, made([[2016, 9, "PRE-01-01", 5, 4, "<b>x</b>"], [2016, 9, "PRE-01-02", 1, 2]]), "<script>.xlsx")
    text = text_of(page)
    assert "<b>x" not in text and "<script>." not in text
