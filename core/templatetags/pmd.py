"""What templates need to show figures: lights, percentages, amounts, years; days and moments."""

import re
from collections.abc import Hashable, Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from django import template
from django.conf import settings
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

from core import formats, long_tables
from core.lights import light, light_word
from core.moments import day_text, moment_text


class Choice(Protocol):
    """One option of a list, to be compared by its values."""

    @property
    def value(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def selected(self) -> bool: ...


_SECTION = re.compile(r'<h2 id="([^"]+)"[^>]*>(.*?)</h2>', re.DOTALL)
FEWEST_SECTIONS = 2

register = template.Library()
register.filter("day", day_text)
register.filter("moment", moment_text)

register.simple_tag(light)
register.simple_tag(light_word)


@register.simple_tag
def long_table(name: str, **context: object) -> SafeString:
    """The rows of a long table, drawn by the engine of ``core/long_tables.py``."""
    return mark_safe(render_to_string(name, context, using="jinja2"))  # escaped by its own engine


@register.simple_tag
def row_by_row(name: str, rows: Iterable[tuple[Hashable, ...]]) -> SafeString:
    """The same of a table whose rows are the same from one page to the next; they are given as texts."""
    return mark_safe(long_tables.row_by_row(name, rows))  # escaped by its own engine


@register.simple_block_tag
def sections(content: str) -> SafeString:
    """What a long page holds, behind links to its sections, which a phone shows, in the words of its headings."""
    links = [(key, mark_safe(strip_tags(title))) for key, title in _SECTION.findall(content)]  # escaped in its page
    if len(links) < FEWEST_SECTIONS:
        return mark_safe(content)
    return mark_safe(render_to_string("_sections.html", {"links": links}) + content)


@register.simple_tag
def options(choices: Iterable[Choice]) -> SafeString:
    """The options of a list, one a line."""
    return mark_safe("".join(map(_option, choices)))  # each escaped by itself


@lru_cache(maxsize=2048)
def _option(choice: Choice) -> str:
    chosen = mark_safe(" selected") if choice.selected else ""
    return format_html('<option value="{}"{}>{}</option>\n', choice.value, chosen, choice.label)


@register.filter
def percent(value: Decimal | None) -> str:
    """``75.10 %``; a dash for None. Long tables are given text that is formatted already: this costs per cell."""
    return formats.percent(value)


@register.filter
def amount(value: Decimal | None) -> str:
    return formats.amount(value)


@register.filter
def year(value: int) -> str:
    """A year as it is written: 2016, where Django's templates would print 2,016."""
    return str(value)


@register.tag
def drawn_once(parser: Parser, token: Token) -> Node:
    """``{% drawn_once page.drawn %}…{% enddrawn_once %}``: drawn once for a page that is itself kept.

    What is between them says nothing but what the page holds, and what the page was made of.
    """
    _, kept = token.split_contents()
    inside = parser.parse(("enddrawn_once",))
    parser.delete_first_token()
    return _DrawnOnce(parser.compile_filter(kept), inside, f"{parser.origin}:{token.lineno}")


class _DrawnOnce(Node):
    def __init__(self, kept: FilterExpression, inside: NodeList, place: str) -> None:
        self.kept, self.nodelist, self.place = kept, inside, place

    def render(self, context: Context) -> SafeString:
        drawn: dict[str, SafeString] = self.kept.resolve(context)
        if settings.DEBUG:  # whoever writes a template sees it at once
            return self.nodelist.render(context)
        if self.place not in drawn:
            drawn[self.place] = self.nodelist.render(context)
        return drawn[self.place]
