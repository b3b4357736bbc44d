"""The course of a year: each month as a column, January to each month as a line, what was expected as a dashed one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.safestring import SafeString

from core.formats import quantity
from reports.charts import palette
from reports.charts.svg import drawing, element, fitting, number, text, tick_labels, ticks
from reports.charts.tables import ChartTable
from reports.charts.year_line import Sheet

DESK = Sheet(760, 320)
NARROW = Sheet(360, 250)  # read on a phone without scrolling
TOP, BOTTOM, RIGHT = 44, 34, 18
# A month far above the rest would press everything else flat: from this many times the accumulated on it is cut off,
# broken, and says its number. A percentage up to 100 never is.
FAR = 2.0
HEAD = 16  # a line of those numbers, of which there are two, so that neighbours do not meet


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One month: numbers to draw (None: nothing to draw) and the texts that the table writes, reasons included.

    ``url`` explains its figures; empty where nothing does.
    """

    label: str
    monthly: Decimal | None
    monthly_text: str
    accumulated: Decimal | None
    accumulated_text: str
    expected: Decimal | None = None
    expected_text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Trend:
    """``key`` is unique in the page. ``unit`` is written after the numbers of the axis: «%» or the action's unit.

    ``lines`` name the columns, the line and the dashed line; without an expected value anywhere the last is left out.
    """

    key: str
    title: str
    description: str
    points: tuple[TrendPoint, ...]
    unit: str = "%"
    lines: tuple[str, str, str] = ("Cada mes", "Acumulado desde enero", "Esperado al corte")
    note: str = ""  # what the drawing leaves out and why, in one sentence
    sheet: Sheet = DESK

    @property
    def expects(self) -> bool:
        return any(point.expected is not None for point in self.points)

    @property
    def has_months(self) -> bool:
        """Without a column of any month there is nothing to name in the legend, where a note says why."""
        return not self.note or any(point.monthly is not None for point in self.points)


@dataclass(frozen=True, slots=True)
class _Plane:
    """Where a month and a value lie on the paper."""

    left: float
    most: float  # the value at the upper edge
    months: int
    sheet: Sheet
    top: float = TOP  # where the upper edge is

    @property
    def floor(self) -> float:
        return self.sheet.height - BOTTOM

    def x(self, index: int) -> float:
        step = (self.sheet.width - RIGHT - self.left) / self.months
        return self.left + step * (index + 0.5)

    def y(self, value: float) -> float:
        return self.floor - min(value / self.most, 1.0) * (self.floor - self.top)


@lru_cache(maxsize=128)  # the same numbers and words are the same drawing
def trend(data: Trend) -> SafeString:
    """Draw it. A month beyond the scale is a broken column with an arrow and its figure."""
    marks = ticks(_most(data.points, data.unit))
    labels = [f"{value} {data.unit if data.unit == '%' else ''}".strip() for value in tick_labels(marks)]
    is_cut = any(point.monthly is not None and float(point.monthly) > marks[-1] for point in data.points)
    left = max(44.0, 10 + 7.2 * max(map(len, labels)))
    top = TOP + (2 * HEAD if is_cut else 10 if data.note else 0)
    plane = _Plane(left, marks[-1], len(data.points), data.sheet, top)
    content = [
        _legend(data),
        *_axis(plane, marks, labels, data),
        *_columns(plane, data.points, "%" if data.unit == "%" else ""),
        _steps(plane, data.points),
        *_line(plane, data.points),
    ]
    if not any(point.monthly is not None or point.accumulated is not None for point in data.points):
        content.append(
            text(
                "Sin datos hasta el corte",
                (plane.left + data.sheet.width) / 2,
                data.sheet.height / 2,
                text_anchor="middle",
                font_size=15,
                fill=palette.INK_SOFT,
            )
        )
    return drawing(
        "".join(content),
        key=data.key,
        width=data.sheet.width,
        height=data.sheet.height,
        title=data.title,
        description=f"{data.description} {data.note}".strip(),
        font=palette.FONT,
    )


def trend_table(data: Trend) -> ChartTable:
    count = 3 if data.expects else 2
    rows = tuple(
        (point.label, point.monthly_text, point.accumulated_text, point.expected_text)[: count + 1]
        for point in data.points
    )
    return ChartTable(
        data.title, ("Mes", *data.lines[:count]), rows, (True,) * count, tuple(point.url for point in data.points)
    )


def _most(points: Sequence[TrendPoint], unit: str) -> float:
    reach = max((float(v) for p in points for v in (p.accumulated, p.expected) if v is not None), default=0.0)
    months = [float(p.monthly) for p in points if p.monthly is not None]
    if not reach:
        return max(months, default=0.0)
    far = max(FAR * reach, 100.0) if unit == "%" else FAR * reach
    whole = max((month for month in months if month <= far), default=0.0)
    return max(whole, reach if len(months) == sum(month <= far for month in months) else reach * 1.25)


