"""What stands above the table and holds for all of it: «Dependencia: Obras Públicas», «Ejercicio Fiscal 2024»."""

import re
from collections.abc import Iterator, Sequence

from catalog.layout.finding import Head
from catalog.layout.proposing import likeliest
from core.spreadsheets import Grid, Kind, single_line

SHEET, ABOVE, BETWEEN = "{hoja}", "{arriba}", "{entre filas}"
"""Values that are looked up: the name of each sheet, what stands above its table, the last title between its rows."""
INDICATOR = "{indicador}"
"""For the action alone: the text of its indicator, in a file that has indicators only."""
TOKENS = (SHEET, ABOVE, BETWEEN, INDICATOR)
SAID = ("plan", "year", "axis", "objective", "strategy", "department", "program", "program_code")
"""What may be said once for a whole table."""
_MAX_VALUE, _MAX_LABEL = 300, 60
_PAIR = re.compile(r"\s*([^:]{3,60}?)\s*:\s*(\S.*)", re.DOTALL)
_YEAR = re.compile(
    r"(?:ejercicio(?: fiscal)?|programa operativo anual|programa anual(?: de trabajo)?|poa|pat|pbr|mir|metas|año|"
    r"matriz de indicadores[^0-9]*)\W*(?:del? )?(20\d\d)\b(?!\s*[-–a]\s*20)",
    re.IGNORECASE,
)
_PLAN = re.compile(r"plan municipal de desarrollo\b.*?\b20\d\d\s*[-–—a]+\s*20\d\d", re.IGNORECASE | re.DOTALL)
_CODED = re.compile(r"([A-ZÑ]{2,6}-\d{2,3})\s+(\S.*)", re.DOTALL)


def said_above(grids: Sequence[tuple[Grid, Head]]) -> dict[str, str]:
    """By field, what the rows above the header say of all these sheets; ``ABOVE`` where each says another."""
    found = [said_of(grid, head) for grid, head in grids]
    first = found[0] if found else {}
    return {
        name: value if all(other[name] == value for other in found) else ABOVE
        for name, value in first.items()
        if all(name in other for other in found)
    }


def said_of(grid: Grid, head: Head) -> dict[str, str]:
    """By field, what the rows above the header of one sheet say."""
    return dict(_said(_pairs(grid, head)))


def said_between(texts: Sequence[str]) -> dict[str, str]:
    """By field, what a title between the rows says: «EJE 2: SEGURIDAD», «Programa: Bacheo»; {} for any other row."""
    pairs = []
    for text in texts:
        label, colon, value = text.partition(":") if ":" in text else text.partition(".")
        name = likeliest(label) if colon and value.strip() else ""
        if name in SAID and len(label) <= _MAX_LABEL:
            # A number is part of the name: «EJE 2: SEGURIDAD».
            pairs.append((name, text if any(map(str.isdigit, label)) else value))
    return dict(_said(iter(pairs)))


def _said(pairs: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for name, value in pairs:
        value = single_line(value)
        if name in seen or not value or len(value) > _MAX_VALUE:
            continue
        seen.add(name)
        code = _CODED.fullmatch(value) if name == "program" else None
        if code:
            yield "program_code", code[1]
            value = code[2]
        yield name, value


def _pairs(grid: Grid, head: Head) -> Iterator[tuple[str, str]]:
    for row in grid.rows:
        if row.number >= head.first_row:
            return
        texts = [single_line(cell.shown or cell.text) for cell in row.cells if cell.kind is not Kind.EMPTY]
        for position, text in enumerate(texts):
            if plan := _PLAN.search(text):
                yield "plan", plan[0]
            if year := _YEAR.search(text):
                yield "year", year[1]
            pair = _PAIR.fullmatch(text)
            label, value = (pair[1], pair[2]) if pair else (text.rstrip(": "), "")
            if not value and text.endswith(":") and position + 1 < len(texts):
                value = texts[position + 1]
            name = likeliest(label) if value else ""
            if name in SAID and not value.endswith(":"):
                yield name, value
