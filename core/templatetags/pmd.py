"""What templates need to show figures: lights, percentages, amounts, years; days and moments."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import formats
from core.moments import day_text, moment_text

register = template.Library()
register.filter("day", day_text)
register.filter("moment", moment_text)

# A light is always a word, a shape and a colour, so that neither a grey print nor a colour-blind eye loses it.
LIGHTS = {
    "green": ("verde", "●"),
    "amber": ("amarillo", "▲"),
    "red": ("rojo", "■"),
    "over": ("sobrecumplimiento", "◆"),
    "none": ("sin semáforo", "○"),
}
_MARKUP = '<span class="light light-{}"><span class="light-shape" aria-hidden="true">{}</span> {}</span>'
_READY = {code: format_html(_MARKUP, code, shape, word) for code, (word, shape) in LIGHTS.items()}


@register.simple_tag
def light(code: str | None, reason: str = "") -> SafeString:
    """The light of a code of LIGHTS; None is ``none``. ``reason`` replaces the word of ``none`` («sin captura»)."""
    code = str(code or "none")
    if code == "none" and reason:
        return format_html(_MARKUP, code, LIGHTS[code][1], reason)
    return _READY[code]


@register.simple_tag
def light_word(code: str | None) -> str:
    """The word alone, for lists and titles."""
    return LIGHTS[str(code or "none")][0]


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
