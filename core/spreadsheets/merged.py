"""Merged areas of a sheet: what stands in the first of their cells stands in all of them."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from core.spreadsheets.cells import EMPTY, Cell, Row
from core.spreadsheets.errors import SpreadsheetError

MAX_WIDTH = 200
"""Columns that an area may fill: more than a sheet has that is read."""
MAX_SPREAD = 2_000_000
"""Cells that the merged areas of one sheet may fill: overlapping ones would fill without end."""


class Merged(NamedTuple):
    """An area whose cells are one, counted from 1; its value stands in the first."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


def spread_down(rows: Sequence[Row], merged: Collection[Merged]) -> list[Row]:
    """The rows with the value of each merged area in every row that it covers, in its first column.

    Only what is really merged is filled, and only down: a note that is merged across the sheet stays in one cell.
    Raises SpreadsheetError where the areas would fill more than a sheet of people has.
    """
    return _spread(rows, [area._replace(last_column=area.first_column) for area in merged])


def spread_whole(rows: Sequence[Row], merged: Collection[Merged]) -> list[Row]:
    """The rows with the value of each merged area in all its cells, as the two rows of a head need it."""
    return _spread(rows, merged)


def _spread(rows: Sequence[Row], merged: Collection[Merged]) -> list[Row]:
    at = {row.number: position for position, row in enumerate(rows)}
    numbers = sorted(at)
    changed: dict[int, list[Cell]] = {}
    filled = 0
    for area in merged:
        value = _value(rows, at, area)
        if value is EMPTY:
            continue
        covered = _between(numbers, area.first_row, area.last_row)
        columns = range(area.first_column - 1, min(area.last_column, MAX_WIDTH))
        filled += len(covered) * len(columns)
        if filled > MAX_SPREAD:
            raise SpreadsheetError("La hoja tiene demasiadas celdas combinadas: sepárelas y guarde el libro otra vez.")
        for number in covered:
            own = changed.setdefault(at[number], list(rows[at[number]].cells))
            own.extend([EMPTY] * (columns.stop - len(own)))
            for column in columns:
                if own[column] is EMPTY:
                    own[column] = value
    return [Row(row.number, changed[place]) if place in changed else row for place, row in enumerate(rows)]


def _value(rows: Sequence[Row], at: Mapping[int, int], area: Merged) -> Cell:
    first = at.get(area.first_row)
    cells = rows[first].cells if first is not None else []
    return cells[area.first_column - 1] if area.first_column <= len(cells) else EMPTY


def _between(numbers: Sequence[int], first: int, last: int) -> Sequence[int]:
    return numbers[bisect_left(numbers, first) : bisect_right(numbers, last)]
