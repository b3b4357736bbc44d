"""Where the columns of a table are: by the lines that were drawn, otherwise by the room between its words."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.official_document.lines import Line, Stroke, Word
from catalog.official_document.words import LABELS, label

_ORDER = {role: at for at, role in enumerate(LABELS)}


@dataclass(slots=True)
class Group:
    """The words that stand over one column."""

    words: list[Word]

    @property
    def x0(self) -> float:
        return min(word.x0 for word in self.words)

    @property
    def x1(self) -> float:
        return max(word.x1 for word in self.words)

    @property
    def role(self) -> str:
        roles = {label(word.text) for word in self.words} - {""}
        return min(roles, key=lambda role: _ORDER[role]) if roles else ""


@dataclass(frozen=True, slots=True)
class Columns:
    """``roles`` from left to right, and the x between each two of them."""

    roles: tuple[str, ...]
    bounds: tuple[float, ...]

    def at(self, x: float) -> int:
        return sum(1 for bound in self.bounds if x >= bound)

    def span(self, column: int) -> tuple[float, float]:
        left = self.bounds[column - 1] if column else float("-inf")
        right = self.bounds[column] if column < len(self.bounds) else float("inf")
        return left, right


def groups_of(head: Sequence[Line], strokes: Sequence[Stroke]) -> list[Group]:
    """The head's words, column by column."""
    top = min(line.y for line in head) - head[0].size
    foot = max(line.y for line in head)
    upright = _merged(
        s.x0 for s in strokes if not s.level and s.y0 < (top + foot) / 2 + 3 and s.y1 > (top + foot) / 2 - 3
    )
    words = [word for line in head for word in line.words]
    if len(upright) >= 3:
        found = [
            Group([word for word in words if left <= word.middle < right])
            for left, right in itertools.pairwise(upright)
        ]
        return [group for group in found if group.words]
    groups: list[Group] = []
    for line in head:
        for piece in _pieces(line):
            over = [
                group
                for group in groups
                if _overlap(group, piece) > 0.3 * min(piece.x1 - piece.x0, group.x1 - group.x0)
            ]
            if len(over) == 1 or (over and not piece.role):
                over[0].words += piece.words
            elif not over:
                groups.append(piece)
            # A piece over several columns («Metas» above «Cantidad | Porcentaje») tells none of them.
    return sorted(groups, key=lambda group: group.x0)


def _pieces(line: Line) -> list[Group]:
    pieces: list[Group] = []
    for word in line.words:
        last = pieces[-1] if pieces else None
        near = last is not None and word.x0 - last.x1 < 0.9 * word.size
        if last is not None and near and not (label(word.text) and last.role and _another(last, word)):
            last.words.append(word)
        else:
            pieces.append(Group([word]))
    return pieces


def _another(group: Group, word: Word) -> bool:
    """Whether the word begins another column, though it stands as near as a word of the same one."""
    pair = {group.role, label(word.text)}
    if len(pair) == 1 or word.text[:1].islower():
        return False
    return word.x0 - group.x1 > 0.45 * word.size


def _overlap(one: Group, other: Group) -> float:
    return min(one.x1, other.x1) - max(one.x0, other.x0)


def columns_of(groups: Sequence[Group], body: Iterable[Line], upright: Iterable[float]) -> Columns:
    """``body``: the lines of all tables with this head; ``upright``: where lines were drawn from top to bottom."""
    drawn = _merged(upright)
    spans = [(word.x0, word.x1) for line in body for word in line.words]
    bounds = []
    for left, right in itertools.pairwise(groups):
        between = [x for x in drawn if left.x1 - 1 <= x <= right.x0 + 1]
        bounds.append(between[-1] if between else _widest(left.x1, right.x0, spans))
    return Columns(tuple(group.role for group in groups), tuple(bounds))


def _widest(left: float, right: float, spans: Sequence[tuple[float, float]]) -> float:
    """The middle of the widest room between the two, crossed by as few words as can be."""
    if right <= left:
        return (left + right) / 2
    steps = max(1, int(right - left))
    crossed = [0] * (steps + 1)
    for x0, x1 in spans:
        first, last = max(0, int(x0 - left)), min(steps, int(x1 - left))
        for at in range(first, last + 1):
            crossed[at] += 1
    allowed = min(crossed) + len(spans) // 400
    best, begun = (0, 0), None
    for at, count in enumerate([*crossed, 1 << 30]):
        if count <= allowed:
            begun = at if begun is None else begun
        elif begun is not None:
            if at - begun >= best[1] - best[0]:
                best = (begun, at)
            begun = None
    return left + (best[0] + best[1] - 1) / 2 if best != (0, 0) else (left + right) / 2


def _merged(places: Iterable[float], apart: float = 2.5) -> list[float]:
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > apart:
            found.append(place)
    return found
