"""What a document is made of, whatever file it came as: pages of lines of words that know where they stand."""

import itertools
from dataclasses import dataclass, field, replace


class DocumentError(Exception):
    """The document cannot be read; ``message`` is one sentence for a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Word:
    """``x0``, ``x1``: its sides; ``y``: the line it stands on, from the top of the page; ``size`` of its letters.

    ``doubt``: why it may not be what the document says there; empty for nearly all.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    doubt: str = ""

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True, slots=True)
class Line:
    """``number`` counts the lines of its page from 1. ``gap``: how much more than usual is free above it."""

    page: int
    number: int
    words: tuple[Word, ...]
    gap: float = 0.0

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def y(self) -> float:
        return self.words[0].y

    @property
    def size(self) -> float:
        return max(word.size for word in self.words)

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return max(word.x1 for word in self.words)

    @property
    def doubts(self) -> list[str]:
        return [word.doubt for word in self.words if word.doubt]

    def with_words(self, words: list[Word]) -> "Line":
        return replace(self, words=tuple(words))


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line that was drawn, level or upright, or a side of a box."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def level(self) -> bool:
        return abs(self.y1 - self.y0) <= abs(self.x1 - self.x0)


@dataclass(slots=True)
class Page:
    number: int
    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """``placed``: its words stand where the file has them; otherwise only their order is known.

    ``unread``: the pages that have no text, and are pictures of paper. ``drawn``: a PDF's, not those of a text whose
    blanks keep its columns apart as well as they can.
    """

    pages: list[Page]
    placed: bool
    unread: tuple[int, ...] = ()
    drawn: bool = False

    def lines(self) -> list[Line]:
        return [line for page in self.pages for line in page.lines]


_HYPHENS = ("-", "\u00ad", "\u2010")
_ALIKE = 0.35
"""Of the height of letters: how far two words of one line may stand above each other."""


def lines_of(words: list[Word], page: int) -> list[Line]:
    """The words of a page as lines from top to bottom; each word once, however often it was drawn."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.y, word.x0)):
        if rows and word.y - rows[-1][0].y <= _ALIKE * min(word.size, rows[-1][0].size):
            rows[-1].append(word)
        else:
            rows.append([word])
    lines: list[Line] = []
    for number, row in enumerate(rows, start=1):
        lines.append(Line(page, number, tuple(_once(sorted(row, key=lambda word: word.x0)))))
    return _with_gaps(lines)


def _once(row: list[Word]) -> list[Word]:
    """Bold letters are sometimes drawn twice, a little apart; a hyphen, behind all else that is on the page."""
    kept: list[Word] = []
    for word in row:
        last = kept[-1] if kept else None
        if last and word.text in _HYPHENS and last.text[-1:].isalpha() and word.x0 - last.x1 < 0.1 * word.size:
            kept[-1] = replace(last, text=f"{last.text}{word.text}", x1=word.x1)
            continue
        if last and last.text == word.text and abs(last.x0 - word.x0) < 0.15 * word.size:
            continue
        kept.append(word)
    return kept


def _with_gaps(lines: list[Line]) -> list[Line]:
    """Cells whose lines stand between each other's tell nothing of the usual step, nor does a page of few lines."""
    pairs = list(itertools.pairwise(lines))
    steps = sorted((lower.y - upper.y) / lower.size for upper, lower in pairs if lower.y - upper.y >= lower.size)
    usual = min(steps[len(steps) // 3], 1.6) if steps else 1.2
    return [
        replace(line, gap=max(0.0, (line.y - lines[at - 1].y) / line.size - usual) if at else 0.0)
        for at, line in enumerate(lines)
    ]
