"""Workbooks of LibreOffice: read as their twin in XLSX is, and hostile ones as cheaply."""

import io
import time
import tracemalloc

import pytest

from core.spreadsheets import AmbiguousSheetError, Grid, Kind, SpreadsheetError, read_grids, read_table
from tests.core import ods_books
from tests.core.ods_books import blank, book, content, package, row, table, text


def grids(data: bytes, **limits: int) -> list[Grid]:
    return read_grids([("libro", io.BytesIO(data))], **limits)


def refusal(data: bytes, **limits: int) -> str:
    with pytest.raises(SpreadsheetError) as caught:
        read_table(io.BytesIO(data), name="libro.ods", **limits)
    assert caught.value.message.endswith(".") and "\n" not in caught.value.message
    return caught.value.message


def said(grid: Grid) -> list[object]:
    return [
        grid.sheet,
        grid.visible,
        sorted(grid.merged),
        grid.hidden_rows,
        grid.unsaved_formulas,
        [(row.number, [_seen(cell) for cell in row.cells]) for row in grid.rows],
    ]


def _seen(cell) -> tuple[object, ...]:
    return cell.text, cell.kind, cell.number, cell.shown, cell.general, cell.day_format


def test_what_libreoffice_writes_says_what_its_twin_says() -> None:
    twin = grids(ods_books.as_xlsx())
    found = grids(ods_books.BY_LIBREOFFICE.read_bytes())
    assert [said(grid) for grid in found] == [said(grid) for grid in twin]
    assert len(found[0].rows) == len(ods_books.VALUES)


def test_a_table_is_read_from_the_sheet_that_is_seen() -> None:
    data = ods_books.BY_LIBREOFFICE.read_bytes()
    read = read_table(io.BytesIO(data), name="libro.ods", spread=True)
    assert (read.sheet, read.sheet_names) == ("Catálogo", ["Catálogo", "Listas", "Vacía"])
    assert read.hidden_rows == (5, 7)
    assert [found.cells[4].text for found in read.rows[:3]] == ["combinada"] * 3


VALUE = "<table:table-cell {}><text:p>{}</text:p></table:table-cell>"
NUMBER, PERCENT = 'office:value-type="float" office:value="{}"', 'office:value-type="percentage" office:value="{}"'
DAY, HOURS = 'office:value-type="date" office:date-value="{}"', 'office:value-type="time" office:time-value="{}"'
TEXT = 'office:value-type="string"'
COMMENT = "<office:annotation><text:p>revisar</text:p></office:annotation>"
CELLS = [
    (PERCENT.format("1"), "100%", Kind.PERCENT, "100%", "100%"),
    (PERCENT.format("0.9"), "90,0 %", Kind.PERCENT, "90%", "90%"),
    (NUMBER.format("1"), "1", Kind.NUMBER, "1", "1"),
    (NUMBER.format("1.1") + ' table:style-name="two"', "1,10", Kind.NUMBER, "1.1", "1.10"),
    (NUMBER.format("0.30000000000000004"), "0,3", Kind.NUMBER, "0.3", "0.3"),
    ('office:value-type="currency" office:value="1500"', "$1,500.00", Kind.NUMBER, "1500", "1500"),
    ('office:value-type="boolean" office:boolean-value="true"', "VERDADERO", Kind.BOOLEAN, "VERDADERO", "VERDADERO"),
    (DAY.format("2016-03-09"), "9/3/16", Kind.DATE, "2016-03-09", "2016-03-09"),
    (HOURS.format("PT08H30M00S"), "08:30", Kind.DATE, "08:30:00", "08:30:00"),
    (HOURS.format("PT30H00M00S"), "30:00", Kind.DATE, "1 day, 6:00:00", "1 day, 6:00:00"),
    (f'table:formula="of:=1/0" {NUMBER.format(0)}', "#DIV/0!", Kind.ERROR, "#DIV/0!", "#DIV/0!"),
    (f'table:formula="of:=x" {TEXT} office:string-value=""', "Err:508", Kind.ERROR, "Err:508", "Err:508"),
    (f'table:formula="of:=1+1" {NUMBER.format(2)}', "2", Kind.NUMBER, "2", "2"),
    ('table:formula="of:=1+1"', "", Kind.UNSAVED, "", ""),
    (TEXT, 'a<text:s text:c="3"/>b\n   c', Kind.TEXT, "a   b c", "a   b c"),
    (TEXT, "uno<text:line-break/>dos</text:p><text:p>tres", Kind.TEXT, "uno\ndos\ntres", "uno\ndos\ntres"),
    (TEXT, f"12<text:span> informes</text:span></text:p>{COMMENT}<text:p>", Kind.TEXT, "12 informes", "12 informes"),
]
TWO = (
    '<number:number-style style:name="N2"><number:number number:decimal-places="2" number:min-integer-digits="1"/>'
    '</number:number-style><style:style style:name="two" style:family="table-cell" style:data-style-name="N2"/>'
)


