"""A table of which nothing but running text is left: which words of a line belong to which column.

A scanner wrote the cells of a line one after the other. What tells them apart: the key in brackets that ends an action
and the one with «=» that begins a formula, the target between them, the capital letter of a unit, and how a column is
filled: a word stands on the next line because it had no room on the one before.
"""

import itertools
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from catalog.official_document.lines import DocumentError, Line
from catalog.official_document.table_rows import CODE_AT_END, CODE_IN, FORMULA_ENDS, KEY_IN, TableRow, without_head
from core.text import fold

_TARGET_BEFORE = re.compile(r"(?:^|(?<=\s))(?P<target>\d[\d.,]*\s?%|\d[\d.,]*(?:\s[a-záéíóúñ0-9]+){0,2})\s*$")
_PERCENT = re.compile(r"(?:^|(?<=\s))(?P<target>\d[\d.,]*\s?%)(?=\s|$)")
_NARROW, _WIDE = set("iljtfrI.,;:!|()[]/'1-"), set("mwMWÑOQGDHNUCAVXYK%")
_UNSURE = 0.06
_PATHS = 100
_SECONDS = 45  # for all tables of a document: one of 400 pages takes a few
_MOST_LINES = 24  # of a row


@lru_cache(maxsize=50_000)
def _width(text: str) -> float:
    """How wide it is printed, in letters of usual width."""
    return sum(0.55 if c in _NARROW else 1.45 if c in _WIDE else 0.5 if c == " " else 1.0 for c in text)


@dataclass(slots=True)
class _Lines:
    """The lines of a row: of the action, of the unit, the target, of the formula, and what lies between the columns."""

    begins: Line
    action: list[str] = field(default_factory=list)
    unit: str = ""
    target: str = ""
    formula: list[str] = field(default_factory=list)
    shared: list[list[str]] = field(default_factory=list)
    ends_with_code: bool = False


