"""Planning locks the year in the very moment in which somebody writes: one sentence, and what was typed stays."""

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client

from indicators import services
from indicators.models import Evidence, Measurement, State
from programs.models import FiscalYear
from tests.factories import NOW, make_measurement
from tests.indicators.capture_page import fill, page_data, url
from tests.indicators.sample_files import pdf, upload
from tests.indicators.town import Town, make_town
from tests.support.pages import text_of

SENTENCE = "El ejercicio está cerrado y ya no admite cambios."
EVIDENCE, REVIEW = f"{url()}evidencia/", "/2016/revision/PRE/9/"


FIGURES = ('INSERT INTO "indicators_measurement" ', 'UPDATE "indicators_measurement" ')


@contextmanager
def locked_in_between(lock: Callable[[], Any], writes: tuple[str, ...] = FIGURES) -> Iterator[list[str]]:
    """Right before the first write of a figure, when whoever writes it has looked at the year already."""
    written: list[str] = []

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith(writes):
            written.append(sql)
            if len(written) == 1:
                lock()
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        yield written


def lock_here() -> None:
    """In the same transaction: undone with it, which the sentence does not depend on."""
    FiscalYear.objects.update(locked=True)


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> Path:
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"evidence": backend}
    return tmp_path


@pytest.fixture
def town() -> Town:
    town = make_town(3)
    town.save(town.pair(3, 4))
    make_measurement(town.indicators[1], 9, 3, 4, State.SUBMITTED, by=town.people["liaison"], submitted_at=NOW)
    return town


def attached(town: Town) -> Evidence:
    return services.attach_evidence(
        access=town.access("liaison"),
        period=town.period(),
        indicator_ids=[town.indicators[0].pk],
        file=upload(pdf(), "acta.pdf"),
        name="acta.pdf",
        now=NOW,
    )


def save_page(client: Client, town: Town) -> Any:
    response = client.get(url())
    return client.post(url(), fill(page_data(response), response, "PRE-01-01", n="2,345", d="9876"))


def save_paste(client: Client, town: Town) -> Any:
    data = {"text": "PRE-01-01\t2,345\t9876", f"version-{town.indicators[0].pk}": "1", "act": "aplicar"}
    return client.post(f"{url()}pegar/", data)


def submit(client: Client, town: Town) -> Any:
    mark = client.get(f"{url()}enviar/").context["mark"]
    return client.post(f"{url()}enviar/", {"act": "enviar-de-todos-modos", "seen": mark})


def review(act: str, **fields: str) -> Callable[[Client, Town], Any]:
    def post(client: Client, town: Town) -> Any:
        row = town.row(1)
        key = {"selected": str(row.pk), f"version-{row.pk}": str(row.version)}
        return client.post(REVIEW, {"act": act, **key, **fields})

    return post


def upload_file(client: Client, town: Town) -> Any:
    indicator = town.indicators[2]
    return client.post(EVIDENCE, {"act": "subir", "indicators": [indicator.pk], "file": upload(pdf("B"), "b.pdf")})


def confirm_workbook(client: Client, town: Town) -> Any:
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{url()}libro.xlsx").content))
    page = book["Capturas"]
    columns = {
        cell.value: cell.column for row in page.iter_rows() for cell in row if cell.value in ("Clave", "Numerador")
    }
    (row,) = (cell.row for row in page.iter_rows() for cell in row if cell.value == "PRE-01-01")
    page.cell(row, columns["Numerador"]).value = 2
    made = io.BytesIO()
    book.save(made)
    shown = client.post(f"{url()}subir/", {"file": SimpleUploadedFile("mes.xlsx", made.getvalue())})
    return client.post(f"{url()}subir/", {"act": "confirmar", "upload": shown.context["slip"]})


DOORS = {
    "the grid's one save": ("liaison", save_page, 'value="2,345"'),
    "a pasted block": ("liaison", save_paste, "PRE-01-01\t2,345\t9876"),
    "a workbook": ("liaison", confirm_workbook, "mes.xlsx"),
    "submitting": ("liaison", submit, "El mes no se envió"),
    "validating": ("director", review("confirmar"), ""),
    "returning": ("director", review("devolver", observation="Falta la lista"), "Falta la lista"),
    "a file": ("liaison", upload_file, ""),
}


@pytest.mark.django_db
@pytest.mark.parametrize("door", DOORS)
def test_it_ends_as_one_sentence_and_what_was_typed_stays(town, door, files):
    role, act, typed = DOORS[door]
    client = town.client(role)
    before = list(Measurement.objects.order_by("pk").values())
    with locked_in_between(lock_here) as written:
        response = act(client, town)
    assert written and response.status_code == 200
    page = response.content.decode()
    assert SENTENCE in text_of(response) and typed in page
    assert list(Measurement.objects.order_by("pk").values()) == before
    assert not list(files.rglob("*.pdf"))


@pytest.mark.django_db
def test_a_file_that_is_superseded_in_that_moment_stays_in_force(town, files):
    """The new file touches the version of a figure that was submitted with the old one."""
    evidence = attached(town)
    services.submit_month(
        access=town.access("liaison"),
        period=town.period(),
        department_id=town.department.pk,
        now=NOW + timedelta(hours=1),
        allow_missing=True,
    )
    client = town.client("planning")
    kept = {path.name for path in files.rglob("*.pdf")}
    with locked_in_between(lock_here) as written:
        data = {"act": "sustituir", "file": upload(pdf("B"), "b.pdf"), "reason": "Faltaba una hoja"}
        response = client.post(f"/evidencia/{evidence.pk}/", data)
    assert written and response.status_code == 200
    assert SENTENCE in text_of(response) and "Faltaba una hoja" in text_of(response)
    evidence.refresh_from_db()
    assert evidence.is_in_force and {path.name for path in files.rglob("*.pdf")} == kept


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="two connections write at once on PostgreSQL only")
def test_a_cell_that_saves_itself_is_told_why(town):
    def lock_elsewhere() -> None:
        def lock() -> None:
            FiscalYear.objects.update(locked=True)
            connections.close_all()

        other = threading.Thread(target=lock)
        other.start()
        other.join(20)

    client = town.client()
    fields = {"indicator": town.indicators[0].pk, "version": 1, "numerator": "2", "denominator": "4"}
    with locked_in_between(lock_elsewhere):
        response = client.post(f"{url()}fila/PRE-01-01/", fields)
    assert response.status_code == 403 and response["X-Fila"] == "refused"
    assert "El ejercicio 2016 está cerrado" in text_of(response)
    assert town.row().numerator == 3


@pytest.mark.django_db
def test_a_page_that_writes_no_figure_says_it_too(town):
    """A month's dates, say: whatever door has no words of its own shows the sentence, and never a fault."""
    client = town.client("planning")
    typed = {
        "act": "fechas",
        "fechas-opens_on": "2016-09-02",
        "fechas-due_on": "2016-10-11",
        "fechas-reason": "Paro",
    }
    with locked_in_between(lock_here, ('UPDATE "indicators_period" ',)) as written:
        response = client.post("/2016/calendario/9/", typed)
    assert written and response.status_code == 409
    assert SENTENCE in text_of(response) and "No se guardó nada" in text_of(response)
    assert town.period().due_on != date(2016, 10, 11)
