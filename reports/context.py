"""What every page shows around its content: where one can go, other years, and whether captures are a demonstration."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.functional import SimpleLazyObject

from accounts.access import ALL, Access, Action
from accounts.http import access_of
from programs.models import FiscalYear
from reports.address.cutoff import current_year, years_of

DEMO_BANNER = "Datos de demostración: las capturas de este ejercicio son generadas, no son cifras del municipio."


def navigation(request: HttpRequest) -> dict[str, Any]:
    """``nav``, ``year_choice`` and ``demo_banner``, worked out only by the pages that show them."""
    return {
        "nav": SimpleLazyObject(lambda: list(_links(request))),
        "year_choice": SimpleLazyObject(lambda: _year_choice(request)),
        "demo_banner": SimpleLazyObject(lambda: _demo_banner(request)),
    }


def shown_year(request: HttpRequest) -> FiscalYear | None:
    """The fiscal year of the address, or the current one where it names none; None for who may not read."""
    access = _access(request)
    if access is None:
        return None
    named = request.resolver_match.kwargs.get("year") if request.resolver_match else None
    if named is not None:
        found = next((year for year in years_of(request) if str(year.year) == str(named)), None)
        if found is not None:
            return found
    return current_year(years_of(request, under_way=True))


def _access(request: HttpRequest) -> Access | None:
    # An error page may be rendered before the middleware gave the request its person.
    if not hasattr(request, "user") or not request.user.is_authenticated or not hasattr(request, "access"):
        return None
    access = access_of(request)
    return access if access.allows(Action.READ) else None


def _demo_banner(request: HttpRequest) -> str:
    year = shown_year(request)
    return DEMO_BANNER if year is not None and year.demo_data else ""


# Pages of the plan that are there in every year; any other page leads to the first one of its section.
_OF_ANY_YEAR = {"reports:heat_map", "reports:comparison", "reports:report", "reports:card"}
_SECTIONS_BY_YEAR = {"indicators:capture_start", "indicators:review", "indicators:calendar", "indicators:board"}


def _year_choice(request: HttpRequest) -> dict[str, Any] | None:
    """The year to which the menu leads, and the others with the address of the same page or section there.

    None where there is nothing to choose.
    """
    year = shown_year(request)
    others = [other for other in years_of(request) if other != year] if year is not None else []
    if not others or year is None:
        return None
    view = _page_of_years(request.resolver_match.view_name if request.resolver_match else "")
    prefix, urlconf = get_script_prefix(), get_urlconf()
    links = [(str(other.year), _address(prefix, urlconf, view, other.year)) for other in others]
    return {"shown": str(year.year), "others": links}


def _page_of_years(view: str) -> str:
    if view in _OF_ANY_YEAR:
        return view
    section = _section_of(view)
    if section == "catalog":
        return "catalog:tree"
    return section if section in _SECTIONS_BY_YEAR else "reports:dashboard"


def _links(request: HttpRequest) -> Iterator[dict[str, Any]]:
    access = _access(request)
    if access is None:
        return
    year = shown_year(request)
    yield _link(request, "Inicio", "reports:home")
    if year is not None:
        yield _link(request, "Tablero", "reports:dashboard", year.year)
        if access.allows(Action.SEE_DRAFTS):
            yield _link(request, "Captura", "indicators:capture_start", year.year)
        if access.allows(Action.VALIDATE):
            yield _link(request, "Revisión", "indicators:review", year.year)
        if access.department_ids(Action.SEE_DRAFTS) == ALL:
            yield _link(request, "Faltantes", "indicators:board", year.year)
        yield _link(request, "Calendario", "indicators:calendar", year.year)
    if access.allows(Action.READ_TRAIL):
        yield _link(request, "Bitácora", "reports:trail")
    if access.allows(Action.MANAGE_CATALOG):
        # Without a year there is no tree yet: the first import makes it.
        yield (
            _link(request, "Catálogo", "catalog:tree", year.year)
            if year
            else _link(request, "Catálogo", "catalog:import")
        )
        yield _link(request, "Administración", "admin:index")


_SECTIONS = {
    "reports:heat_map": "reports:dashboard",
    "reports:comparison": "reports:dashboard",
    "reports:program": "reports:dashboard",
    "reports:program_year": "reports:dashboard",
    "reports:indicator": "reports:dashboard",
    "reports:report": "reports:dashboard",
    "reports:card": "reports:dashboard",
    "reports:explain_plan": "reports:dashboard",
    "reports:explain_group": "reports:dashboard",
    "reports:explain_program": "reports:dashboard",
    "reports:explain_indicator": "reports:dashboard",
    "indicators:capture": "indicators:capture_start",
    "indicators:evidence": "indicators:capture_start",
    "indicators:evidence_month": "indicators:capture_start",
    "indicators:review_month": "indicators:review",
    "indicators:correction": "indicators:review",
    "indicators:submit": "indicators:capture_start",
    "indicators:commitment": "indicators:capture_start",
    "indicators:calendar_month": "indicators:calendar",
    "indicators:extension_new": "indicators:calendar",
    "indicators:extension_finish": "indicators:calendar",
    "indicators:days_off_new": "indicators:calendar",
    "indicators:days_off_drop": "indicators:calendar",
}


def _link(request: HttpRequest, label: str, name: str, *args: Any) -> dict[str, Any]:
    here = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "label": label,
        "url": _address(get_script_prefix(), get_urlconf(), name, *args),
        "active": _section_of(here) == _section_of(name),
    }


@lru_cache(maxsize=200)
def _address(prefix: str, urlconf: str | None, name: str, *args: Any) -> str:
    """The same nine on every page; they depend on nothing else."""
    return reverse(name, args=args)


def _section_of(view: str) -> str:
    """The page to whose link a page belongs; all of the catalogue's are one section, which has its own links."""
    return "catalog" if view.startswith("catalog:") else _SECTIONS.get(view, view)
