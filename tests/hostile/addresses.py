"""Every address of the product, found in the resolver: one that is new is walked to without being named."""

import inspect
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.urls.resolvers import RegexPattern, RoutePattern

from core.pages import Declared, DeclaredPattern

_PART = re.compile(r"<(?:[a-z_]+:)?(?P<name>\w+)>")
_GROUP = re.compile(r"\(\?P<(?P<name>\w+)>[^()]*\)")


@dataclass(frozen=True)
class Address:
    """One pattern: ``route`` has its parts as «{year}»; ``group`` is what is walked in one test; ``declared`` what is
    said of it beside it, None where nothing is.
    """

    name: str
    route: str
    parts: tuple[str, ...]
    group: str
    declared: Declared | None

    def at(self, values: Mapping[str, str]) -> str:
        return self.route.format(**{part: values[part] for part in self.parts})


def all_addresses() -> list[Address]:
    """Sorted, and each route once."""
    found = {one.route: one for one in _walk(get_resolver().url_patterns, "/", "")}
    return [found[route] for route in sorted(found)]


def in_groups() -> dict[str, list[Address]]:
    """By the module of their views, and in the admin by model: small enough for several processes to share them."""
    groups: dict[str, list[Address]] = defaultdict(list)
    for address in all_addresses():
        groups[address.group].append(address)
    return dict(sorted(groups.items()))


def route_of(address: str) -> str | None:
    """The pattern to which an address of this product leads; None for any other."""
    parts = urlsplit(address)
    if parts.netloc or not parts.path.startswith("/"):
        return None
    try:
        return str(resolve(parts.path).route)
    except Resolver404:
        return None


def _walk(patterns: list[Any], before: str, space: str) -> Iterator[Address]:
    for pattern in patterns:
        route = before + _written(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, route, inner)
            continue
        assert isinstance(pattern, URLPattern)
        parts = tuple(re.findall(r"\{(\w+)\}", route))
        declared = pattern.declared if isinstance(pattern, DeclaredPattern) else None
        yield Address(f"{space}{pattern.name or ''}", route, parts, _group(pattern, route), declared)


def _group(pattern: URLPattern, route: str) -> str:
    if route.startswith("/admin/"):
        steps = route.split("/")
        return ".".join(steps[1:4]) if len(steps) > 4 and "{" not in steps[3] and "_" not in steps[2] else "admin"
    view = inspect.unwrap(pattern.callback)
    module = str(getattr(view, "view_class", view).__module__)
    return "django" if module.startswith("django.") else module


def _written(pattern: Any) -> str:
    if isinstance(pattern, RoutePattern):
        return _PART.sub(r"{\g<name>}", str(pattern))
    assert isinstance(pattern, RegexPattern)
    return _GROUP.sub(r"{\g<name>}", str(pattern)).lstrip("^").rstrip("$").replace("\\.", ".").replace("\\Z", "")
