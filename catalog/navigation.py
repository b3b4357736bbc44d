"""The bar above the title of the catalogue's pages: which page stands under which link is said beside its address."""

from dataclasses import dataclass

from django.urls import reverse

from core.pages import Tab
from programs.models import FiscalYear


@dataclass(frozen=True, slots=True)
class CatalogTab(Tab):
    """``years``: its address carries the fiscal year («always»), may do so («either») or never does («never»)."""

    years: str = "always"


TREE = CatalogTab("Árbol", "catalog:tree")
IMPORT = CatalogTab("Importar", "catalog:import", years="either")
TARGETS = CatalogTab("Metas y umbrales", "catalog:targets")
DEPARTMENTS = CatalogTab("Dependencias", "catalog:departments", years="never")
PEOPLE = CatalogTab("Personas", "catalog:people", years="never")
YEARS = CatalogTab("Ejercicios", "catalog:years", years="never")
TABS = (TREE, IMPORT, TARGETS, DEPARTMENTS, PEOPLE, YEARS)


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    current: bool


def links(here: Tab | None, year: int | None) -> list[Link]:
    """Those that exist for the year of the address, otherwise the latest one; ``here`` is the page's own."""
    if year is None:
        year = FiscalYear.objects.order_by("-year").values_list("year", flat=True).first()
    found = []
    for tab in TABS:
        if year is None and tab.years == "always":
            continue
        args = [] if year is None or tab.years == "never" else [year]
        found.append(Link(tab.label, reverse(tab.page, args=args), tab is here))
    return found
