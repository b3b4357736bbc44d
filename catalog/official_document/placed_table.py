"""A table whose words stand where they were printed: columns by place, rows by lines drawn or by what begins them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from catalog.layout.printed_codes import ACTION_CODE
from catalog.official_document.columns import Columns, Group, columns_of, groups_of
from catalog.official_document.lines import Line, Page, Stroke, Word
from catalog.official_document.segments import CellLine, rows_of
from catalog.official_document.stacked import bars_of, joined, with_keys_first
from catalog.official_document.table_rows import TableRow, heads_of, near_head
from catalog.official_document.words import may_be_head, section

_CLOSE, _FAR = 0.9, 1.1  # of the height of letters: between one blank of a text and two
_OVER = 0.25  # of the height of letters
_OF_A_ROW = re.compile(rf"\d\s?%|{ACTION_CODE}")
_NOTE_BELOW = re.compile(r"(?:[*†‡]+\s*\S|notas?\s*:|fuentes?\s*:|\(?[*†‡¹²³]+\)?\s)", re.IGNORECASE)
_TOUCHING = re.compile(r"([^\W\d_]{4,})(\d[\d.,]*%?)")


@dataclass(slots=True)
class Part:
    """A piece of a table: what follows a head, or what goes on upon the next page."""

    page: int
    head: list[Line] = field(default_factory=list)
    body: list[Line] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    columns: Columns | None = None


class PlacedTables:
    """Reads the tables of a document: those with the same head have the same columns, and tell them together."""

    def __init__(self, tables: Sequence[Sequence[Line]], pages: Mapping[int, Page], *, typed: bool = False) -> None:
        """``typed``: they are a text's, in which nothing but blanks keeps columns apart."""
        self._pages, self._typed = pages, typed
        self._tables = [self._parts(lines) for lines in tables]
        self.unused: list[Line] = []
        self._find_columns()

    def rows(self, at: int) -> list[TableRow]:
        parts = [part for part in self._tables[at] if part.columns is not None]
        self._take_notes(parts)
        parts = [part for part in parts if part.body]
        cells: list[CellLine] = []
        strokes = []
        for number, part in enumerate(parts):
            body, borders = self._without_bars(part)
            strokes.append(borders)
            for line in body:
                if self._is_foreign(line, part):
                    self.unused.append(line)
                    continue
                if self._typed and part.columns is not None:
                    line = _unsure(line, part.columns)
                for cell in self._cells(number, line, part):
                    if cell.role:
                        cells.append(cell)
                    else:  # a column that the catalogue does not have
                        self.unused.append(
                            line.with_words([word for word in line.words if word.text in cell.text.split()])
                        )
        return rows_of(cells, [part.columns for part in parts if part.columns], strokes)

    def _take_notes(self, parts: Sequence[Part]) -> None:
        """«* Sujeta a disponibilidad», «Nota: …», «Fuente: …» below the last row, with the lines that follow."""
        for part in reversed(parts):
            kept = len(part.body)
            for at in range(len(part.body) - 1, -1, -1):
                if _OF_A_ROW.search(part.body[at].text):
                    break
                if _NOTE_BELOW.match(part.body[at].text):
                    kept = at
            if kept == len(part.body):
                return
            self.unused += part.body[kept:]
            part.body = part.body[:kept]
            if kept:
                return

    def _without_bars(self, part: Part) -> tuple[list[Line], list[Stroke]]:
        """The lines with their fractions made plain, and the level strokes that are no bar of one."""
        assert part.columns is not None
        level = [stroke for stroke in self._pages[part.page].strokes if stroke.level]
        body = [_overprinted(line) for line in part.body]
        for column, role in enumerate(part.columns.roles):
            if role not in ("formula", "indicator"):
                continue
            left, right = part.columns.span(column)
            bars = bars_of(level, body, left, right, self._upright(part))
            level = [stroke for stroke in level if stroke not in bars]
            body = joined(bars, body, level, left, right) if bars else body
            body = with_keys_first(body, left, right)
        return body, level

    def lost(self, at: int) -> list[Line]:
        """The lines of a table without a head, which nobody can read."""
        return [line for part in self._tables[at] if part.columns is None for line in part.body]

    def _parts(self, lines: Sequence[Line]) -> list[Part]:
        heads = heads_of(lines)
        parts: list[Part] = []
        for at, line in enumerate(lines):
            if section(line.text)[0] == "table" and not heads[at]:
                continue
            head = heads[at] or near_head_line(lines, heads, at)
            begins = not parts or parts[-1].page != line.page or (head and parts[-1].body)
            if begins:
                parts.append(Part(line.page))
            (parts[-1].head if head else parts[-1].body).append(line)
        return parts

    def _find_columns(self) -> None:
        """Of each head, with the bodies of all tables that have it; a part without one goes on as the part before."""
        alike: dict[tuple[tuple[str, int], ...], list[Part]] = {}
        for parts in self._tables:
            last: Part | None = None
            for part in parts:
                if part.head:
                    part.groups = groups_of(part.head, self._pages[part.page].strokes)
                elif last is not None:
                    part.groups = last.groups
                if part.groups:
                    last = part
                    alike.setdefault(tuple((one.role, round(one.x0 / 3)) for one in part.groups), []).append(part)
        for same in alike.values():
            body = [line for part in same for line in part.body]
            upright = [x for part in same for x in self._upright(part)]
            columns = columns_of(same[0].groups, body, upright)
            for part in same:
                part.columns = columns

    def _upright(self, part: Part) -> list[float]:
        lines = part.body or part.head
        top, foot = min(line.y for line in lines) - lines[0].size, max(line.y for line in lines)
        strokes = self._pages[part.page].strokes
        return [one.x0 for one in strokes if not one.level and one.y0 < foot and one.y1 > top]

    def _is_foreign(self, line: Line, part: Part) -> bool:
        """Whether the line runs across the columns as a sentence does: a note below the table, a stray heading."""
        assert part.columns is not None
        if _OF_A_ROW.search(line.text):
            return False
        bounds = [bound for bound in part.columns.bounds if line.x0 < bound < line.x1]
        return len(bounds) >= 2 and all(_crosses(line, bound) for bound in bounds)

    def _cells(self, number: int, line: Line, part: Part) -> list[CellLine]:
        assert part.columns is not None
        by_column: dict[int, list[str]] = {}
        for word in line.words:
            for text, column in _in_columns(word, part.columns):
                by_column.setdefault(column, []).append(text)
        return [
            CellLine(number, line.y, line.size, part.columns.roles[column], column, " ".join(words), line)
            for column, words in by_column.items()
        ]


