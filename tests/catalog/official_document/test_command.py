"""``draft_catalog``: from a document to a catalogue that is imported; one sentence for whatever is no such document."""

import io
import time
import zlib
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.core.management import CommandError, call_command

from catalog.official_document import pdf_file, running_table
from indicators.models import Indicator
from programs.models import FiscalYear, Program
from tests.catalog.official_document.pats import SOURCE, draw, rows_of
from tests.catalog.official_document.test_drawn_documents import durango

SCANNED = Path(__file__).with_name("pat-2016-presidencia-municipal.txt")


def draft_catalog(document: Path, book: Path, **options: Any) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("draft_catalog", str(document), str(book), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def refused(data: bytes, folder: Path) -> str:
    """The sentence with which the file is refused, soon; and no workbook is left."""
    document, book = folder / "pat.pdf", folder / "libro.xlsx"
    document.write_bytes(data)
    started = time.monotonic()
    with pytest.raises(CommandError) as error:
        draft_catalog(document, book)
    assert time.monotonic() - started < 90
    assert error.value.returncode == 1
    assert not book.exists()
    return str(error.value)


@pytest.mark.django_db
def test_a_clean_document_becomes_the_catalogue_of_its_year(tmp_path: Path) -> None:
    document, book = tmp_path / "pat.pdf", tmp_path / "libro.xlsx"
    document.write_bytes(draw(durango(), SOURCE))
    out, err = draft_catalog(document, book)
    assert "5 programas, 11 filas, 1 con dudas" in out  # Intercacción
    assert err == ""
    call_command("import_catalog", str(book), "--no-historical", stdout=io.StringIO(), stderr=io.StringIO())
    year = FiscalYear.objects.get()
    assert (year.year, year.plan.name) == (2016, "Plan Municipal de Desarrollo 2014 - 2016")
    codes = Program.objects.order_by("code").values_list("code", flat=True)
    assert list(codes) == [f"PRE-0{number}" for number in range(1, 6)]
    assert Indicator.objects.count() == 11
    first = Indicator.objects.get(code="PRE-02-01")
    assert first.numerator_label == "Número de reuniones de Gabinete de Gobierno realizadas"
    assert first.action.program.objectives.count() == 3


def test_the_year_may_be_said_where_the_document_does_not(tmp_path: Path) -> None:
    text = SCANNED.read_text(encoding="utf-8").replace("DOS MIL DIECISEIS", "")
    document, book = tmp_path / "pat.txt", tmp_path / "libro.xlsx"
    document.write_text(text, encoding="utf-8")
    draft_catalog(document, book)
    assert {row["Ejercicio"] for row in rows_of(book)} == {""}
    assert all("Ejercicio: no está en el documento" in row["Dudas"] for row in rows_of(book))
    draft_catalog(document, book, year=2016)
    assert {row["Ejercicio"] for row in rows_of(book)} == {2016}


def test_scanned_pages_are_named(tmp_path: Path) -> None:
    reader = pypdf.PdfReader(io.BytesIO(draw(durango(), SOURCE)))
    writer = pypdf.PdfWriter()
    for page in reader.pages:
        writer.add_page(page)
    writer.insert_blank_page(300, 300, 1)
    writer.add_blank_page(300, 300)
    document = tmp_path / "pat.pdf"
    with document.open("wb") as file:
        writer.write(file)
    _, err = draft_catalog(document, tmp_path / "libro.xlsx")
    assert f"2 páginas son imágenes sin texto y no se leyeron: 2, {len(reader.pages) + 2}." in err


def test_a_document_of_pictures_alone_is_refused(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(300, 300)
    assert "ninguna de sus páginas tiene texto" in refused(_bytes(writer), tmp_path)


def test_what_is_no_document_is_refused_with_one_sentence(tmp_path: Path) -> None:
    whole = draw(durango(), SOURCE)
    assert "vacío" in refused(b"", tmp_path)
    assert "no es un PDF ni un texto" in refused(b"PK\x03\x04\x00\x00\x08", tmp_path)
    assert "dañado" in refused(b"%PDF-1.7 nothing more", tmp_path)
    assert "ningún programa" in refused("Acta de cabildo\nNada más".encode(), tmp_path)
    assert "dañado" in refused(b"%PDF-1.7\n" + bytes(reversed(whole))[:20_000], tmp_path)


def test_a_document_with_a_password_is_refused(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(draw(durango(), SOURCE)))
    writer.encrypt("secreta")
    assert "contraseña" in refused(_bytes(writer), tmp_path)


def test_ten_thousand_pages_are_refused(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(300, 300)
    pages = writer._root_object["/Pages"].get_object()
    assert isinstance(pages, pypdf.generic.DictionaryObject)
    kids = pypdf.generic.ArrayObject([page.indirect_reference] * 10_000)
    pages[pypdf.generic.NameObject("/Kids")] = kids
    pages[pypdf.generic.NameObject("/Count")] = pypdf.generic.NumberObject(10_000)
    assert "10,000 páginas y se leen hasta 1,000" in refused(_bytes(writer), tmp_path)


def test_a_stream_that_swells_to_gigabytes_is_stopped(tmp_path: Path) -> None:
    """A page of one compressed megabyte that becomes one gigabyte of blanks."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(300, 300)
    stream = pypdf.generic.StreamObject()
    stream._data = _deflated(b" " * 2**20, 1024)
    stream[pypdf.generic.NameObject("/Filter")] = pypdf.generic.NameObject("/FlateDecode")
    page[pypdf.generic.NameObject("/Contents")] = writer._add_object(stream)
    sentence = refused(_bytes(writer), tmp_path)
    assert "más memoria o tiempo" in sentence or "ninguna de sus páginas" in sentence


def test_more_text_than_any_programme_has_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_file, "MAX_LETTERS", 5_000)
    assert "demasiado texto" in refused(draw(durango(), SOURCE), tmp_path)


def test_a_text_that_would_take_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_table, "_SECONDS", -1)
    assert "no tiene la forma" in refused(SCANNED.read_bytes(), tmp_path)


def test_a_wrong_call_is_told(tmp_path: Path) -> None:
    for document, book, sentence in (
        (tmp_path / "no.pdf", tmp_path / "libro.xlsx", "no existe"),
        (SCANNED, tmp_path / "libro.pdf", "termina en .xlsx"),
        (SCANNED, tmp_path / "no" / "libro.xlsx", "No se puede escribir"),
    ):
        with pytest.raises(CommandError, match=sentence) as error:
            draft_catalog(document, book)
        assert error.value.returncode == 2


def _bytes(writer: pypdf.PdfWriter) -> bytes:
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _deflated(block: bytes, times: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(block) for _ in range(times)), packer.flush()])
