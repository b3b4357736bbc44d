"""Small pieces of SVG: escaped, with presentation attributes only."""

import math
import re
from collections.abc import Sequence
from decimal import Context, Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from core.formats import amount

Attribute = str | int | float
_UNSAFE = re.compile(r"[&<>\"']")


def number(value: float) -> str:
    """At most two decimals, as short as it gets."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def element(name: str, content: str = "", /, **attributes: Attribute) -> str:
    """One element around markup that is safe already; ``stroke_width`` becomes ``stroke-width``."""
    written = "".join(
        [
            f' {_names.get(key) or _name(key)}="{value if type(value) is int else _value(value)}"'
            for key, value in attributes.items()
        ]
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


_names: dict[str, str] = {}  # SVG's spelling of Python's names


def _name(key: str) -> str:
    found = _names[key] = key.replace("_", "-")
    return found


def text(words: str, /, x: float, y: float, **attributes: Attribute) -> str:
    return element("text", escape(words), x=x, y=y, **attributes)


def fitting(words: str, room: float, size: float, *, bold: bool = False) -> str:
    """What of it is not wider than ``room`` in letters of that size, «…» at its end where it is cut.

    Widths are a little more than those of our letters, because a reader may see others.
    """
    scale = size * (1.06 if bold else 1.0)
    if sum(map(_letter, words)) * scale <= room:
        return words
    left, kept = room / scale - _letter("…"), 0
    for letter in words:
        left -= _letter(letter)
        if left < 0:
            break
        kept += 1
    return f"{words[:kept].rstrip()}…"


def _letter(letter: str) -> float:
    """Its width, as a part of the letters' size."""
    if letter in "ijlftrI.,:;|'!()-/ ":
        return 0.36
    if letter in "mwMW%@…":
        return 0.88
    return 0.68 if letter.isupper() else 0.55


def drawing(
    content: str, *, key: str, width: float, height: float, title: str, description: str, font: str
) -> SafeString:
    """The whole picture; ``key`` is unique in its page. It takes the focus, so that a screen reader stops at it."""
    head = element("title", escape(title), id=f"{key}-title") + element("desc", escape(description), id=f"{key}-desc")
    return mark_safe(
        element(
            "svg",
            head + content,
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {number(width)} {number(height)}",
            width=width,
            height=height,
            role="img",
            tabindex=0,
            aria_labelledby=f"{key}-title {key}-desc",
            font_family=font,
        )
    )


def ticks(most: float, wanted: int = 4) -> list[float]:
    """Round numbers from 0 to the first one that reaches ``most``, about as many as ``wanted``."""
    if most <= 0:
        return [0.0, 1.0]
    rough = most / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    return [step * n for n in range(math.ceil(most / step - 1e-9) + 1)]


def tick_labels(marks: Sequence[float]) -> list[str]:
    """The marks in words, with as many decimals as their step needs: no two of them read alike."""
    step = Decimal(repr(marks[1] - marks[0])).normalize(Context(prec=2))
    places = Decimal(1).scaleb(min(int(step.as_tuple().exponent), 0))
    return [amount(Decimal(repr(mark)).quantize(places)) for mark in marks]


def _value(value: Attribute) -> str:
    if not isinstance(value, str):
        return number(value)
    return escape(value) if _UNSAFE.search(value) else value
