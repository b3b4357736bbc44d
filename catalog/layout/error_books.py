"""The person's own workbooks with one more column, ``Errores``, where their layout is their own."""

import io
import zipfile
from collections.abc import Sequence

from catalog.layout.laying import Laid, Part
from catalog.workbook.catalog_file import SHEET
from catalog.workbook.errors import PlacedRow, RowError
from core.spreadsheets import Table, header_key
from core.spreadsheets.error_book import write_error_book


def write_laid_errors(files: Sequence[tuple[str, bytes]], laid: Laid, errors: Sequence[RowError]) -> bytes:
    """The workbook of errors, each sentence in its sheet and row under the header that the file has.

    Of several files a ZIP with one workbook each. The sentences of the file as a whole stand in its first row.
    """
    made = []
    for name, data in files:
        for part in laid.parts:
            if part.grid.file == name:
                sentences = _sentences(part, laid, errors)
                if sentences:
                    data = _written(data, part, sentences)
        made.append((name, data))
    if len(made) == 1:
        return made[0][1]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in made:
            stem = name.rpartition(".")[0] or name
            archive.writestr(f"{stem} con errores.xlsx", data)
    return buffer.getvalue()


def in_their_words(errors: Sequence[RowError], laid: Laid) -> list[RowError]:
    """The errors with the name that the file has for each column beside ours: «Meta («META ANUAL»)»."""
    return [RowError(error.row, _both(error.column, laid), error.value, error.message) for error in errors]


def _both(column: str, laid: Laid) -> str:
    theirs = laid.theirs.get(column, "")
    return column if not theirs or header_key(theirs) == header_key(column) else f"{column} («{theirs}»)"


def _sentences(part: Part, laid: Laid, errors: Sequence[RowError]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for error in errors:
        row = error.row
        if row is None:
            if part is not laid.parts[0]:
                continue
            number = 0
        elif isinstance(row, PlacedRow):
            if row.sheet != part.name:
                continue
            number = row.number
        else:
            number = row
        column = laid.theirs.get(error.column, error.column)
        found.setdefault(number, []).append(f"{column}: {error.message}" if column else error.message)
    return found


def _written(data: bytes, part: Part, sentences: dict[int, list[str]]) -> bytes:
    buffer = io.BytesIO()
    write_error_book(_as_it_stands(part), data, sentences, buffer, name=part.grid.sheet or SHEET)
    return buffer.getvalue()


def _as_it_stands(part: Part) -> Table:
    """The sheet in its own columns, the rows below the header first."""
    head, grid = part.head, part.grid
    below = [row for row in grid.rows if row.number > head.last_row]
    above = [row for row in grid.rows if row.number < head.last_row]
    return Table([], grid.sheet, head.last_row, list(head.names), [*below, *above])
