"""A workbook of LibreOffice comes in by every door by which one of Excel does, and says the same."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Membership
from catalog.models import CatalogImport
from catalog.workbook import catalog_file
from indicators.models import Indicator, TargetKind
from programs.models import FiscalYear
from tests.catalog.doors import confirm, run, upload
from tests.catalog.people import lists
from tests.catalog.workbooks import row, write_xlsx
from tests.core import ods_books
from tests.factories import make_department, make_indicator, make_program, make_year
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ROWS = [
    row(1, Meta=1, **{"Tipo de meta": ""}),
    row(2, Meta=0.925, **{"Tipo de meta": ""}),
    row(3, Meta=0.5, **{"Tipo de meta": "porcentaje"}),
]


def as_ods(rows: Sequence[dict[str, Any]]) -> bytes:
    headers = list(rows[0])
    return ods_books.of_rows(headers, *([one.get(name) for name in headers] for one in rows), percent="Meta")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "catálogo.ods"
    path.write_bytes(as_ods(ROWS))
    return path


def exported() -> bytes:
    return catalog_file.bytes_of(FiscalYear.objects.get(), csv=True)


def test_the_catalogue_is_that_of_its_twin(planning: Client, book: Path, tmp_path: Path) -> None:
    confirm(planning, upload(planning, book))
    assert [(one.target_kind, float(one.target)) for one in Indicator.objects.order_by("code")] == [
        (TargetKind.PERCENTAGE, 100), (TargetKind.PERCENTAGE, 92.5), (TargetKind.PERCENTAGE, 50),
    ]  # fmt: skip
    page = upload(planning, write_xlsx(tmp_path / "c.xlsx", ROWS, {"Meta": "0.0%"}))
    assert "Sin cambios" in text_of(page)
    record = CatalogImport.objects.get()
    answer = planning.get(f"/2016/catalogo/importaciones/{record.pk}/archivo/")
    assert answer["Content-Type"] == ODS
    assert b"".join(answer.streaming_content) == book.read_bytes()


def test_the_command_reads_the_same(planning: Client, book: Path) -> None:
    assert run("import_catalog", book, "--starts-in", "enero")[0] == 0
    before = exported()
    assert "Sin cambios" in text_of(upload(planning, book))
    assert exported() == before


def test_its_errors_come_back_as_a_workbook_with_its_rows(planning: Client, tmp_path: Path) -> None:
    path = tmp_path / "mal.ods"
    path.write_bytes(as_ods([*ROWS[:2], row(3, Meta="cien")]))
    page = upload(planning, path)
    assert "«cien» no es un número" in text_of(page)
    given = tmp_path / "errores.xlsx"
    given.write_bytes(planning.get(page.context["errors_url"]).content)
    sheet = openpyxl.load_workbook(given).worksheets[0]
    cells = {cell.value: cell for cell in sheet[1]}
    assert sheet.cell(2, cells["Meta"].column).value == 1
    assert sheet.cell(2, cells["Meta"].column).number_format == "0%"
    assert "«cien»" in sheet.cell(4, cells["Errores"].column).value


def test_a_layout_of_its_own_is_asked_about_as_in_any_file(planning: Client, tmp_path: Path) -> None:
    path = tmp_path / "poa.ods"
    head = ["PROGRAMA", "ACCIÓN", "UNIDAD DE MEDIDA", "META ANUAL"]
    path.write_bytes(ods_books.of_rows(["PROGRAMA OPERATIVO"], [], head, ["Bacheo", "Tapar baches", "m2", 100]))
    page = upload(planning, path)
    assert page.redirect_chain[-1][0].endswith("columnas/")
    assert all(name in text_of(page) for name in head)


def test_people(planning: Client) -> None:
    make_department("PRE")
    data = ods_books.of_rows(lists.HEADER, ("Ana Ruiz", "ana@durango.gob.mx", "PRE", "Enlace", date(2026, 1, 1), None))
    page = lists.send(planning, data, "personas.ods")
    assert lists.told(page) == []
    lists.answer(planning, page)
    assert Membership.objects.filter(user__email="ana@durango.gob.mx", starts_on=date(2026, 1, 1)).exists()


def test_captures_of_a_month_and_of_a_year(planning: Client) -> None:
    make_indicator(make_program(make_year()), "PRE-01-01")
    month = ods_books.of_rows(
        ["Ejercicio", "Mes", "Clave del indicador", "Numerador", "Denominador"], [2016, 9, "PRE-01-01", 3, 4]
    )
    sent = {"file": SimpleUploadedFile("septiembre.ods", month)}
    page = planning.post("/2016/captura/PRE/9/subir/", sent, follow=True)
    assert page.context["preview"]["counts"][0] == ("1", "se agrega")
    year = ods_books.of_rows(["CLAVE", "ENE N", "ENE D", "FEB N", "FEB D"], ["PRE-01-01", 5, 6, 7, 8])
    page = planning.post("/2016/historia/", {"file": SimpleUploadedFile("2016.ods", year)}, follow=True)
    assert page.context["page"]["counts"][0][0] == "2"
