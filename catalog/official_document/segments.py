"""The rows of a table whose columns are known: a row is a band of the page, and no line of it stands in another's.

Where lines were drawn between the rows, they are the bands. Otherwise the key in brackets ends an action, the key with
its sign of equality begins a formula, and between one row's last line and the next one's first lies the border.
"""

import bisect
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.layout.printed_codes import DASHES, code_of
from catalog.official_document.columns import Columns
from catalog.official_document.lines import DocumentError, Line, Stroke
from catalog.official_document.table_rows import CODE_AT_END, FORMULA_ENDS, KEY_BEGINS, TableRow

_FORMULAS = ("formula", "indicator", "numerator")
_KEY_BROKEN = re.compile(rf"\(?[A-ZÑ]{{2,6}}\s?[{DASHES}][{DASHES}\d\s]*")


@dataclass(frozen=True, slots=True)
class CellLine:
    """A line of a cell: in which part of the table, how far down, of which column, with which text."""

    part: int
    y: float
    size: float
    role: str
    column: int
    text: str
    line: Line

    @property
    def place(self) -> tuple[int, float]:
        return self.part, self.y


MOST_LINES = 6_000  # of the cells of one table: a programme has a page or two
Place = tuple[int, float]
Band = list[CellLine]


def rows_of(cells: list[CellLine], columns: Sequence[Columns], strokes: Sequence[Sequence[Stroke]]) -> list[TableRow]:
    cells = sorted(cells, key=lambda cell: (cell.place, cell.column))
    if not cells:
        return []
    if len(cells) > MOST_LINES:
        where = f"de la página {cells[0].line.page}"
        raise DocumentError(f"La tabla {where} es demasiado larga para un programa: revise si el documento es un PAT.")
    drawn = _drawn(cells, columns, strokes)
    if drawn is not None:
        return [_row(band) for band in _continued(drawn)]
    rows = []
    for band, sure in _by_anchors(cells):
        rows.append(_row(band))
        if not sure:
            rows[-1].doubts.append("no es seguro dónde empieza y termina la fila; compárela con el documento")
    return rows


def _row(band: Band) -> TableRow:
    row = TableRow(band[0].line.page, band[0].line.number)
    for cell in band:
        row.cells.setdefault(cell.role, []).extend(cell.text.split("\n"))
    row.doubts += {doubt: None for cell in band for doubt in cell.line.doubts}
    return row


def _formula_role(cells: Iterable[CellLine]) -> str:
    found = {cell.role for cell in cells}
    return next((role for role in _FORMULAS if role in found), "indicator")


# Lines that were drawn


def _drawn(cells: list[CellLine], columns: Sequence[Columns], strokes: Sequence[Sequence[Stroke]]) -> list[Band] | None:
    """The bands between the lines that were drawn; None where these do not keep the rows apart."""
    bands: list[Band] = []
    for part, (its, lines) in enumerate(zip(columns, strokes, strict=True)):
        here = [cell for cell in cells if cell.part == part]
        if not here:
            continue
        borders = {column: _borders(its, column, here, lines) for column in range(len(its.roles))}
        telling = [at for at, role in enumerate(its.roles) if role in (*_FORMULAS, "target")]
        finest = max((borders[at] for at in telling), key=len, default=[])
        if not finest:
            return None
        bands += _bands(here, borders, finest)
    if any(_several(band) for band in bands):
        return None
    return bands


def _borders(columns: Columns, column: int, cells: Sequence[CellLine], strokes: Sequence[Stroke]) -> list[float]:
    """How far down lines were drawn across this column, from the first line of the part on."""
    left, right = columns.span(column)
    x0 = max([left, min((cell.line.words[0].x0 for cell in cells), default=left)])
    x1 = min([right, max((cell.line.x1 for cell in cells), default=right)])
    middle, wide = (x0 + x1) / 2, x1 - x0
    top = min(cell.y for cell in cells)
    found: list[float] = []
    for stroke in sorted(strokes, key=lambda one: one.y0):
        crosses = stroke.x0 <= middle <= stroke.x1 and stroke.x1 - stroke.x0 >= 0.8 * wide
        # The bar of a fraction stands within a cell.
        if crosses and stroke.y0 > top - 1 and (not found or stroke.y0 - found[-1] > 2.5):
            found.append(stroke.y0)
    return found


