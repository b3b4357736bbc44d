"""A row of a programme's table, however it was read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from catalog.layout.printed_codes import ACTION_CODE
from catalog.official_document.lines import Line
from catalog.official_document.words import is_head, label, may_be_head, of_head, section

CODE_AT_END = re.compile(rf"\(\s*({ACTION_CODE})\s*\)\s*[.;,]*$")
CODE_IN = re.compile(rf"\(\s*({ACTION_CODE})\s*\)\s*[.;,]?")
KEY_BEGINS = re.compile(rf"^\(?({ACTION_CODE})\)?\s*(?:[=:(]|\.\s)")
KEY_IN = re.compile(rf"(?<![(\w-])({ACTION_CODE})\s*=")
FORMULA_ENDS = re.compile(r"[*×xX·∙]\s*\(?\s*100\s*%?\s*\)?\s*[.;,]*$")
FORMULA_ENDS_IN = re.compile(r"[*×xX·∙]\s*\(?\s*100\b")


@dataclass(slots=True)
class TableRow:
    """``cells``: the lines of each column, by what stands over it. ``page``, ``line``: where the row begins."""

    page: int
    line: int
    cells: dict[str, list[str]] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)

    def text(self, role: str) -> str:
        return " ".join(self.cells.get(role, ()))


def without_head(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines between the heads of a table, which are repeated on each of its pages; a piece for each head.

    What stands between the title and the first head is a part of the head that a scanner broke.
    """
    heads = heads_of(lines)
    parts: list[list[Line]] = [[]]
    first = next((at for at, head in enumerate(heads) if head), None)
    start = first if first is not None and first <= 8 and all(len(one.text) < 45 for one in lines[:first]) else 0
    for at, line in enumerate(lines):
        if at < start or section(line.text)[0] == "table":
            continue
        if heads[at] or (may_be_head(line.text) and near_head(lines, heads, at)):
            if parts[-1]:
                parts.append([])
            continue
        parts[-1].append(line)
    return [part for part in parts if part]


def heads_of(lines: Sequence[Line]) -> list[bool]:
    """Which lines are the head of a table for sure; its title, which has the same words, is not."""
    heads = [_is_strong(line.text) and section(line.text)[0] != "table" for line in lines]
    # A head whose cells came on lines of their own: together they name three columns.
    marked = [may_be_head(line.text) and section(line.text)[0] != "table" for line in lines]
    for first, last in _runs(marked, [line.page for line in lines]):
        labels = {label(word) for line in lines[first:last] for word in line.text.split()} - {""}
        if len(labels) >= 3:
            heads[first:last] = [True] * (last - first)
    return heads


def _runs(marked: Sequence[bool], pages: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first of each run of marked ones upon one page, and what comes behind its last.

    The last line of a page may have nothing but such words, too («del desempeño»), and a head begins the next one.
    """
    begun = None
    for at, mark in enumerate([*marked, False]):
        ends = not mark or (begun is not None and pages[at] != pages[begun])
        if begun is not None and ends:
            yield begun, at
            begun = None
        if mark and begun is None:
            begun = at


def _is_strong(text: str) -> bool:
    if is_head(text):
        return True
    words = [word for word in text.split() if any(letter.isalpha() for letter in word)]
    known = [word for word in words if of_head(word)]
    return len(words) >= 4 and len(known) >= 0.75 * len(words) and len({label(word) for word in words} - {""}) >= 3


def near_head(lines: Sequence[Line], heads: Sequence[bool], at: int) -> bool:
    """Whether only lines of a head stand between this one and a head that is sure."""
    for step in (-1, 1):
        there = at + step
        while 0 <= there < len(lines) and may_be_head(lines[there].text) and not heads[there]:
            there += step
        if 0 <= there < len(lines) and heads[there]:
            return True
    return False
