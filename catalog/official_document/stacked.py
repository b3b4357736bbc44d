"""Fractions that are printed as such: a bar with words above and below becomes «(above / below)» on one line."""

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from catalog.official_document.lines import Line, Stroke, Word
from catalog.official_document.table_rows import FORMULA_ENDS, KEY_BEGINS

_NEAR = 1.7  # of the height of letters: how far above and below its bar a fraction's nearest line stands
_STEP = 1.5  # of the height of letters: how far apart the lines above or below a bar stand
_LONGEST = 4  # lines above a bar, or below
_AROUND = 100.0  # points above a bar and below: more than its longest fraction in letters of any text
MOST_BARS = 300  # of a page: the fullest table has some 60
_TOUCHES = 2.5
_CENTRED = 1.0
UNSURE = "no es seguro qué es de cada fracción; compárela con el documento"


@dataclass(slots=True)
class _Fraction:
    """A bar with its words above and below, line by line from the bar on."""

    bar: Stroke
    top: list[list[Word]]
    foot: list[list[Word]]
    doubt: str = ""


def bars_of(
    strokes: Sequence[Stroke], lines: Sequence[Line], left: float, right: float, upright: Sequence[float] = ()
) -> list[Stroke]:
    """The level strokes of the column that are the bars of fractions.

    A bar stands alone at its height, where the border of a row goes through the other columns too; it has words right
    above and right below, and is as long as these, or something stands before or behind it as beside a fraction. It may
    be wider than its column, but then it begins or ends at none of the lines that keep columns apart (``upright``).
    """
    level = sorted((stroke for stroke in strokes if stroke.level), key=lambda one: one.y0)
    heights = [stroke.y0 for stroke in level]
    found = []
    for bar in level:
        if bar.x1 - bar.x0 <= 12 or not _of_column(bar, left, right, upright):
            continue
        near = level[bisect.bisect_left(heights, bar.y0 - 1.5) : bisect.bisect_right(heights, bar.y0 + 1.5)]
        if any(not _same(one, bar) for one in near):
            continue
        around = _around(bar, lines)
        top, foot = _nearest(bar, around, above=True), _nearest(bar, around, above=False)
        if not top and not foot:
            continue
        whole = (top or _ends_the_page(bar, lines, left, right, above=True)) and (
            foot or _ends_the_page(bar, lines, left, right, above=False)
        )
        if (
            whole
            and (top or foot)
            and (_fits(bar, [*top, *foot]) or _stands_beside(bar, lines) or _centred(bar, top, foot))
        ):
            found.append(bar)
    return found


def joined(
    bars: Sequence[Stroke], lines: Sequence[Line], strokes: Sequence[Stroke], left: float, right: float
) -> list[Line]:
    """The lines with each fraction of the column put on one line.

    ``strokes``: the borders between rows, at which a fraction ends.
    """
    rest = [list(line.words) for line in lines]
    for fraction in _fractions(bars, lines, strokes):
        bar, words = fraction.bar, [word for row in (*fraction.top, *fraction.foot) for word in row]
        if not words:
            continue
        size = words[0].size
        near = range(*_window(bar, lines))
        beside = [word for at in near for word in rest[at] if _beside(fraction, word, left, right)]
        before = sorted((word for word in beside if word.x1 <= bar.x0 + 2), key=lambda word: word.x0)
        behind = sorted((word for word in beside if word.x0 >= bar.x1 - 2), key=lambda word: word.x0)
        if not fraction.foot:
            behind = []  # it goes on upon the next page
        x0, x1 = max(bar.x0, left + 1), min(bar.x1, right - 1)
        opened = not before and _ends_the_page(_first_line(fraction), lines, left, right, above=True)
        doubt = next((word.doubt for word in words if word.doubt), fraction.doubt)
        made = Word(_text(fraction, opened), x0, x1, bar.y0, size, doubt)
        # The bar's own line where there is one: what stands beside it says in which row it is.
        gone = {id(word) for word in (*words, *beside)}
        own = min(
            ((abs(word.y - bar.y0 - 0.3 * size), at) for at in near for word in rest[at] if id(word) in gone),
            default=(0.0, near.start),
        )
        for at in near:
            rest[at] = [word for word in rest[at] if id(word) not in gone]
        rest[own[1]] = sorted([*rest[own[1]], *before, made, *behind], key=lambda word: word.x0)
    return [line.with_words(words) for line, words in zip(lines, rest, strict=True) if words]


