"""What the templates of the catalogue's pages share."""

from typing import Any

from django import template

from catalog import navigation

register = template.Library()


@register.inclusion_tag("catalog/_nav.html", takes_context=True)
def catalog_sections(context: dict[str, Any]) -> dict[str, Any]:
    """The sections of the catalogue with the current one marked."""
    match = context["request"].resolver_match
    return {"links": navigation.links(match.url_name, match.kwargs.get("year"))}
