"""How a sheet keeps a year's captures: found by its heads, not by its name or by where it begins.

Wide: one row an indicator, the months in columns, both sides in columns of their own (beside each other, or all the
numerators before all the denominators). Two rows: one row for the numerators and one for the denominators, told by a
column, or standing one below the other. One side: a sheet of numerators, and another one of denominators. Long: one
row an indicator and month.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from core.spreadsheets import Cell, Grid, Kind, single_line, spread_whole
from core.spreadsheets.cells import EMPTY, Row
from indicators.migrated import one_column
from indicators.migrated.heads import NOTHING, Column, Side, column_of, head_of, said_by

HEAD_WITHIN = 30
"""Rows with content among which the head is looked for."""
_FEWEST_MONTHS = 2
_FEWEST_NUMBERS = 6
_MOSTLY = 0.6
_OUR_CODE = re.compile(r"[A-ZÑ]{2,6}-\d{2,3}-\d{2,3}(-[A-Z])?", re.IGNORECASE)


class Shape(StrEnum):
    WIDE = "wide"
    TWO_ROWS = "two rows"
    ONE_SIDE = "one side"
    LONG = "long"


@dataclass(slots=True)
class Layout:
    """What was found; positions are counted from 0. ``body``: the place of the first row below the head.

    ``cells``: the columns of each month by side; of a long sheet those of month 0, of one column a month only the
    numerator's. ``side``: the column that says of which side a row is; None where rows stand in pairs. ``of_side``:
    that of the whole sheet, None where nothing says it. ``otherwise``: the first of two rows seems the denominator's.
    ``labels``: what each column is called, for sentences and for the book of errors. ``unread``: heads nobody reads.
    """

    shape: Shape
    header_row: int
    body: int
    columns: dict[Column, int] = field(default_factory=dict)
    cells: dict[int, dict[Side, int]] = field(default_factory=dict)
    side: int | None = None
    of_side: Side | None = None
    otherwise: bool = False
    labels: dict[int, str] = field(default_factory=dict)
    years: set[int] = field(default_factory=set)
    unread: list[str] = field(default_factory=list)

    def label(self, position: int) -> str:
        return self.labels.get(position) or f"columna {position + 1}"

    @property
    def pairs(self) -> bool:
        """Whether an indicator has two rows of which no column says the side."""
        return self.shape is Shape.TWO_ROWS and self.side is None

    @property
    def months(self) -> list[int]:
        return sorted(month for month in self.cells if month)


class NoLayout(Exception):
    """The sheet holds no captures that can be read; ``sentence`` says why, "" where it is something else altogether."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence


def layout_of(grid: Grid) -> Layout:
    """How the sheet keeps its figures. Raises NoLayout."""
    top = grid.rows[:HEAD_WITHIN]
    numbers = {row.number for row in top}
    merged = [area for area in grid.merged if area.first_row in numbers]
    heads = _Heads(spread_whole(top, [area for area in merged if area.last_row - area.first_row < 4]), grid)
    best = heads.month_row()
    if best is not None:
        return heads.of_months(best)
    found = heads.long_row()
    if found is not None:
        return heads.long(found)
    raise NoLayout


