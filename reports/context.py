"""What every page shows around its content: where one can go, other years, and whether captures are a demonstration."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.functional import SimpleLazyObject

from accounts.access import ALL, Access, Action
from accounts.http import access_of
from accounts.menu import MENU, PLAN
from core.pages import Declared, Section, declared_here
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


def _year_choice(request: HttpRequest) -> dict[str, Any] | None:
    """The year to which the menu leads, and the others with the address of the same page or section there.

    None where there is nothing to choose.
    """
    access, year = _access(request), shown_year(request)
    others = [other for other in years_of(request) if other != year] if year is not None else []
    if not others or year is None or access is None:
        return None
    view = _page_of_years(declared_here(request), _view_of(request), access)
    prefix, urlconf = get_script_prefix(), get_urlconf()
    links = [(str(other.year), _address(prefix, urlconf, view, other.year)) for other in others]
    return {"shown": str(year.year), "others": links}


def _page_of_years(here: Declared, view: str, access: Access) -> str:
    """The page itself, if each year has it; else the first one of its section, or of the plan.

    A page may stand in a section that is not everybody's who reads it: who asks for a correction does not review.
    """
    if here.every_year:
        return view
    section = here.section
    return section.page if section is not None and section.of_year and is_shown(section, access) else PLAN.page


def _links(request: HttpRequest) -> Iterator[dict[str, Any]]:
    access = _access(request)
    if access is None:
        return
    year = shown_year(request)
    here, view = declared_here(request), _view_of(request)
    prefix, urlconf = get_script_prefix(), get_urlconf()
    for section in MENU:
        leads_to = _leads_to(section, year, access)
        if leads_to and is_shown(section, access):
            yield {
                "label": section.label,
                "url": _address(prefix, urlconf, *leads_to),
                "active": _is_in(section, here, view),
            }


def _view_of(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _is_in(section: Section, here: Declared, view: str) -> bool:
    # The admin makes its addresses itself, and says nothing of them.
    return here.section is section or view == section.page


def _leads_to(section: Section, year: FiscalYear | None, access: Access) -> tuple[Any, ...]:
    if not section.of_year:
        return (section.page,)
    if year is not None:
        return (section.page, year.year)
    needs = section.without_year_needs
    leads = section.without_year and (needs is None or access.allows(needs))
    return (section.without_year,) if leads else ()


def is_shown(section: Section, access: Access) -> bool:
    """Whether that entry of the menu is for this person."""
    if section.needs is None:
        return True
    return access.department_ids(section.needs) == ALL if section.everywhere else access.allows(section.needs)


@lru_cache(maxsize=200)
def _address(prefix: str, urlconf: str | None, name: str, *args: Any) -> str:
    """The same nine on every page; they depend on nothing else."""
    return reverse(name, args=args)
