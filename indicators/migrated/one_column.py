"""Sheets with one column a month: which of their rows are numerators, where no column says it.

Either each indicator has two rows, one below the other, or one sheet (or file) has the numerators and another one the
denominators. What their names and labels say is believed; what nothing says is proposed or asked, once for all.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from core.spreadsheets import Cell, Grid, Kind, single_line
from core.spreadsheets.cells import EMPTY, Row
from core.text import fold
from indicators.migrated.heads import Side, said_by

_MOSTLY = 0.6
_PAIR = (Side.NUMERATOR, Side.DENOMINATOR)
_WORD = re.compile(r"[a-z]+")
_NAMES = {
    Side.NUMERATOR: {"num", "numer", "numerador", "numeradores"},
    Side.DENOMINATOR: {"den", "denom", "denominador", "denominadores"},
}
_OF_NUMERATORS = re.compile(
    r"\b(numerador|realizad|atendid|cumplid|resuelt|entregad|ejecutad|concluid|lograd|ejercid|aprobad)"
)
_OF_DENOMINATORS = re.compile(r"^total\b|\b(denominador|programad|solicitad|recibid|planead|esperad|requerid|universo)")
_LONGEST = 120


def side_named(*texts: str) -> Side | None:
    """The one side that the first of the texts which say any says: «Numeradores», «OBRAS DEN», «D 2016»."""
    for text in texts:
        words = set(_WORD.findall(fold(text)))
        found = [side for side in _PAIR if words & _NAMES[side]]
        whole = said_by(text)
        if not found and whole is not None and whole.side in _PAIR and whole.month is None:
            found = [whole.side]
        if len(found) == 1:
            return found[0]
    return None


def titles_of(grid: Grid, body: int) -> list[str]:
    """What may say of which side a sheet is: its name, the titles above its head, its file's name."""
    above = [single_line(cell.text) for row in grid.rows[:body] for cell in row.cells if cell.kind is Kind.TEXT]
    return [grid.sheet, *(text for text in above if len(text) < _LONGEST), grid.file.rpartition(".")[0]]


def blocks(rows: Sequence[Row], key: int, months: Sequence[int]) -> list[list[Row]]:
    """The rows with figures that are of one key and follow each other; a blank key is that of the row above."""
    with_figures = [row for row in rows if any(_cell(row, at).kind is not Kind.EMPTY for at in months)]
    own = ""
    keyed = []
    for row in with_figures:
        own = single_line(_cell(row, key).text).upper() or own
        keyed.append((own, row))
    return [[row for _, row in found] for _, found in groupby(keyed, key=lambda pair: pair[0])]


def are_pairs(found: Sequence[Sequence[Row]]) -> bool:
    return bool(found) and sum(len(block) == 2 for block in found) >= _MOSTLY * len(found)


def are_single(found: Sequence[Sequence[Row]]) -> bool:
    return bool(found) and sum(len(block) == 1 for block in found) >= _MOSTLY * len(found)


def tell_otherwise(pairs: Sequence[Sequence[Row]], months: Sequence[int]) -> bool:
    """Whether labels or figures say that the first of two rows is the denominator's."""
    pairs = [block for block in pairs if len(block) == 2]
    labels = [_says(block[0], block[1], set(months)) for block in pairs]
    if sum(label < 0 for label in labels) > sum(label > 0 for label in labels):
        return True
    compared = [(first, second) for block in pairs for first, second in _figures(block, months)]
    return not any(labels) and sum(first > second for first, second in compared) * 2 > len(compared)


def _says(first: Row, second: Row, months: set[int]) -> int:
    """1 where the labels say that the first is the numerator's, -1 where the second is, 0 where they say nothing."""
    for at in range(max(len(first.cells), len(second.cells))):
        own, other = _cell(first, at), _cell(second, at)
        if at in months or own.kind is not Kind.TEXT or other.kind is not Kind.TEXT or own.text == other.text:
            continue
        weight = _weight(own) - _weight(other)
        if weight:
            return 1 if weight > 0 else -1
    return 0


def _weight(cell: Cell) -> int:
    text = fold(single_line(cell.text))
    return bool(_OF_NUMERATORS.search(text)) - bool(_OF_DENOMINATORS.search(text))


def _figures(block: Sequence[Row], months: Sequence[int]) -> Iterator[tuple[float, float]]:
    for at in months:
        own, other = _cell(block[0], at).number, _cell(block[1], at).number
        if own is not None and other is not None and own != other:
            yield float(own), float(other)


def _cell(row: Row, at: int) -> Cell:
    return row.cells[at] if at < len(row.cells) else EMPTY
