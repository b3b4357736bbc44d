"""A page is declared once, beside its address: where it stands in the menu and how the tests of all pages open it.

``page`` and ``no_page`` are Django's ``path`` with these words. What they say is kept by the pattern, and read from the
resolver once a process: the menu, the tabs, the other years and the tests ask here and have no lists of their own.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, get_resolver, get_urlconf, path


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of the menu: its link leads to ``page``, whose address carries the year if it is ``of_year``.

    ``needs`` is what one must be allowed to do to see it, ``everywhere``: in every department. ``without_year`` is
    where it leads while there is no year, for who may do ``without_year_needs``; a section of a year that leads nowhere
    is not shown then. ``help`` is what Ayuda leads to from its pages: see ``Declared``.
    """

    label: str
    page: str
    of_year: bool = False
    needs: Enum | None = None
    everywhere: bool = False
    without_year: str = ""
    without_year_needs: Enum | None = None
    help: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tab:
    """A link of the bar above the title, to ``page``."""

    label: str
    page: str
    help: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """How the tests open a page: ``by`` somebody of that role («»: by nobody), with this query.

    The parts of the address are what ``tests/hostile/place.py`` knows, but for those in ``parts``. ``pocket``: on a
    telephone, too.
    """

    by: str
    query: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    pocket: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """What is said of an address. Without ``is_page`` it answers with a file, a part of a page, or by leading on.

    ``every_year``: it is there in each year, so that whoever chooses another one stays on it. ``help``: the chapters of
    the manuals that are about it, «enlace/capturar#pegar»; without one, those of its tab or section.
    """

    section: Section | None = None
    tab: Tab | None = None
    every_year: bool = False
    examples: tuple[Example, ...] = ()
    is_page: bool = True
    help: tuple[str, ...] = ()


class DeclaredPattern(URLPattern):
    """An address with what is said of it."""

    declared: Declared


def page(
    route: str,
    view: Callable[..., Any],
    kwargs: Mapping[str, Any] | None = None,
    *,
    name: str,
    section: Section | None,
    tab: Tab | None = None,
    every_year: bool = False,
    examples: tuple[Example, ...] | list[Example],
    help: tuple[str, ...] = (),
) -> DeclaredPattern:
    """``section`` None: no entry of the menu is marked."""
    return _declare(path(route, view, kwargs, name), Declared(section, tab, every_year, tuple(examples), help=help))


def no_page(
    route: str,
    view: Callable[..., Any],
    kwargs: Mapping[str, Any] | None = None,
    *,
    name: str,
    section: Section | None = None,
    tab: Tab | None = None,
) -> DeclaredPattern:
    """``section`` and ``tab`` are for what is shown instead: a refusal, or that a file is being made."""
    return _declare(path(route, view, kwargs, name), Declared(section, tab, is_page=False))


def declared_pages(urlconf: str | None = None) -> Mapping[str, Declared]:
    """What is said of each address, by its name («reports:dashboard»)."""
    return _by_name(urlconf or settings.ROOT_URLCONF)


def declared_here(request: HttpRequest) -> Declared:
    """What is said of the page that is asked for; nothing for an address that does not exist."""
    match = request.resolver_match
    return declared_pages(get_urlconf()).get(match.view_name, _NOTHING) if match else _NOTHING


_NOTHING = Declared()


def help_of(declared: Declared) -> tuple[str, ...]:
    """The chapters that are about a page: its own, or those of its tab or section."""
    tab, section = declared.tab, declared.section
    return declared.help or (tab.help if tab is not None else ()) or (section.help if section is not None else ())


def _declare(pattern: URLPattern, declared: Declared) -> DeclaredPattern:
    made = DeclaredPattern(pattern.pattern, pattern.callback, pattern.default_args, pattern.name)
    made.declared = declared
    return made


@cache
def _by_name(urlconf: str) -> Mapping[str, Declared]:
    return dict(_walk(get_resolver(urlconf).url_patterns, ""))


def _walk(patterns: list[Any], space: str) -> Iterator[tuple[str, Declared]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, DeclaredPattern):
            yield f"{space}{pattern.name}", pattern.declared
