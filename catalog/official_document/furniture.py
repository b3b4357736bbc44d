"""What stands on every page and belongs to none of its texts: heads, feet, page numbers."""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from catalog.official_document.lines import Document, Line, Page
from catalog.official_document.table_rows import FORMULA_ENDS
from catalog.official_document.words import is_head, may_be_head, section
from core.text import fold

_NEARLY_ALL = 0.4  # of the pages
_ON_MANY = 0.25
"""Of the pages, as often as what only even ones or odd ones say beside what changes, such as the department's name."""
_LONG_PIECE = 8  # letters
_DEEP = 4  # lines of a head or a foot
_TOP, _FOOT = 0.17, 0.85  # of the height of the page
_NUMBER = re.compile(
    r"(?:p[aá]g(?:ina)?\.?\s*)?[-–—|]?\s*(?:\d{1,4}|[ivxl]{1,7})\s*[-–—|]?(?:\s*(?:de|/)\s*\d{1,4})?", re.IGNORECASE
)
_LEADERS = re.compile(r"\s*(?:[.…·_]\s?){4,}")
_NUMBERED_NAME = re.compile(r"\d{1,3}\.\s+(\S.{6,})")
"""The heading of a department, or its line in the contents; its name alone at the head of a page is no text."""
_PLAN = re.compile(
    r"^\s*(?:<<|«|plan municipal de desarrollo.*eje\b|plan\s*:?\s+plan\b|eje rector|objetivo\b|estrategia\b)",
    re.IGNORECASE,
)


def without_furniture(document: Document) -> tuple[list[Line], list[Line]]:
    """The lines of the document, and those of its heads and feet."""
    counted: Counter[tuple[str, str]] = Counter()
    pieces: Counter[tuple[str, tuple[str, int]]] = Counter()
    for page in document.pages:
        for end, lines in _ends(page, document.placed):
            counted.update({(end, _key(line)) for line in lines})
            if document.placed:
                pieces.update({(end, piece) for line in lines for piece in _pieces(line)})
    often = max(2, min(3, len(document.pages) // 2))
    on_many = max(3, _ON_MANY * len(document.pages))
    if not document.placed:
        often = max(often, len(document.pages) // 4)
    headings = (_LEADERS.split(line.text.strip(), maxsplit=1)[0] for line in document.lines())
    names = {fold(found[1]) for text in headings if (found := _NUMBERED_NAME.fullmatch(text))}
    kept: list[Line] = []
    removed: list[Line] = []
    for page in document.pages:
        gone: set[int] = set()
        for end, lines in _ends(page, document.placed):
            found: list[Line] = []
            for line in lines:
                # What is set off from the head or the foot is the text: its first lines may be those of other pages.
                apart = bool(found) and document.placed and _set_off(found[-1], line, end)
                if apart and counted[end, _key(line)] < max(often, len(document.pages) * _NEARLY_ALL):
                    break
                alone = bool(_NUMBER.fullmatch(line.text.strip()))
                known = (
                    counted[end, _key(line)] >= often
                    or any(pieces[end, piece] >= on_many for piece in _pieces(line))
                    or fold(line.text.strip()) in names
                )
                if (known or (alone and _apart(page, line, end))) and not _told(line):
                    found.append(line)
                else:
                    break
            # The last lines of two pages may be alike by chance: what is a head or a foot is set off from the text,
            # or it is there on nearly every page.
            while document.placed and found and not _apart(page, found[-1], end):
                if counted[end, _key(found[-1])] >= max(often, len(document.pages) * _NEARLY_ALL):
                    break
                found.pop()
            gone |= {line.number for line in found}
        for line in page.lines:
            (removed if line.number in gone else kept).append(line)
    return kept, removed


def _ends(page: Page, placed: bool) -> Iterable[tuple[str, list[Line]]]:
    """From the outermost line on."""
    top = [line for line in page.lines[:_DEEP] if not placed or line.y < _TOP * page.height]
    foot = [line for line in page.lines[: -_DEEP - 1 : -1] if not placed or line.y > _FOOT * page.height]
    return (("top", top), ("foot", foot))


def _key(line: Line) -> str:
    return re.sub(r"\d+", "#", fold(line.text))


def _pieces(line: Line) -> list[tuple[str, int]]:
    """What stands apart from each other on a line, at the left, in the middle or at the right, and how far down."""
    pieces: list[list[str]] = [[]]
    for before, word in pairwise([None, *line.words]):
        if before is not None and word is not None and word.x0 - before.x1 > 2 * line.size:
            pieces.append([])
        if word is not None:
            pieces[-1].append(word.text)
    texts = [re.sub(r"\d+", "#", fold(" ".join(piece))) for piece in pieces]
    return [(text, round(line.y)) for text in texts if len(text) >= _LONG_PIECE]


def _set_off(outer: Line, inner: Line, end: str) -> bool:
    return (inner if end == "top" else outer).gap > 0.5


def _apart(page: Page, line: Line, end: str) -> bool:
    """Whether the line is set off from the text of its page, which begins beside it."""
    at = page.lines.index(line)
    if end == "foot":
        return line.gap > 0.5 or len(page.lines) == 1
    return at + 1 == len(page.lines) or page.lines[at + 1].gap > 0.5


def _told(line: Line) -> bool:
    """What a programme says itself, on as many pages as it may."""
    text = line.text
    return bool(
        FORMULA_ENDS.search(text)
        or is_head(text)
        or section(text)[0]
        or _PLAN.match(text)
        or (may_be_head(text) and len(text) > 3)
    )
