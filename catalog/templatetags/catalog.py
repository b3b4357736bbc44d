"""What the templates of the catalogue's pages share."""

from typing import Any

from django import template

from catalog import navigation
from core.pages import declared_here

register = template.Library()


@register.inclusion_tag("catalog/_nav.html", takes_context=True)
def catalog_sections(context: dict[str, Any]) -> dict[str, Any]:
    """The sections of the catalogue with the current one marked."""
    request = context["request"]
    return {"links": navigation.links(declared_here(request).tab, request.resolver_match.kwargs.get("year"))}
