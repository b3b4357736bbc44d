"""How many programmes stand in each light: one bar whose parts lead to them.

The bar is stretched to the width of its place; words and figures stand beside it in the page, where they wrap and grow
with the reader's letters.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from reports.charts import palette
from reports.charts.svg import element

WIDTH, HEIGHT, GAP = 1000, 12, 3
LEAST = 14  # one programme of many is seen, and can be met with the mouse


@dataclass(frozen=True, slots=True)
class LightPart:
    """``url`` leads to those programmes; empty in a print or where the bar is a summary only."""

    light: str
    programs: int
    url: str = ""


def lights_bar(parts: Sequence[LightPart]) -> SafeString:
    """The parts that have a programme, in the order given; nothing drawn where none has.

    Whoever does not see it, and the keyboard, have the same links in the list that stands beside it.
    """
    shown = [part for part in parts if part.programs]
    room = WIDTH - GAP * max(len(shown) - 1, 0)
    drawn, x = [], 0.0
    for part, width in zip(shown, _widths([part.programs for part in shown], room), strict=True):
        rect = element("rect", x=x, y=0, width=width, height=HEIGHT, fill=palette.FILLS[part.light])
        title = element("title", escape(f"{part.programs} {palette.word(part.light)}"))
        whole = element("g", title + rect)
        drawn.append(element("a", whole, href=part.url, tabindex=-1) if part.url else whole)
        x += width + GAP
    return mark_safe(
        element(
            "svg",
            "".join(drawn),
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {WIDTH} {HEIGHT}",
            preserveAspectRatio="none",
            width=WIDTH,
            height=HEIGHT,
            aria_hidden="true",
            focusable="false",
        )
    )


def _widths(counts: Sequence[int], room: float) -> list[float]:
    """As the counts are to one another, but none so narrow that it is not seen."""
    total = sum(counts)
    narrow = [count * room / total < LEAST for count in counts]
    left = room - LEAST * sum(narrow)
    wide = sum(count for count, small in zip(counts, narrow, strict=True) if not small)
    return [LEAST if small else count * left / wide for count, small in zip(counts, narrow, strict=True)]
