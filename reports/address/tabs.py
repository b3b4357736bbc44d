"""The tabs between the pages of the whole plan: the filters go along, and «Plan» comes back as one left it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from core.pages import Tab
from reports.address.cutoff import Cut
from reports.address.dimensions import DEPARTMENT, DIMENSIONS
from reports.address.selection import LIGHT, ORDER, TEXT
from reports.address.way_back import PARAMETER, WayBack, read_way_back


@dataclass(frozen=True, slots=True)
class PlanTab(Tab):
    """``filtered``: the filters go along."""

    filtered: bool = False


PLAN = PlanTab("Plan", "reports:dashboard")
HEAT_MAP = PlanTab("Mapa", "reports:heat_map", filtered=True)
COMPARISON = PlanTab("Comparar", "reports:comparison", filtered=True)
CARD = PlanTab("Tarjeta", "reports:card")
REPORT = PlanTab("Informe", "reports:report")
TABS = (PLAN, HEAT_MAP, COMPARISON, CARD, REPORT)

_FILTERS = {*(dimension.slug for dimension in DIMENSIONS), LIGHT, TEXT}
_OF_EVERY_YEAR = {DEPARTMENT.slug, LIGHT, TEXT}  # another year may belong to another plan
_PLANS_OWN = {"ver", ORDER}


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    current: bool


def tabs(cut: Cut, here: Tab | None, filters: Mapping[str, str] | None = None) -> list[Link]:
    """With ``here``, the page's own, marked.

    ``filters`` are the page's, None for a page without any, which hands on those of the plan.
    """
    left = plan_left(cut)
    asked = dict(left.asked) if left else {}
    if left is not None and filters is None:
        known = _FILTERS if left.year == cut.year else _OF_EVERY_YEAR
        filters = {name: value for name, value in asked.items() if name in known}
    own = {name: value for name, value in asked.items() if name in _PLANS_OWN}
    cut_off = {"mes": str(cut.month), "alcance": cut.scope_slug}
    plan = WayBack(cut.year, "tablero", tuple({**cut_off, **(filters or {}), **own}.items()))
    found = []
    for tab in TABS:
        if tab is PLAN:
            url = plan.url
        else:
            goes_along = {**cut_off, **(filters or {})} if tab.filtered else cut_off
            remembers = own if tab.filtered else plan.chosen
            url = f"{reverse(tab.page, args=[cut.fiscal_year.year])}?{urlencode(goes_along)}"
            url += plan.parameter if remembers else ""
        found.append(Link(tab.label, url, tab is here))
    return found


def plan_left(cut: Cut) -> WayBack | None:
    """The plan's page as one left it: this very page, or the one that this page's address remembers."""
    back = cut.back
    if back is None or back.page == "tablero":
        return back
    return read_way_back(dict(back.asked).get(PARAMETER, ""))


def kept(cut: Cut) -> dict[str, str]:
    """What the forms and links of a page other than the plan's repeat, so that it is not forgotten."""
    left = plan_left(cut)
    return {PARAMETER: left.url} if left else {}
