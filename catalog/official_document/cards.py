"""Actions that stand one below the other, each with «Acción:», «Unidad de medida:», «Meta:», «Indicador:»."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.layout.printed_codes import ACTION_CODE
from catalog.official_document.lines import Line
from catalog.official_document.table_rows import TableRow
from catalog.official_document.words import LABELS, label, of_head

_COLON = re.compile(rf"(?P<before>[^:]*?)(?:\s+(?P<key>{ACTION_CODE}|\d{{1,3}}\.?))?\s*:\s*")
_LONGEST = 5  # words of a label
_ORDER = {role: at for at, role in enumerate(LABELS)}


@dataclass(frozen=True, slots=True)
class _Mark:
    """A label with its colon: where it stands, of what it is, and the key or number behind its words."""

    start: int
    end: int
    role: str
    key: str


def begins_card(text: str) -> bool:
    if ":" not in text[:60]:
        return False
    mark = next(_marks(text), None)
    return mark is not None and mark.start == 0 and mark.role == "action"


def _marks(text: str) -> Iterator[_Mark]:
    """Before each colon the longest words that are a label: «Solicitudes Meta:» has «Meta»."""
    for colon in _COLON.finditer(text):
        words = list(re.finditer(r"\S+", colon["before"]))[-_LONGEST:]
        for at, word in enumerate(words):
            label_words = [one[0] for one in words[at:]]
            if word[0][:1].isupper() and _role(label_words):
                yield _Mark(colon.start() + word.start(), colon.end(), _role(label_words), colon["key"] or "")
                break


def cards_of(lines: Sequence[Line]) -> list[TableRow]:
    """A row a card; none where the lines are no cards."""
    if sum(begins_card(line.text) for line in lines) < 1:
        return []
    rows: list[TableRow] = []
    role = ""
    for line in lines:
        for label_role, key, text in _pieces(line.text):
            if label_role == "action":
                rows.append(TableRow(line.page, line.number))
                if re.fullmatch(ACTION_CODE, key):
                    rows[-1].cells["key"] = [key]
            role = label_role or role
            if rows and role and text:
                rows[-1].cells.setdefault(role, []).append(text)
    return rows if any("target" in row.cells or "unit" in row.cells for row in rows) else []


def _pieces(text: str) -> Iterator[tuple[str, str, str]]:
    """What stands behind each label of the line; before the first one it belongs to the label above."""
    marks = list(_marks(text))
    if not marks or marks[0].start > 0:
        yield "", "", text[: marks[0].start].strip() if marks else text.strip()
    for at, mark in enumerate(marks):
        end = marks[at + 1].start if at + 1 < len(marks) else len(text)
        yield mark.role, mark.key, text[mark.end : end].strip()


def _role(words: Sequence[str]) -> str:
    roles = {label(word) for word in words} - {""}
    if not roles or not all(of_head(word) for word in words):
        return ""
    return min(roles, key=lambda role: _ORDER[role])
