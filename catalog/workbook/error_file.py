"""The person's own catalogue with one more column, ``Errores``: see ``core/spreadsheets/error_book.py``."""

from collections.abc import Sequence
from typing import BinaryIO

from catalog.workbook.catalog_file import SHEET, CatalogFile
from catalog.workbook.errors import RowError
from core.spreadsheets.error_book import write_error_book


def write_errors(read: CatalogFile, errors: Sequence[RowError], file: BinaryIO) -> None:
    """Write the workbook of errors of a file that was read; those of the file as a whole stand in its first row."""
    sentences: dict[int, list[str]] = {}
    for error in errors:
        said = f"{error.column}: {error.message}" if error.column else error.message
        sentences.setdefault(error.row or 0, []).append(said)
    write_error_book(read.table, read.source.data if read.source else b"", sentences, file, name=SHEET)
