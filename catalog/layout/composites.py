"""Columns of a file from which several of ours are read, and the cells that a row gives in our columns."""

from collections.abc import Mapping, Sequence

from catalog.layout.mapping import SheetMapping
from catalog.workbook.columns import COLUMNS, HEADERS
from core.spreadsheets import Cell
from core.spreadsheets.cells import EMPTY, text_cell


class Composites:
    """Lays one row after another; equal cells are read once."""

    def __init__(self, mapping: SheetMapping) -> None:
        given = mapping.given
        self.fields = [column.field for column in COLUMNS if column.field in given]
        self.theirs = {HEADERS[column.target]: column.header for column in mapping.columns if column.target in HEADERS}
        self._constants = {name: text_cell(value) for name, value in mapping.constants.items()}
        self._plan: list[tuple[int, Cell]] | None = None

    def laid(self, cells: Sequence[Cell], at: Mapping[str, int], *, constants: bool) -> list[Cell]:
        """The row in our columns. ``at``: where each column of the mapping stands in this sheet."""
        width = len(cells)
        found = []
        for name in self.fields:
            position = at.get(name)
            if position is None:
                found.append(self._constants.get(name, EMPTY) if constants else EMPTY)
            else:
                found.append(cells[position] if position < width else EMPTY)
        return found
