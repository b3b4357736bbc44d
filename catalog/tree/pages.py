"""What the pages of one thing of the catalogue show: where it stands, what it holds, what can be done, its history."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from catalog.tree import editing, kinds
from catalog.tree.kinds import Kind
from catalog.wording import where_it_shows
from core.models import TrailEntry
from indicators.history import HistoryLine, field_words, history_line
from indicators.models import Indicator
from indicators.wording import retired_text, target_words
from programs.models import FiscalYear, Program

HISTORY = 20


def head_context(fiscal_year: FiscalYear, row: Any) -> dict[str, Any]:
    """What every page of one thing has: its name, its path and the year."""
    kind = kinds.BY_MODEL[type(row)]
    return {
        "fiscal_year": fiscal_year, "year": str(fiscal_year.year), "kind": kind, "row": row,
        "key": kinds.address_of(row)[1], "label": kinds.label_of(row),
        "above": [_link(fiscal_year, above) for above in kinds.path_of(row)],
        "can_change": not fiscal_year.locked,
    }  # fmt: skip


def new_context(fiscal_year: FiscalYear, kind: Kind, parent: Any) -> dict[str, Any]:
    above = [*kinds.path_of(parent), parent]
    return {
        "fiscal_year": fiscal_year, "year": str(fiscal_year.year), "kind": kind,
        "above": [_link(fiscal_year, row) for row in above], "can_change": not fiscal_year.locked,
        "cancel": _link(fiscal_year, parent)["url"],
    }  # fmt: skip


def node_context(fiscal_year: FiscalYear, row: Any, *, can_write: bool) -> dict[str, Any]:
    kind = kinds.BY_MODEL[type(row)]
    child_kind = kinds.below(kind)
    captured = editing.has_captures(row)
    return head_context(fiscal_year, row) | {
        "held": child_kind,
        "children": _children(fiscal_year, row, child_kind),
        "captured": captured,
        "retired": _retired(row),
        "some_retired": _some_retired(row),
        "retires": kind in kinds.RETIRED,
        "links": _links(fiscal_year, row, can_write),
        "can_change": can_write and not fiscal_year.locked,
        "also_in": _other_years(fiscal_year, kind),
        "history": _history(row),
        "target": target_words(row, row.target, row.action.unit) if isinstance(row, Indicator) else "",
    }


def _link(fiscal_year: FiscalYear, row: Any) -> dict[str, str]:
    kind = kinds.BY_MODEL[type(row)]
    url = reverse("catalog:node", args=[fiscal_year.year, *kinds.address_of(row)])
    return {"kind": kind.name.capitalize(), "label": kinds.label_of(row), "url": url}


def _children(fiscal_year: FiscalYear, row: Any, child_kind: Kind | None) -> list[dict[str, Any]]:
    """What stands directly below, with the neighbours that moving up or down needs."""
    if child_kind is None:
        return []
    rows = kinds.children(row)
    if child_kind is kinds.PROGRAMS:
        rows = rows.filter(fiscal_year=fiscal_year)
    found = list(rows)
    ordered = child_kind in kinds.ORDERED
    months = _retirements(child_kind, found)
    return [
        {
            **_link(fiscal_year, child),
            "key": kinds.address_of(child)[1],
            "retired": retired_text(months.get(child.pk, [])),
            "up": str(found[place - 1].pk) if ordered and place else "",
            "down": str(found[place + 2].pk) if ordered and place + 2 < len(found) else "",
            "is_last": place == len(found) - 1,
            "ordered": ordered and len(found) > 1,
        }
        for place, child in enumerate(found)
    ]


def _retirements(child_kind: Kind, rows: Sequence[Any]) -> dict[int, list[int | None]]:
    """By key, the months in which the indicators below each of these were retired; one query."""
    path = {kinds.PROGRAMS: "action__program", kinds.ACTIONS: "action", kinds.INDICATORS: "pk"}.get(child_kind)
    found: dict[int, list[int | None]] = {}
    if path and rows:
        below = Indicator.objects.filter(**{f"{path}__in": [row.pk for row in rows]})
        for key, month in below.values_list(path, "retired_from"):
            found.setdefault(key, []).append(month)
    return found


def _retired(row: Any) -> str:
    """Since when all of it is retired, in words."""
    if kinds.BY_MODEL[type(row)] not in kinds.RETIRED:
        return ""
    return retired_text(indicators_of(row).values_list("retired_from", flat=True))


def _some_retired(row: Any) -> bool:
    kind = kinds.BY_MODEL[type(row)]
    return kind in kinds.RETIRED and bool(indicators_of(row).filter(retired_from__isnull=False).exists())


def indicators_of(row: Any) -> Any:
    """The indicators of a programme, an action or the one itself, in code order."""
    path = {kinds.PROGRAMS: "action__program", kinds.ACTIONS: "action", kinds.INDICATORS: "pk"}
    value = row.pk if isinstance(row, Indicator) else row
    return Indicator.objects.filter(**{path[kinds.BY_MODEL[type(row)]]: value}).order_by("code")


def _links(fiscal_year: FiscalYear, row: Any, can_write: bool) -> list[tuple[str, str]]:
    """(text, address) of the other pages about it."""
    year = fiscal_year.year
    if isinstance(row, Program):
        return [("Ver la hoja del programa", reverse("reports:program", args=[year, row.code]))]
    if isinstance(row, Indicator):
        changes = [("Umbrales propios", reverse("catalog:own_thresholds", args=[year, row.code]))] if can_write else []
        return [
            ("Cambiar la meta" if can_write else "Ver la meta", reverse("catalog:target", args=[year, row.code])),
            *changes,
            ("Ver la ficha del indicador", reverse("reports:indicator", args=[year, row.code])),
        ]
    return []


def _other_years(fiscal_year: FiscalYear, kind: Kind) -> str:
    """Where a change of the plan's hierarchy shows as well, and where it does not; empty where no other year is."""
    if kind.year:
        return ""
    return where_it_shows(fiscal_year.plan.fiscal_years.exclude(pk=fiscal_year.pk))


def _history(row: Any) -> list[HistoryLine]:
    entries = TrailEntry.objects.filter(subject_type=row._meta.label_lower, subject_id=row.pk)
    words = field_words(row._meta.label_lower)
    return [
        history_line(entry, own=True, words=words)
        for entry in entries.select_related("actor").order_by("-id")[:HISTORY]
    ]