def _text(fraction: _Fraction, opened: bool) -> str:
    """In brackets where it is whole. ``opened``: it may have begun on the page before."""
    top, foot = _said(fraction.top[::-1]), _said(fraction.foot)
    if not foot:
        return f"{top} /"
    return f"{top} / {foot}" if opened else f"({top} / {foot})"


def _first_line(fraction: _Fraction) -> Stroke:
    bar = fraction.bar
    return Stroke(bar.x0, fraction.top[-1][0].y if fraction.top else bar.y0, bar.x1, bar.y0)


def with_keys_first(lines: Sequence[Line], left: float, right: float) -> list[Line]:
    """The lines with «PRE-01-01 =», which stands half-way down beside its fraction, put before the first line of it.

    Only where a page ended within the fraction is it still there; so is the «× 100» that its bar would have told.
    """
    rest = [list(line.words) for line in lines]
    for at, line in enumerate(lines):
        its = [word for word in line.words if left <= word.middle < right]
        key = next((end for end, word in enumerate(its) if word.text.endswith("=")), None)
        if key is None or not KEY_BEGINS.match(" ".join(word.text for word in its[: key + 1])):
            continue
        first = _first_above(lines, at, its[key].x1, left, right)
        if first == at:
            continue
        gone = its[: key + 1]
        if FORMULA_ENDS.fullmatch(" ".join(word.text for word in its[key + 1 :])):
            gone = its
        rest[at] = [word for word in rest[at] if word not in gone]
        rest[first] = sorted([*rest[first], *its[: key + 1]], key=lambda word: word.x0)
    return [line.with_words(words) for line, words in zip(lines, rest, strict=True) if words]


def _first_above(lines: Sequence[Line], at: int, behind: float, left: float, right: float) -> int:
    """The first of the column's lines right above this one that begin behind the sign of equality."""
    first, y = at, lines[at].y
    for above in range(at - 1, -1, -1):
        its = [word for word in lines[above].words if left <= word.middle < right]
        if not its:
            continue
        if its[0].x0 < behind or y - lines[above].y > _STEP * its[0].size or "/" in (its[0].text, its[-1].text):
            break
        first, y = above, lines[above].y
    return first


def _same(one: Stroke, other: Stroke) -> bool:
    return abs(one.x0 - other.x0) < 1.5 and abs(one.x1 - other.x1) < 1.5


def _of_column(bar: Stroke, left: float, right: float, upright: Sequence[float]) -> bool:
    if bar.x0 >= right:
        return False
    if bar.x0 > left - 4:
        return True
    middle = (bar.x0 + bar.x1) / 2
    begins, ends = (any(abs(x - end) < _TOUCHES for x in upright) for end in (bar.x0, bar.x1))
    return bool(upright) and left < middle < right and not (begins and ends)


def _around(bar: Stroke, lines: Sequence[Line]) -> Sequence[Line]:
    """The lines, which come from top to bottom, that may be of the bar's fraction."""
    first, last = _window(bar, lines)
    return lines[first:last]


def _window(bar: Stroke, lines: Sequence[Line]) -> tuple[int, int]:
    return (
        bisect.bisect_left(lines, bar.y0 - _AROUND, key=lambda line: line.y),
        bisect.bisect_right(lines, bar.y0 + _AROUND, key=lambda line: line.y),
    )


def _inside(bar: Stroke, word: Word) -> bool:
    return word.x0 >= bar.x0 - 2 and word.x1 <= bar.x1 + 2


def _nearest(bar: Stroke, lines: Sequence[Line], *, above: bool) -> list[Word]:
    """The words of the line right above the bar, or right below."""
    rows = _rows(bar, lines, above=above)
    return rows[0] if rows else []


def _rows(bar: Stroke, lines: Sequence[Line], *, above: bool) -> list[list[Word]]:
    """The words above the bar, or below, line by line from the bar on, as far as lines follow each other closely."""
    rows: dict[float, list[Word]] = {}
    runs_over: set[float] = set()
    for line in lines:
        for before, word in pairwise([None, *line.words]):
            assert word is not None
            apart = bar.y0 - word.y if above else word.y - bar.y0
            if not _inside(bar, word) or apart <= (-0.05 if above else 0.45) * word.size:
                continue
            y = round(line.y, 1)
            if word.text.endswith("="):
                runs_over.add(y)  # «PRE-01-01 =» above its fraction
            outside = before is not None and not _inside(bar, before) and not before.text.endswith("=")
            if before is not None and outside and word.x0 - before.x1 < 0.4 * word.size:
                runs_over.add(y)
            rows.setdefault(y, []).append(word)
    found: list[list[Word]] = []
    last = bar.y0
    for y in sorted(rows, reverse=above):
        row = sorted(rows[y], key=lambda word: word.x0)
        if abs(y - last) > (_STEP if found else _NEAR) * row[0].size or len(found) == _LONGEST:
            break
        if found and y in runs_over:
            break
        found.append(row)
        last = y
    return found


