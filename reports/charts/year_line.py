"""The months of a year as a line, what stands beside it and the year before paler behind it, and the borders.

A second line of the same year («Indicador Global») is thin and pale, because the borders are asked of the first alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from django.utils.safestring import SafeString

from core.formats import quantity
from reports.charts import palette
from reports.charts.svg import drawing, element, number, text
from reports.charts.tables import ChartTable

LEFT, RIGHT, TOP, BOTTOM = 34, 14, 14, 24
LEGEND = 22  # the line that names the lines, where there is more than one of this year
EARLIER = "#98a4ab"
BESIDE = "7 3"  # how the second line is broken: it is told apart from the year before without a colour
STEP = 10  # percent between the round numbers where the scale may begin
MOST = 150.0  # what is beyond is drawn at the upper edge and says how far it goes: the first line ends at 100


_Spot = tuple[float, float]


class Sheet(NamedTuple):
    """What it is drawn on, in units in which letters are 12 or 13 high."""

    width: int
    height: int


SMALL = Sheet(360, 150)
WIDE = Sheet(440, 190)  # read on a phone without scrolling
PAPER = Sheet(720, 168)  # printed 175 mm wide, its letters are larger than 8 pt


@dataclass(frozen=True, slots=True)
class YearPoint:
    """A month: percentages of both years, None where there is none, and what the table writes of them."""

    label: str
    now: Decimal | None
    now_text: str
    before: Decimal | None = None
    before_text: str = ""
    url: str = ""  # explains this year's figure
    beside: Decimal | None = None
    beside_text: str = ""


@dataclass(frozen=True, slots=True)
class YearLine:
    """``key`` is unique in the page; ``years`` name this year and the one before («2016», «2015»).

    ``borders`` in percent, the one that is asked for last. ``lines`` name the first line and the one beside it, where
    there is one.
    """

    key: str
    title: str
    description: str
    points: tuple[YearPoint, ...]
    years: tuple[str, str]
    borders: tuple[Decimal, ...] = ()
    lines: tuple[str, str] | None = None
    sheet: Sheet = SMALL

    @property
    def has_before(self) -> bool:
        return any(point.before is not None for point in self.points)


@dataclass(frozen=True, slots=True)
class _Plane:
    low: float
    high: float
    months: int
    sheet: Sheet
    top: int = TOP

    @property
    def right(self) -> int:
        return self.sheet.width - RIGHT

    @property
    def floor(self) -> int:
        return self.sheet.height - BOTTOM

    def x(self, index: int) -> float:
        return LEFT + (self.right - LEFT) * index / max(self.months - 1, 1)

    def y(self, value: float) -> float:
        share = (min(value, self.high) - self.low) / (self.high - self.low)
        return self.floor - share * (self.floor - self.top)


@lru_cache(maxsize=64)
def year_line(data: YearLine) -> SafeString:
    """The scale holds every value up to ``MOST`` and every border, and its ends are written."""
    plane = _plane(data)
    content = [*_axis(plane, data)]
    if data.has_before:
        content += _line(plane, [point.before for point in data.points], EARLIER, 2.0)
    if data.lines:
        content += _line(plane, [point.beside for point in data.points], palette.COLUMN, 1.8, stroke_dasharray=BESIDE)
        content.append(_legend(data))
    now = [point.now for point in data.points]
    content += _line(plane, now, palette.ACCENT, 2.6)
    content += _last(plane, data)
    if not any(value is not None for value in (*now, *(point.beside for point in data.points))):
        middle = data.sheet.width / 2, data.sheet.height / 2
        content.append(
            text("Sin datos hasta el corte", *middle, text_anchor="middle", font_size=13, fill=palette.INK_SOFT)
        )
    return drawing(
        "".join(content),
        key=data.key,
        width=data.sheet.width,
        height=data.sheet.height,
        title=data.title,
        description=data.description,
        font=palette.FONT,
    )


def year_line_table(data: YearLine) -> ChartTable:
    """Of one line its years; of two their names, and what was a year ago last."""
    urls = tuple(point.url for point in data.points)
    named = data.lines or data.years[:1]
    last = (f"{named[0]} de {data.years[1]}" if data.lines else data.years[1],) if data.has_before else ()
    headings = (*named, *last)
    rows = tuple(
        (point.label, point.now_text, *([point.beside_text] if data.lines else []), *([point.before_text] * len(last)))
        for point in data.points
    )
    return ChartTable(data.title, ("Mes", *headings), rows, (True,) * len(headings), urls)


def _plane(data: YearLine) -> _Plane:
    values = [v for point in data.points for v in (point.now, point.before, point.beside) if v is not None]
    known = [float(value) for value in (*values, *data.borders)]
    low = STEP * math.floor((min(known, default=0.0) - 1) / STEP)
    most = min(max(known, default=100.0), MOST)
    high = STEP * math.ceil((most + 1) / STEP) if most < MOST else MOST
    top = TOP + (LEGEND if data.lines else 0)
    return _Plane(max(low, 0), high if most > 100 else min(high, 100), len(data.points), data.sheet, top)


def _legend(data: YearLine) -> str:
    """The words of both lines of this year; the year before is named at its own end."""
    assert data.lines
    parts, x = [], 0.0
    looks = ({"stroke": palette.ACCENT, "stroke_width": 2.6}, {"stroke": palette.COLUMN, "stroke_width": 1.8})
    for name, look, dashes in zip(data.lines, looks, ({}, {"stroke_dasharray": BESIDE}), strict=True):
        parts.append(element("path", d=f"M{number(x)},12h22", fill="none", **look, **dashes))
        parts.append(text(name, x + 28, 16, font_size=13, fill=palette.INK))
        x += 28 + 7 * len(name) + 18
    beyond = max((point.beside for point in data.points if point.beside is not None), default=Decimal(0))
    if beyond > MOST:
        said = f"{data.lines[1]} hasta {quantity(beyond)} %, más de lo que cabe"
        parts.append(text(said, x, 16, font_size=12, fill=palette.INK_SOFT))
    return "".join(parts)


def _axis(plane: _Plane, data: YearLine) -> list[str]:
    borders = list(map(float, data.borders))
    marks = {plane.low, plane.high, *borders}
    # Lines of one look are one path.
    ends, dashed, asked = [], [], []
    for mark in sorted(marks):
        kind = asked if borders and mark == borders[-1] else dashed if mark in borders else ends
        kind.append(f"M{LEFT},{number(plane.y(mark))} H{plane.right}")
    parts = [
        element("path", d="".join(found), fill="none", stroke=colour, **more)
        for found, colour, more in (
            (ends, palette.GRID, {}),
            (dashed, palette.INK_SOFT, {"stroke_dasharray": "2 3"}),
            (asked, palette.INK_SOFT, {}),
        )
        if found
    ]
    written: list[float] = []
    for mark in sorted(marks, key=lambda one: one not in borders):  # the borders first
        if all(abs(plane.y(mark) - plane.y(other)) >= 12 for other in written):
            written.append(mark)
            parts.append(
                text(number(mark), LEFT - 6, plane.y(mark) + 4, text_anchor="end", font_size=12, fill=palette.INK_SOFT)
            )
    last, every = len(data.points) - 1, plane.sheet.width > SMALL.width
    for index, point in enumerate(data.points):
        anchor = "start" if index == 0 else "end" if index == last else "middle"
        if every or index in (0, 5, last):
            parts.append(
                text(
                    point.label[:3],
                    plane.x(index),
                    plane.sheet.height - 6,
                    text_anchor=anchor,
                    font_size=12,
                    fill=palette.INK_SOFT,
                )
            )
    return parts


def _line(plane: _Plane, values: Sequence[Decimal | None], colour: str, width: float, **look: str) -> list[str]:
    path, joined = [], False
    for index, value in enumerate(values):
        if value is None:
            joined = False
            continue
        at = f"{number(plane.x(index))},{number(plane.y(float(value)))}"
        path.append(f"L{at}" if joined else f"M{at}h0")  # a month alone is a dot
        joined = True
    if not path:
        return []
    return [
        element(
            "path",
            d="".join(path),
            fill="none",
            stroke=colour,
            stroke_width=width,
            stroke_linejoin="round",
            stroke_linecap="butt" if look else "round",
            **look,
        )
    ]


def _last(plane: _Plane, data: YearLine) -> list[str]:
    """The last month with data and its figure; the earlier year's name at its own end. Neither stands on a course."""
    parts = []
    courses = [
        [(plane.x(at), plane.y(float(value))) for at, value in enumerate(values) if value is not None]
        for values in (
            [point.now for point in data.points],
            [point.before for point in data.points],
            [point.beside for point in data.points],
        )
    ]
    taken: list[_Box] = []
    known = [(index, point) for index, point in enumerate(data.points) if point.now is not None]
    if known:
        index, point = known[-1]
        assert point.now is not None
        x, y = plane.x(index), plane.y(float(point.now))
        parts.append(element("circle", cx=x, cy=y, r=4, fill=palette.ACCENT))
        side = 4 if index > len(data.points) / 2 else -4
        places = [
            _Place(x + side, y - 9, "end" if side > 0 else "start"),
            _Place(x + side, y + 18, "end" if side > 0 else "start"),
            _Place(x + 9, y + 4, "start"),
            *(_Place(x + 9, y + away, "start") for away in (-12, 20, -24, 32)),
            *(_Place(x + side, y + away, "end" if side > 0 else "start") for away in (-20, 30, -32, 42)),
        ]
        place, box = _freest(plane, places, 8.0 * len(point.now_text), courses, taken)
        taken.append(box)
        parts.append(
            text(
                point.now_text,
                place.x,
                place.y,
                text_anchor=place.anchor,
                font_size=13,
                font_weight=600,
                fill=palette.ACCENT,
                stroke=palette.PAPER,  # a ground: the line of a border may pass where the figure stands
                stroke_width=5,
                stroke_linejoin="round",
                paint_order="stroke",
            )
        )
    earlier = [(index, point) for index, point in enumerate(data.points) if point.before is not None]
    if earlier:
        index, point = earlier[-1]
        assert point.before is not None
        x, y = plane.x(index), plane.y(float(point.before))
        places = [_Place(x, y + away, "end") for away in (14, -8, 24, -18, 36, -30)]
        place, _ = _freest(plane, places, 7.0 * len(data.years[1]), courses, taken)
        parts.append(
            text(data.years[1], place.x, place.y, text_anchor=place.anchor, font_size=12, fill=palette.INK_SOFT)
        )
    return parts