@pytest.mark.parametrize(("attributes", "paragraph", "kind", "said", "shown"), CELLS)
def test_a_cell_is_read_by_what_it_stores_and_how_it_is_shown(
    attributes: str, paragraph: str, kind: Kind, said: str, shown: str
) -> None:
    data = book(table(row(text("Meta")), row(VALUE.format(attributes, paragraph))), styles=TWO)
    [grid] = grids(data)
    cell = grid.rows[1].cells[0]
    assert (cell.kind, cell.text, cell.shown) == (kind, said, shown)


def test_a_style_of_the_row_or_of_the_column_is_that_of_its_cells() -> None:
    cell = '<table:table-cell office:value-type="float" office:value="3"/>'
    styled = '<table:table-row table:default-cell-style-name="two">'
    column = "<table:table-column {}/>"
    columns = "".join(map(column.format, ('table:number-columns-repeated="2"', 'table:default-cell-style-name="two"')))
    rows = (row(text("a", 3)), row(cell, cell, cell), f"{styled}{cell}</table:table-row>")
    [grid] = grids(book(table(*rows, inside=columns), styles=TWO))
    assert [[found.shown for found in one.cells] for one in grid.rows[1:]] == [["3", "3", "3.00"], ["3.00"]]


def test_repeated_rows_and_cells_stand_where_they_are_said_to_stand() -> None:
    data = book(table(row(text("a"), blank(2), text("b", 2)), row(blank(1024), repeated=3), row(text("c"), repeated=2)))
    [grid] = grids(data)
    assert [(one.number, [cell.text for cell in one.cells]) for one in grid.rows] == [
        (1, ["a", "", "", "b", "b"]), (5, ["c"]), (6, ["c"]),
    ]  # fmt: skip


def test_several_sheets_are_asked_for_and_what_is_kept_of_other_books_is_none() -> None:
    linked = table(row(text("ajeno")), name="'file:///otro.ods'#Hoja1", inside="<table:table-source/>")
    data = book(table(row(text("a")), name="Uno"), table(row(text("b")), name="Dos"), linked)
    with pytest.raises(AmbiguousSheetError) as asked:
        read_table(io.BytesIO(data), name="libro.ods")
    assert asked.value.sheet_names == ["Uno", "Dos"]
    assert read_table(io.BytesIO(data), name="libro.ods", sheet="dos").header == ["b"]


def test_a_tracked_change_is_no_cell() -> None:
    cell = VALUE.format(TEXT, "x")
    gone = f"<table:tracked-changes>{cell}</table:tracked-changes>"
    [grid] = grids(book(gone, table(row(text("a")))))
    assert [[cell.text for cell in one.cells] for one in grid.rows] == [["a"]]


