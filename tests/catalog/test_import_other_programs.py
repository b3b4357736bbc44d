"""Workbooks as other programs write them, by the screen: read, or a sentence that says which cell is in the way."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from django.test import Client

from catalog.models import CatalogImport
from indicators.models import Indicator
from tests.catalog.doors import confirm, upload
from tests.catalog.workbooks import row, write_xlsx
from tests.core.test_error_marks import red
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db
STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}


def rewritten(path: Path, change: Callable[[bytes], bytes]) -> Path:
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(buffer, "w") as made:
        for name in archive.namelist():
            made.writestr(name, change(archive.read(name)))
    path.write_bytes(buffer.getvalue())
    return path


def strict(text: bytes) -> bytes:
    for usual, other in STRICT.items():
        text = text.replace(usual, other)
    return text


def with_an_empty_fill(text: bytes) -> bytes:
    return text.replace(b"<fill><patternFill/></fill>", b"<fill/>").replace(b"<fill><patternFill /></fill>", b"<fill/>")


@pytest.mark.parametrize("change", [strict, with_an_empty_fill])
def test_it_is_read_and_its_errors_come_back_in_it(planning: Client, tmp_path: Path, change: object) -> None:
    path = write_xlsx(tmp_path / "c.xlsx", [row(1), row(2, Meta="cien"), row(3, Meta=0.5)], {"Meta": "0%"})
    original = path.read_bytes()
    rewritten(path, change)  # type: ignore[arg-type]
    assert path.read_bytes() != original
    page = upload(planning, path)
    assert "«cien» no es un número" in text_of(page)
    given = planning.get(page.context["errors_url"]).content
    assert red(usual(given, tmp_path)) == {"M3"}
    good = rewritten(write_xlsx(tmp_path / "d.xlsx", [row(1), row(2)]), change)  # type: ignore[arg-type]
    confirm(planning, upload(planning, good))
    assert Indicator.objects.count() == 2


def usual(data: bytes, folder: Path) -> bytes:
    """For openpyxl, which reads neither of both."""

    def back(text: bytes) -> bytes:
        for name, other in STRICT.items():
            text = text.replace(other, name)
        return text.replace(b"<fill/>", b"<fill><patternFill/></fill>")

    (folder / "u.xlsx").write_bytes(data)
    return rewritten(folder / "u.xlsx", back).read_bytes()


def test_a_stray_value_far_to_the_right_is_named(planning: Client, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "c.xlsx", [row(1), row(2), row(3)])
    book = openpyxl.load_workbook(path)
    book.active.cell(3, 200, "x")
    book.save(path)
    text = text_of(upload(planning, path))
    assert "La hoja tiene algo en la celda GR3, más allá de las 100 columnas que se leen (hasta la CV)" in text
    wide = tmp_path / "c.csv"
    wide.write_text("Plan,Ejercicio\nuno,2016" + "," * 198 + "x\n")
    assert "La hoja tiene algo en la celda GR2" in text_of(upload(planning, wide))
    assert not CatalogImport.objects.exists()


def test_the_wrong_cells_of_the_book_of_errors_are_red(planning: Client, tmp_path: Path) -> None:
    page = upload(planning, write_xlsx(tmp_path / "c.xlsx", [row(1), row(2, Meta="cien", Unidad=""), row(3, Plan="")]))
    assert red(planning.get(page.context["errors_url"]).content) == {"A4", "L3", "M3"}