class _Place(NamedTuple):
    """Where a word may begin or end, on its base line."""

    x: float
    y: float
    anchor: str


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


def _freest(
    plane: _Plane, places: Sequence[_Place], width: float, courses: Sequence[Sequence[_Spot]], taken: Sequence[_Box]
) -> tuple[_Place, _Box]:
    """The first of the places where the word stands on the sheet, on no course and no other word; or the least bad."""

    def box(place: _Place) -> _Box:
        left = place.x - width if place.anchor == "end" else place.x
        return _Box(left, place.y - 11, left + width, place.y + 2)

    def covered(place: _Place) -> int:
        mine = box(place)
        off = mine.right > plane.sheet.width or mine.left < LEFT or mine.top < plane.top - 10 or place.y > plane.floor
        words = sum(
            mine.left < b.right and b.left < mine.right and mine.top < b.bottom and b.top < mine.bottom for b in taken
        )
        pieces = sum(_crosses(mine, a, b) for course in courses for a, b in pairwise(course))
        return 100 * off + 10 * words + pieces

    best = min(places, key=covered)  # the first of those that cover least
    return best, box(best)


def _crosses(box: _Box, start: _Spot, end: _Spot) -> bool:
    """Whether a piece of a line passes through the box: what of it lies between the sides is not all above or below."""
    left, right = max(box.left, start[0]), min(box.right, end[0])
    if left > right:
        return False
    slope = (end[1] - start[1]) / (end[0] - start[0])
    heights = [start[1] + slope * (x - start[0]) for x in (left, right)]
    return min(heights) < box.bottom and max(heights) > box.top
