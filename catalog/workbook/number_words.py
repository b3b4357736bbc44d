"""Numbers that are written with letters: «doce», «ciento veinte», «dos mil quinientos»."""

import re

from core.text import fold

_SMALL = {
    word: number
    for number, words in {
        0: "cero", 1: "un uno una", 2: "dos", 3: "tres", 4: "cuatro", 5: "cinco", 6: "seis", 7: "siete", 8: "ocho",
        9: "nueve", 10: "diez", 11: "once", 12: "doce", 13: "trece", 14: "catorce", 15: "quince", 16: "dieciseis",
        17: "diecisiete", 18: "dieciocho", 19: "diecinueve", 20: "veinte", 21: "veintiun veintiuno veintiuna",
        22: "veintidos", 23: "veintitres", 24: "veinticuatro", 25: "veinticinco", 26: "veintiseis",
        27: "veintisiete", 28: "veintiocho", 29: "veintinueve",
    }.items()
    for word in words.split()
}  # fmt: skip
_TENS = {"treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90}
_HUNDREDS = {
    stem + ending: number
    for number, stem in {
        200: "doscient", 300: "trescient", 400: "cuatrocient", 500: "quinient", 600: "seiscient", 700: "setecient",
        800: "ochocient", 900: "novecient",
    }.items()
    for ending in ("os", "as")
} | {"cien": 100, "ciento": 100}  # fmt: skip
_ORDER = re.compile(r"(?:h )?(?:t(?: y s)?|s)|h")
_WORD = re.compile(r"[^\W\d_]+")


def leading_number(text: str) -> tuple[int, str] | None:
    """The number with whose words the text begins, and what stands behind it; None where it begins with none."""
    words = list(_WORD.finditer(text))
    at, number = 0, None
    for count in range(1, min(len(words), 9) + 1):
        if text[at : words[count - 1].start()].strip(" ") and count > 1:
            break
        at = words[count - 1].end()
        value = _value([fold(word[0]) for word in words[:count]])
        if value is not None:
            number = (value, text[at:])
    starts = bool(words) and not text[: words[0].start()].strip()
    return number if starts else None


def number_of(text: str) -> int | None:
    """The number that all of the text says; None where it says none."""
    return _value(fold(text).split())


def _value(words: list[str]) -> int | None:
    if "mil" not in words:
        return _below_thousand(words)
    at = words.index("mil")
    above = _below_thousand(words[:at]) if at else 1
    below = _below_thousand(words[at + 1 :]) if words[at + 1 :] else 0
    return None if not above or below is None else above * 1000 + below


def _below_thousand(words: list[str]) -> int | None:
    shape, total = [], 0
    for word in words:
        letter = "y" if word == "y" else "s" if word in _SMALL else "t" if word in _TENS else "h"
        value = {"y": 0, "s": _SMALL.get(word, 0), "t": _TENS.get(word, 0)}.get(letter, _HUNDREDS.get(word))
        if value is None:
            return None
        shape.append(letter)
        total += value
    return total if _ORDER.fullmatch(" ".join(shape)) else None
