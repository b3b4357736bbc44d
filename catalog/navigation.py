"""The bar above the title of the catalogue's pages: which page stands under which link is said beside its address."""

from dataclasses import dataclass

from django.urls import reverse

from core.pages import Tab
from programs.models import FiscalYear


@dataclass(frozen=True, slots=True)
class CatalogTab(Tab):
    """``years``: its address carries the fiscal year («always»), may do so («either») or never does («never»).

    ``read``: another label and page for whoever reads the catalogue and does not change it.
    """

    years: str = "always"
    read: Tab | None = None


_READ = "contraloria/catalogo"
TREE = CatalogTab("Árbol", "catalog:tree", ("planeacion/arbol", _READ))
IMPORT = CatalogTab(
    "Importar", "catalog:import", ("planeacion/importar", _READ), years="either",
    read=Tab("Importaciones", "catalog:records"),
)  # fmt: skip
TARGETS = CatalogTab("Metas y umbrales", "catalog:targets", ("planeacion/metas", _READ))
DEPARTMENTS = CatalogTab("Dependencias", "catalog:departments", ("planeacion/dependencias", _READ), years="never")
PEOPLE = CatalogTab("Personas", "catalog:people", ("planeacion/personas", _READ), years="never")
YEARS = CatalogTab("Ejercicios", "catalog:years", ("planeacion/ano-siguiente", _READ), years="never")
TABS = (TREE, IMPORT, TARGETS, DEPARTMENTS, PEOPLE, YEARS)


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    current: bool


def links(here: Tab | None, year: int | None, *, can_write: bool) -> list[Link]:
    """Those that exist for the year of the address, otherwise the latest one; ``here`` is the page's own.

    Without ``can_write`` none of them leads to a page that writes.
    """
    if year is None:
        year = FiscalYear.objects.order_by("-year").values_list("year", flat=True).first()
    found = []
    for tab in TABS:
        shown = tab if can_write or tab.read is None else tab.read
        if year is None and (tab.years == "always" or shown is tab.read):
            continue
        args = [] if year is None or tab.years == "never" else [year]
        found.append(Link(shown.label, reverse(shown.page, args=args), tab is here))
    return found
