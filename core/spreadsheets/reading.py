"""Reading one table from a file that somebody brings: XLSX, ODS or CSV, however it was made.

Whatever is wrong with the file ends in one SpreadsheetError with a sentence in Spanish, before
much memory or time is spent on it.
"""

import io
import itertools
import warnings
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any, BinaryIO, NamedTuple

import openpyxl
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from core.spreadsheets import cells, package
from core.spreadsheets.cells import EMPTY, MAX_CELL_CHARACTERS, UNSAVED, Cell, Row, Table
from core.spreadsheets.csv_reading import csv_rows
from core.spreadsheets.errors import AmbiguousSheetError, SpreadsheetError
from core.spreadsheets.guard import BROKEN, Extent, Guard
from core.spreadsheets.merged import Merged, spread_down
from core.spreadsheets.ods import OdsBook, is_ods
from core.spreadsheets.sheet_markup import column_letters
from core.text import fold

MEGABYTE = 2**20
MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_BYTES = 20 * MEGABYTE
MAX_UNCOMPRESSED = 200 * MEGABYTE
HEADER_WITHIN = 25
"""Rows with content among which the header is looked for, where headers are known."""
_ENOUGH_HEADERS = 3
NOTHING = "El archivo está vacío: suba el que tiene los datos."

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = {
    b"%PDF": "un PDF",
    b"{\\rtf": "un documento de texto (RTF)",
    b"\x89PNG": "una imagen",
    b"\xff\xd8\xff": "una imagen",
    b"GIF8": "una imagen",
    b"\x1f\x8b": "un archivo comprimido",
    b"Rar!": "un archivo comprimido",
    b"7z\xbc\xaf": "un archivo comprimido",
    b"<html": "una página web",
    b"<!doc": "una página web",
    b"<?xml": "un archivo XML",
}

_NumberedCells = tuple[int, list[Cell]]
_SheetRows = tuple[list[str], str, Iterator[_NumberedCells], Extent]
"""The names of a book's sheets, that of the chosen one, its rows and its extent."""


class _Choice(NamedTuple):
    """A sheet among which one is chosen; ``sheet``: as its reader knows it."""

    title: str
    visible: bool
    extent: Extent
    sheet: Any


def read_table(
    file: BinaryIO,
    *,
    name: str,
    sheet: str | None = None,
    preferred_sheet: str | None = None,
    known_headers: Collection[str] = (),
    spread: bool = False,
    max_rows: int = MAX_ROWS,
    max_columns: int = MAX_COLUMNS,
    max_bytes: int = MAX_BYTES,
    max_uncompressed: int = MAX_UNCOMPRESSED,
) -> Table:
    """Read a sheet of the file; ``name`` (its file name) says only whether text is meant as CSV.

    ``sheet`` is the sheet that must be read, without regard to case and accents. Without it the
    ``preferred_sheet`` is read if the book shows it, else the only visible sheet with content;
    AmbiguousSheetError names them when there are several. Formulas give their stored values.

    ``known_headers`` (without regard to case, accents and asterisks): the header is the row that has most of them
    among the first, at least three; so a title or a logo may stand above it. Otherwise it is the first with content.

    ``spread``: merged cells below the header give their value to every row that they cover (``spread_down``).

    ``max_rows`` counts rows with content below the header; ``max_columns`` is the last column
    with content; ``max_uncompressed`` is the size of the book when inflated, in bytes.
    Raises SpreadsheetError for anything that cannot be read.
    """
    data = read_bounded(file, max_bytes)
    refuse_foreign(data, name)
    if data.startswith(b"PK"):
        read = _ods_rows if is_ods(data) else _xlsx_rows
        sheet_names, title, rows, extent = read(data, sheet, preferred_sheet, max_rows, max_columns, max_uncompressed)
    else:
        sheet_names, title, rows, extent = [], "", csv_rows(data), Extent()
    known = {header_key(header) for header in known_headers}
    table = _table(sheet_names, title, rows, known, extent, max_rows, max_columns)
    below = [Merged(*area) for area in extent.merged if area[0] > table.header_row] if spread else []
    return replace(table, rows=spread_down(table.rows, below)) if below else table


def suffix_of(data: bytes) -> str:
    """What the name of a file with that content ends in."""
    if not data.startswith(b"PK"):
        return "csv"
    return "ods" if is_ods(data) else "xlsx"


def header_key(header: str) -> str:
    """What two spellings of one header have in common: «Eje rector*» and «EJE  RECTOR»."""
    return fold(header.replace("*", " "))


def read_bounded(file: BinaryIO, max_bytes: int) -> bytes:
    """The file's bytes; SpreadsheetError where it is empty or has more of them than may be."""
    data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise SpreadsheetError(f"El archivo pesa más de {max_bytes // MEGABYTE} MB, que es lo más que se acepta.")
    if not data.strip():
        raise SpreadsheetError(NOTHING)
    return data


