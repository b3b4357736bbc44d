"""The sections of the catalogue, as every page of planning's shows them above its title."""

from dataclasses import dataclass

from django.urls import reverse

from programs.models import FiscalYear


@dataclass(frozen=True, slots=True)
class Section:
    """``view`` is where its link leads, ``within`` the other pages that belong to it; names of the catalogue's URLs.

    ``years``: its address carries the fiscal year («always»), may do so («either») or never does («never»).
    """

    label: str
    view: str
    within: tuple[str, ...] = ()
    years: str = "always"


SECTIONS = (
    Section("Árbol", "tree", ("node", "node_new", "node_delete", "retire", "reinstate")),
    Section("Importar", "import", ("preview", "records", "record", "record_undo"), years="either"),
    Section("Metas y umbrales", "targets", ("target", "target_kind", "target_file", "own_thresholds", "thresholds")),
    Section("Dependencias", "departments", ("department_new", "department", "department_remove"), years="never"),
    Section(
        "Personas",
        "people",
        (
            "person_new",
            "person",
            "person_deactivate",
            "person_reactivate",
            "membership_new",
            "membership_end",
            "membership_correct",
            "waiting",
            "waiting_act",
            "mail",
        ),
        years="never",
    ),
    Section(
        "Ejercicios",
        "years",
        (
            "year_new",
            "year_lock",
            "year_historical",
            "year_unlock",
            "roll_over",
            "year_compare",
            "links",
            "links_same",
            "link",
        ),
        years="never",
    ),
)


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    current: bool


def links(here: str, year: int | None) -> list[Link]:
    """The sections that exist for the year of the address, otherwise the latest one; ``here`` is the page's view."""
    if year is None:
        year = FiscalYear.objects.order_by("-year").values_list("year", flat=True).first()
    found = []
    for section in SECTIONS:
        if year is None and section.years == "always":
            continue
        args = [] if year is None or section.years == "never" else [year]
        current = here in (section.view, *section.within)
        found.append(Link(section.label, reverse(f"catalog:{section.view}", args=args), current))
    return found
