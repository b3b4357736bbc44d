"""The way back from a sheet or an explanation to the page of the plan that one left: as it was, filters and all.

The links of those pages carry their own address on («volver»), and what it leads to hands it on in turn. Only an
address of those pages is taken, and it is written anew from its parts: it cannot lead anywhere else.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse

PARAMETER = "volver"
MAX_ADDRESS = 600  # letters; a longer one is not carried on, and the way back leads to the plan at the cut-off
_ADDRESS = re.compile(r"/(?P<year>[0-9]{4})/(?P<page>[a-z]+)/(?:\?(?P<query>[^#\s]*))?")
_PAGES = {
    "tablero": ("reports:dashboard", "Tablero", "como lo dejó"),
    "mapa": ("reports:heat_map", "Mapa", "como lo dejó"),
    "comparar": ("reports:comparison", "Comparación", "como la dejó"),
    "tarjeta": ("reports:card", "Tarjeta", "como la dejó"),
}
_OF_EVERY_PAGE = {"mes", "alcance", PARAMETER}


@dataclass(frozen=True)
class WayBack:
    """A page of the plan: ``page`` is the word of its address, ``asked`` its parameters without the blank ones."""

    year: str
    page: str
    asked: tuple[tuple[str, str], ...] = ()

    @cached_property
    def url(self) -> str:
        query = f"?{urlencode(self.asked)}" if self.asked else ""
        return reverse(_PAGES[self.page][0], args=[int(self.year)]) + query

    @property
    def label(self) -> str:
        """«Tablero 2016», or «Tablero 2016, como lo dejó» where something was chosen in it."""
        _, name, as_left = _PAGES[self.page]
        return f"{name} {self.year}, {as_left}" if self.chosen else f"{name} {self.year}"

    @property
    def chosen(self) -> bool:
        return any(name not in _OF_EVERY_PAGE for name, _ in self.asked)

    @cached_property
    def parameter(self) -> str:
        """For the end of an address: «&volver=/2016/mapa/?mes=9%26alcance=oficial»."""
        return "&" + urlencode({PARAMETER: self.url}, safe="/?=")


def read_way_back(address: str) -> WayBack | None:
    """What an address of the plan's pages says; None for any other text, and for the plan as it is without asking."""
    found = _ADDRESS.fullmatch(address) if len(address) <= MAX_ADDRESS else None
    if found is None or found["page"] not in _PAGES:
        return None
    try:
        asked = parse_qsl(found["query"] or "", max_num_fields=30)
    except ValueError:
        return None
    kept = tuple(pair for pair in asked if pair[0] != "ejercicio" and (pair[0] != PARAMETER or _is_plan(pair[1])))
    back = WayBack(found["year"], found["page"], kept)
    return back if back.chosen or back.page != "tablero" else None


def _is_plan(address: str) -> bool:
    """Whether a page remembers the plan's page (``reports/address/tabs.py``), and nothing else, as its own way back."""
    back = read_way_back(address)
    return back is not None and back.page == "tablero"
