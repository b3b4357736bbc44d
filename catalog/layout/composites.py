"""Columns of a file from which several of ours are read, and the cells that a row gives in our columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.layout.above import ABOVE, BETWEEN, INDICATOR, SHEET, TOKENS, said_between
from catalog.layout.formulas import labels_of
from catalog.layout.mapping import SheetMapping
from catalog.layout.synonyms import FORMULA, TARGET_WITH_UNIT, VARIABLES
from catalog.workbook.amounts_with_units import split_amount
from catalog.workbook.columns import COLUMNS, HEADERS
from catalog.workbook.split_targets import other_unit
from core.spreadsheets import Cell, Kind
from core.spreadsheets.cells import EMPTY, text_cell

_BELOW = {
    "axis": ("objective", "strategy", "program", "program_code"), "objective": ("strategy", "program", "program_code"),
    "strategy": ("program", "program_code"), "department": ("program", "program_code"), "program": ("program_code",),
}  # fmt: skip
_Split = tuple[dict[str, Cell], str]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell that was read in a way that a person should look at.

    ``column``: its header in the file; ``said``: what stands there; ``read``: what it became, by our headers.
    """

    row: int
    column: str
    said: str
    read: str
    why: str


class Composites:
    """Lays one row after another; equal cells are read once.

    ``fields``: ours, in the order of the cells that ``laid`` gives. ``theirs``: by our header, that of the file.
    """

    def __init__(self, mapping: SheetMapping) -> None:
        own = {column.target: column.header for column in mapping.columns}
        self._own = own
        given = set(mapping.given)
        if TARGET_WITH_UNIT in own:
            # What the cell says besides, where no column says it.
            given |= {"unit", "target_kind"}
        self._splits_kind = TARGET_WITH_UNIT in own and "target_kind" not in own
        self._splits_unit = TARGET_WITH_UNIT in own and "unit" not in own and "unit" not in mapping.constants
        self.fields = [column.field for column in COLUMNS if column.field in given]
        self.theirs = {HEADERS[name]: header for name, header in own.items() if name in HEADERS}
        if FORMULA in own:
            self.theirs |= {HEADERS[name]: own[FORMULA] for name in ("numerator", "denominator")}
        if TARGET_WITH_UNIT in own:
            self.theirs[HEADERS["target"]] = own[TARGET_WITH_UNIT]
        self.doubts: list[Doubt] = []
        self._constants = {name: text_cell(value) for name, value in mapping.constants.items() if value not in TOKENS}
        self._looked_up = {name: value for name, value in mapping.constants.items() if value in TOKENS}
        self._formulas: dict[tuple[Cell, Cell], _Split] = {}
        self._targets: dict[Cell, _Split] = {}

    def begin(self, sheet: str, above: Mapping[str, str]) -> None:
        """The rows of another sheet follow. ``above``: by field, what stands above its table."""
        for name, token in self._looked_up.items():
            value = {SHEET: sheet, ABOVE: above.get(name, "")}.get(token, "")
            self._constants[name] = text_cell(value)

    def title(self, texts: Sequence[str]) -> bool:
        """A row that may be a title between the rows; whether one of the values is taken from it."""
        said = {name: value for name, value in said_between(texts).items() if self._looked_up.get(name) == BETWEEN}
        for name, value in said.items():
            self._constants[name] = text_cell(value)
            # What belonged to the title before is over.
            for below in _BELOW.get(name, ()):
                if self._looked_up.get(below) == BETWEEN and below not in said:
                    self._constants[below] = EMPTY
        return bool(said)

    def laid(self, row: int, cells: Sequence[Cell], at: Mapping[str, int], *, constants: bool) -> list[Cell]:
        """The row in our columns. ``at``: where each column of the mapping stands in this sheet."""
        width = len(cells)

        def cell(name: str) -> Cell:
            position = at.get(name)
            return cells[position] if position is not None and position < width else EMPTY

        unit = cell("unit") if "unit" in at else self._constants.get("unit", EMPTY)
        composed = cell(FORMULA), cell(VARIABLES), cell(TARGET_WITH_UNIT), unit
        made = self._composed(row, *composed) if self._composes else {}
        found = []
        for name in self.fields:
            if name in made:
                found.append(made[name])
            elif name in at:
                found.append(cell(name))
            elif name == "action" and self._looked_up.get(name) == INDICATOR:
                found.append(cell("indicator"))
            else:
                found.append(self._constants.get(name, EMPTY) if constants else EMPTY)
        return found

    @property
    def _composes(self) -> bool:
        return FORMULA in self._own or TARGET_WITH_UNIT in self._own

    def _composed(self, row: int, formula: Cell, variables: Cell, target: Cell, unit: Cell) -> dict[str, Cell]:
        made: dict[str, Cell] = {}
        if FORMULA in self._own:
            key = formula, variables
            split = self._formulas.get(key)
            if split is None:
                split = self._formulas[key] = _labels(formula, variables)
            made |= split[0]
            self._doubt(row, FORMULA, formula, split, ("numerator", "denominator"))
        if TARGET_WITH_UNIT in self._own:
            split = self._targets.get(target)
            if split is None:
                split = self._targets[target] = _target(target)
            made["target"] = split[0]["target"]
            if self._splits_unit:
                made["unit"] = split[0].get("unit", EMPTY)
            if self._splits_kind:
                made["target_kind"] = split[0].get("target_kind", EMPTY)
            said = split[0].get("unit", EMPTY).text
            if not self._splits_unit and said and unit.kind is Kind.EMPTY and "unit" in self._own:
                made["unit"] = text_cell(said)
            elif not self._splits_unit and said and (differs := other_unit(said, unit.shown)):
                split = split[0], "; ".join(filter(None, (split[1], differs)))
            self._doubt(row, TARGET_WITH_UNIT, target, split, ("target", "unit"))
        return made

    def _doubt(self, row: int, composite: str, cell: Cell, split: _Split, names: Sequence[str]) -> None:
        made, why = split
        if why and cell.kind is not Kind.EMPTY:
            read = "; ".join(f"{HEADERS[name]}: {made[name].text or '(nada)'}" for name in names if name in made)
            self.doubts.append(Doubt(row, self._own[composite], cell.shown, read, why))


def _labels(formula: Cell, variables: Cell) -> _Split:
    if formula.kind in (Kind.ERROR, Kind.UNSAVED, Kind.DATE):
        return {"numerator": formula, "denominator": formula}, ""  # the parser says what is wrong with it
    labels = labels_of(formula.shown, variables.shown)
    return {"numerator": text_cell(labels.numerator), "denominator": text_cell(labels.denominator)}, labels.doubt


def _target(cell: Cell) -> _Split:
    """A number keeps its cell, whose format says whether it is a percentage."""
    if cell.kind is not Kind.TEXT:
        return {"target": cell}, ""
    split = split_amount(cell.shown)
    if not split.amount:
        return {"target": cell}, split.doubt
    made = {"target": text_cell(split.amount), "unit": text_cell(split.unit), "target_kind": text_cell(split.kind)}
    return made, split.doubt