class _Heads:
    """The rows at the top of a sheet, and what each of their cells says."""

    def __init__(self, rows: Sequence[Row], grid: Grid) -> None:
        self.rows, self.grid, self.width = rows, grid, grid.width
        self.said = [[head_of(cell) for cell in row.cells] for row in rows]

    def month_row(self) -> int | None:
        """The row that names most months; the upper one of two."""
        counts = [len(set(self._months(place).values())) for place in range(len(self.rows))]
        most = max(counts, default=0)
        return counts.index(most) if most >= _FEWEST_MONTHS else None

    def _months(self, place: int) -> dict[int, int]:
        """By position. Numbers alone are months only where a side stands beside them or they go 1, 2, 3 …"""
        said = {at: head for at, head in enumerate(self.said[place]) if head and head.month}
        plain = [head.month for head in said.values() if head.bare and head.side is None]
        distinct = list(dict.fromkeys(plain))
        in_order = len(distinct) >= _FEWEST_NUMBERS and distinct == list(range(1, len(distinct) + 1))
        return {at: head.month for at, head in said.items() if head.month and (not head.bare or head.side or in_order)}

    def of_months(self, place: int) -> Layout:
        months, said = self._months(place), self.said[place]
        below, above = self._sides(place + 1), self._sides(place - 1)
        own = {at: head.side for at in months if (head := said[at]) and head.side}
        head_rows = [place]
        if not own:
            # «ENE» stands over two columns, merged or not; whatever is below names its sides.
            if len(below) >= len(set(months.values())):
                head_rows, own = [place, place + 1], below
                months = self._filled_right(place, months, own)
            elif set(_PAIR) <= set(above.values()):  # one alone is a title: «DENOMINADORES 2016»
                head_rows, own = [place - 1, place], self._filled_right_sides(place - 1, above, months)
        layout = Layout(Shape.WIDE, self.rows[head_rows[-1]].number, head_rows[-1] + 1)
        self._name_columns(layout, head_rows, months, own)
        for at, month in months.items():
            side = own.get(at)
            if side is not None:
                layout.cells.setdefault(month, {}).setdefault(side, at)
        if not own:
            layout.shape = Shape.TWO_ROWS
            layout.side = self._side_column(layout.body, months)
            if layout.side is not None:
                self._is_read(layout, layout.side)
            for at, month in months.items():
                layout.cells.setdefault(month, {}).setdefault(Side.NUMERATOR, at)
        for at, month in months.items():
            head = said[at] if at < len(said) else None
            if head is not None and head.year:
                layout.years.add(head.year)
            if layout.cells.get(month, {}).get(own.get(at) or Side.NUMERATOR) != at:
                layout.unread.append(layout.label(at))
        incomplete = [
            month for month, sides in layout.cells.items()
            if own and month and not {Side.NUMERATOR, Side.DENOMINATOR} <= sides.keys()
        ]  # fmt: skip
        if incomplete:
            raise NoLayout(
                "No en todos los meses hay una columna para el numerador y otra para el denominador: escriba en el "
                "encabezado de cada una el mes y «N» o «D»."
            )
        self._find_key(layout)
        if layout.shape is Shape.TWO_ROWS and layout.side is None:
            self._tell_rows_apart(layout)
        return layout

    def _tell_rows_apart(self, layout: Layout) -> None:
        """One column a month and none that says the side of a row. Raises NoLayout."""
        key = layout.columns.get(Column.KEY, layout.columns.get(Column.OFFICIAL, 0))
        months = [sides[Side.NUMERATOR] for month, sides in layout.cells.items() if month]
        found = one_column.blocks(self.grid.rows[layout.body :], key, months)
        layout.of_side = one_column.side_named(*one_column.titles_of(self.grid, layout.body))
        if one_column.are_pairs(found):
            layout.of_side, layout.otherwise = None, one_column.tell_otherwise(found, months)
        elif one_column.are_single(found):
            layout.shape = Shape.ONE_SIDE
        else:
            raise NoLayout(
                "Hay una sola columna para cada mes y nada dice cuál es el numerador y cuál el denominador: escriba "
                "«N» y «D» en el encabezado, o una columna que lo diga en cada renglón."
            )

    def _sides(self, place: int) -> dict[int, Side]:
        if not 0 <= place < len(self.rows):
            return {}
        return {at: head.side for at, head in enumerate(self.said[place]) if head and head.side and head.month is None}

    def _filled_right(self, place: int, months: Mapping[int, int], sides: Mapping[int, Side]) -> dict[int, int]:
        """Each month also over the columns to its right that have a side and no head of their own."""
        filled, current, seen = dict[int, int](), 0, set[Side]()
        row = self.rows[place].cells
        for at in range(self.width):
            if at in months:
                if months[at] != current:
                    seen = set()
                current = months[at]
            elif at < len(row) and row[at] is not EMPTY:
                current = 0
            side = sides.get(at)
            if current and side is not None and side not in seen:
                filled[at] = current
                seen.add(side)
        return filled

    def _filled_right_sides(self, place: int, sides: Mapping[int, Side], months: Mapping[int, int]) -> dict[int, Side]:
        """Each side of the row above over the months to its right, until the next head."""
        filled, current = dict[int, Side](), None
        row = self.rows[place].cells
        for at in range(self.width):
            if at in sides:
                current = sides[at]
            elif at < len(row) and row[at] is not EMPTY:
                current = None
            if current is not None and at in months:
                filled[at] = current
        return filled

    def _name_columns(
        self, layout: Layout, head_rows: Sequence[int], months: Mapping[int, int], sides: Mapping[int, Side]
    ) -> None:
        """What each column is called, and which of those without a month are known."""
        for at in range(self.width):
            texts = dict.fromkeys(filter(None, (self._text(place, at) for place in head_rows)))
            if at in months and len(head_rows) > 1 and len(texts) < 2:
                # An unmerged head stands over the first of its columns only.
                said = dict.fromkeys(filter(None, (self._month_text(months, at, head_rows), *texts)))
                texts = said
            if not texts:
                above = (self._text(place, at) for place in range(head_rows[0] - 1, max(-1, head_rows[0] - 3), -1))
                lone = next((text for text in above if text and column_of(text)), "")
                texts = dict.fromkeys([lone] if lone else [])
            name = " ".join(texts)
            if not name:
                continue
            if at not in months and len(head_rows) > 1 and (head := said_by(name)) and head.side and not head.month:
                # «TOTAL» stands over both of its sides, too.
                name = " ".join(filter(None, (self._left_of(head_rows[0], at), name)))
            layout.labels[at] = name
            if at in months:
                continue
            known = column_of(name) or next((found for text in texts if (found := column_of(text))), None)
            if known is not None and known not in layout.columns:
                layout.columns[known] = at
            elif said_by(name) and (head := said_by(name)) and head.side is Side.WORDS and head.month is None:
                layout.cells.setdefault(0, {}).setdefault(Side.WORDS, at)
            else:
                layout.unread.append(name)

    def _month_text(self, months: Mapping[int, int], at: int, head_rows: Sequence[int]) -> str:
        first = min(position for position, month in months.items() if month == months[at])
        return next((text for place in head_rows if (text := self._text(place, first)) and said_by(text)
                     and (said_by(text) or NOTHING).month), "")  # fmt: skip

    def _left_of(self, place: int, at: int) -> str:
        """The nearest head at or before that column."""
        return next((text for before in range(at, -1, -1) if (text := self._text(place, before))), "")

    def _text(self, place: int, at: int) -> str:
        cells = self.rows[place].cells
        return single_line(cells[at].shown or cells[at].text) if at < len(cells) else ""

    def _side_column(self, body: int, months: Mapping[int, int]) -> int | None:
        """The column that says which row is the numerator's."""
        rows = self.grid.rows[body:]
        return self._fullest(rows, lambda cell: (head_of(cell) or NOTHING).side in _PAIR, skip=set(months))

    def _find_key(self, layout: Layout) -> None:
        """The column of the key by its head, else by what stands in it. Raises NoLayout."""
        if Column.KEY in layout.columns or Column.OFFICIAL in layout.columns:
            return
        taken = {at for sides in layout.cells.values() for at in sides.values()}
        found = self._fullest(
            self.grid.rows[layout.body :], lambda cell: bool(_OUR_CODE.fullmatch(single_line(cell.text))), skip=taken
        )
        if found is None:
            raise NoLayout(
                "Hay meses, pero ninguna columna con la clave del indicador: póngale el encabezado «Clave del "
                "indicador» o «Clave oficial»."
            )
        layout.columns[Column.KEY] = found
        self._is_read(layout, found)

    @staticmethod
    def _is_read(layout: Layout, at: int) -> None:
        """By what stands below its head, of which nobody knew anything."""
        name = layout.labels.get(at, "")
        if name in layout.unread:
            layout.unread.remove(name)

    def _fullest(self, rows: Sequence[Row], holds: Callable[[Cell], bool], skip: Iterable[int]) -> int | None:
        """The column most of whose cells with content are such, the leftmost of several."""
        skipped = set(skip)
        for at in range(self.width):
            if at in skipped:
                continue
            cells = [row.cells[at] for row in rows if at < len(row.cells) and row.cells[at].kind is not Kind.EMPTY]
            if cells and sum(map(holds, cells)) >= _MOSTLY * len(cells):
                return at
        return None

    def long_row(self) -> int | None:
        """The row with the heads of both sides and of the month."""
        for place, said in enumerate(self.said):
            sides = {head.side for head in said if head and head.month is None}
            names = {column_of(self._text(place, at)) for at in range(len(said))}
            if set(_PAIR) <= sides and Column.MONTH in names:
                return place
        return None

    def long(self, place: int) -> Layout:
        layout = Layout(Shape.LONG, self.rows[place].number, place + 1)
        for at in range(self.width):
            name = self._text(place, at)
            head = self.said[place][at] if at < len(self.said[place]) else None
            if not name:
                continue
            layout.labels[at] = name
            known = column_of(name)
            if known is not None and known not in layout.columns:
                layout.columns[known] = at
            elif head is not None and head.side and head.month is None:
                layout.cells.setdefault(0, {}).setdefault(head.side, at)
            else:
                layout.unread.append(name)
        self._find_key(layout)
        return layout


_PAIR = (Side.NUMERATOR, Side.DENOMINATOR)