def _legend(data: Trend) -> str:
    y, x = 16, 8.0
    parts = []
    samples = (
        element("rect", x=0, y=-9, width=10, height=10, fill=palette.COLUMN),
        element("path", d="M0,-4 h26", stroke=palette.ACCENT, stroke_width=2.6, fill="none")
        + element("circle", cx=13, cy=-4, r=3.6, fill=palette.ACCENT),
        element("path", d="M0,-4 h26", stroke=palette.INK, stroke_width=1.8, stroke_dasharray="5 4", fill="none"),
    )
    shown = list(zip(samples, data.lines[: 3 if data.expects else 2], (16, 32, 32), strict=False))
    for sample, name, width in shown if data.has_months else shown[1:]:
        label = text(name, width, 0, font_size=14, fill=palette.INK)
        parts.append(element("g", sample + label, transform=f"translate({number(x)},{y})"))
        x += width + 7.2 * len(name) + 26
    return "".join(parts)


def _axis(plane: _Plane, marks: Sequence[float], labels: Sequence[str], data: Trend) -> list[str]:
    parts = []
    for value, label in zip(marks, labels, strict=True):
        y = plane.y(value)
        d = f"M{number(plane.left)},{number(y)} H{data.sheet.width - RIGHT}"
        parts.append(element("path", d=d, stroke=palette.INK_SOFT if value == 0 else palette.GRID, fill="none"))
        parts.append(text(label, plane.left - 6, y + 4.5, text_anchor="end", font_size=13, fill=palette.INK_SOFT))
    for index, point in enumerate(data.points):
        x = plane.x(index)
        parts.append(text(point.label, x, data.sheet.height - 14, text_anchor="middle", font_size=13, fill=palette.INK))
    said = ". ".join(filter(None, ("" if data.unit == "%" else data.unit[:60], data.note)))
    if said:
        words = fitting(said, data.sheet.width - RIGHT - 8, 13)
        parts.append(text(words, 8 if data.note else plane.left, TOP - 10, font_size=13, fill=palette.INK_SOFT))
    return parts


def _columns(plane: _Plane, points: Sequence[TrendPoint], sign: str) -> list[str]:
    half = min(13.0, (plane.x(1) - plane.x(0)) * 0.28) if len(points) > 1 else 13.0
    parts, cut = [], 0
    for index, point in enumerate(points):
        if point.monthly is None:
            continue
        x, y = plane.x(index), plane.y(float(point.monthly))
        height = max(plane.floor - y, 1.0)  # a month of 0 is a month with data: it is seen
        parts.append(
            element("rect", x=x - half, y=plane.floor - height, width=half * 2, height=height, fill=palette.COLUMN)
        )
        if float(point.monthly) > plane.most:
            parts += _cut_off(x, half, plane.top, plane.top - 11 - HEAD * (cut % 2), point.monthly, sign)
        cut = cut + 1 if float(point.monthly) > plane.most else 0
    return parts


def _cut_off(x: float, half: float, top: float, above: float, value: Decimal, sign: str) -> list[str]:
    """What a column that goes on beyond the paper has: a break, an arrow, and its figure above it."""
    left, right = number(x - half - 2), number(half * 2 + 4)
    gap = f"M{left},{number(top + 20)} l{right},-7 M{left},{number(top + 27)} l{right},-7"
    arrow = f"M{number(x - half)},{number(top + 1)} l{number(half)},-9 l{number(half)},9 z"
    figure = f"{quantity(value)} {sign}".strip()
    return [
        element("path", d=gap, fill="none", stroke=palette.PAPER, stroke_width=3),
        element("path", d=arrow, fill=palette.COLUMN),
        text(figure, x, above, text_anchor="middle", font_size=12, font_weight=600, fill=palette.INK),
    ]


def _steps(plane: _Plane, points: Sequence[TrendPoint]) -> str:
    """The expected value as steps: it holds for a whole month and then for the next."""
    half = (plane.x(1) - plane.x(0)) / 2 if len(points) > 1 else 20.0
    path = []
    joined = False
    for index, point in enumerate(points):
        if point.expected is None:
            joined = False
            continue
        x, y = plane.x(index), number(plane.y(float(point.expected)))
        path.append(f"V{y} H{number(x + half)}" if joined else f"M{number(x - half)},{y} H{number(x + half)}")
        joined = True
    return (
        element("path", d=" ".join(path), fill="none", stroke=palette.INK, stroke_width=1.8, stroke_dasharray="5 4")
        if path
        else ""
    )


def _line(plane: _Plane, points: Sequence[TrendPoint]) -> list[str]:
    path, dots = [], []
    joined = False
    for index, point in enumerate(points):
        if point.accumulated is None:
            joined = False
            continue
        x, y = plane.x(index), plane.y(float(point.accumulated))
        path.append(f"{'L' if joined else 'M'}{number(x)},{number(y)}")
        dots.append(element("circle", cx=x, cy=y, r=4.4, fill=palette.ACCENT, stroke=palette.PAPER, stroke_width=1.4))
        joined = True
    if not path:
        return []
    line = element("path", d="".join(path), fill="none", stroke=palette.ACCENT, stroke_width=2.6)
    return [line, *dots]
