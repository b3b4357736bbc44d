"""A compliance on the scale from 0 to 100, as wide as a cell: a point against its borders, or a bar up to it."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from core.formats import amount
from reports.charts import palette
from reports.charts.svg import element, number, text

WIDTH, HEIGHT = 200, 20
EDGE = 7  # room for a whole point at 0 and at 100
NAMES = 11  # more height, where the borders are told below their strokes
FULL = Decimal(100)


@lru_cache(maxsize=4096)
def point(
    value: Decimal | None, borders: tuple[Decimal, ...], light: str, label: str, *, named: bool = False
) -> SafeString:
    """Where the value stands between the borders (its own scale never clips: compliance ends at 100).

    ``borders`` are drawn as strokes, the last one whole and those before it dashed; ``label`` says it in words.
    ``named`` writes below each stroke at how much it is.
    """
    middle = HEIGHT / 2
    line = element("path", d=f"M{EDGE},{number(middle)} H{WIDTH - EDGE}", stroke=palette.GRID, stroke_width=2)
    content = [line, *_borders(sorted(borders), 3, HEIGHT - 3, _at)]
    if value is not None:
        content.append(palette.mark(light, _at(value), middle))
    return _drawing(content, label, _names(sorted(borders), _at) if named else [])


@lru_cache(maxsize=4096)
def bar(
    value: Decimal | None, borders: tuple[Decimal, ...], light: str, label: str, *, named: bool = False
) -> SafeString:
    """A bar from 0 to the value, with a stroke at each border, the last one whole and those before it dashed.

    ``named`` as above.
    """
    top, height = 6, HEIGHT - 12
    content = [element("rect", x=0, y=top, width=WIDTH, height=height, fill=palette.GRID)]
    if value is not None:
        width = max(float(min(value, FULL)) * WIDTH / 100, 1.5)  # a bar of 0 is a figure too: it is seen
        content.append(element("rect", x=0, y=top, width=width, height=height, fill=palette.FILLS[light]))
    content += _borders(sorted(borders), 2, HEIGHT - 2, _along)
    return _drawing(content, label, _names(sorted(borders), _along) if named else [])


def _along(value: Decimal) -> float:
    return float(value) * WIDTH / 100


def _at(value: Decimal) -> float:
    return EDGE + float(min(max(value, Decimal(0)), FULL)) * (WIDTH - 2 * EDGE) / 100


def _borders(borders: Sequence[Decimal], top: float, bottom: float, at: Callable[[Decimal], float]) -> list[str]:
    return [
        element(
            "path",
            d=f"M{number(at(one))},{number(top)} V{number(bottom)}",
            stroke=palette.INK_SOFT,
            stroke_width=1.5,
            **({} if one == borders[-1] else {"stroke_dasharray": "2 2"}),
        )
        for one in borders
    ]


def _names(borders: Sequence[Decimal], at: Callable[[Decimal], float]) -> list[str]:
    """Below the strokes, each at the side away from its neighbour, so that two that are close can be told apart."""
    names = []
    for place, one in enumerate(borders):
        last = place == len(borders) - 1
        anchor = "end" if not last else "start" if at(one) < WIDTH - 16 else "end"
        if not last and anchor == "end" and at(borders[-1]) >= WIDTH - 16 and at(borders[-1]) - at(one) < 18:
            continue  # no room for both
        names.append(
            text(amount(one), at(one) + (2 if anchor == "start" else 1 if last else 3), HEIGHT + 7, text_anchor=anchor,
                 font_size=9, fill=palette.INK_SOFT)
        )  # fmt: skip
    return names


def _drawing(content: Sequence[str], label: str, names: Sequence[str]) -> SafeString:
    height = HEIGHT + NAMES if names else HEIGHT
    font = f' font-family="{palette.FONT}"' if names else ""
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' role="img" aria-label="{escape(label)}"{font}>{"".join([*content, *names])}</svg>'
    )
