"""What the columns of a file were said to be, kept for the next file with the same header."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from accounts.access import Access, Action
from catalog.acts import CatalogueAct
from catalog.layout.finding import Head, candidates
from catalog.layout.laying import sheet_name
from catalog.layout.mapping import MappingError, SheetMapping
from catalog.models import ColumnMemory
from core import trail
from core.moments import moment_text
from core.spreadsheets import Grid
from core.uploads import display_name


@dataclass(frozen=True, slots=True)
class Remembered:
    """``mapping``: with the sheets of these files that have the header; ``who``, ``when``: in words."""

    mapping: SheetMapping
    who: str
    when: str


def remember_columns(*, access: Access, head: Head, mapping: SheetMapping, file_name: str, now: datetime) -> None:
    """Keep the mapping under the header, instead of the one that was kept before. Raises NotAllowed."""
    access.require(Action.MANAGE_CATALOG, "Solo Planeación dice qué son las columnas de un catálogo.")
    kept = replace(mapping, sheets=(), header=None).as_json()
    with transaction.atomic():
        before = ColumnMemory.objects.select_for_update().filter(fingerprint=head.fingerprint).first()
        if before is not None and before.mapping == kept:
            return
        values = {"mapping": kept, "file_name": display_name(file_name), "at": now, "by": access.user}
        row, _ = ColumnMemory.objects.update_or_create(fingerprint=head.fingerprint, defaults=values)
        trail.record(
            subject=row,
            action=CatalogueAct.MAP_COLUMNS,
            actor=access.user,
            at=now,
            capacity=access.capacity(Action.MANAGE_CATALOG, 0),
            changes={"columnas": [before and before.mapping["columnas"], kept["columnas"]]},
        )


def remembered(grids: Sequence[Grid]) -> Remembered | None:
    """What was said of the header of one of the sheets, with all visible sheets that have it; None for a new one."""
    heads: dict[str, list[tuple[str, Head]]] = {}
    for grid in grids:
        if not grid.visible or grid.refused:
            continue
        own = {head.fingerprint: head for head in reversed(candidates(grid)) if sum(map(bool, head.headers)) > 1}
        for fingerprint, head in own.items():
            heads.setdefault(fingerprint, []).append((sheet_name(grid, grids), head))
    for row in ColumnMemory.objects.filter(fingerprint__in=heads).select_related("by").order_by("-at"):
        found = heads[row.fingerprint]
        places = {(head.first_row, head.last_row) for _, head in found}
        try:
            mapping = SheetMapping.from_json(row.mapping)
        except MappingError:  # of a column that this version does not have any more
            continue
        header = places.pop() if len(places) == 1 else None
        mapping = replace(mapping, sheets=tuple(name for name, _ in found), header=header)
        return Remembered(mapping, str(row.by), moment_text(row.at))
    return None