def _unsure(line: Line, columns: Columns) -> Line:
    """The line of a text, its words doubtful where blanks do not tell the columns that were told by other lines."""
    for left, right in pairwise(line.words):
        apart, same = right.x0 - left.x1, columns.at(left.middle) == columns.at(right.middle)
        if (same and apart > _FAR * left.size) or (not same and apart < _CLOSE * left.size):
            doubt = f"no es seguro de qué columna es «{right.text}»; compárela con el documento"
            return line.with_words([replace(word, doubt=doubt) if word is right else word for word in line.words])
    return line


def _overprinted(line: Line) -> Line:
    """The line, its words doubtful where one was printed over another: a fraction wider than its column does that."""
    over = {
        id(word)
        for left, right in pairwise(line.words)
        if right.x0 < left.x1 - _OVER * min(left.size, right.size)
        for word in (left, right)
    }
    if not over:
        return line
    doubt = "hay un texto impreso encima de otro; compárela con el documento"
    return line.with_words([replace(word, doubt=doubt) if id(word) in over else word for word in line.words])


def _crosses(line: Line, bound: float) -> bool:
    if any(word.x0 + 2 < bound < word.x1 - 2 for word in line.words):
        return True
    return any(
        left.middle < bound <= right.middle and right.x0 - left.x1 < 0.4 * line.size
        for left, right in pairwise(line.words)
    )


def _in_columns(word: Word, columns: Columns) -> list[tuple[str, int]]:
    """The word and its column; a unit that was too long for its own touches the target, and is kept apart."""
    touching = _TOUCHING.fullmatch(word.text)
    if touching:
        first, last = columns.at(word.x0), columns.at(word.x1 - 1)
        if first != last:
            return [(touching[1], first), (touching[2], last)]
    return [(word.text, columns.at(word.middle))]


def near_head_line(lines: Sequence[Line], heads: Sequence[bool], at: int) -> bool:
    """A line that is a part of a head: it stands on its page, next to it, with nothing else between."""
    line = lines[at]
    if not may_be_head(line.text) or not near_head(lines, heads, at):
        return False
    sure = [other for other, head in zip(lines, heads, strict=True) if head and other.page == line.page]
    return any(abs(other.y - line.y) < 4 * line.size for other in sure)
