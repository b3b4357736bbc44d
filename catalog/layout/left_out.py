"""Why sheets of a file are not read with the others: nothing is dropped without a word."""

from collections.abc import Collection, Sequence

from catalog.layout.finding import find_head
from catalog.layout.laying import sheet_name
from core.spreadsheets import Grid

OTHER_HEAD = "tiene otro encabezado: súbala aparte"
NO_TABLE = "no tiene una tabla como esa"
NOT_CHOSEN = "no está marcada"
_SHOWN = 10


def why_left_out(grid: Grid, fingerprints: Collection[str]) -> str:
    """Why a sheet that is not read is not. ``fingerprints``: of the headers of those that are."""
    if grid.refused:
        return grid.refused.removesuffix(".")
    head = find_head(grid)
    if head is None:
        return NO_TABLE
    return NOT_CHOSEN if head.fingerprint in fingerprints else OTHER_HEAD


def told_left_out(grids: Sequence[Grid], read: Collection[str], fingerprints: Collection[str]) -> list[str]:
    """A sentence without full stop for each reason. ``read``: the names of the sheets that are read."""
    reasons: dict[str, list[str]] = {}
    for grid in grids:
        name = sheet_name(grid, grids)
        if name not in read and (grid.rows or grid.refused):
            why = why_left_out(grid, fingerprints)
            reasons.setdefault(why if grid.visible else f"está oculta y {why}", []).append(f"«{name}»")
    return [_told(names, why) for why, names in reasons.items()]


def _told(names: Sequence[str], why: str) -> str:
    if len(names) == 1:
        return f"La hoja {names[0]} no se lee: {why}"
    more = f" y {len(names) - _SHOWN:,} más" if len(names) > _SHOWN else ""
    return f"No se leen las hojas {', '.join(names[:_SHOWN])}{more}. De cada una: {why}"
