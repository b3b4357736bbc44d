"""Files that mean harm or are not what their name says: one sentence each, soon and cheaply."""

import io
import struct
import time
import tracemalloc
import zipfile

import openpyxl
import pytest
from openpyxl import DEFUSEDXML

from core.spreadsheets import SpreadsheetError, read_table, reading

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def book(*rows):
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


SMALL = book(["Clave", "Meta"], ["PRE-01", 1])


def with_parts(parts, data=SMALL, compression=zipfile.ZIP_DEFLATED):
    """The workbook with some parts of the package replaced or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", compression) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return file.getvalue()


def with_sheet(rows, before="", doctype=""):
    xml = f'<?xml version="1.0"?>{doctype}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>'
    return with_parts({"xl/worksheets/sheet1.xml": xml})


def text_cell(reference, text):
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def read(data, name="libro.xlsx", **options):
    return read_table(io.BytesIO(data), name=name, **options)


def refusal(data, name="libro.xlsx", **options):
    with pytest.raises(SpreadsheetError) as caught:
        read(data, name, **options)
    message = caught.value.message
    assert "\n" not in message
    assert message.endswith(".")
    return message


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "libro.xlsx", "vacío"),
        (b" \n ", "datos.csv", "vacío"),
        (b"\xef\xbb\xbf", "datos.csv", "vacío"),
        (b",,\n,,\n", "datos.csv", "vacío"),
        (b"%PDF-1.4\n...", "libro.xlsx", "es un PDF"),
        (b"%PDF-1.4\n...", "datos.csv", "es un PDF"),
        (b"\x89PNG\r\n\x1a\n", "libro.xlsx", "es una imagen"),
        (b"<html><table>", "libro.xls", "es una página web"),
        (b"Clave,Meta\n", "libro.xlsx", "no es una hoja de cálculo"),
        (b"PK\x03\x04 cut short", "libro.xlsx", "dañado"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "libro.xlsx", "Excel antiguo"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le"),
            "libro.xlsx",
            "contraseña",
        ),
        (with_parts({"xl/vbaProject.bin": b"x"}), "libro.xlsx", "macros"),
        (with_parts({"xl/workbook.bin": b"x"}), "libro.xlsb", "XLSB"),
        (with_parts({"word/document.xml": b"x" * 5_000_000}), "libro.xlsx", "documento de Word"),
        (with_parts({"mimetype": b"x", "content.xml": b"x"}), "libro.ods", "ODS"),
        (with_parts({"xl/workbook.xml": b"<broken"}), "libro.xlsx", "dañado"),
        (with_parts({"xl/worksheets/sheet1.xml": b"<broken"}), "libro.xlsx", "dañado"),
        (with_sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="2"/><row'), "libro.xlsx", "dañado"),
        (with_sheet(""), "libro.xlsx", "vacía"),
        (with_sheet('<row r="1"><c r="A1" t="s"><v>999</v></c></row>'), "libro.xlsx", "dañado"),
        (with_sheet('<row r="1"><c r="A1"><v>cien</v></c></row>'), "libro.xlsx", "dañado"),
        (with_sheet('<row r="99999999"><c r="A1"><v>1</v></c></row>'), "libro.xlsx", "dañado"),
        (with_sheet('<row r="1"><c r="ZZZ1"><v>1</v></c></row>'), "libro.xlsx", "dañado"),
        (SMALL[:-200], "libro.xlsx", "dañado"),
    ],
)
def test_what_is_not_a_spreadsheet_is_called_by_its_name(data, name, sentence):
    assert sentence in refusal(data, name)


def test_a_file_over_the_size_limit_is_not_read_whole():
    class Endless(io.RawIOBase):
        asked = 0

        def read(self, size=-1):
            assert size >= 0
            Endless.asked += size
            return b"a" * size

    with pytest.raises(SpreadsheetError, match="pesa más de 20 MB"):
        read_table(Endless(), name="datos.csv")
    assert Endless.asked <= 20 * 2**20 + 1


def test_openpyxl_parses_with_defusedxml():
    assert DEFUSEDXML


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "[Content_Types].xml"]
)
def test_an_entity_bomb_in_any_part_is_refused(part):
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ja">{entities}]><x>&e9;</x>'
    assert "definiciones XML" in refusal(with_parts({part: bomb}))


def test_an_external_entity_is_refused():
    doctype = '<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    assert "definiciones XML" in refusal(with_sheet("<row/>", doctype=doctype))


def test_a_zip_bomb_is_refused_before_it_is_inflated():
    bomb = with_parts({"xl/media/x.xml": bytes(30 * 2**20)})
    tracemalloc.start()
    message = refusal(bomb, max_uncompressed=20 * 2**20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "demasiado grande por dentro" in message
    assert peak < 10 * 2**20


def test_a_zip_bomb_that_lies_on_its_size_is_cut_at_the_size_it_claims():
    size = 30 * 2**20
    data = bytearray(with_parts({"xl/worksheets/sheet1.xml": b"<x>" + b" " * size + b"</x>"}))
    claimed = struct.pack("<I", size + 7)
    assert data.count(claimed) == 2
    lying = bytes(data.replace(claimed, struct.pack("<I", 1000)))
    tracemalloc.start()
    message = refusal(lying, max_uncompressed=2**20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "dañado" in message
    assert peak < 10 * 2**20


def test_one_endless_text_is_refused():
    assert "demasiado grande" in refusal(with_sheet(f'<row r="1">{text_cell("A1", "x" * 5 * 2**20)}</row>'))


def test_a_row_of_endless_cells_is_refused(monkeypatch):
    monkeypatch.setattr("core.spreadsheets.guard.MAX_ELEMENTS", 20_000)
    assert "demasiado grande" in refusal(with_sheet('<row r="1">' + '<c r="A1"/>' * 30_000 + "</row>"))


def test_a_dimension_that_claims_the_whole_sheet_is_not_believed():
    rows = f'<row r="1">{text_cell("A1", "Clave")}</row><row r="2">{text_cell("A2", "PRE-01")}</row>'
    table = read(with_sheet(rows, before='<dimension ref="A1:XFD1048576"/>'))
    assert (table.header, len(table.rows)) == (["Clave"], 1)


def test_a_hundred_thousand_empty_formatted_rows_are_free():
    empty = "".join(f'<row r="{row}"><c r="A{row}" s="0"/><c r="XFD{row}" s="0"/></row>' for row in range(3, 100_000))
    rows = f'<row r="1">{text_cell("A1", "Clave")}</row><row r="2">{text_cell("A2", "PRE-01")}</row>{empty}'
    table = read(with_sheet(rows))
    assert (table.header, len(table.rows)) == (["Clave"], 1)


def test_a_million_empty_formatted_rows_end_soon(monkeypatch):
    empty = '<row r="5"><c r="A5" s="0"/><c r="B5" s="0"/></row>' * 1_000_100
    data = with_sheet(f'<row r="1">{text_cell("A1", "Clave")}</row>{empty}')
    start = time.thread_time()  # of this thread alone: the machine may be busy
    assert "filas o columnas vacías con formato" in refusal(data)
    assert time.thread_time() - start < 15


def test_limits_of_rows_and_columns():
    rows = [["a", "b"]] + [[n, n] for n in range(12)]
    assert "más de 10 filas" in refusal(book(*rows), max_rows=10)
    assert len(read(book(*rows), max_rows=12).rows) == 12
    assert "en la celda B1, más allá de las 1 columnas que se leen (hasta la A)" in refusal(book(*rows), max_columns=1)
    csv = b"a,b\n" + b"1,2\n" * 12
    assert "más de 10 filas" in refusal(csv, "datos.csv", max_rows=10)
    assert "más allá de las 1 columnas que se leen" in refusal(csv, "datos.csv", max_columns=1)


def test_a_cell_that_is_too_long_is_named():
    rows = f'<row r="1">{text_cell("A1", "Clave")}</row><row r="7">{text_cell("AB7", "x" * 40_000)}</row>'
    assert "La celda AB7 tiene 40,000 caracteres; caben hasta 32,767." in refusal(with_sheet(rows))
    assert "fila 2 tiene 40,000 caracteres" in refusal(b"a\n" + b"x" * 40_000, "datos.csv")


def test_an_external_link_is_not_followed():
    link = '<externalLink xmlns="x"><externalBook r:id="rId1" xmlns:r="y"/></externalLink>'
    assert read(with_parts({"xl/externalLinks/externalLink1.xml": link})).header == ["Clave", "Meta"]


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_file_never_ends_in_anything_but_a_sentence(seed):
    data = bytearray(SMALL)
    for step in range(1, 6):
        data[(seed * 7919 + step * 104_729) % len(data)] ^= 1 << (seed % 8)
    try:
        read(bytes(data))
    except SpreadsheetError as error:
        assert error.message


def test_the_limits_are_those_that_are_documented():
    assert (reading.MAX_ROWS, reading.MAX_COLUMNS) == (20_000, 100)
    assert (reading.MAX_BYTES, reading.MAX_UNCOMPRESSED) == (20 * 2**20, 200 * 2**20)


@pytest.mark.parametrize(("first", "second", "line"), [("utf-8", "latin-1", 3), ("latin-1", "utf-8", 1)])
def test_a_csv_of_two_encodings_is_not_guessed(first: str, second: str, line: int) -> None:
    data = "Acción,Unidad\nAtención,Niñas\n".encode(first) + "Educación,Años\n".encode(second)
    with pytest.raises(SpreadsheetError) as refused:
        read_table(io.BytesIO(data), name="c.csv")
    assert f"su línea {line} no está en UTF-8 y otras sí" in refused.value.message