def _bands(cells: Sequence[CellLine], borders: dict[int, list[float]], finest: list[float]) -> list[Band]:
    """A band a row; a cell that is as high as several rows belongs to the first of them."""
    bands: dict[int, Band] = defaultdict(list)
    for cell in cells:
        own = borders[cell.column]
        if len(own) == len(finest):
            bands[_above(finest, cell.y)].append(cell)
            continue
        at = _above(own, cell.y)
        first = _above(finest, own[at - 1] + 3) if at else 0
        bands[first].append(cell)
    return [sorted(bands[at], key=lambda cell: (cell.place, cell.column)) for at in sorted(bands)]


def _above(borders: Sequence[float], y: float) -> int:
    """How many of the borders lie above the foot of a line."""
    return sum(1 for border in borders if border < y)


def _several(band: Band) -> bool:
    """Whether a band has more than one row: two keys, or two targets apart from each other."""
    formula = _formula_role(band)
    keys = [cell for cell in band if cell.role == formula and KEY_BEGINS.match(cell.text)]
    codes = [cell for cell in band if cell.role == "action" and CODE_AT_END.search(cell.text)]
    targets = [cell for cell in band if cell.role == "target" and any(c.isdigit() for c in cell.text)]
    return len(keys) > 1 or len(codes) > 1 or len(targets) > 1


def _continued(bands: list[Band]) -> list[Band]:
    """A row that goes on upon the next page is one row."""
    found: list[Band] = []
    for band in bands:
        if found and band[0].part != found[-1][-1].part and _goes_on(found[-1], band, bands):
            found[-1] = found[-1] + band
        else:
            found.append(band)
    return found


def _goes_on(above: Band, band: Band, bands: Sequence[Band]) -> bool:
    formula = _formula_role([*above, *band])

    def text(cells: Band, role: str) -> str:
        return " ".join(cell.text for cell in cells if cell.role == role)

    if KEY_BEGINS.match(text(band, formula)):
        return False
    keyed = any(KEY_BEGINS.match(text(other, formula)) for other in bands)
    coded = any(CODE_AT_END.search(text(other, "action")) for other in bands)
    has_target = any(c.isdigit() for c in text(band, "target"))
    if has_target and any(c.isdigit() for c in text(above, "target")):
        return False
    if coded and text(above, "action") and not CODE_AT_END.search(text(above, "action")):
        return True
    if keyed or not has_target:
        return True
    broken = text(above, formula)
    return broken.count("(") > broken.count(")") or text(band, "action")[:1].islower()


# What begins and ends a row


@dataclass(slots=True)
class _Anchor:
    code: str
    ends: Place | None = None
    begins: Place | None = None

    @property
    def place(self) -> Place:
        return min(place for place in (self.ends, self.begins) if place is not None)


def _by_anchors(cells: list[CellLine]) -> list[tuple[Band, bool]]:
    """The rows, and of each whether it is sure where it begins and ends."""
    formula = _formula_role(cells)
    actions = [cell for cell in cells if cell.role == "action"]
    formulas = [cell for cell in cells if cell.role == formula]
    borders = _anchored(cells, actions, formulas)
    found: list[tuple[Band, bool]] = []
    for band in _cut(cells, borders):
        marks = _marks(band)
        ends = _formula_ends([cell for cell in band if cell.role == formula])
        if len(ends) > max(1, len(marks)):
            found += [(piece, False) for piece in _cut(band, _by_ends(band, formula, ends))]
            continue
        if len(marks) < 2:
            found.append((band, True))
            continue
        borders, sure = _by_marks(band, formula, marks)
        found += [(piece, sure) for piece in _cut(band, borders)]
    return found


def _cut(cells: Sequence[CellLine], borders: Sequence[Place]) -> list[Band]:
    borders = sorted(borders)
    bands: dict[int, Band] = defaultdict(list)
    for cell in cells:
        bands[bisect.bisect_left(borders, cell.place)].append(cell)
    return [bands[at] for at in sorted(bands)]


def _marks(band: Sequence[CellLine]) -> list[Place]:
    """Where something stands of which a row has one: its target, or its key in a column of keys."""
    targets = {cell.place for cell in band if cell.role == "target" and any(c.isdigit() for c in cell.text)}
    keys = {cell.place for cell in band if cell.role == "key" and any(c.isdigit() for c in cell.text)}
    return sorted(keys if len(keys) > len(targets) else targets)


def _anchored(cells: list[CellLine], actions: list[CellLine], formulas: list[CellLine]) -> list[Place]:
    """The borders that keys tell."""
    anchors: dict[str, _Anchor] = {}
    for code, place in _ends(actions):
        anchors.setdefault(code, _Anchor(code)).ends = place
    for code, place in _begins(formulas):
        anchor = anchors.setdefault(code, _Anchor(code))
        anchor.begins = anchor.begins or place
    ordered = sorted(anchors.values(), key=lambda anchor: anchor.place)
    return [_border(cells, actions, formulas, upper, lower) for upper, lower in itertools.pairwise(ordered)]


