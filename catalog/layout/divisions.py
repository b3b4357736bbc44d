"""The signs of division in a formula, and those that are part of its words: «y/o», «m2/día», «2015/2016»."""

import re

from catalog.layout.formula_variables import ONLY_VARIABLE

_MEASURES = (
    r"(?:d[ií]a|mes|a[ñn]o|hora|hr|h|hab|seg|s|min|m|m2|m3|km|ha|l|lt|lts|kg|semana|persona|viaje|turno|100|1,?000)\b"
)
_INFLECTED = re.compile(r"\(?(?:as?|os?|es|la|las|los)\b\)?|o\b|y\b", re.IGNORECASE)
_BEGINS_A_LABEL = re.compile(
    r"[(\[{]|[A-ZÁÉÍÓÚÑΣ∑]|(?:total|n[uú]m|no\.|suma|cantidad|solicitud|monto|presupuesto|poblaci)", re.UNICODE
)


def divisions(text: str) -> tuple[list[int], bool]:
    """The signs outside of brackets that divide, and whether that is certain: between blanks if there are such, never
    «y/o», «m2/día» or «2015/2016»."""
    depth, signs = 0, []
    for at, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter in "/÷∕⁄" and depth <= 0:
            signs.append(at)
    divides = [at for at in signs if text[at] == "÷" or (_blank(text, at - 1) and _blank(text, at + 1))]
    if divides:
        return divides, True
    beside = [at for at in signs if text[:at].rstrip()[-1:] in ")]}" or text[at + 1 :].lstrip()[:1] in "([{"]
    bracketed = [at for at in beside if text[:at].rstrip()[-1:] in ")]}" and text[at + 1 :].lstrip()[:1] in "([{"]
    if bracketed or beside:
        return bracketed or beside, True
    loose = [at for at in signs if _blank(text, at - 1) or _blank(text, at + 1)]
    if loose:
        return loose, True
    close = [at for at in signs if not _within_a_word(text, at)]
    sure = len(close) == 1 and (_of_variables(text, close[0]) or bool(_BEGINS_A_LABEL.match(text[close[0] + 1 :])))
    return close, sure


def _of_variables(text: str, at: int) -> bool:
    return bool(ONLY_VARIABLE.fullmatch(text[:at]) and ONLY_VARIABLE.fullmatch(text[at + 1 :]))


def _blank(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isspace()


def _within_a_word(text: str, at: int) -> bool:
    before, after = text[:at], text[at + 1 :]
    if _of_variables(text, at):
        return False
    if before[-1:].isdigit() and after[:1].isdigit():
        return True
    if re.search(r"\b[yaeou]$", before, re.IGNORECASE) or _INFLECTED.match(after):
        return True
    return bool(re.match(_MEASURES, after, re.IGNORECASE))
