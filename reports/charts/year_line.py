"""The months of a year as a line, the year before in grey behind it, and the borders that both are held against."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.safestring import SafeString

from reports.charts import palette
from reports.charts.svg import drawing, element, number, text
from reports.charts.tables import ChartTable

WIDTH, HEIGHT = 360, 150
LEFT, RIGHT, TOP, BOTTOM = 34, 14, 14, 24
EARLIER = "#98a4ab"
STEP = 10  # percent between the round numbers where the scale may begin


@dataclass(frozen=True, slots=True)
class YearPoint:
    """A month: percentages of both years, None where there is none, and what the table writes of them."""

    label: str
    now: Decimal | None
    now_text: str
    before: Decimal | None = None
    before_text: str = ""
    url: str = ""  # explains this year's figure


@dataclass(frozen=True, slots=True)
class YearLine:
    """``key`` is unique in the page; ``years`` name this year and the one before («2016», «2015»).

    ``borders`` in percent, the one that is asked for last.
    """

    key: str
    title: str
    description: str
    points: tuple[YearPoint, ...]
    years: tuple[str, str]
    borders: tuple[Decimal, ...] = ()

    @property
    def has_before(self) -> bool:
        return any(point.before is not None for point in self.points)


@dataclass(frozen=True, slots=True)
class _Plane:
    low: float
    high: float
    months: int

    def x(self, index: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * index / max(self.months - 1, 1)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)


@lru_cache(maxsize=64)
def year_line(data: YearLine) -> SafeString:
    """Nothing is cut off: the scale holds every value and every border, and its ends are written."""
    plane = _plane(data)
    content = [*_axis(plane, data)]
    if data.has_before:
        content += _line(plane, [point.before for point in data.points], EARLIER, 2.0)
    now = [point.now for point in data.points]
    content += _line(plane, now, palette.ACCENT, 2.6)
    content += _last(plane, data)
    if not any(value is not None for value in now):
        content.append(
            text(
                "Sin datos hasta el corte",
                WIDTH / 2,
                HEIGHT / 2,
                text_anchor="middle",
                font_size=13,
                fill=palette.INK_SOFT,
            )
        )
    return drawing(
        "".join(content),
        key=data.key,
        width=WIDTH,
        height=HEIGHT,
        title=data.title,
        description=data.description,
        font=palette.FONT,
    )


def year_line_table(data: YearLine) -> ChartTable:
    count = 2 if data.has_before else 1
    rows = tuple((point.label, point.now_text, point.before_text)[: count + 1] for point in data.points)
    urls = tuple(point.url for point in data.points)
    return ChartTable(data.title, ("Mes", *data.years[:count]), rows, (True,) * count, urls)


def _plane(data: YearLine) -> _Plane:
    values = [value for point in data.points for value in (point.now, point.before) if value is not None]
    known = [float(value) for value in (*values, *data.borders)]
    low = STEP * math.floor((min(known, default=0.0) - 1) / STEP)
    high = STEP * math.ceil((max(known, default=100.0) + 1) / STEP)
    return _Plane(max(low, 0), high if max(known, default=100.0) > 100 else min(high, 100), len(data.points))


def _axis(plane: _Plane, data: YearLine) -> list[str]:
    parts = []
    marks = {plane.low, plane.high, *map(float, data.borders)}
    for mark in sorted(marks):
        y = plane.y(mark)
        is_border = mark in map(float, data.borders)
        dashed = {"stroke_dasharray": "2 3"} if is_border and mark != float(data.borders[-1]) else {}
        parts.append(
            element(
                "path",
                d=f"M{LEFT},{number(y)} H{WIDTH - RIGHT}",
                fill="none",
                stroke=palette.INK_SOFT if is_border else palette.GRID,
                **dashed,
            )
        )
    written: list[float] = []
    for mark in sorted(marks, key=lambda one: one not in map(float, data.borders)):  # the borders first
        if all(abs(plane.y(mark) - plane.y(other)) >= 12 for other in written):
            written.append(mark)
            parts.append(
                text(number(mark), LEFT - 6, plane.y(mark) + 4, text_anchor="end", font_size=12, fill=palette.INK_SOFT)
            )
    last = len(data.points) - 1
    for index, point in enumerate(data.points):
        anchor = "start" if index == 0 else "end" if index == last else "middle"
        if index in (0, 5, last):
            parts.append(
                text(
                    point.label[:3], plane.x(index), HEIGHT - 6, text_anchor=anchor, font_size=12, fill=palette.INK_SOFT
                )
            )
    return parts


def _line(plane: _Plane, values: Sequence[Decimal | None], colour: str, width: float) -> list[str]:
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
            stroke_linecap="round",
        )
    ]


def _last(plane: _Plane, data: YearLine) -> list[str]:
    """The last month with data, with its figure; the earlier year with its name at its own end."""
    parts = []
    known = [(index, point) for index, point in enumerate(data.points) if point.now is not None]
    if known:
        index, point = known[-1]
        assert point.now is not None
        x, y = plane.x(index), plane.y(float(point.now))
        parts.append(element("circle", cx=x, cy=y, r=4, fill=palette.ACCENT))
        above = y - 9 if y - 9 > TOP else y + 18
        anchor = "end" if index > len(data.points) / 2 else "start"
        parts.append(
            text(
                point.now_text,
                x + (4 if anchor == "end" else -4),
                above,
                text_anchor=anchor,
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
        y = plane.y(float(point.before)) + 14
        y = y if y < HEIGHT - BOTTOM else y - 22
        parts.append(text(data.years[1], plane.x(index), y, text_anchor="end", font_size=12, fill=palette.INK_SOFT))
    return parts
