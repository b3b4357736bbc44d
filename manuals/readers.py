"""Who reads what: each role has its manual, which comes first; the others hide nothing and are there as well."""

from collections.abc import Iterable, Mapping

from django.http import HttpRequest

from accounts.access import NOBODY, Access, Action
from accounts.http import access_of
from accounts.menu import ADMIN
from accounts.roles import Role
from core.pages import declared_pages
from manuals.leading import url_of_page
from manuals.model import Library, Manual
from reports.context import is_shown, shown_year

MANUAL_OF: Mapping[str, str] = {
    Role.LIAISON: "enlace",
    Role.DIRECTOR: "direccion",
    Role.PLANNING: "planeacion",
    Role.READER: "presidencia",
    Role.COMPTROLLER: "contraloria",
}


def reader_of(request: HttpRequest) -> Access:
    """An error page may be drawn before the middleware gave the request its person."""
    return access_of(request) if hasattr(request, "access") else NOBODY


def own_manuals(access: Access) -> list[str]:
    """Those of their roles, in the order of the appointments; a superuser runs the server, too."""
    own = [MANUAL_OF[role] for role, _, _ in access.roles]
    if access.user is not None and access.user.is_superuser:
        own.append("operacion")
    return list(dict.fromkeys(own))


def in_order(texts: Library, access: Access) -> list[Manual]:
    """All manuals, the reader's own first."""
    own = own_manuals(access)
    return sorted(texts.manuals.values(), key=lambda one: own.index(one.slug) if one.slug in own else len(own))


def urls_of_pages(request: HttpRequest, pages: Iterable[str]) -> dict[str, str]:
    """The addresses of those pages to which this reader can be led; of a year, in the one that the menu shows."""
    access = reader_of(request)
    names = [name for name in pages if _may_open(access, name)]
    year = shown_year(request) if names else None
    return {name: url for name in names if (url := url_of_page(name, year.year if year else None))}


def _may_open(access: Access, name: str) -> bool:
    section = ADMIN if name == ADMIN.page else declared_pages()[name].section
    return section is None or (access.allows(Action.READ) and is_shown(section, access))
