"""Where the letters of a PDF stand and how large they are, whether they are text of the page or of a picture in it."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

Matrix = tuple[float, float, float, float, float, float]
UNIT: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that are shown at once: points from the left and from the foot of the page."""

    page: int
    left: float
    right: float
    baseline: float
    size: float


def runs(content: bytes) -> list[Run]:
    reader = PdfReader(io.BytesIO(content))
    return [run for number, page in enumerate(reader.pages, start=1) for run in _of_page(page, number, reader)]


def _of_page(page: PageObject, number: int, reader: PdfReader) -> Iterator[Run]:
    yield from _within(page.get_contents(), page["/Resources"], UNIT, number, reader)


def _within(stream: Any, resources: Any, around: Matrix, number: int, reader: PdfReader) -> Iterator[Run]:
    ctm, kept = around, []
    text, font, size = UNIT, "", 0.0
    for operands, operator in ContentStream(stream, reader).operations:
        match operator:
            case b"q":
                kept.append(ctm)
            case b"Q":
                ctm = kept.pop()
            case b"cm":
                ctm = _times(_matrix(operands), ctm)
            case b"BT":
                text = UNIT
            case b"Tm":
                text = _matrix(operands)
            case b"Tf":
                font, size = operands[0], float(operands[1])
            case b"Tj" | b"TJ":
                shown = operands[0] if operator == b"TJ" else [operands[0]]
                width = _width(shown, _widths(resources["/Font"][font])) * size
                a, b, c, d, x, y = _times(text, ctm)
                yield Run(number, x, x + a * width, y, size * abs(a * d - b * c) ** 0.5)
            case b"Do":
                drawn = resources["/XObject"][operands[0]]
                if drawn["/Subtype"] == "/Form":
                    inner = _times(_matrix(drawn.get("/Matrix", UNIT)), ctm)
                    yield from _within(drawn, drawn["/Resources"], inner, number, reader)


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in operands)
    return a, b, c, d, e, f


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _width(shown: Any, widths: dict[int, float]) -> float:
    """In parts of the letters' size; numbers between letters move the next one back by thousandths."""
    made = 0.0
    for piece in shown:
        if isinstance(piece, (int, float)):
            made -= float(piece) / 1000
            continue
        codes = piece.original_bytes
        made += sum(widths.get(int.from_bytes(codes[at : at + 2]), 0.0) for at in range(0, len(codes), 2))
    return made


def _widths(font: Any) -> dict[int, float]:
    inner = font["/DescendantFonts"][0].get_object()
    return _read(tuple(_plain(inner.get("/W", []))))


def _plain(values: Any) -> list[Any]:
    found = (value.get_object() for value in values)
    return [tuple(float(x) for x in value) if isinstance(value, list) else int(value) for value in found]


@lru_cache(maxsize=32)
def _read(values: tuple[Any, ...]) -> dict[int, float]:
    """The array of a font: «first [w w …]» or «first last w»."""
    made: dict[int, float] = {}
    at = 0
    while at < len(values):
        first, second = values[at], values[at + 1]
        if isinstance(second, tuple):
            made |= {first + step: width / 1000 for step, width in enumerate(second)}
            at += 2
        else:
            made |= dict.fromkeys(range(first, second + 1), values[at + 2] / 1000)
            at += 3
    return made


# Points: 17 mm, beyond which a comma may hang; and where the foot of the page begins.
MARGIN, FOOT = 48.0, 62.0
LEAST = 7.99


def faults(content: bytes, *, least: float = LEAST) -> list[str]:
    """What no reader should meet: letters that are too small, beyond the margins, or over other letters."""
    boxes = [page.mediabox for page in PdfReader(io.BytesIO(content)).pages]
    found = runs(content)
    told = []
    for run in found:
        width, height = float(boxes[run.page - 1].width), float(boxes[run.page - 1].height)
        if run.size < least:
            told.append(f"too small: {run}")
        if run.left < MARGIN - 2 or run.right > width - MARGIN + 2:
            told.append(f"beyond the margins: {run}")
        if run.baseline < 15 or run.baseline + run.size > height - 15:
            told.append(f"off the page: {run}")
    ordered = sorted(found, key=lambda run: (run.page, run.baseline))
    for at, run in enumerate(ordered):
        for other in ordered[at + 1 :]:
            if other.page != run.page or other.baseline - run.baseline > 0.6 * min(run.size, other.size):
                break
            if min(run.right, other.right) - max(run.left, other.left) > 1:
                told.append(f"over each other: {run} {other}")
    return told


def lines_of(content: bytes) -> list[int]:
    """How many lines of text each page has between its head and its foot."""
    reader = PdfReader(io.BytesIO(content))
    made: list[set[float]] = [set() for _ in reader.pages]
    for run in runs(content):
        if FOOT < run.baseline < float(reader.pages[run.page - 1].mediabox.height) - 72:
            made[run.page - 1].add(round(run.baseline))
    return [len(lines) for lines in made]
