"""The CSV files of a closing, and the dictionary of their columns: UTF-8 with BOM, comma, dot, CRLF."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from core import spreadsheets
from publishing.export.rows import rows_of
from publishing.open_data.columns import DICTIONARY, TABLES, Column, Table, text_of

_DICTIONARY_COLUMNS = ("archivo", "columna", "tipo", "unidad", "obligatoria", "valores", "descripcion")


def csv_files(document: dict[str, Any]) -> dict[str, bytes]:
    """Name and bytes of each; the same document gives the same bytes."""
    files = {table.file: _table(table, document) for table in TABLES}
    return {**files, DICTIONARY: _csv(_DICTIONARY_COLUMNS, _described())}


def _table(table: Table, document: dict[str, Any]) -> bytes:
    rows = ([text_of(column, row) for column in table.columns] for row in rows_of(table, document))
    return _csv([column.name for column in table.columns], rows)


def _described() -> Iterable[Sequence[str]]:
    for table in TABLES:
        for column in table.columns:
            yield [
                table.file,
                column.name,
                column.kind,
                column.unit,
                "sí" if column.required else "no",
                _values(column),
                column.describes,
            ]


def _values(column: Column) -> str:
    return " | ".join(column.words.values())


def _csv(header: Iterable[str], rows: Iterable[Sequence[str]]) -> bytes:
    """By the house's writer, which puts an apostrophe before what a spreadsheet would take for a formula."""
    file = io.BytesIO()
    spreadsheets.write_csv([spreadsheets.Column(name) for name in header], rows, file)
    return file.getvalue()
