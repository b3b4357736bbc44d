"""«<< Plan > Eje Rector: … > Objetivo: … > Estrategia: … >>», on one line or on several."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from catalog.official_document.lines import Line

_LABEL = re.compile(
    r"(?:(?<=[>»›|/→;.,])|(?<=\s)|^)\s*"
    r"(?P<what>eje(?:\s+rector|\s+estrat[eé]gico)?|objetivo(?:\s+(?:general|estrat[eé]gico|espec[ií]fico))?|estrategia)"
    r"\s*(?P<key>\d+(?:\.\d+)*\.?)?\s*:",
    re.IGNORECASE,
)
# The same words at the beginning of a line, as in a small table of two columns.
_AT_THE_LEFT = re.compile(
    r"(?P<what>plan(?=\s+plan\b|\s*$)|eje(?:\s+rector|\s+estrat[eé]gico)?"
    r"|objetivo(?:\s+(?:general|estrat[eé]gico|espec[ií]fico))?|estrategia)"
    r"(?:\s+(?P<key>\d+(?:\.\d+)*\.?))?(?:\s+|$)",
    re.IGNORECASE,
)
_ORDER = ("plan", "axis", "objective", "strategy")
_SIGNS = " \t<>«»‹›|/→;"
_FIELDS = {"pla": "plan", "eje": "axis", "obj": "objective", "est": "strategy"}


@dataclass(slots=True)
class _Row:
    """A line of the small table: ``name`` and ``key`` where it has a label, and what stands beside it."""

    y: float
    page: int
    name: str
    key: str
    value: str


def in_two_columns(lines: Sequence[Line]) -> tuple[list[tuple[str, str, list[str]]], bool]:
    """What each label at the left has beside it: its field, its key, its lines; and whether that is sure.

    Nothing where a label lacks. A label may stand half-way down beside the lines that are its own.
    """
    rows = _rows(lines)
    labels = [row for row in rows if row.name]
    if not {"axis", "objective", "strategy"} <= {row.name for row in labels}:
        return [], True
    values = [row for row in rows if row.value]
    if not any(row.value for row in labels) and rows[: len(labels)] == labels:
        # By columns: the labels, then as many lines. Where one needs two of them nobody knows which.
        if len(values) != len(labels):
            return [], True
        return [(row.name, row.key, [one.value]) for row, one in zip(labels, values, strict=True)], True
    blocks = _blocks(values)
    sure = all(row.value[:1] and not row.value[:1].islower() for row in labels)
    if len(blocks) == len(labels) and all(_beside(row, block) for row, block in zip(labels, blocks, strict=True)):
        return [
            (row.name, row.key, [one.value for one in block]) for row, block in zip(labels, blocks, strict=True)
        ], True
    found: list[tuple[str, str, list[str]]] = []
    for row in rows:
        if row.name or not found:
            found.append((row.name or "plan", row.key, []))
        if row.value:
            found[-1][2].append(row.value)
    return found, sure and len({name for name, _, _ in found}) == len(found)


def _rows(lines: Sequence[Line]) -> list[_Row]:
    rows: list[_Row] = []
    last = -1
    for line in lines:
        mark = _AT_THE_LEFT.match(line.text)
        name = _FIELDS[mark["what"][:3].lower()] if mark else ""
        at = _ORDER.index(name) if name else -1
        if mark is None or at <= last:
            rows.append(_Row(line.y, line.page, "", "", line.text))
            continue
        last = at
        rows.append(_Row(line.y, line.page, name, (mark["key"] or "").rstrip("."), line.text[mark.end() :].strip()))
    return rows


def _blocks(values: Sequence[_Row]) -> list[list[_Row]]:
    """The cells of the right column: within one the lines stand closest."""
    steps = [lower.y - upper.y for upper, lower in pairwise(values) if lower.page == upper.page]
    if not steps:
        return [list(values)]
    closest = min(steps)
    blocks = [[values[0]]]
    for upper, lower in pairwise(values):
        if lower.page != upper.page or lower.y - upper.y > 1.08 * closest:
            blocks.append([])
        blocks[-1].append(lower)
    return blocks


def _beside(label: _Row, block: Sequence[_Row]) -> bool:
    return block[0].page == label.page and block[0].y - 1 <= label.y <= block[-1].y + 1


def plan_of(text: str) -> dict[str, str]:
    """``plan``, ``axis``, ``objective``, ``strategy``, and the keys beside the words: what of them is there."""
    found: dict[str, str] = {}
    marks: list[tuple[str, re.Match[str]]] = []
    for mark in _LABEL.finditer(text):
        name = _FIELDS[mark["what"][:3].lower()]
        if name not in {known for known, _ in marks}:
            marks.append((name, mark))
    plan = text[: marks[0][1].start()] if marks else text
    found["plan"] = _clean(plan)
    for at, (name, mark) in enumerate(marks):
        end = marks[at + 1][1].start() if at + 1 < len(marks) else len(text)
        found[name] = _clean(text[mark.end() : end])
        if mark["key"]:
            found[f"{name}_key"] = mark["key"].rstrip(".")
    return {name: value for name, value in found.items() if value}


def _clean(text: str) -> str:
    return re.sub(r"^plan\s*(?::\s*|(?=plan\b))", "", text.strip(_SIGNS), flags=re.IGNORECASE).strip(_SIGNS)
