"""A light is always a word, a shape and a colour, so that neither a grey print nor a colour-blind eye loses it."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

LIGHTS = {
    "green": ("verde", "●"),
    "amber": ("amarillo", "▲"),
    "red": ("rojo", "■"),
    "over": ("sobrecumplimiento", "◆"),
    "none": ("sin semáforo", "○"),
}
_MARKUP = '<span class="light light-{}"><span class="light-shape" aria-hidden="true">{}</span> {}</span>'
_READY = {code: format_html(_MARKUP, code, shape, word) for code, (word, shape) in LIGHTS.items()}


def light(code: str | None, reason: str = "") -> SafeString:
    """The light of a code of LIGHTS; None is ``none``. ``reason`` replaces the word of ``none`` («sin captura»)."""
    code = str(code or "none")
    if code == "none" and reason:
        return format_html(_MARKUP, code, LIGHTS[code][1], reason)
    return _READY[code]


def light_word(code: str | None) -> str:
    """The word alone, for lists and titles."""
    return LIGHTS[str(code or "none")][0]
