"""The month as a workbook: downloaded prefilled, uploaded, previewed, confirmed."""

import io
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import TrailEntry
from indicators.measurement_workbook import COLUMNS
from indicators.models import Frequency, Indicator, Measurement, Observation, Origin, Period, State
from indicators.views import workbook as views
from tests.factories import NOW, make_department, make_indicator, make_measurement, make_program, make_user
from tests.indicators.capture_page import text_of
from tests.indicators.town import Town, acts, make_town

pytestmark = pytest.mark.django_db
BOOK, UPLOAD, CAPTURE = "/2016/captura/PRE/9/libro.xlsx", "/2016/captura/PRE/9/subir/", "/2016/captura/PRE/9/"
Rows = Sequence[Sequence[Any]]


@pytest.fixture(autouse=True)
def kept(tmp_path: Path) -> Iterator[Path]:
    """Where uploads wait."""
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "kept"}}
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={"default": storage, "evidence": storage, "staticfiles": static}):
        yield tmp_path / "kept" / "cargas-capturas"


@pytest.fixture
def town() -> Town:
    return make_town(3)


def signed_in(town: Town, role: str = "liaison") -> Client:
    client = Client()
    client.force_login(town.people[role])
    return client


@pytest.fixture
def client(town: Town) -> Client:
    return signed_in(town)


def book_of(client: Client, url: str = BOOK) -> openpyxl.Workbook:
    response = client.get(url)
    assert response.status_code == 200, response
    return openpyxl.load_workbook(io.BytesIO(response.content))


def columns_of(page: Any) -> dict[str, int]:
    return {cell.value: cell.column for cell in page[1]}


def cell_of(page: Any, code: str, header: str) -> Any:
    columns = columns_of(page)
    (row,) = [row for row in range(2, page.max_row + 1) if page.cell(row, columns["Clave del indicador"]).value == code]
    return page.cell(row, columns[header])


def bytes_of(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def made(rows: Rows, header: Sequence[str] = COLUMNS, change: Callable[[Any], None] = lambda page: None) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Capturas"
    for row in (header, *rows):
        book.active.append(list(row))
    change(book.active)
    return bytes_of(book)


def send(client: Client, data: bytes, name: str = "septiembre.xlsx", url: str = UPLOAD) -> Any:
    return client.post(url, {"archivo": SimpleUploadedFile(name, data)})


def back(client: Client, page: Any, act: str = "confirmar", url: str = UPLOAD, **changes: str) -> Any:
    return client.post(url, {"accion": act, "carga": page.context["slip"], **changes}, follow=True)


def errors_of(page: Any) -> list[tuple[str, str, str, str]]:
    return [(e["row"], e["column"], e["value"], e["message"]) for e in page.context["preview"]["errors"]]


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
        2016, "septiembre", 1234.5, 1000,
    )  # fmt: skip
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
    page = book_of(signed_in(town, "planning"))["Capturas"]
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
    page = book_of(signed_in(town, "comptroller"))["Capturas"]
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
        assert signed_in(town, role).get(url).status_code == 404
    assert send(signed_in(town, "ajena"), made([])).status_code == 404


def test_the_comptroller_cannot_upload(town):
    client = signed_in(town, "comptroller")
    assert client.get(UPLOAD).status_code == 403
    assert send(client, made([[2016, 9, "PRE-01-01", 3, 4]])).status_code == 403


def test_a_form_of_another_site_is_refused(town):
    client = Client(enforce_csrf_checks=True)
    client.force_login(town.people["liaison"])
    assert send(client, made([[2016, 9, "PRE-01-01", 3, 4]])).status_code == 403


# --- Upload, preview, confirm ----------------------------------------------------------------------------------