class RunningTables:
    """Reads the tables of a document: how wide its columns are is learnt from all of them."""

    def __init__(self, tables: Sequence[Sequence[Line]], other: Iterable[str]) -> None:
        self._pieces = [[line for part in without_head(lines) for line in part] for lines in tables]
        self._rows = [list(_rows_of(lines)) for lines in self._pieces]
        self._pairs: Counter[tuple[str, str]] = Counter()
        for text in other:
            self._learn(text)
        self._action = self._formula = 0.0
        self._until = time.monotonic() + _SECONDS
        self._measure()

    def rows(self, at: int) -> list[TableRow]:
        return [self._read(lines) for lines in self._rows[at]]

    def _learn(self, text: str) -> None:
        words = [_plain(word) for word in text.split()]
        self._pairs.update(itertools.pairwise(words))

    def _measure(self) -> None:
        """How wide the columns are: what stands in them for sure fits in."""
        for rows in self._rows:
            for lines in rows:
                for text in _sure_actions(lines):
                    self._action = max(self._action, _width(text))
                for text in _sure_formulas(lines):
                    self._formula = max(self._formula, _width(text))

    def _read(self, lines: list[Line]) -> TableRow:
        if time.monotonic() > self._until:
            raise DocumentError(
                "El texto no tiene la forma de un Programa Anual de Trabajo: revise si es el documento."
            )
        row = TableRow(lines[0].page, lines[0].number)
        first, rest = _first_lines(lines)
        action = list(first.action)
        ended = next((at for at, text in enumerate(action) if CODE_AT_END.search(text)), None)
        if ended is not None and ended + 1 < len(action):
            # Each cell on lines of its own: what stands below the end of the action is the unit.
            row.cells["unit"] = action[ended + 1 :]
            action = action[: ended + 1]
        elif first.unit_in is not None and action and action[-1].split():
            self._take_unit(row, action, first.unit_in, lines, rest, first.formula)
        if first.target:
            row.cells["target"] = [first.target]
        self._split(row, action, list(first.formula), rest, first.closed)
        return row

    def _take_unit(
        self, row: TableRow, action: list[str], at: int, lines: list[Line], rest: list[str], formula: list[str]
    ) -> None:
        """The last words of a line of the action are the unit: as many as leave room for none of the next line."""
        words = action[at].split()
        following = action[at + 1] if at + 1 < len(action) else rest[0] if rest else ""
        said = {_stem(word) for text in [*formula, *rest] for word in text.split()}
        best: list[tuple[float, int]] = []
        for count in range(1, min(4, len(words) - 1) + 1):
            unit = words[-count:]
            if not unit[0][:1].isupper():
                continue
            left = " ".join(words[:-count])
            cost = self._break_cost(left, following, self._action)
            cost -= 0.25 if _stem(unit[0]) in said else 0.0
            cost += 0.08 * (count - 1)
            best.append((cost, count))
        if not best:
            row.doubts.append(f"no se supo cuál es la unidad en «{action[at]}»")
            return
        best.sort()
        count = best[0][1]
        if len(best) > 1 and best[1][0] - best[0][0] < _UNSURE:
            row.doubts.append(f"no es seguro dónde empieza la unidad en «{action[at]}»")
        row.cells["unit"] = [" ".join(words[-count:])]
        action[at] = " ".join(words[:-count])

    def _break_cost(self, left: str, following: str, width: float) -> float:
        """How unlikely it is that a column of that width ends its line here."""
        cost = max(0.0, _width(left) - width) / width * 4 if width else 0.0
        if following:
            would_be = _width(left) + 0.5 + _width(following.split()[0])
            cost += max(0.0, width - would_be) / width * 2 if width else 0.0
            cost -= 0.12 if self._known(left, following) else 0.0
        return cost

    def _known(self, left: str, right: str) -> bool:
        if not left or not right:
            return False
        return (_plain(left.rpartition(" ")[2]), _plain(right.partition(" ")[0])) in self._pairs

    def _split(self, row: TableRow, action: list[str], formula: list[str], rest: list[str], closed: bool) -> None:
        """Share the words of the lines below the first between action and formula: the cheapest of all ways."""
        paths: list[tuple[float, list[int]]] = [(0.0, [])]
        for number, line in enumerate(rest):
            words = line.split()
            code = CODE_IN.search(line)
            choices: Iterable[int] = range(len(words) + 1)
            if code and not closed:
                choices = [len(line[: code.end()].split())]
            elif closed:
                choices = [0]
            grown = []
            for cost, path in paths:
                done_action, done_formula = self._parts(action, formula, rest[:number], path)
                for at in choices:
                    step = self._step(done_action, done_formula, words, at, closed=closed)
                    grown.append((cost + step, [*path, at]))
            if code:
                closed = True
            grown.sort(key=lambda one: one[0])
            paths = grown[:_PATHS]
        judged = sorted((cost + self._whole(action, formula, rest, path), path) for cost, path in paths)
        best = judged[0]
        done_action, done_formula = self._parts(action, formula, rest, best[1])
        row.cells["action"], row.cells["indicator"] = done_action, done_formula
        if len(judged) > 1 and judged[1][0] - best[0] < _UNSURE:
            at = next((i for i, (one, other) in enumerate(zip(best[1], judged[1][1], strict=True)) if one != other), 0)
            row.doubts.append(f"no es seguro qué es de la acción y qué del indicador en «{rest[at]}»")

    def _parts(
        self, action: list[str], formula: list[str], rest: Sequence[str], path: Sequence[int]
    ) -> tuple[list[str], list[str]]:
        left, right = list(action), list(formula)
        for line, at in zip(rest, path, strict=True):
            words = line.split()
            if at:
                left.append(" ".join(words[:at]))
            if at < len(words):
                right.append(" ".join(words[at:]))
        return [text for text in left if text], [text for text in right if text]

    def _step(self, action: list[str], formula: list[str], words: list[str], at: int, *, closed: bool) -> float:
        left, right = " ".join(words[:at]), " ".join(words[at:])
        cost = 0.0
        if left:
            cost += self._break_cost(action[-1], left, self._action) if action else 0.0
            cost += max(0.0, _width(left) - self._action) / (self._action or 1) * 4
        elif not closed:
            cost += 0.35
        if right:
            cost += self._break_cost(formula[-1], right, self._formula) if formula else 0.3
            cost += max(0.0, _width(right) - self._formula) / (self._formula or 1) * 4
            if formula and FORMULA_ENDS.search(" ".join(formula)):
                cost += 1.5
        elif not FORMULA_ENDS.search(" ".join(formula)):
            cost += 0.25
        if left and right and self._known(left, right):
            cost += 0.08
        return cost

    def _whole(self, action: list[str], formula: list[str], rest: list[str], path: list[int]) -> float:
        """What a formula that is read to its end says: its brackets close, and it has its hundred."""
        _, done = self._parts(action, formula, rest, path)
        text = " ".join(done)
        cost = 0.4 * abs(text.count("(") - text.count(")"))
        return cost + (0.0 if FORMULA_ENDS.search(text) else 0.4)