def refuse_foreign(data: bytes, name: str) -> None:
    """Say what the file really is when it is neither a workbook nor text."""
    if data.startswith(_OLE):
        # The names of the streams inside are UTF-16.
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise SpreadsheetError("El libro está protegido con contraseña: quítesela y guárdelo otra vez.")
        raise SpreadsheetError("El archivo es un libro de Excel antiguo (XLS): guárdelo como XLSX.")
    beginning = data[:64].lstrip().lower()
    for signature, what in _FOREIGN.items():
        if beginning.startswith(signature.lower()):
            raise SpreadsheetError(f"El archivo es {what}, no una hoja de cálculo: suba un XLSX, un ODS o un CSV.")
    if not data.startswith(b"PK") and not name.lower().endswith((".csv", ".txt", ".tsv")):
        raise SpreadsheetError("El archivo no es una hoja de cálculo: suba un XLSX, un ODS o un CSV.")


def _ods_rows(
    data: bytes, sheet: str | None, preferred: str | None, max_rows: int, max_columns: int, max_uncompressed: int
) -> _SheetRows:
    book = OdsBook(data, max_uncompressed)
    sheets = [_Choice(one.title, one.visible, one.extent, one) for one in book.sheets]
    chosen = _choose_sheet(sheets, sheet, preferred)
    check_extent(chosen.extent, max_rows, max_columns)
    rows = book.rows([chosen.sheet]).get(chosen.sheet, [])
    return [one.title for one in sheets], chosen.title, iter(rows), chosen.extent


def _xlsx_rows(
    data: bytes, sheet: str | None, preferred: str | None, max_rows: int, max_columns: int, max_uncompressed: int
) -> _SheetRows:
    guard = Guard(max_uncompressed)
    guard.check(io.BytesIO(data))
    book = opened(data)
    sheets = [
        _Choice(ws.title, ws.sheet_state == "visible", guard.extents.get(ws._worksheet_path, Extent()), ws)
        for ws in book.worksheets
        if isinstance(ws, ReadOnlyWorksheet)
    ]
    chosen = _choose_sheet(sheets, sheet, preferred)
    check_extent(chosen.extent, max_rows, max_columns)
    rows = _rows_and_close(book, chosen.sheet, chosen.extent)
    return [one.title for one in sheets], chosen.title, rows, chosen.extent


def opened(data: bytes) -> Any:
    """The book, also where another program wrote it in a way that openpyxl does not know."""
    try:
        if package.is_strict(data):
            data = package.as_usual(data)
        try:
            return _loaded(data)
        except Exception:
            return _loaded(package.with_whole_fills(data))
    except Exception as error:  # openpyxl lets out whatever a malformed part makes of it
        raise SpreadsheetError(BROKEN) from error


def _loaded(data: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)


def _choose_sheet(sheets: list[_Choice], sheet: str | None, preferred: str | None) -> _Choice:
    if not sheets:
        raise SpreadsheetError("El libro no tiene ninguna hoja.")
    if sheet is not None:
        for one in sheets:
            if fold(one.title) == fold(sheet):
                return one
        listed = ", ".join(f"«{one.title}»" for one in sheets[:20])
        raise SpreadsheetError(f"El libro no tiene la hoja «{sheet[:40]}»; tiene {listed}.")
    for one in sheets:
        # A hidden one may be last year's copy: it is not preferred to what is seen.
        if preferred is not None and fold(one.title) == fold(preferred) and one.visible:
            return one
    filled = [one for one in sheets if one.extent.rows]
    # Lists for validation usually stand in a hidden sheet.
    filled = [one for one in filled if one.visible] or filled
    if len(filled) > 1:
        raise AmbiguousSheetError([one.title for one in filled])
    return filled[0] if filled else sheets[0]


def check_extent(extent: Extent, max_rows: int, max_columns: int) -> None:
    """SpreadsheetError where the sheet has more rows with content, or columns, than are read."""
    if extent.rows > max_rows + HEADER_WITHIN:
        raise SpreadsheetError(too_many_rows(max_rows))
    if extent.last_column > max_columns:
        raise SpreadsheetError(_too_many_columns(max_columns, extent.last_column_row, extent.last_column))


def too_many_rows(max_rows: int) -> str:
    """The sentence."""
    return f"La hoja tiene más de {max_rows:,} filas, que es lo más que se acepta."


def _too_many_columns(max_columns: int, row: int, column: int) -> str:
    cell = f"{column_letters(column)}{row}"
    return (
        f"La hoja tiene algo en la celda {cell}, más allá de las {max_columns} columnas que se leen "
        f"(hasta la {column_letters(max_columns)}): si no es parte de sus datos, bórrelo y guarde el libro otra vez."
    )