def test_download_fill_upload_confirm(town, client, kept):
    make_measurement(town.indicators[1], 9, 1, 4, State.DRAFT)
    book = book_of(client)
    for code, n, d, words in (("PRE-01-01", 3, 4, None), ("PRE-01-02", 0, 0, "sin demanda"), ("PRE-01-03", 5, 4, "")):
        for header, value in zip(COLUMNS[3:], (n, d, words), strict=True):
            cell_of(book["Capturas"], code, header).value = value
    page = send(client, bytes_of(book))
    text = text_of(page)
    assert "Vista previa: todavía no se guarda nada" in text and "Solicitudes atendidas PRE-01-01" in text
    changes = page.context["preview"]["changes"]
    assert [(change.code, change.before, change.after) for change in changes] == [
        ("PRE-01-01", "", "3 / 4 (borrador)"),
        ("PRE-01-02", "1 / 4 (borrador)", "0 / 0 (borrador)"),
        ("PRE-01-03", "", "5 / 4 (borrador)"),
    ]
    assert "Para enviarlo: El numerador supera al denominador: explique por qué." in text
    assert Measurement.objects.count() == 1 and len(list(kept.iterdir())) == 1

    done = back(client, page)
    assert done.redirect_chain == [(CAPTURE, 302)]
    assert "Se guardaron 3 indicadores de «septiembre.xlsx»." in text_of(done)
    assert {row.state for row in Measurement.objects.all()} == {State.DRAFT}
    assert (town.row(1).no_activity, town.row(1).version, town.row(0).origin) == ("no_demand", 2, Origin.WORKBOOK)
    assert list(town.row(0).changed_by.all()) == [town.people["liaison"]]
    assert [entry.action for entry in acts(town.row(1))] == ["importar"]
    assert town.row(0).source_sha256 in acts(town.row(0))[0].reason
    assert not list(kept.iterdir())


@pytest.mark.parametrize("role", ["liaison", "planning"])
def test_what_was_downloaded_comes_back_without_changes(town, role, kept):
    make_measurement(town.indicators[0], 9, "1234.5678", 1, State.DRAFT, justification="Rezago\r\n de agosto ")
    make_measurement(town.indicators[1], 9, 0, 0, State.RETURNED, returned_at=NOW, justification="feriado")
    make_measurement(town.indicators[2], 9, 5, 4, State.SUBMITTED)
    for state, numerator in ((State.DRAFT, None), (State.VALIDATED, 3), (State.DRAFT, 0)):
        make_measurement(make_indicator(town.program), 9, numerator, 4, state, no_activity="")
    client = signed_in(town, role)
    page = send(client, client.get(BOOK).content)
    assert page.context["preview"]["summary"] == "Sin cambios: 6 ya estaban igual, 0 sin captura."
    assert '<h2 id="vista-previa">Sin cambios</h2>' in text_of(page)
    assert not page.context["slip"] and not kept.exists()


def test_an_untouched_empty_month_comes_back_without_changes(client):
    page = send(client, client.get(BOOK).content)
    assert page.context["preview"]["summary"] == "Sin cambios: 0 ya estaban igual, 3 sin captura."


def test_a_csv_works_as_well(town, client):
    text = "Ejercicio;Mes;Clave del indicador;Numerador;Denominador;Justificación\n2016;septiembre;PRE-01-01;3;4;\n"
    back(client, send(client, text.encode("latin-1"), "mes.csv"))
    assert (town.row().numerator, town.row().state) == (3, State.DRAFT)


def test_a_returned_figure_stays_returned_until_it_is_sent(town, client):
    row = make_measurement(town.indicators[0], 9, 3, 4, State.RETURNED, returned_at=NOW)
    note = Observation.objects.create(measurement=row, text="Revise", author=town.people["director"], created_at=NOW)
    back(client, send(client, made([[2016, 9, "PRE-01-01", 2, 4]])))
    note.refresh_from_db()
    assert (town.row().state, town.row().numerator, note.resolved_at) == (State.RETURNED, 2, None)


