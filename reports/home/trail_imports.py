"""Imports in the trail: each wrote an entry a row, of one moment and one file; here each is one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, QuerySet
from django.urls import reverse

from accounts.access import Access, Action
from accounts.models import User
from catalog.models import CatalogImport
from core.models import TrailEntry
from core.moments import moment_text
from core.trail import sentence_of
from reports.home.trail_search import IMPORT, IMPORTS, Asked

_ONE = ("at", "actor", "action", "reason")


@dataclass(frozen=True, slots=True)
class ImportLine:
    """``file`` is what its entries say of it, ``rows_url`` shows them; ``record_url`` is empty without a page."""

    at: str
    who: str
    act: str
    rows: str
    file: str
    rows_url: str
    record_url: str


def one_for_each(asked: Asked) -> bool:
    """Whether the list of imports is asked for, and not the rows of one."""
    return asked.typed["lista"] == IMPORTS and not asked.typed[IMPORT]


def imports_in(entries: QuerySet[TrailEntry]) -> QuerySet[Any, dict[str, Any]]:
    """The latest first, each with how many entries it wrote and the key of the first of them."""
    each = entries.select_related(None).order_by().values(*_ONE)
    return each.annotate(rows=Count("pk"), first=Min("pk")).order_by("-first")


def import_lines(access: Access, asked: Asked, found: Sequence[dict[str, Any]]) -> list[ImportLine]:
    """Two queries: who did them, and the records of those of the catalogue."""
    people = User.objects.in_bulk({one["actor"] for one in found if one["actor"]})
    records = {}
    if access.allows(Action.READ_CATALOG):
        made = CatalogImport.objects.filter(at__in={one["at"] for one in found}).values_list(
            "at", "actor", "fiscal_year__year", "pk"
        )
        records = {(at, actor): reverse("catalog:record", args=[year, pk]) for at, actor, year, pk in made}
    kept = {name: value for name, value in asked.typed.items() if value}
    return [
        ImportLine(
            at=moment_text(one["at"]),
            who=str(people[one["actor"]]) if one["actor"] else "el sistema",
            act=sentence_of(one["action"]),
            rows=f"{one['rows']:,}",
            file=one["reason"],
            rows_url=f"?{urlencode({**kept, IMPORT: one['first']})}",
            record_url=records.get((one["at"], one["actor"]), ""),
        )
        for one in found
    ]
