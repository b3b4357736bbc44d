"""A year in the width of a word, for a column of a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from reports.charts import palette

WIDTH, HEIGHT, EDGE = 96, 24, 3
LEAST = 10.0  # percentage points from the lower edge to the upper one: a tenth of a point is no fall


@dataclass(frozen=True, slots=True)
class Sparkline:
    """``values`` are the months in order, None where there is none; ``label`` says in words what the line says."""

    label: str
    values: Sequence[Decimal | None]


def sparkline(data: Sparkline) -> SafeString:
    """The line from 0 (or near the least, where the months differ little) to the most; nothing drawn without values.

    It is not reached by the keyboard: a table has one in each row, beside the figures that it sums up.
    """
    known = [float(value) for value in data.values if value is not None]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' role="img" aria-label="{escape(data.label)}">'
    )
    if not known:
        return mark_safe(f"{head}</svg>")
    least, most = min(known), max(known)
    span = min(LEAST, most) or 1.0
    floor = 0.0 if least < most * 0.6 else max(least - max((most - least) * 0.5, (span - most + least) / 2), 0.0)
    scale = (HEIGHT - 2 * EDGE) / max(most - floor, span)
    step = (WIDTH - 2 * EDGE) / max(len(data.values) - 1, 1)
    path, joined, last = [], False, ""
    for index, value in enumerate(data.values):
        if value is None:
            joined = False
            continue
        at = f"{EDGE + index * step:.1f},{HEIGHT - EDGE - (float(value) - floor) * scale:.1f}"
        path.append(f"L{at}" if joined else f"M{at}h0")  # a month alone is a dot
        joined, last = True, at
    x, y = last.split(",")
    line = f'd="{"".join(path)}" fill="none" stroke="{palette.ACCENT}" stroke-width="1.6" stroke-linejoin="round"'
    dot = f'cx="{x}" cy="{y}" r="2.4" fill="{palette.ACCENT}"'
    return mark_safe(f'{head}<path {line} stroke-linecap="round"/><circle {dot}/></svg>')
