"""Reading and writing spreadsheets that people bring and take away; knows nothing of what is in them."""

from core.spreadsheets.cells import NO_RESULT, Cell, Kind, Row, Table, normalize, single_line
from core.spreadsheets.errors import AmbiguousSheetError, SpreadsheetError
from core.spreadsheets.grids import Grid, read_grids
from core.spreadsheets.headers import nearest, refuse_spoilt, sentence, unread_columns
from core.spreadsheets.merged import Merged, spread_down, spread_whole
from core.spreadsheets.reading import header_key, read_table
from core.spreadsheets.writing import (
    Column,
    Look,
    Marked,
    Percent,
    Sheet,
    safe_csv_text,
    unsafe_csv_text,
    write_csv,
    write_workbook,
)

__all__ = [
    "NO_RESULT",
    "AmbiguousSheetError",
    "Cell",
    "Column",
    "Grid",
    "Kind",
    "Look",
    "Marked",
    "Merged",
    "Percent",
    "Row",
    "Sheet",
    "SpreadsheetError",
    "Table",
    "header_key",
    "nearest",
    "normalize",
    "read_grids",
    "read_table",
    "refuse_spoilt",
    "safe_csv_text",
    "sentence",
    "single_line",
    "spread_down",
    "spread_whole",
    "unread_columns",
    "unsafe_csv_text",
    "write_csv",
    "write_workbook",
]
