"""Each indicator's value as a bar against its target, with a notch where the cut-off expected it to be."""

import textwrap
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString

from core.formats import percent
from reports.charts import palette
from reports.charts.svg import drawing, element, fitting, number, text
from reports.charts.tables import ChartTable

WIDTH = 760
LABELS, VALUES = 268, 232  # the columns left and right of the bars
TOP, ROW, BOTTOM = 30, 58, 8
END = 150.0  # percent of the target at the right edge; what is longer is broken off there and says how far it goes


@dataclass(frozen=True, slots=True)
class Bar:
    """One indicator. ``value``, ``target`` and ``expected`` are in the same unit (percent, or the action's).

    ``value`` None draws no bar: ``value_text`` then says why («sin captura»). ``light`` is a light's code and
    ``light_text`` its word or reason. The bar's own figure is the part of the target in force, as its length is; the
    texts beside it are in the target's unit. ``ceiling`` tells that less is better: the target is not to be passed.
    """

    code: str
    name: str
    value: Decimal | None
    value_text: str
    target: Decimal
    target_text: str
    expected: Decimal
    expected_text: str
    light: str
    light_text: str
    ceiling: bool = False
    url: str = ""  # explains its figures
    borders: tuple[Decimal, ...] = ()  # of its light, in percent: its part of the target never reads as one of them


@dataclass(frozen=True, slots=True)
class Bars:
    """``key`` is unique in the page."""

    key: str
    title: str
    description: str
    bars: tuple[Bar, ...]


@lru_cache(maxsize=128)  # the same numbers and words are the same drawing
def bars(data: Bars) -> SafeString:
    """Draw them on one scale: percent of each one's own target."""
    height = TOP + ROW * max(len(data.bars), 1) + BOTTOM
    content = [palette.patterns(data.key), *_axis(height)]
    for index, bar in enumerate(data.bars):
        content.append(_row(data.key, bar, TOP + ROW * index))
    if not data.bars:
        content.append(
            text("Sin indicadores", WIDTH / 2, TOP + ROW / 2, text_anchor="middle", font_size=15, fill=palette.INK_SOFT)
        )
    return drawing(
        "".join(content),
        key=data.key,
        width=WIDTH,
        height=height,
        title=data.title,
        description=data.description,
        font=palette.FONT,
    )


def bars_table(data: Bars) -> ChartTable:
    rows = tuple(
        (
            f"{bar.code} {bar.name}",
            bar.value_text,
            bar.expected_text,
            bar.target_text,
            share_text(bar) or "—",
            bar.light_text,
        )
        for bar in data.bars
    )
    headings = ("Indicador", "Avance", "Esperado al corte", "Meta anual vigente", "Parte de la meta", "Semáforo")
    return ChartTable(data.title, headings, rows, (True, True, True, True, False), tuple(bar.url for bar in data.bars))


def _x(share: float) -> float:
    return LABELS + min(share, END) / END * (WIDTH - LABELS - VALUES)


def _share(amount: Decimal, target: Decimal) -> float:
    """Percent of the target, for drawing only; nothing is a part of a target of 0."""
    return float(share_of(amount, target) or 0)


def share_of(amount: Decimal | None, target: Decimal) -> Decimal | None:
    """Percent of the target; None where there is nothing that could be a part of it."""
    return None if amount is None or not target else amount / target * 100


def share_text(bar: Bar) -> str:
    """«83.33 %» of its target, told from all of it, what was expected and its borders; empty without a value."""
    expected = share_of(bar.expected, bar.target)
    borders = bar.borders if expected is None else (*bar.borders, expected)
    return percent(share_of(bar.value, bar.target), borders, empty="")


def _beside_target(bar: Bar) -> str:
    """«50.00 de 60.00 %»: both are in one unit, which is said once."""
    (value, unit), (_, aim_unit) = (words.partition(" ")[::2] for words in (bar.value_text, bar.target_text))
    return f"{value if unit == aim_unit else bar.value_text} de {bar.target_text}"