def test_half_a_pair_is_a_draft_and_only_words_change_one(town, client):
    make_measurement(town.indicators[1], 9, 3, 4, State.DRAFT)
    page = send(client, made([[2016, 9, "PRE-01-01", 2, None], [2016, 9, "PRE-01-02", 3, 4, "Por oficio 3"]]))
    assert "Para enviarlo: Falta el denominador." in text_of(page)
    back(client, page)
    assert (town.row().numerator, town.row().denominator) == (2, None)
    assert town.row(1).justification == "Por oficio 3"


def test_a_submitted_figure_is_not_changed_by_the_liaison_and_corrected_by_planning(town, client):
    make_measurement(town.indicators[0], 9, 3, 4)
    data = made([[2016, 9, "PRE-01-01", 2, 4, "Oficio 3"]])
    assert "La cifra ya está en 3 / 4 (validado)" in errors_of(send(client, data))[0][3]
    planning = signed_in(town, "planning")
    page = send(planning, data)
    assert page.context["preview"]["changes"][0].after == "2 / 4 (enviado)"
    back(planning, page)
    row = town.row()
    assert (row.state, row.numerator, row.validated_numerator) == (State.SUBMITTED, 2, 3)
    assert TrailEntry.objects.get(action="corregir").reason.startswith("Oficio 3 (archivo «septiembre.xlsx»")


def test_an_emptied_row_deletes_nothing_and_says_so(town, client):
    make_measurement(town.indicators[0], 9, 3, 4, State.DRAFT)
    text = text_of(send(client, made([[2016, 9, "PRE-01-01"], [2016, 9, "PRE-01-02", None, None, "luego"]])))
    assert "fila 2 · PRE-01-01: viene vacía y se queda lo capturado (3 / 4)." in text
    assert "fila 3 · PRE-01-02: trae justificación sin cifras, y así no se guarda." in text
    assert "1 indicador del mes no viene en el archivo y se queda como está" in text and "PRE-01-03" in text


def test_what_is_unusual_is_asked_about_before_it_can_be_sent(town, client):
    for month in (6, 7, 8):
        make_measurement(town.indicators[0], month, 10, 20)
    page = send(client, made([[2016, 9, "PRE-01-01", 90, 95]]))
    (change,) = page.context["preview"]["changes"]
    assert change.lacks and "Para enviarlo:" in text_of(page)
    explained = send(client, made([[2016, 9, "PRE-01-01", 90, 95, "Jornada de trámites"]]))
    assert not explained.context["preview"]["changes"][0].lacks


