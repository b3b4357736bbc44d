"""Where the subject of an act is shown, and the files of the instruments that it cites, for a page of the trail."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.access import Access, Action
from accounts.models import ApiToken, Membership, User
from catalog.models import CatalogImport
from core.models import TrailEntry
from indicators.models import Extension, Indicator, InstrumentFile, Measurement, TargetAdjustment
from programs.models import Department, FiscalYear, Program


@dataclass(frozen=True, slots=True)
class Linked:
    """``url`` empty where the subject has no page, or none that this person opens."""

    url: str = ""
    files: tuple[InstrumentFile, ...] = ()


@dataclass(frozen=True, slots=True)
class _Page:
    """``values``: what its address is made of, after the key; ``catalog``: it is for who reads the catalogue."""

    values: tuple[str, ...]
    address: Callable[..., str]
    catalog: bool = False


def _of_code(name: str) -> Callable[..., str]:
    return lambda year, code: reverse(name, args=[year, code])


_PAGES: Mapping[Any, _Page] = {
    Measurement: _Page(
        ("fiscal_year__year", "indicator__code", "month"),
        lambda year, code, month: reverse("indicators:history", args=[year, code, month]),
    ),
    TargetAdjustment: _Page(
        ("indicator__fiscal_year__year", "indicator__code"),
        lambda year, code: reverse("reports:indicator", args=[year, code]) + "?mes=12#adjustments",
    ),
    Indicator: _Page(("fiscal_year__year", "code"), _of_code("reports:indicator")),
    Program: _Page(("fiscal_year__year", "code"), _of_code("reports:program")),
    Extension: _Page(("period__fiscal_year__year",), lambda year: reverse("indicators:calendar", args=[year])),
    FiscalYear: _Page(("year",), lambda year: reverse("catalog:thresholds", args=[year]), catalog=True),
    CatalogImport: _Page(
        ("fiscal_year__year", "pk"), lambda year, pk: reverse("catalog:record", args=[year, pk]), catalog=True
    ),
    Department: _Page(("prefix",), lambda prefix: reverse("catalog:department", args=[prefix]), catalog=True),
    Membership: _Page(("user_id",), lambda pk: reverse("catalog:person", args=[pk]), catalog=True),
    ApiToken: _Page(("person_id",), lambda pk: reverse("catalog:person", args=[pk]), catalog=True),
    User: _Page(("pk",), lambda pk: reverse("catalog:person", args=[pk]), catalog=True),
}
_OF_PERSON: Mapping[Any, str] = {
    User: "is_superuser", Membership: "user__is_superuser", ApiToken: "person__is_superuser"
}  # fmt: skip
# The subject of an act that cites a file, and the column of the file that names it.
_FILED = {
    Extension: "extension_id", TargetAdjustment: "adjustment_id", Membership: "membership_id",
    Measurement: "measurement_id",
}  # fmt: skip


def links_of(access: Access, entries: Sequence[TrailEntry]) -> list[Linked]:
    """Of each entry; a query for each kind of subject on the page, and one for the files."""
    reads_catalog = access.allows(Action.READ_CATALOG)
    keys: dict[str, set[int]] = {}
    for entry in entries:
        keys.setdefault(entry.subject_type, set()).add(entry.subject_id)
    urls = {
        (model._meta.label_lower, pk): url
        for model, page in _PAGES.items()
        if model._meta.label_lower in keys and (reads_catalog or not page.catalog)
        for pk, url in _urls(access, model, page, keys[model._meta.label_lower])
    }
    files = _files(access, keys)
    places = [(entry.subject_type, entry.subject_id) for entry in entries]
    return [Linked(urls.get(place, ""), tuple(files.get(place, ()))) for place in places]


def _urls(access: Access, model: Any, page: _Page, keys: Iterable[int]) -> list[tuple[int, str]]:
    rows = model._base_manager.filter(pk__in=keys)
    if model in _OF_PERSON and access.allows(Action.MANAGE_CATALOG) and not access.user.is_superuser:
        # A superuser's page is none of planning's.
        rows = rows.filter(**{_OF_PERSON[model]: False})
    return [(pk, page.address(*values)) for pk, *values in rows.values_list("pk", *page.values)]


def _files(access: Access, keys: Mapping[str, set[int]]) -> dict[tuple[str, int], list[InstrumentFile]]:
    columns = {model._meta.label_lower: column for model, column in _FILED.items() if model._meta.label_lower in keys}
    found: dict[tuple[str, int], list[InstrumentFile]] = {}
    for name, column in columns.items():
        for kept in InstrumentFile.objects.visible_to(access).filter(**{f"{column}__in": keys[name]}):
            found.setdefault((name, getattr(kept, column)), []).append(kept)
    return found
