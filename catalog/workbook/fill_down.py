"""Blank hierarchy cells that mean "as above", as merged cells leave them.

A blank is filled only where that cannot change its meaning: an objective under another axis than
the row above is not filled, nor the description of another programme.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.workbook.columns import COLUMNS
from catalog.workbook.declaring import ColumnSpec
from core.spreadsheets import Cell, Kind
from core.text import fold
from programs.models import Action, Program


@dataclass(frozen=True)
class _Group:
    """Cells that are filled together: those that say one thing, known by its ``anchor``."""

    anchor: str
    others: tuple[str, ...] = ()
    parent: str = ""


_GROUPS = (
    _Group("plan"),
    _Group("year"),
    _Group("axis", ("axis_key",), parent="plan"),
    _Group("objective", ("objective_key",), parent="axis"),
    _Group("strategy", ("strategy_key",), parent="objective"),
    _Group("department", ("department_number", "department_prefix")),
    _Group(
        "program_code",
        tuple(one.field for one in COLUMNS if one.owner is Program and one.field != "program_code"),
        parent="department",
    ),
    # An action over several indicators; their own columns are never filled.
    _Group(
        "action_code",
        tuple(one.field for one in COLUMNS if one.owner is Action and one.field != "action_code"),
        parent="program_code",
    ),
)
_WITH_THEIR_CODE = {"program", "action", "unit"}
AS_ABOVE = "falta; si quiere decir «lo mismo que arriba», márquelo en «Lo que usted decide»"
_HIERARCHY = {name for group in _GROUPS for name in (group.anchor, *group.others)}


class FillDown:
    """Fills one row after another; ``positions`` maps a field to its column."""

    def __init__(self, positions: Mapping[str, int], *, enabled: bool) -> None:
        self._enabled = enabled
        self.fillable = 0
        self._filled_above: set[int] = set()
        self._above: list[Cell] = []
        self._code, self._action = positions["action_code"], positions["action"]
        self._groups = [
            (group, positions[group.anchor], [positions[name] for name in group.others if name in positions])
            for group in _GROUPS
        ]

    def begin(self) -> None:
        """A new sheet: nothing stands above its first row."""
        self._above = []
        self._filled_above.clear()

    def apply(self, cells: list[Cell]) -> list[Cell]:
        """The row with its blanks filled from the row above, where that is asked for."""
        if not self._enabled:
            self._filled_above.update(anchor for _, anchor, _ in self._groups if cells[anchor].kind is not Kind.EMPTY)
            return cells
        filled = list(cells)
        changed: set[str] = set()
        if self._above:
            for group, anchor, others in self._groups:
                self._fill(group, anchor, others, filled, changed)
        self._above = filled
        return filled

    def _fill(self, group: _Group, anchor: int, others: list[int], filled: list[Cell], changed: set[str]) -> None:
        above = self._above
        if filled[anchor].kind is Kind.EMPTY:
            if group.parent in changed or (group.anchor == "action_code" and not self._continues_action(filled)):
                changed.add(group.anchor)
                return
            filled[anchor] = above[anchor]
        elif filled[anchor] is not above[anchor] and fold(filled[anchor].text) != fold(above[anchor].text):
            changed.add(group.anchor)
            return
        elif group.parent in changed:
            return
        for position in others:
            if filled[position].kind is Kind.EMPTY:
                filled[position] = above[position]

    def _continues_action(self, cells: Sequence[Cell]) -> bool:
        """Whether a row without an action's code may be of the action above: it names no other one."""
        text = cells[self._action]
        if text.kind is Kind.EMPTY:
            return True
        return bool(self._above) and fold(text.text) == fold(self._above[self._action].text)

    def why_blank(self, column: ColumnSpec, position: int, cells: Sequence[Cell]) -> str:
        """What to say of a required cell that is blank after filling; it is counted where it could be filled."""
        missing = f"falta; {column.wanted}"
        if column.field not in _HIERARCHY:
            return missing
        of_action = column.owner is Action
        if of_action and not (cells[self._code].kind is Kind.EMPTY and cells[self._action].kind is Kind.EMPTY):
            return missing
        if self._enabled:
            return f"falta, y no se puede tomar de arriba porque cambia lo que está antes en la fila; {column.wanted}"
        if position not in self._filled_above and column.field not in _WITH_THEIR_CODE:
            return missing
        self.fillable += 1
        return AS_ABOVE