def test_the_capture_page_leads_to_both(town, client):
    text = text_of(client.get(CAPTURE))
    assert f'href="{BOOK}"' in text and f'href="{UPLOAD}"' in text
    looking = text_of(signed_in(town, "comptroller").get(CAPTURE))
    assert f'href="{BOOK}"' in looking and f'href="{UPLOAD}"' not in looking


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
    assert [message for *_, message in errors_of(send(signed_in(town, "planning"), made(rows)))] == [
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


# --- Confirming ------------------------------------------------------------------------------------------------

ROWS: Rows = [[2016, 9, "PRE-01-01", 3, 4]]


@pytest.mark.parametrize("slip", ["", "x", "../../etc/passwd"])
def test_nothing_is_confirmed_without_a_preview(client, slip):
    page = client.post(UPLOAD, {"accion": "confirmar", "carga": slip})
    assert "suba el archivo otra vez" in text_of(page)
    assert not Measurement.objects.exists()


def test_somebody_elses_upload(town, client):
    page = send(client, made(ROWS))
    other = signed_in(town, "director")
    for act in ("confirmar", "errores"):
        assert "es de otra persona" in text_of(back(other, page, act))
    assert not Measurement.objects.exists()


def test_an_upload_of_another_month(client):
    page = send(client, made(ROWS))
    assert "Esta carga es de otro mes" in text_of(back(client, page, url="/2016/captura/PRE/8/subir/"))
    assert not Measurement.objects.exists()


def test_after_a_day(client, monkeypatch):
    page = send(client, made(ROWS))
    tomorrow = time.time() + 24 * 3600 + 60
    monkeypatch.setattr(signing.time, "time", lambda: tomorrow)
    answer = client.post(UPLOAD, {"accion": "confirmar", "carga": page.context["slip"]})
    assert "suba el archivo otra vez" in text_of(answer)
    assert not Measurement.objects.exists()


def test_twice(town, client):
    page = send(client, made(ROWS))
    back(client, page)
    assert "ya no está disponible" in text_of(back(client, page))
    assert town.row().version == 1


def test_what_somebody_saved_meanwhile_is_shown_before_it_is_overwritten(town, client):
    page = send(client, made(ROWS))
    town.save(town.pair(1, 4), role="director")
    stale = back(client, page)
    text = text_of(stale)
    assert "Alguien guardó cifras después de la vista previa" in text and "1 / 4 (borrador)" in text
    assert town.row().numerator == 1
    back(client, stale)
    assert (town.row().numerator, town.row().version) == (3, 2)


def test_a_change_that_leaves_the_pair_is_stale_too(town, client):
    make_measurement(town.indicators[0], 9, 1, 4, State.DRAFT)
    page = send(client, made(ROWS))
    town.save(town.pair(1, 4, version=1, justification="Oficio"), role="director")
    assert "Alguien guardó cifras" in text_of(back(client, page))
    assert town.row().justification == "Oficio"


def test_a_month_that_closed_since_the_preview(town, client):
    page = send(client, made(ROWS))
    Period.objects.update(closed_on=date(2016, 10, 20))
    text = text_of(back(client, page))
    assert "Algo cambió desde la vista previa" in text and "Septiembre se cerró el 20/10/2016" in text
    assert not Measurement.objects.exists()


def test_a_closed_month_is_downloaded_locked_and_not_uploaded(town, client):
    Period.objects.update(closed_on=date(2016, 10, 20))
    page = book_of(client)["Capturas"]
    assert cell_of(page, "PRE-01-01", "Numerador").protection.locked
    assert "se cerró el 20/10/2016" in cell_of(page, "PRE-01-01", "Estado").value
    assert "pida una prórroga" in errors_of(send(client, made(ROWS)))[0][3]


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


# --- Cost ------------------------------------------------------------------------------------------------------


def costs(town: Town, rows: int) -> list[int]:
    """Queries of the download, the preview and the confirmation of so many rows, one of which is there already."""
    client = signed_in(town)
    data = made([[2016, 9, f"PRE-01-{n:02d}", n, 90] for n in range(1, rows + 1)])
    with CaptureQueriesContext(connection) as download:
        client.get(BOOK)
    with CaptureQueriesContext(connection) as preview:
        page = send(client, data)
    with CaptureQueriesContext(connection) as confirmation:
        client.post(UPLOAD, {"accion": "confirmar", "carga": page.context["slip"]})
    return [len(download), len(preview), len(confirmation)]


def test_queries_do_not_grow_with_the_rows() -> None:
    town = make_town(42)
    for number in (0, 20):
        make_measurement(town.indicators[number], 9, 0, 90, State.DRAFT)
    few = costs(town, 22)  # from 20 rows on PostgreSQL writes new rows by COPY
    Measurement.objects.exclude(indicator=town.indicators[20]).delete()
    make_measurement(town.indicators[0], 9, 0, 90, State.DRAFT)
    assert costs(town, 40) == few
    assert [allowed >= spent for allowed, spent in zip((10, 14, 22), few, strict=True)] == [True, True, True], few


def test_a_closed_month_says_so_and_does_not_invite_to_fill_its_workbook(town, client):
    assert "Llene las celdas amarillas" in text_of(client.get(UPLOAD))
    Period.objects.update(closed_on=date(2016, 10, 20))
    page = text_of(client.get(UPLOAD))
    assert "pida una prórroga" in page and "Llene las celdas amarillas" not in page
