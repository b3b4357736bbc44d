"""Every picture of the manuals: who looks at which page, what they do there, and what is marked.

A picture is of the demonstration as it stands on 4 November 2016 at half past twelve: October is being captured and is
due on the 7th, some of September waits for its director.
"""

from collections.abc import Sequence
from dataclasses import dataclass

NOBODY = ""
LIAISON, DIRECTOR = "enlace.presidencia", "director.presidencia"
PLANNING, READER, COMPTROLLER, SUPERUSER = "planeacion", "presidente", "contraloria", "admin"


@dataclass(frozen=True, slots=True)
class Step:
    """``act``: fill, click, press, check or choose; ``selector`` names the first such element that is in sight."""

    act: str
    selector: str
    text: str = ""


def fill(selector: str, text: str) -> Step:
    return Step("fill", selector, text)


def click(selector: str) -> Step:
    return Step("click", selector)


def press(selector: str, key: str) -> Step:
    return Step("press", selector, key)


def check(selector: str) -> Step:
    return Step("check", selector)


def choose(selector: str, value: str) -> Step:
    return Step("choose", selector, value)


@dataclass(frozen=True, slots=True)
class Size:
    width: int
    height: int


DESK, LOW_DESK = Size(1366, 768), Size(1366, 480)
PHONE = Size(390, 844)


@dataclass(frozen=True, slots=True)
class Shot:
    """``marks``: what is framed; where there are several they are numbered in this order.

    ``top`` is brought to the upper edge, ``only`` is all that is shown. ``writes``: its steps change data, which
    stand as before when the next picture is taken. Selectors are those of CSS as far as ``tests/support/selecting.py``
    knows them, with Playwright's ``:has-text("…")``.
    """

    name: str
    by: str
    path: str
    steps: Sequence[Step] = ()
    marks: Sequence[str] = ()
    size: Size = DESK
    top: str = ""
    only: str = ""
    writes: bool = False


SHOTS: Sequence[Shot] = (
    Shot("enlace-inicio", LIAISON, "/"),
    Shot("enlace-captura-telefono", LIAISON, "/2016/captura/PRE/10/", size=PHONE),
)
