"""A preview as plain lists that JSON keeps: what a page shows, what a record remembers."""

from typing import Any

from catalog.imports.preview import CatalogPreview, Change, Kind, Status
from catalog.workbook.errors import told_row

# Key, title, and the kinds of change it lists, in the order of the page.
TITLES = {
    "added": "Se agregan",
    "renamed": "Cambian de nombre",
    "moved": "Se mueven",
    "adjusted": "Se ajusta su meta",
    "target": "Cambia su meta",
    "formula": "Cambia su fórmula o acumulación",
    "changed": "Otros cambios",
    "captured": "Afectan indicadores que ya tienen capturas",
    "absent": "Están en el catálogo y no en el archivo",
    "same": "Quedan igual",
}
_KINDS = {
    Kind.ADDED: "added", Kind.RENAMED: "renamed", Kind.MOVED: "moved", Kind.ADJUSTED: "adjusted",
    Kind.TARGET: "target", Kind.FORMULA: "formula", Kind.CHANGED: "changed",
}  # fmt: skip

Sections = dict[str, list[list[Any]]]


def sections_of(preview: CatalogPreview, *, with_same: bool = True) -> Sections:
    """``{section: rows}``; a row is [row of the file or None, what, label, field, before, after].

    ``captured`` repeats the changes below which there are captures. ``same`` has one row a row of the file.
    """
    found: Sections = {key: [] for key in TITLES}
    for change in preview.changes:
        line = line_of(change)
        found[_KINDS[change.kind]].append(line)
        if change.captured:
            found["captured"].append(line)
    found["absent"] = [[None, *absent, "", "", ""] for absent in preview.absent]
    if with_same:
        found["same"] = [
            [told_row(row.row), row.what, f"{row.code} {row.name}", "", "", ""]
            for row in preview.rows
            if row.status is Status.STAY
        ]
    return {key: lines for key, lines in found.items() if lines}


def line_of(change: Change) -> list[Any]:
    return [told_row(change.row), change.what, change.label, change.field, change.before, change.after]
