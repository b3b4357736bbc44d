"""The person's own workbook with one more column, ``Errores``.

A workbook of ordinary size comes back as it was, with its formats, titles and other sheets; formulas give their stored
values, so that nothing in it is calculated again. A CSV, or a workbook too large to be held whole, comes back as a
plain sheet of the same rows and columns.
"""

import io
import warnings
from collections.abc import Sequence
from typing import Any, BinaryIO

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Font, PatternFill

from catalog.errors import RowError
from catalog.parsing import ERRORS_HEADER
from catalog.workbook import SHEET, CatalogFile
from core.spreadsheets import Column, Kind, Percent, Sheet, SpreadsheetError, Table, header_key, write_workbook
from core.spreadsheets.cells import MAX_CELL_CHARACTERS
from core.spreadsheets.guard import Guard
from core.spreadsheets.reading import MAX_UNCOMPRESSED

MAX_ELEMENTS = 500_000
"""XML elements of a workbook that is held whole: 3,000 rows of 40 cells, or some 150 MB."""
_WIDTH = 60
_WRONG = PatternFill("solid", fgColor="FDE7E5")
_HEADING = Font(bold=True, color="9D1C1C")
_WRAPPED = Alignment(wrap_text=True, vertical="top")


def write_errors(read: CatalogFile, errors: Sequence[RowError], file: BinaryIO) -> None:
    """Write the workbook of errors of a file that was read; those of the file as a whole stand in its first row."""
    assert read.table is not None
    data = read.source.data if read.source else b""
    if data.startswith(b"PK") and _is_small(data):
        try:
            _annotate(data, read.table, errors, file)
            return
        except Exception:  # openpyxl lets out whatever an odd style or drawing makes of it; a plain sheet always works
            file.seek(0)
            file.truncate()
    _write_plain(read.table, errors, file)


def _is_small(data: bytes) -> bool:
    guard = Guard(MAX_UNCOMPRESSED)
    try:
        guard.check(io.BytesIO(data))
    except SpreadsheetError:
        return False
    return guard.elements <= MAX_ELEMENTS


def _by_row(table: Table, errors: Sequence[RowError]) -> dict[int, list[str]]:
    first = table.rows[0].number if table.rows else table.header_row + 1
    found: dict[int, list[str]] = {}
    for error in errors:
        row = first if error.row is None else error.row
        found.setdefault(row, []).append(f"{error.column}: {error.message}" if error.column else error.message)
    return found


def _annotate(data: bytes, table: Table, errors: Sequence[RowError], file: BinaryIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    page = book[table.sheet]
    keys = [header_key(header) for header in table.header]
    column = keys.index(header_key(ERRORS_HEADER)) + 1 if header_key(ERRORS_HEADER) in keys else len(keys) + 1
    _empty_column(page, column, table.header_row)
    heading = page.cell(table.header_row, column)
    _write(heading, ERRORS_HEADER)
    heading.font = _HEADING
    page.column_dimensions[heading.column_letter].width = _WIDTH
    for row, sentences in _by_row(table, errors).items():
        cell = page.cell(row, column)
        _write(cell, "\n".join(sentences))
        cell.alignment = _WRAPPED
    positions = {key: position for position, key in enumerate(keys, start=1) if key}
    for error in errors:
        position = positions.get(header_key(error.column)) if error.row is not None else None
        if position:
            page.cell(error.row, position).fill = _WRONG
    book.active = book.index(page)
    _keep_text(book)
    book.save(file)


def _empty_column(page: Any, column: int, header_row: int) -> None:
    for (cell,) in page.iter_rows(min_row=header_row, min_col=column, max_col=column):
        if not isinstance(cell, MergedCell):
            cell.value = None


def _write(cell: Any, text: str) -> None:
    cell.value = text[:MAX_CELL_CHARACTERS]
    cell.data_type = "s"


def _keep_text(book: Any) -> None:
    """A text that begins with «=» was a text in their file and stays one."""
    for page in book.worksheets:
        for row in page.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cell.data_type = "s"


def _write_plain(table: Table, errors: Sequence[RowError], file: BinaryIO) -> None:
    by_row = _by_row(table, errors)
    own = [position for position, header in enumerate(table.header) if header_key(header) != header_key(ERRORS_HEADER)]
    columns = [Column(table.header[position] or f"Columna {position + 1}", width=24) for position in own]
    rows = [
        [*(_own(row.cells[position]) for position in own), "\n".join(by_row.get(row.number, []))[:MAX_CELL_CHARACTERS]]
        for row in table.rows
    ]
    if not rows:
        rows.append([*("" for _ in own), "\n".join(by_row.get(table.header_row + 1, []))])
    write_workbook([Sheet(SHEET, [*columns, Column(ERRORS_HEADER, width=_WIDTH)], rows)], file)


def _own(cell: Any) -> Any:
    if cell.kind is Kind.PERCENT:
        return Percent(cell.number)
    if cell.kind is Kind.NUMBER and cell.general:
        return cell.number
    return cell.shown
