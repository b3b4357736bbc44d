"""A row of the draft, and what is doubtful in it by its own words, whatever the document says."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from catalog.layout.printed_codes import ACTION_CODE, code_of
from catalog.official_document.doubts import proposals

NOT_FOUND = "no está en el documento"
BROKEN_OFF = "termina a la mitad de una palabra"
BEGINS_SMALL = "empieza con minúscula: puede faltarle el principio"
BREAKS = ("-", "\u00ad", "\u2010")
_CAPITALIZED = ("axis", "objective", "strategy", "department", "action")
_KEYS = re.compile(ACTION_CODE)
_MIXED = re.compile(rf"=|[*×]\s*\(?\s*100\b|{ACTION_CODE}")
"""What a label never has."""


@dataclass(slots=True)
class DraftRow:
    """``doubts``: a field, or «» for the row, and what is doubtful."""

    page: int
    line: int
    values: dict[str, str]
    doubts: list[tuple[str, str]] = field(default_factory=list)
    ends_open: bool = False  # whether its action may go on: its key, which ends it, has not come

    def doubt(self, name: str, why: str) -> None:
        if (name, why) not in self.doubts:
            self.doubts.append((name, why))


def rows_of_action(row: DraftRow, rows: Sequence[DraftRow]) -> list[DraftRow]:
    """The rows above that are of the same action."""
    return [one for one in rows if one.values["action_code"] == row.values["action_code"]]


def tell_cut(row: DraftRow, names: Sequence[str]) -> None:
    """What begins or ends in the middle of a word or of a sentence, of which a piece may have been lost."""
    for name in names:
        value = row.values.get(name, "")
        if value.endswith(BREAKS):
            row.doubt(name, BROKEN_OFF)
        if name in _CAPITALIZED and value[:1].islower():
            row.doubt(name, BEGINS_SMALL)


def tell_misspelt(row: DraftRow, names: Sequence[str]) -> None:
    tell_cut(row, names)
    for name in names:
        for word, meant in proposals(row.values.get(name, "")):
            row.doubt(name, f"«{word}» ¿es «{meant}»?")


def tell_mixed(row: DraftRow, name: str) -> None:
    """What no label has: a piece of the formula around it. ``name``: what stands before the sign of equality."""
    for label_name in ("numerator", "denominator"):
        if _MIXED.search(row.values[label_name]):
            row.doubt(label_name, "tiene un pedazo de la fórmula; compárela con el documento")
    if _MIXED.search(name):
        row.doubt("indicator", "tiene un pedazo de la fórmula; compárela con el documento")
        row.doubt("numerator", "no es seguro dónde empieza")


def compare_rows(rows: Sequence[DraftRow], text: str, *, by_columns: bool) -> None:
    """What the rows of one programme say of each other, and of the keys that stand in the text of its table.

    ``by_columns``: whether the columns of the table were those of a page; where a text had to tell them and something
    lacks in one row, it may stand in any other, and all of them are doubtful.
    """
    keys = [row.values.get("indicator_code") or row.values["action_code"] for row in rows]
    times = Counter(keys)
    for row, key in zip(rows, keys, strict=True):
        if times[key] > 1:
            row.doubt("", f"{key} está en más de una fila; compárelas con el documento")
    if any(row.values["unit"][:1].isupper() for row in rows):
        for row in rows:
            if row.values["unit"][:1].islower():
                row.doubt("unit", BEGINS_SMALL)
    has = {*keys, *(row.values["action_code"] for row in rows)}
    own = f"{rows[0].values['program_code']}-"
    lost = sorted(code for code in {code_of(code) for code in _KEYS.findall(text)} - has if code.startswith(own))
    if lost:
        rows[0].doubt("", f"en su tabla se lee {', '.join(lost)} y ninguna fila tiene esa clave")
    if not by_columns and (lost or len(times) < len(keys) or any(map(_has_gaps, rows))):
        for row in rows:
            row.doubt("", "el texto no conserva las columnas de la tabla; compare la fila con el documento")


def _has_gaps(row: DraftRow) -> bool:
    """Whether the row lacks what each has."""
    return any(not row.values[name] for name in ("action", "unit", "target", "numerator", "denominator"))
