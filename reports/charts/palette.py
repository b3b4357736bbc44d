"""Colours, patterns and shapes of the charts.

A light is told apart three times over: by its shape, by the pattern of its bar and by a colour. The colours differ in
lightness as well as in hue, so that they stay apart for people who do not tell red from green (or blue from yellow)
and in a grey print; each has more than 3:1 against white, and what is text has more than 4.5:1.
"""

from core.lights import LIGHTS
from indicators.calculations import AMBER, GREEN, NO_LIGHT, OVER, RED
from reports.charts.svg import element, number

INK = "#1f2a30"
INK_SOFT = "#55626a"
GRID = "#d5dce0"
ACCENT = "#1d4f63"
COLUMN = "#7c97a3"
PAPER = "#ffffff"
FONT = "'Source Sans 3', 'Liberation Sans', Arial, sans-serif"

FILLS = {GREEN: "#0b8f6a", AMBER: "#b57500", RED: "#8c1414", OVER: "#5b3fd0", NO_LIGHT: "#6b7680"}

# Lines of the paper over the colour of a bar; green, the state that asks for nothing, is plain.
_PATTERNS = {
    AMBER: ("M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4", 1.4),
    RED: ("M0,0 l8,8 M8,0 l-8,8", 1.1),
    OVER: ("M4,0 v8", 1.6),
    NO_LIGHT: ("M0,4 h8", 1.6),
}


def word(light: str) -> str:
    return LIGHTS[light][0]


def patterns(key: str) -> str:
    """The definitions that ``fill`` names; ``key`` keeps them apart from those of another chart of the page."""
    made = [
        element(
            "pattern",
            element("rect", width=8, height=8, fill=FILLS[light])
            + element("path", d=path, stroke=PAPER, stroke_width=width, fill="none"),
            id=f"{key}-{light}",
            width=8,
            height=8,
            patternUnits="userSpaceOnUse",
        )
        for light, (path, width) in _PATTERNS.items()
    ]
    return element("defs", "".join(made))


def fill(key: str, light: str) -> str:
    return f"url(#{key}-{light})" if light in _PATTERNS else FILLS[light]


def mark(light: str, x: float, y: float, size: float = 5.5) -> str:
    """The light's shape (those of the words: ● ▲ ■ ◆ ○) around a point, drawn, so that no font has to have it."""
    at = f"{number(x)},{number(y)}"
    if light == GREEN:
        return element("circle", cx=x, cy=y, r=size, fill=FILLS[light])
    if light == NO_LIGHT:
        return element("circle", cx=x, cy=y, r=size - 1, fill=PAPER, stroke=FILLS[light], stroke_width=1.8)
    s = number(size)
    shapes = {
        AMBER: f"M{at} m0,-{s} l{s},{number(size * 2)} h-{number(size * 2)} z",
        RED: f"M{at} m-{s},-{s} h{number(size * 2)} v{number(size * 2)} h-{number(size * 2)} z",
        OVER: f"M{at} m0,-{number(size * 1.2)} l{number(size * 1.2)},{number(size * 1.2)} "
        f"l-{number(size * 1.2)},{number(size * 1.2)} l-{number(size * 1.2)},-{number(size * 1.2)} z",
    }
    return element("path", d=shapes[light], fill=FILLS[light])