MANIFEST = {"META-INF/manifest.xml": "<manifest><manifest:encryption-data/></manifest>"}
REFUSED = [
    (package("<x/>", mime="application/vnd.oasis.opendocument.text"), "es un documento de LibreOffice"),
    (package("<broken"), "dañado"),
    (package(content(table(row(text("a")))), {"Basic/Standard/Module1.xml": "<x/>"}), "macros"),
    (package(content(table(row(text("a")))), MANIFEST), "contraseña"),
    (package(content(table(row(text("a")))))[:-60], "dañado"),
    (book(), "no tiene ninguna hoja"),
    (book(table()), "vacía"),
    (book(table(row(text("a"), repeated=9_999_999))), "dañado"),
    (book(table('<table:table-row table:number-rows-repeated="-1"/>')), "dañado"),
    (book(table(row(text("a", 5_000)))), "en la celda"),
    (book(table(row(text("a"), repeated=1_000_000))), "más de 20,000 filas"),
    (book(table(row(VALUE.format('office:value-type="float" office:value="cien"', "cien")))), "dañado"),
    (book(table(row(text("x" * 40_000)))), "La celda A1 tiene más de 32,767 caracteres"),
    (book(table(row(text('a<text:s text:c="9999999"/>b')))), "La celda A1 tiene más de 32,767 caracteres"),
    (book(table(row(text("x" * 5 * 2**20)))), "demasiado grande por dentro"),
    (book(table(row(*["<table:table-cell/>"] * 10)), doctype='<!DOCTYPE x [<!ENTITY e "ja">]>'), "definiciones XML"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "sentence"), REFUSED, ids=[sentence for _, sentence in REFUSED])
def test_a_hostile_or_broken_one_is_one_sentence(data: bytes, sentence: str) -> None:
    found = refusal(data) if sentence != "vacía" else _empty(data)
    assert sentence in found


def _empty(data: bytes) -> str:
    with pytest.raises(SpreadsheetError) as caught:
        read_table(io.BytesIO(data), name="libro.ods")
    assert [grid.rows for grid in grids(data)] == [[]]
    return caught.value.message


@pytest.mark.parametrize("name", ["content.xml", "Pictures/x.png"])
def test_a_zip_bomb_is_refused_before_it_is_inflated(name: str) -> None:
    parts = {name: "<x>" + " " * 30 * 2**20 + "</x>"} if name != "content.xml" else {}
    bomb = package("<x>" + " " * 30 * 2**20 + "</x>" if not parts else "<x/>", parts)
    tracemalloc.start()
    message = refusal(bomb, max_uncompressed=20 * 2**20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "demasiado grande por dentro" in message
    assert peak < 10 * 2**20


def test_blanks_that_are_said_by_number_are_bounded_in_all(monkeypatch) -> None:
    monkeypatch.setattr("core.spreadsheets.ods.MAX_BLANKS", 100_000)
    cells = [text(f'{number}<text:s text:c="30000"/>b') for number in range(4)]
    assert "demasiado grande por dentro" in refusal(book(table(row(*cells))))


def test_a_million_rows_said_by_number_cost_nothing() -> None:
    rows = [row(text("Clave")), row(text("PRE-01")), row(blank(16_384), repeated=1_048_574)]
    start = time.thread_time()  # of this thread alone: the machine may be busy
    [grid] = grids(book(table(*rows)))
    assert time.thread_time() - start < 2
    assert [one.cells[0].text for one in grid.rows] == ["Clave", "PRE-01"]


def test_a_sheet_beyond_the_bounds_hinders_nobody_who_reads_another() -> None:
    wide = table(row(text("a", 5_000)), name="Ancha")
    long = table(row(text("a"), repeated=500_000), name="Larga")
    found = grids(book(wide, long, table(row(text("b")), name="Datos")))
    assert [bool(grid.refused) for grid in found] == [True, True, False]
    assert [cell.text for cell in found[2].rows[0].cells] == ["b"]