def _ends_the_page(bar: Stroke, lines: Sequence[Line], left: float, right: float, *, above: bool) -> bool:
    """Whether the column has nothing above the bar, or below: the page ends there, and the fraction goes on."""
    its = [word for line in lines for word in line.words if left <= word.middle < right]
    return not any(word.y < bar.y0 - 1 if above else word.y > bar.y0 + 0.6 * word.size for word in its)


def _fits(bar: Stroke, words: Sequence[Word]) -> bool:
    """A bar is as long as the longer of the two."""
    return min(word.x0 for word in words) - bar.x0 < 4 and bar.x1 - max(word.x1 for word in words) < 4


def _centred(bar: Stroke, *rows: Sequence[Word]) -> bool:
    """Whether all that is there of both stands in the middle of the bar, as words of a cell do by chance only."""
    middles = [(row[0].x0 + row[-1].x1) / 2 for row in rows if row]
    return all(abs(middle - (bar.x0 + bar.x1) / 2) < _CENTRED for middle in middles)


def _stands_beside(bar: Stroke, lines: Sequence[Line]) -> bool:
    """Whether «=» stands right before the bar or «×» right behind it, a line's height up or down."""
    for line in lines:
        for word in line.words:
            if abs(word.y - bar.y0 - 0.3 * word.size) > 1.6 * word.size:
                continue
            if word.text.endswith("=") and 0 <= bar.x0 - word.x1 + 2 < 3 * word.size:
                return True
            if word.text[:1] in "*×xX·∙" and 0 <= word.x0 - bar.x1 + 2 < 3 * word.size:
                return True
    return False


def _fractions(bars: Sequence[Stroke], lines: Sequence[Line], strokes: Sequence[Stroke]) -> list[_Fraction]:
    """Of each bar its words; lines between two bars go to the nearer one, by the widest room between them."""
    borders = sorted(stroke.y0 for stroke in strokes if not any(_same(stroke, bar) for bar in bars))
    found = []
    for bar in sorted(bars, key=lambda one: one.y0):
        around = _around(bar, lines)
        top = _within(_rows(bar, around, above=True), bar, borders)
        foot = _within(_rows(bar, around, above=False), bar, borders)
        found.append(_Fraction(bar, top, foot))
    for upper, lower in pairwise(found):
        _part(upper, lower)
    return found


def _within(rows: list[list[Word]], bar: Stroke, borders: Sequence[float]) -> list[list[Word]]:
    """As far as no border of a row lies between."""
    kept = []
    for row in rows:
        y = row[0].y - 0.3 * row[0].size
        if any(min(y, bar.y0) < border < max(y, bar.y0) for border in borders if abs(border - bar.y0) > 1.5):
            break
        kept.append(row)
    return kept


def _part(upper: _Fraction, lower: _Fraction) -> None:
    """Share the lines that both bars could have."""
    own = {id(word) for row in lower.top for word in row}
    if not any(id(word) in own for row in upper.foot for word in row):
        return
    rows = {row[0].y: row for row in (*upper.foot, *lower.top)}
    places = sorted(y for y in rows if upper.bar.y0 < y)
    if len(places) < 2:
        upper.foot, upper.doubt = [], UNSURE
        return
    room = [(below - above, above) for above, below in pairwise(places)]
    widest, last = max(room)
    if sum(1 for space, _ in room if space > widest - 1) > 1:
        upper.doubt = lower.doubt = UNSURE
    upper.foot = [rows[y] for y in places if y <= last]
    lower.top = [rows[y] for y in reversed(places) if y > last]


def _beside(fraction: _Fraction, word: Word, left: float, right: float) -> bool:
    """On one of the fraction's lines, before the bar or behind it."""
    bar = fraction.bar
    if not left <= word.middle < max(right, bar.x1 + 6 * word.size):
        return False
    if word.x1 > bar.x0 + 2 and word.x0 < bar.x1 - 2:
        return False
    level = bar.y0 + 0.3 * word.size
    highest = min([level, *(row[0].y for row in fraction.top)])
    lowest = max([level, *(row[0].y for row in fraction.foot)])
    return highest - 0.3 * word.size < word.y < lowest + 0.3 * word.size


def _said(rows: Sequence[list[Word]]) -> str:
    """Line by line, so that whoever puts lines together finds the words that were broken."""
    return "\n".join(" ".join(word.text for word in row) for row in rows)
