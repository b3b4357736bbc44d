"""All the sheets of one or more files as they stand: for whoever has to find out what a sheet is before reading it.

``read_table`` reads one sheet whose header is known. Here every sheet comes as a grid, with its merged areas, within
the same bounds; a sheet that goes beyond them says so and hinders nobody who reads another.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, BinaryIO

from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from core.spreadsheets.cells import Row
from core.spreadsheets.csv_reading import csv_rows
from core.spreadsheets.errors import SpreadsheetError
from core.spreadsheets.guard import Extent, Guard
from core.spreadsheets.merged import Merged
from core.spreadsheets.ods import OdsBook, is_ods
from core.spreadsheets.reading import (
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_UNCOMPRESSED,
    MEGABYTE,
    CellMemory,
    check_extent,
    opened,
    read_bounded,
    refuse_foreign,
    sheet_rows,
    too_many_rows,
    trimmed,
)

MAX_FILES = 60
MAX_SHEETS = 200


@dataclass(frozen=True)
class Grid:
    """A sheet as it stands. ``file``: the name of its file; ``sheet`` is "" for a CSV.

    ``rows``: those with content, with their numbers, each up to its last cell with content; cells are counted from 0.
    ``visible``: whether the book shows the sheet. ``hidden_rows``: the numbers of rows with content that are hidden.
    ``unsaved_formulas``: how many formulas have no stored result; their cells are ``UNSAVED``.
    ``refused``: why nothing of it is read, a sentence; "" where it is read.
    """

    file: str
    sheet: str
    rows: list[Row]
    merged: tuple[Merged, ...] = ()
    visible: bool = True
    hidden_rows: tuple[int, ...] = ()
    unsaved_formulas: int = 0
    refused: str = ""

    @cached_property
    def width(self) -> int:
        """The number of its columns."""
        return max((len(row.cells) for row in self.rows), default=0)


def read_grids(
    files: Sequence[tuple[str, BinaryIO]],
    *,
    max_rows: int = MAX_ROWS,
    max_columns: int = MAX_COLUMNS,
    max_bytes: int = MAX_BYTES,
    max_uncompressed: int = MAX_UNCOMPRESSED,
) -> list[Grid]:
    """Every sheet of every file (name and content), in their order; sheets without content too.

    ``max_rows`` is of all sheets together; the other limits are of each file, ``max_bytes`` of all of them.
    Raises SpreadsheetError for a file that cannot be read, with its name where there are several.
    """
    if len(files) > MAX_FILES:
        raise SpreadsheetError(f"Son {len(files):,} archivos; de una vez se leen hasta {MAX_FILES}.")
    grids: list[Grid] = []
    left, bytes_left = max_rows, max_bytes
    for name, file in files:
        try:
            data = read_bounded(file, max_bytes)
            bytes_left -= len(data)
            if bytes_left < 0:
                raise SpreadsheetError(
                    f"Los archivos juntos pesan más de {max_bytes // MEGABYTE} MB: súbalos por partes."
                )
            refuse_foreign(data, name)
            read = _csv_grids if not data.startswith(b"PK") else _ods_grids if is_ods(data) else _xlsx_grids
            found = read(data, name, left, max_rows, max_columns, max_uncompressed)
        except SpreadsheetError as error:
            if len(files) == 1:
                raise
            raise SpreadsheetError(f"«{name}»: {error.message}") from error
        left -= sum(len(grid.rows) for grid in found)
        grids += found
    return grids


def _csv_grids(
    data: bytes, name: str, left: int, max_rows: int, max_columns: int, _max_uncompressed: int
) -> list[Grid]:
    rows: list[Row] = []
    for number, cells in csv_rows(data):
        if len(rows) >= left:
            raise SpreadsheetError(too_many_rows(max_rows))
        rows.append(Row(number, trimmed(number, cells, max_columns)))
    return [Grid(name, "", rows)]


def _xlsx_grids(
    data: bytes, name: str, left: int, max_rows: int, max_columns: int, max_uncompressed: int
) -> list[Grid]:
    guard = Guard(max_uncompressed)
    guard.check(io.BytesIO(data))
    book = opened(data)
    grids: list[Grid] = []
    try:
        remember = CellMemory()
        sheets = [sheet for sheet in book.worksheets if isinstance(sheet, ReadOnlyWorksheet)]
        _refuse_many(len(sheets))
        for sheet in sheets:
            extent = guard.extents.get(sheet._worksheet_path, Extent())
            grids.append(_grid(sheet, name, extent, remember, left, max_rows, max_columns))
            left -= len(grids[-1].rows)
    finally:
        book.close()
    return grids


def _refuse_many(sheets: int) -> None:
    if sheets > MAX_SHEETS:
        raise SpreadsheetError(f"El libro tiene {sheets:,} hojas; se leen hasta {MAX_SHEETS}.")


def _ods_grids(data: bytes, name: str, left: int, max_rows: int, max_columns: int, max_uncompressed: int) -> list[Grid]:
    book = OdsBook(data, max_uncompressed)
    _refuse_many(len(book.sheets))
    refused = {}
    for sheet in book.sheets:
        refused[sheet] = _too_large(sheet.extent, left, max_rows, max_columns)
        left -= 0 if refused[sheet] else sheet.extent.rows
    found = book.rows([sheet for sheet in book.sheets if not refused[sheet]])
    return [
        _filled(
            Grid(name, sheet.title, [], visible=sheet.visible, refused=refused[sheet]),
            [Row(number, trimmed(number, cells, max_columns)) for number, cells in found.get(sheet, ())],
            sheet.extent,
        )
        for sheet in book.sheets
    ]


def _grid(
    sheet: Any, name: str, extent: Extent, remember: CellMemory, left: int, max_rows: int, max_columns: int
) -> Grid:
    grid = Grid(name, sheet.title, [], visible=sheet.sheet_state == "visible")
    refused = _too_large(extent, left, max_rows, max_columns)
    if refused:
        return replace(grid, refused=refused)
    rows = [Row(number, trimmed(number, cells, max_columns)) for number, cells in sheet_rows(sheet, extent, remember)]
    return _filled(grid, rows, extent)


def _too_large(extent: Extent, left: int, max_rows: int, max_columns: int) -> str:
    """Why a sheet of that extent is not read; "" where it is."""
    try:
        check_extent(extent, max_rows, max_columns)
        if extent.rows > left:
            raise SpreadsheetError(too_many_rows(max_rows))
    except SpreadsheetError as refused:
        return refused.message
    return ""


def _filled(grid: Grid, rows: list[Row], extent: Extent) -> Grid:
    if grid.refused:
        return grid
    return replace(
        grid,
        rows=rows,
        merged=tuple(Merged(*area) for area in extent.merged),
        hidden_rows=tuple(extent.hidden),
        unsaved_formulas=len(extent.unsaved),
    )
