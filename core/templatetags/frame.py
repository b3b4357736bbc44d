"""What pages have in common besides their frame: their head, and what stands where there is nothing to show.

No template loads it: it is among the built-in tags (settings).
"""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
BESIDE = STEP = "\x00"  # which no page contains


@register.simple_tag
def beside() -> SafeString:
    """In ``page_head``: what stands before it is the title."""
    return mark_safe(BESIDE)


@register.simple_block_tag
def page_head(content: SafeString) -> SafeString:
    """The title and, after ``beside``, where one is (ejercicio · corte · alcance) and what can be done here."""
    title, rest = _parts(content)
    return render_to_string("_page_head.html", {"title": title, "beside": rest})


@register.simple_tag
def step() -> SafeString:
    """In ``nothing``: what stands before it says why."""
    return mark_safe(STEP)


@register.simple_block_tag
def nothing(content: SafeString) -> SafeString:
    """Why there is nothing to show and, after ``step``, what to do about it."""
    why, first_step = _parts(content)
    return render_to_string("_nothing.html", {"why": why, "step": first_step})


def _parts(content: SafeString) -> tuple[SafeString, SafeString]:
    before, _, after = content.partition(BESIDE)
    return mark_safe(before.strip()), mark_safe(after.strip())
