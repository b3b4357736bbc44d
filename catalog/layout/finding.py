"""Where the header of a sheet is: one row, or two or three that say it together, wherever a title stands above.

Every row among the first is tried, alone and with the ones below it; the header is the one in which most columns are
recognised. Where hardly any is, the person chooses.
"""

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from catalog.layout.proposing import Sampled, names_something, propose
from core.spreadsheets import Cell, Grid, Kind, Merged, Row, header_key, single_line, spread_whole

WITHIN = 25
"""Rows with content among which the header is looked for."""
DEPTH = 3
"""Rows that a header may have."""
RECOGNISED = 2
"""Columns that have to be recognised for a header to be found."""
BETWEEN = " · "
"""Between what stands over several headers and the header itself."""
_LONG = 160


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a sheet. ``first_row``, ``last_row``: its rows' numbers; one header a column, "" for none.

    ``above``: for each column what stands over several headers; "" where nothing does.
    ``recognised``: how many of its columns are ours.
    """

    first_row: int
    last_row: int
    headers: tuple[str, ...]
    above: tuple[str, ...]
    recognised: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """What each column is called: «Presupuesto · Aprobado», «Programa»; "" for a column without header."""
        return tuple(
            f"{over}{BETWEEN}{text}" if over and text else text
            for over, text in zip(self.above, self.headers, strict=True)
        )

    @property
    def keys(self) -> tuple[tuple[str, int], ...]:
        """What each column is known by: its folded name, and which one of that name it is, from 1."""
        seen: dict[str, int] = {}
        found = []
        for name in self.names:
            key = header_key(name)
            seen[key] = seen.get(key, 0) + 1
            found.append((key, seen[key]))
        return tuple(found)

    @property
    def fingerprint(self) -> str:
        """The same for every file with these headers in this order, wherever the rows stand."""
        return hashlib.sha256("\n".join(key for key, _ in self.keys if key).encode()).hexdigest()


def head_at(grid: Grid, first_row: int, last_row: int) -> Head | None:
    """The header that these rows say together; None where none of them has content."""
    rows = [row for row in grid.rows if first_row <= row.number <= last_row]
    if not rows:
        return None
    return _known(_head(rows, [area for area in grid.merged if first_row <= area.first_row <= last_row], grid.width))


def _known(head: Head) -> Head:
    columns = [Sampled(text, above=over) for text, over in zip(head.headers, head.above, strict=True)]
    return replace(head, recognised=sum(map(bool, propose(columns))))


def candidates(grid: Grid) -> list[Head]:
    """Every header that the first rows could be, with how many columns of each are recognised."""
    found = []
    for at in range(min(WITHIN, len(grid.rows))):
        for depth in range(1, DEPTH + 1):
            rows = grid.rows[at : at + depth]
            if len(rows) < depth or not all(map(_may_be_header, rows)) or (depth > 1 and not _goes_on(rows)):
                break
            areas = [area for area in grid.merged if rows[0].number <= area.first_row <= rows[-1].number]
            found.append(_known(_head(rows, areas, grid.width)))
    return found


def find_head(grid: Grid) -> Head | None:
    """The header of the sheet; None where no row has enough columns that are known."""
    best: Head | None = None
    for head in candidates(grid):
        if head.recognised >= RECOGNISED and (best is None or _rank(head) > _rank(best)):
            best = head
    return best


def _rank(head: Head) -> tuple[int, int]:
    """Most columns; of two with as many, the one of fewer rows."""
    return head.recognised, head.first_row - head.last_row


def likely_head(grid: Grid) -> Head | None:
    """The header, or the row that looks most like one though nothing of it is known; None for an empty sheet."""
    found = find_head(grid)
    if found is not None or not grid.rows:
        return found
    texts = [sum(cell.kind is Kind.TEXT for cell in row.cells) for row in grid.rows[:WITHIN]]
    row = grid.rows[texts.index(max(texts))]
    return head_at(grid, row.number, row.number)


def _may_be_header(row: Row) -> bool:
    """Whether the row has texts and hardly any figures; years may stand among headers."""
    filled = [cell for cell in row.cells if cell.kind is not Kind.EMPTY]
    texts = [cell for cell in filled if cell.kind is Kind.TEXT]
    return len(texts) * 2 > len(filled) and all(len(cell.text) <= _LONG for cell in texts) and not is_numbering(row)


def _goes_on(rows: Sequence[Row]) -> bool:
    """Whether the last row says more of the header above it: it stands right below, and some of it names columns."""
    if _is_title(rows[0]) or rows[-1].number != rows[-2].number + 1:
        return False
    above = rows[-2].cells
    texts = {
        single_line(cell.text)
        for position, cell in enumerate(rows[-1].cells)
        if cell.kind is not Kind.EMPTY and (position >= len(above) or cell is not above[position])
    }
    return bool(texts) and sum(map(names_something, texts)) * 3 >= len(texts)


def _is_title(row: Row) -> bool:
    """Whether all that the row says is one thing: no header stands over others like that."""
    return len({cell.text for cell in row.cells if cell.kind is not Kind.EMPTY}) < 2


def _head(rows: Sequence[Row], areas: Sequence[Merged], width: int) -> Head:
    last = rows[-1].number
    whole = spread_whole(rows, [area._replace(last_row=min(area.last_row, last)) for area in areas])
    headers, above = [""] * width, [""] * width
    for row in whole:
        for column, text in enumerate(_texts(row.cells, width)):
            if text and text != headers[column]:
                above[column], headers[column] = headers[column], text
    _extend_groups(whole, headers, above, width)
    return Head(rows[0].number, last, tuple(headers), tuple(above))


def _extend_groups(rows: Sequence[Row], headers: list[str], above: list[str], width: int) -> None:
    """«Presupuesto» stands over «Aprobado» only, though it is meant for the four beside it."""
    for upper, lower in itertools.pairwise(rows):
        over, under = _texts(upper.cells, width), _texts(lower.cells, width)
        group = ""
        for column in range(width):
            if over[column]:
                group = over[column] if under[column] and under[column] != over[column] else ""
            elif under[column] and group and not above[column] and headers[column] == under[column]:
                above[column] = group


def _texts(cells: Sequence[Cell], width: int) -> list[str]:
    texts = [single_line(cell.shown or cell.text) for cell in cells]
    return texts + [""] * (width - len(texts))


def _roman(number: int) -> str:
    tens, ones = divmod(number, 10)
    fives = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
    return ("", "X", "XX", "XXX", "XL", "L", "LX")[tens] + fives[ones]


_ROMAN = {_roman(number): number for number in range(1, 70)}


def is_numbering(row: Row) -> bool:
    """Whether the row only numbers the columns below their header: 1, 2, 3, … 20, 20a, 21; or I, II, III, …"""
    texts = [single_line(cell.text).strip("().") for cell in row.cells if cell.kind is not Kind.EMPTY]
    if len(texts) < 3:
        return False
    numbers = [
        int(digits) for text in texts if (digits := text.rstrip("abcABC").rstrip()).isdecimal() and len(digits) < 4
    ]
    if not numbers and all(text.upper() in _ROMAN for text in texts):
        numbers = [_ROMAN[text.upper()] for text in texts]
    if len(numbers) < len(texts):
        return False
    steps = [after - before for before, after in itertools.pairwise(numbers)]
    return numbers[0] <= 2 and all(0 <= step <= 2 for step in steps) and sum(steps) >= len(steps) // 2