def _axis(height: float) -> list[str]:
    parts = [text("De su meta", 0, 18, font_size=13, fill=palette.INK_SOFT)]
    for mark in (0, 50, 100, 150):
        x = number(_x(mark))
        parts.append(
            element(
                "path",
                d=f"M{x},{TOP - 4} V{height - BOTTOM}",
                fill="none",
                stroke=palette.INK_SOFT if mark in (0, 100) else palette.GRID,
            )
        )
        parts.append(text(f"{mark} %", _x(mark), 18, text_anchor="middle", font_size=13, fill=palette.INK_SOFT))
    return parts


def _row(key: str, bar: Bar, top: float) -> str:
    parts = [element("title", escape(f"{bar.code} {bar.name}"))]
    parts.append(text(bar.code, 0, top + 15, font_size=14, font_weight=600, fill=palette.INK))
    for line, words in enumerate(textwrap.wrap(bar.name, 42, max_lines=2, placeholder=" …")):
        parts.append(text(words, 0, top + 30 + 14 * line, font_size=12.5, fill=palette.INK_SOFT))
    middle = top + ROW / 2 - 3
    if bar.value is not None:
        parts += _bar(key, bar, middle)
        notch = number(_x(_share(bar.expected, bar.target)))
        parts.append(
            element("path", d=f"M{notch},{number(middle - 15)} v28", stroke=palette.INK, stroke_width=2.6, fill="none")
        )
    right = WIDTH - VALUES + 20
    room = WIDTH - right - 18
    parts.append(palette.mark(bar.light, right + 6, middle - 13))
    if bar.value is not None:
        shown = fitting(_beside_target(bar), room, 14, bold=True)
        parts.append(text(shown, right + 18, middle - 8, font_size=14, font_weight=600, fill=palette.INK))
    aim = "máximo" if bar.ceiling else "esperado"
    below = (
        (bar.light_text, f"{aim}: {bar.expected_text}") if bar.value is not None else (f"{aim}: {bar.expected_text}",)
    )
    if bar.value is None:
        parts.append(text(fitting(bar.light_text, room, 14), right + 18, middle - 8, font_size=14, fill=palette.INK))
    for line, words in enumerate(below):
        shown = fitting(words, room, 12.5)
        parts.append(text(shown, right + 18, middle + 8 + 15 * line, font_size=12.5, fill=palette.INK_SOFT))
    return element("g", "".join(parts))


def _bar(key: str, bar: Bar, middle: float) -> list[str]:
    assert bar.value is not None
    if bar.value and not bar.target:
        words = "La meta es 0: el avance no es parte de ella"
        ground = element("rect", x=LABELS + 6, y=middle - 8, width=6.1 * len(words), height=16, fill=palette.PAPER)
        return [ground, text(words, LABELS + 10, middle + 4.5, font_size=12.5, fill=palette.INK_SOFT)]
    share = _share(bar.value, bar.target)
    width = max(_x(share) - LABELS, 1.5)  # a bar of 0 is a figure too: it is seen
    parts = [
        element(
            "rect",
            x=LABELS,
            y=middle - 9,
            width=width,
            height=18,
            fill=palette.fill(key, bar.light),
            stroke=palette.FILLS[bar.light],
        )
    ]
    if share > END:
        x = number(_x(END) - 16)
        parts.append(
            element(
                "path",
                d=f"M{x},{number(middle + 12)} l5,-24 M{x},{number(middle + 12)} m6,0 l5,-24",
                stroke=palette.PAPER,
                stroke_width=3,
                fill="none",
            )
        )
    what = "de su máximo" if bar.ceiling else "de su meta"
    figure = f"{'hasta ' if share > END else ''}{share_text(bar)} {what}"
    end, wide = LABELS + width, 6.7 * len(figure)
    at = {"x": end, "text_anchor": "end"} if width > wide else {"x": LABELS}
    ground = {"stroke": palette.PAPER, "stroke_width": 4, "paint_order": "stroke"}  # where lines of the scale pass
    parts.append(text(figure, y=middle + 24, font_size=12.5, font_weight=600, fill=palette.INK, **at, **ground))
    return parts