@dataclass(slots=True)
class _First:
    """What a row has before its columns run beside each other. ``unit_in``: the line of the action that ends in it."""

    action: list[str]
    target: str
    formula: list[str]
    unit_in: int | None
    closed: bool


def _first_lines(lines: list[Line]) -> tuple[_First, list[str]]:
    """Up to the line that begins the formula; the lines below, where action and formula share each line."""
    texts = [line.text for line in lines]
    first = _First([], "", [], None, False)
    for at, text in enumerate(texts):
        key = KEY_IN.search(text)
        left = text[: key.start()].rstrip() if key else text
        found = (_TARGET_BEFORE if key else _PERCENT).search(left)
        if found and not first.target:
            first.target = found["target"].strip()
            behind = left[found.end() :].strip()
            left = left[: found.start()].strip()
            if left or first.unit_in is None:
                first.unit_in = len(first.action) if left else 0
            if left:
                first.action.append(left)
            if behind and not key:
                first.formula.append(behind)
        elif left.strip():
            first.action.append(left.strip())
        if CODE_IN.search(left):
            first.closed = True
        if key:
            first.formula.append(text[key.start() :])
        if first.formula:
            return first, texts[at + 1 :]
    return first, []


def _rows_of(lines: list[Line]) -> Iterable[list[Line]]:
    """A row ends when its action has its key, its formula its hundred, and it has a target."""
    row: list[Line] = []
    coded = ended = keyed = False
    for line in lines:
        if KEY_IN.search(line.text) and keyed and row:
            yield row
            row, coded, ended, keyed = [], False, False, False
        if len(row) >= _MOST_LINES:
            yield row
            row, coded, ended, keyed = [], False, False, False
        row.append(line)
        keyed = keyed or bool(KEY_IN.search(line.text))
        coded = coded or bool(CODE_IN.search(line.text))
        text = " ".join(one.text for one in row)
        ended = ended or bool(
            re.search(r"[*×xX·]\s*\(?\s*100\s*%?\s*\)?", text[text.find("=") :] if "=" in text else text)
        )
        if coded and ended and (keyed or _PERCENT.search(text)):
            yield row
            row, coded, ended, keyed = [], False, False, False
    if row:
        yield row


def _sure_actions(lines: list[Line]) -> Iterable[str]:
    first, _ = _first_lines(lines)
    for at, text in enumerate(first.action):
        words = text.split()
        yield " ".join(words[:-1]) if at == first.unit_in and len(words) > 1 else text


def _sure_formulas(lines: list[Line]) -> Iterable[str]:
    first, rest = _first_lines(lines)
    yield from first.formula
    for text in rest:
        code = CODE_IN.search(text)
        if code:
            yield text[code.end() :].strip()


@lru_cache(maxsize=20_000)
def _plain(word: str) -> str:
    return fold(word).strip(".,;:()")


def _stem(word: str) -> str:
    return re.sub(r"(?:es|s)$", "", fold(word).strip(".,;:()"))
