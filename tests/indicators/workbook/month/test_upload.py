"""The month's workbook uploaded, previewed and confirmed."""

import time
from datetime import date

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import TrailEntry
from indicators.models import Measurement, Observation, Origin, Period, State
from indicators.workbook import COLUMNS
from tests.factories import NOW, make_indicator, make_measurement
from tests.indicators.town import Town, acts, make_town
from tests.indicators.workbook.month.book import (
    BOOK,
    CAPTURE,
    ROWS,
    UPLOAD,
    back,
    book_of,
    bytes_of,
    cell_of,
    errors_of,
    made,
    send,
)
from tests.support.owner import as_owner
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db


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
    client = town.client(role)
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
    planning = town.client("planning")
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
    looking = text_of(town.client("comptroller").get(CAPTURE))
    assert f'href="{BOOK}"' in looking and f'href="{UPLOAD}"' not in looking


@pytest.mark.parametrize("slip", ["", "x", "../../etc/passwd"])
def test_nothing_is_confirmed_without_a_preview(client, slip):
    page = client.post(UPLOAD, {"act": "confirmar", "upload": slip})
    assert "suba el archivo otra vez" in text_of(page)
    assert not Measurement.objects.exists()


def test_somebody_elses_upload(town, client):
    page = send(client, made(ROWS))
    other = town.client("director")
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
    answer = client.post(UPLOAD, {"act": "confirmar", "upload": page.context["slip"]})
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


# --- Cost ------------------------------------------------------------------------------------------------------


def costs(town: Town, rows: int) -> list[int]:
    """Queries of the download, the preview and the confirmation of so many rows, one of which is there already."""
    client = town.client()
    data = made([[2016, 9, f"PRE-01-{n:02d}", n, 90] for n in range(1, rows + 1)])
    with CaptureQueriesContext(connection) as download:
        client.get(BOOK)
    with CaptureQueriesContext(connection) as preview:
        page = send(client, data)
    with CaptureQueriesContext(connection) as confirmation:
        client.post(UPLOAD, {"act": "confirmar", "upload": page.context["slip"]})
    return [len(download), len(preview), len(confirmation)]


def test_queries_do_not_grow_with_the_rows() -> None:
    town = make_town(42)
    for number in (0, 20):
        make_measurement(town.indicators[number], 9, 0, 90, State.DRAFT)
    few = costs(town, 22)  # from 20 rows on PostgreSQL writes new rows by COPY
    with as_owner():
        Measurement.objects.exclude(indicator=town.indicators[20]).delete()
    make_measurement(town.indicators[0], 9, 0, 90, State.DRAFT)
    assert costs(town, 40) == few
    assert [allowed >= spent for allowed, spent in zip((10, 14, 22), few, strict=True)] == [True, True, True], few


def test_a_closed_month_says_so_and_does_not_invite_to_fill_its_workbook(town, client):
    assert "Llene las celdas amarillas" in text_of(client.get(UPLOAD))
    Period.objects.update(closed_on=date(2016, 10, 20))
    page = text_of(client.get(UPLOAD))
    assert "pida una prórroga" in page and "Llene las celdas amarillas" not in page
