"""«12 informes» in the column of the targets: the amount, and the unit and the kind of target that the cell says."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.workbook.amounts_with_units import ABSOLUTE, PERCENTAGE, SplitAmount, split_amount
from catalog.workbook.cells import CellError, NotAnAmountError, plain_target, quoted
from core.amounts import Style
from core.spreadsheets import Cell, Kind
from core.spreadsheets.cells import text_cell
from core.text import fold

_PROPOSED = "se propone la unidad"


@dataclass(frozen=True, slots=True)
class SplitRow:
    """The cells of a row with its amount alone. ``absolute``: the cell names what is counted.

    ``doubt``: what a person should look at; ``contradiction``: what is wrong; "" for none.
    """

    cells: list[Cell]
    absolute: bool = False
    doubt: str = ""
    contradiction: str = ""


class SplitTargets:
    """Takes one row after another apart; equal cells are read once. ``positions`` maps a field to its column."""

    def __init__(self, positions: Mapping[str, int], style: Style | None) -> None:
        self._at, self._unit = positions["target"], positions["unit"]
        self._kind = positions.get("target_kind")
        self._style = style or Style.POINT  # what is ambiguous is asked of the whole file
        self._known: dict[Cell, SplitAmount | None] = {}

    def written(self, cell: Cell) -> str:
        """The amount in a target's cell that says more than its amount; "" for any other cell."""
        split = self._split(cell)
        return split.amount if split else ""

    def apply(self, cells: list[Cell]) -> SplitRow:
        """The row as the parser of plain cells reads it; the same cells where there is nothing to take apart."""
        cell = cells[self._at]
        split = self._split(cell)
        if split is None:
            return SplitRow(cells)
        unit, doubt = cells[self._unit], split.doubt
        made = list(cells)
        percent = split.kind == PERCENTAGE
        made[self._at] = text_cell(f"{split.amount}%" if percent else split.amount)
        if unit.kind is Kind.EMPTY:
            made[self._unit] = text_cell(split.unit)
        elif split.unit:
            if _PROPOSED in doubt:
                doubt = ""
            if differs := other_unit(split.unit, unit.shown):
                doubt = doubt or f"{quoted(cell.shown)}: se leyó {split.amount}{' %' if percent else ''}"
                doubt += f"; {differs}"
        absolute = split.kind == ABSOLUTE
        said = fold(cells[self._kind].text) if self._kind is not None else ""
        if absolute and said == PERCENTAGE:
            return SplitRow(
                made,
                contradiction=f"{quoted(cell.shown)} es una cantidad y el tipo de meta dice porcentaje; escriba el "
                "porcentaje con su signo, o cambie el tipo de meta",
            )
        return SplitRow(made, absolute and not said, doubt)

    def _split(self, cell: Cell) -> SplitAmount | None:
        """None for a number with its sign alone, and for what says no amount or one in letters."""
        if cell.kind is not Kind.TEXT:
            return None
        if cell not in self._known:
            self._known[cell] = self._taken_apart(cell)
        return self._known[cell]

    def _taken_apart(self, cell: Cell) -> SplitAmount | None:
        try:
            plain_target(cell, self._style)
        except NotAnAmountError:
            if any(map(str.isdigit, cell.shown)):
                split = split_amount(cell.shown, self._style)
                return split if split.amount else None
        except CellError:
            return None
        return None


def other_unit(said: str, unit: str) -> str:
    """The doubt where a cell says another unit than its row; "" where they are the same.

    Case, accents and the plural tell nothing apart: «Informe», «informes»; «m²», «m2».
    """
    if _words(said) == _words(unit):
        return ""
    return f"la celda dice {quoted(said)} y la unidad de la fila es {quoted(unit)}"


def _words(unit: str) -> list[str]:
    words = re.findall(r"\w+", fold(unicodedata.normalize("NFKC", unit)))
    return [re.sub(r"(?<=\w{2})e?s?$", "", word) for word in words]
