"""Cells that a person corrects beside the file: what the file says there, and what is read instead of it.

The file stays as it was brought. A correction holds for as long as the cell says what it said when it was corrected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from catalog.workbook.errors import RowError, told_row
from core.spreadsheets import Cell, Row, Table, header_key
from core.spreadsheets.cells import EMPTY, text_cell

MAX_SHOWN = 50
MAX_KEPT = 500
MAX_TEXT = 5_000


@dataclass(frozen=True, slots=True)
class Correction:
    said: str
    typed: str


Corrections = Mapping[str, Correction]
"""By the place of the cell: «7 · Meta», «7 de la hoja «MIR» · Meta»."""


def place_of(row: int | None, column: str) -> str:
    return f"{told_row(row)} · {column}"


def corrected(table: Table, corrections: Corrections) -> tuple[Table, list[str]]:
    """The table with the corrected cells, and the places of corrections that are of no cell that says so."""
    left = dict(corrections)
    rows = [_row(row, table.header, left) if left else row for row in table.rows]
    return replace(table, rows=rows), list(left)


def _row(row: Row, header: Sequence[str], left: dict[str, Correction]) -> Row:
    own: list[Cell] | None = None
    for at, column in enumerate(header):
        place = place_of(row.number, _name(column))
        found = left.get(place)
        if found is not None and _shown(row.cells[at]) == found.said:
            own = own or list(row.cells)
            own[at] = text_cell(found.typed)
            del left[place]
    return Row(row.number, own) if own is not None else row


def to_correct(table: Table, errors: Sequence[RowError], corrections: Corrections) -> list[list[str]]:
    """[place, row, column, what the file says, what is read, why it is wrong] of the cells that errors name.

    And of those that were corrected; the first of very many.
    """
    columns = {header_key(header): at for at, header in enumerate(table.header)}
    rows = {str(told_row(row.number)): row for row in table.rows}
    wrong: dict[str, list[str]] = {}
    for error in errors:
        if error.row is not None and header_key(error.column) in columns:
            wrong.setdefault(place_of(error.row, error.column), []).append(error.message)
    found = []
    for place in dict.fromkeys([*corrections, *wrong]):
        number, _, column = place.rpartition(" · ")
        row, at = rows.get(number), columns.get(header_key(column))
        if row is None or at is None or len(found) >= MAX_SHOWN:
            continue
        said = _shown(row.cells[at])
        read = corrections[place].typed if place in corrections else said
        found.append([place, number, column, said, read, "; ".join(wrong.get(place, ()))])
    return found


def _shown(cell: Cell) -> str:
    return "" if cell is EMPTY else cell.shown or cell.text


def _name(header: str) -> str:
    return header.replace("*", " ").strip()


def as_json(corrections: Corrections) -> list[dict[str, str]]:
    """The plain values of ``mapa.json`` and of the import's record."""
    return [{"celda": place, "dice": found.said, "debe_decir": found.typed} for place, found in corrections.items()]


def from_json(given: Any) -> dict[str, Correction]:
    """Raises ValueError for what are no corrections."""
    if not isinstance(given, list) or len(given) > MAX_KEPT:
        raise ValueError
    found = {}
    for one in given:
        texts = [one.get(name) for name in ("celda", "dice", "debe_decir")] if isinstance(one, dict) else [None]
        if not all(isinstance(text, str) for text in texts) or len(texts[2]) > MAX_TEXT:
            raise ValueError
        found[texts[0]] = Correction(texts[1], texts[2])
    return found
