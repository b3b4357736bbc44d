"""What the templates of the catalogue's pages share."""

from typing import Any

from django import template

from catalog import navigation
from catalog.http import writes_catalog
from core.pages import declared_here

register = template.Library()


@register.inclusion_tag("catalog/_nav.html", takes_context=True)
def catalog_sections(context: dict[str, Any]) -> dict[str, Any]:
    """The sections of the catalogue with the current one marked."""
    request = context["request"]
    year = request.resolver_match.kwargs.get("year")
    return {"links": navigation.links(declared_here(request).tab, year, can_write=writes_catalog(request))}