def _rows_and_close(book: Any, sheet: Any, extent: Extent) -> Iterator[_NumberedCells]:
    try:
        yield from sheet_rows(sheet, extent, CellMemory())
    finally:
        book.close()


def sheet_rows(sheet: Any, extent: Extent, remember: "CellMemory") -> Iterator[_NumberedCells]:
    """The rows with content of a sheet; the claimed dimension is not believed."""
    if not extent.rows:
        return
    sheet.reset_dimensions()
    unsaved: dict[int, list[int]] = {}
    for number, column in extent.unsaved:
        unsaved.setdefault(number, []).append(column)
    # Both bounds come from the guard: what lies beyond the last content is never read.
    rows = sheet.iter_rows(max_row=extent.last_row, max_col=extent.last_column)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for number, row in enumerate(rows, start=1):
                found = [EMPTY if stored is EMPTY_CELL or stored._value is None else remember(stored) for stored in row]
                for column in unsaved.get(number, ()):
                    found[column - 1] = UNSAVED
                if any(cell is not EMPTY for cell in found):
                    yield number, found
    except SpreadsheetError:
        raise
    except Exception as error:  # see above: any malformed cell
        raise SpreadsheetError(BROKEN) from error


class CellMemory:
    """Makes each distinct value of a book into one Cell."""

    def __init__(self) -> None:
        self._texts: dict[str, Cell] = {}
        self._typed: dict[tuple[object, ...], Cell] = {}

    def __call__(self, stored: Any) -> Cell:
        # The slot instead of the property: this runs once per cell.
        value = stored._value
        if stored.data_type == "s":
            return self._texts.get(value) or self._new_text(stored, value)
        key = (value, stored.data_type, stored._style_id)
        return self._typed.get(key) or self._typed.setdefault(key, _typed_cell(stored, value))

    def _new_text(self, stored: Any, value: str) -> Cell:
        cell = self._texts[value] = _checked_text(value, stored.row, stored.column)
        return cell


def _typed_cell(stored: Any, value: Any) -> Cell:
    if stored.data_type == "e":
        return cells.error_cell(str(value))
    if isinstance(value, bool):
        return cells.boolean_cell(value)
    if isinstance(value, str):
        return _checked_text(value, stored.row, stored.column)
    if isinstance(value, int | float):
        return cells.number_cell(value, stored.number_format or "General")
    return cells.date_cell(value, stored.number_format or "")


def _checked_text(text: str, row: int, column: int) -> Cell:
    if len(text) > MAX_CELL_CHARACTERS:
        cell = f"{column_letters(column)}{row}"
        raise SpreadsheetError(f"La celda {cell} tiene {len(text):,} caracteres; caben hasta {MAX_CELL_CHARACTERS:,}.")
    return cells.text_cell(text)


def _table(
    sheet_names: list[str],
    title: str,
    rows: Iterator[_NumberedCells],
    known: Collection[str],
    extent: Extent,
    max_rows: int,
    max_columns: int,
) -> Table:
    first = _first_rows(rows, HEADER_WITHIN if known else 1, max_columns)
    if not first:
        raise SpreadsheetError(f"La hoja «{title}» está vacía: elija la que tiene los datos." if title else NOTHING)
    above = _header_position(first, known)
    header_row, headings = first[above]
    header = [cell.shown or cell.text for cell in headings]
    body = [Row(number, found) for number, found in first[above + 1 :]]
    for number, found in rows:
        if len(body) >= max_rows:
            raise SpreadsheetError(too_many_rows(max_rows))
        body.append(Row(number, trimmed(number, found, max_columns)))
    if len(body) > max_rows:
        raise SpreadsheetError(too_many_rows(max_rows))
    width = max([len(header), *(len(row.cells) for row in body)])
    header += [""] * (width - len(header))
    for row in body:
        row.cells.extend([EMPTY] * (width - len(row.cells)))
    hidden = tuple(number for number in extent.hidden if number > header_row)
    return Table(sheet_names, title, header_row, header, body, above, hidden, len(extent.unsaved))


def _first_rows(rows: Iterator[_NumberedCells], count: int, max_columns: int) -> list[_NumberedCells]:
    return [(number, trimmed(number, found, max_columns)) for number, found in itertools.islice(rows, count)]


def trimmed(number: int, found: list[Cell], max_columns: int) -> list[Cell]:
    """The row's cells up to the last with content; SpreadsheetError where there are too many."""
    while found and found[-1] is EMPTY:
        found.pop()
    if len(found) > max_columns:
        raise SpreadsheetError(_too_many_columns(max_columns, number, len(found)))
    return found


def _header_position(first: list[_NumberedCells], known: Collection[str]) -> int:
    """The row with most of the known headers, the upper one of two; the first where none has enough."""
    found = [len({header_key(cell.text) for cell in cells} & set(known)) for _, cells in first]
    most = max(found)
    return found.index(most) if most >= _ENOUGH_HEADERS else 0