def _ends(actions: Sequence[CellLine]) -> Iterable[tuple[str, Place]]:
    """The keys in brackets with which an action ends, though they may be broken."""
    before = ""
    for cell in actions:
        found = CODE_AT_END.search(_together(before, cell.text))
        before = "" if found else cell.text
        if found:
            yield code_of(found[1]), cell.place


def _begins(formulas: Sequence[CellLine]) -> Iterable[tuple[str, Place]]:
    for cell, below in zip(formulas, [*formulas[1:], None], strict=True):
        found = KEY_BEGINS.match(cell.text)
        if not found and below is not None and _KEY_BROKEN.fullmatch(cell.text):
            found = KEY_BEGINS.match(_together(cell.text, below.text))
        if found:
            yield code_of(found[1]), cell.place


def _together(above: str, below: str) -> str:
    return f"{above}{below}" if above.endswith(tuple(DASHES)) else f"{above} {below}"


def _action_of(code: str) -> str:
    return code[:-2] if code[-1:].isalpha() else code


def _border(
    cells: list[CellLine], actions: list[CellLine], formulas: list[CellLine], upper: _Anchor, lower: _Anchor
) -> Place:
    """Below the last line of the one row and above the first line of the next."""
    low: list[Place] = []
    high: list[Place] = []
    if upper.ends is not None and _action_of(upper.code) != _action_of(lower.code):
        low.append(upper.ends)
        high += [cell.place for cell in actions if cell.place > upper.ends][:1]
    if lower.begins is not None:
        high.append(lower.begins)
        low += [cell.place for cell in formulas if cell.place < lower.begins][-1:]
    elif upper.begins is not None:
        low += [cell.place for cell in formulas if cell.place >= upper.begins and FORMULA_ENDS.search(cell.text)][:1]
    if not high and lower.ends is not None:
        high.append(lower.ends)
    bottom, top = max(low, default=upper.place), min(high, default=lower.place)
    if not bottom < top:
        top = lower.begins or top
        return top[0], top[1] - 0.5
    return _widest([cell for cell in cells if bottom <= cell.place <= top], bottom, top)


def _widest(cells: Sequence[CellLine], bottom: Place, top: Place) -> Place:
    """Where most room lies between two lines; between pages there is more than anywhere on one."""
    places = sorted({bottom, top, *(cell.place for cell in cells)})
    best = max(
        itertools.pairwise(places),
        key=lambda pair: ((pair[1][0] - pair[0][0]) * 10_000 + round(pair[1][1] - pair[0][1], 0), pair[1]),
    )
    return best[1][0], best[1][1] - 0.5


def _formula_ends(formulas: Sequence[CellLine]) -> list[Place]:
    """Where a formula has its hundred, which may have come upon a line of its own."""
    before = ""
    found = []
    for cell in formulas:
        if FORMULA_ENDS.search(f"{before} {cell.text}"):
            found.append(cell.place)
        before = cell.text
    return found


def _by_ends(band: Band, formula: str, ends: Sequence[Place]) -> list[Place]:
    """Where a row lacks its target, too: below the end of each formula, above the next one's first line."""
    borders = []
    for end in ends[:-1]:
        top = next((cell.place for cell in band if cell.role == formula and cell.place > end), end)
        if top > end:
            borders.append(_widest([cell for cell in band if end <= cell.place <= top], end, top))
    return borders


def _by_marks(band: Band, formula: str, marks: Sequence[Place]) -> tuple[list[Place], bool]:
    """Where no key tells the rows: each has one mark, and more room above it than within it; whether that is sure."""
    formulas = [cell.place for cell in band if cell.role == formula]
    ends = _formula_ends([cell for cell in band if cell.role == formula])
    at_the_top = {cell.role for cell in band if cell.place == band[0].place == marks[0]}
    borders, sure = [], len(ends) in (0, len(marks))  # a target that lacks would make one row of two
    for upper, lower in itertools.pairwise(marks):
        ended = [place for place in ends if upper <= place < lower]
        bottom = max([upper, *ended])
        top = min([lower, *(place for place in formulas if ended and bottom < place)])
        aligned = {cell.role for cell in band if cell.place == lower}
        if {"action", formula} <= aligned & at_the_top and top == lower:
            borders.append((lower[0], lower[1] - 0.5))
            continue
        between = [cell for cell in band if bottom <= cell.place <= top]
        sure = sure and len({cell.place for cell in between} | {bottom, top}) == 2
        borders.append(_widest(between, bottom, top))
    return borders, sure
