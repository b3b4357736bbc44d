"""A compliance on the scale from 0 to 100, as wide as a cell: a point against its borders, or a bar up to it."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from reports.charts import palette
from reports.charts.svg import element, number

WIDTH, HEIGHT = 200, 20
EDGE = 7  # room for a whole point at 0 and at 100
FULL = Decimal(100)


@lru_cache(maxsize=4096)
def point(value: Decimal | None, borders: tuple[Decimal, ...], light: str, label: str) -> SafeString:
    """Where the value stands between the borders (its own scale never clips: compliance ends at 100).

    ``borders`` are drawn as strokes, the last one whole and those before it dashed; ``label`` says it in words.
    """
    middle = HEIGHT / 2
    line = element("path", d=f"M{EDGE},{number(middle)} H{WIDTH - EDGE}", stroke=palette.GRID, stroke_width=2)
    content = [line, *_borders(sorted(borders), 3, HEIGHT - 3, _at)]
    if value is not None:
        content.append(palette.mark(light, _at(value), middle))
    return _drawing("".join(content), label)


@lru_cache(maxsize=4096)
def bar(value: Decimal | None, borders: tuple[Decimal, ...], light: str, label: str) -> SafeString:
    """A bar from 0 to the value, with a stroke at each border, the last one whole and those before it dashed."""
    top, height = 6, HEIGHT - 12
    content = [element("rect", x=0, y=top, width=WIDTH, height=height, fill=palette.GRID)]
    if value is not None:
        width = max(float(min(value, FULL)) * WIDTH / 100, 1.5)  # a bar of 0 is a figure too: it is seen
        content.append(element("rect", x=0, y=top, width=width, height=height, fill=palette.FILLS[light]))
    content += _borders(sorted(borders), 2, HEIGHT - 2, lambda one: float(one) * WIDTH / 100)
    return _drawing("".join(content), label)


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


def _drawing(content: str, label: str) -> SafeString:
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' role="img" aria-label="{escape(label)}">{content}</svg>'
    )
