"""A formula as documents and sheets write it, taken apart into the labels of numerator and denominator.

«PRE-01-01 = (Número de … / Total de …) * (100).», «(A/B)*100, donde A = …; B = …», «(A / B) x 100» beside a cell that
says what A and B are, «[a] entre [b] por 100». What is not certain is a doubt for a person.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from catalog.layout.divisions import divisions
from catalog.layout.formula_parts import HUNDRED, TIMES, bare, label_in, without_hundred
from catalog.layout.formula_variables import MEANING, ONLY_VARIABLE, VARIABLE, Meanings, closes_only, explains, names_in
from catalog.layout.printed_codes import ACTION_CODE, DASHES, code_of

_TAIL = re.compile(rf"[)\]}}]\s*(?:{TIMES})\s*{HUNDRED}\s*%?(?P<tail>[\s.;,]+\S.*)$", re.IGNORECASE | re.DOTALL)
_SCALED = re.compile(
    rf"\s*(?:{TIMES})\s*\(?\s*(?P<number>1[.,\s]?000(?:[.,\s]?000)*|10[.,\s]?000|100[.,\s]?000|mil\b|cien mil)\s*\)?"
    r"(?P<of>[^/÷)\]]*)$",
    re.IGNORECASE,
)
_KEY = re.compile(rf"^\s*\(?\s*(?P<key>{ACTION_CODE})\s*\)?\s*(?P<sign>[=:.]|[{DASHES}](?=\s))?\s*")
_NAMED = re.compile(r"^(?P<name>[^=/÷()\[\]]{1,300}?)\s*=\s*(?=\S)")
_WHERE = re.compile(r"[\s,;.(]*(?<!\w)(?:en\s+)?d[oó]nde\b\s*[:.]?\s*", re.IGNORECASE)
_LABELLED = re.compile(
    r"numerador\s*[:=]\s*(?P<top>.+?)[;,.\s/]*denominador\s*[:=]\s*(?P<bottom>.+)", re.IGNORECASE | re.DOTALL
)
_BEHIND_LABELS = re.compile(r"[\n;.]\s*(?:f[oó]rmula|donde)\b|\n\s*[(\[]|\s+f[oó]rmula\s*:?\s*[(\[]", re.IGNORECASE)
# «… = %», «… = Porcentaje de avance»: what the formula comes to.
_RESULT = re.compile(r"(?<=[\w)\]%])\s*=\s*(?:%|porcentaje\b[^=/]*|[\d.]+\s*%)?\s*$", re.IGNORECASE)
_FRACTION_BAR = re.compile(r"\s*\n\s*[_—–-]{3,}\s*\n\s*|\s_{4,}\s")
_SUMMED = re.compile(r"^[(\[\s]*[Σ∑]\s*(?:(?:de|del)\s+)?(?=\S)")
_ENTRE = re.compile(r"\s(?:dividid[oa]s?\s+(?:entre|por)|entre|sobre)\s(?:el\s+(?=total|n[uú]mero))?", re.IGNORECASE)
_SURELY_DIVIDED = re.compile(r"\bdividid|[)\]]\s*(?:entre|sobre)\s*[(\[]|por\s+(?:100|cien)\b", re.IGNORECASE)
_DIFFERENCE = re.compile(r"\s[-–−]\s|(?<=[)\]\w])\s?[-–−]\s?(?=[(\[]?\s*\w)|\bmenos\b", re.IGNORECASE)
_RATE_NAMES = re.compile(r"\b(?:tasa|promedio|raz[oó]n|costo (?:promedio|por|unitario))\b", re.IGNORECASE)
_LONGEST = 4_000  # letters: both labels have 500 each
LONGEST_LABEL = 500
NO_FRACTION = "no se encontró la división de la fórmula"
SEVERAL = "la fórmula tiene más de una división: revise numerador y denominador"
VARIATION = (
    "la fórmula es una tasa de variación (una diferencia entre una base), y el sistema divide dos cantidades de 0 o "
    "más: capture las dos cantidades, o cambie la fórmula por una razón"
)
DIFFERENCE = "el numerador es una resta, que puede ser negativa, y el sistema admite cantidades de 0 o más: revíselo"
LOOSE = "la diagonal puede ser parte del texto y no una división: revise numerador y denominador"


@dataclass(slots=True)
class Formula:
    """``key``: of the indicator, where the formula begins with it; ``name``: words before the sign of equality."""

    key: str = ""
    name: str = ""
    numerator: str = ""
    denominator: str = ""
    doubts: list[str] = field(default_factory=list)


class Labels(NamedTuple):
    """``denominator`` "": the formula has none. ``doubt``: what a person should look at, without a full stop; "" where
    all of it is understood."""

    numerator: str
    denominator: str
    doubt: str


def labels_of(formula: str, variables: str = "") -> Labels:
    """The labels of a formula's cell, with the cell that explains its variables where there is one; never raises."""
    found = formula_of(formula, variables)
    if not (found.numerator and found.denominator) and not found.doubts and (formula.strip() or variables.strip()):
        found.doubts.append(NO_FRACTION)
    doubts = list(dict.fromkeys(found.doubts))
    for label, what in ((found.numerator, "numerador"), (found.denominator, "denominador")):
        if len(label) > LONGEST_LABEL:
            doubts.append(f"el {what} pasa de {LONGEST_LABEL} caracteres")
    return Labels(found.numerator, found.denominator, "; ".join(doubts))


def formula_of(text: str, variables: str = "") -> Formula:
    found = Formula()
    rest, variables = _FRACTION_BAR.sub(" / ", text.strip()), variables.strip()
    if len(rest) > _LONGEST or len(variables) > _LONGEST:
        found.doubts.append(NO_FRACTION)
        return found
    if not rest and not variables:
        return found
    key = _KEY.match(rest)
    if key and (key["sign"] or rest[key.end() :].lstrip().startswith("(")):
        found.key, rest = code_of(key["key"]), rest[key.end() :]
        rest = re.sub(r"^=\s*", "", rest)
    rest, meanings = _meanings_apart(rest, variables)
    labelled = _LABELLED.search(rest) or _LABELLED.search(meanings)
    if labelled:
        bottom = _BEHIND_LABELS.split(labelled["bottom"])[0]
        found.numerator, found.denominator = label_in(labelled["top"]), label_in(without_hundred(bottom))
        for label in (found.numerator, found.denominator):
            if re.fullmatch(r"[A-Z]\d?", label):
                found.doubts.append(f"no se dice qué es «{label}»")
        return found
    rest = _name_apart(found, rest)
    rest = _tail_apart(found, _RESULT.sub("", rest))
    rest = bare(_scale_apart(found, rest))
    if not rest or ONLY_VARIABLE.fullmatch(rest):
        _in_order(found, rest, meanings)
        return found
    _taken_apart(found, rest, Meanings(meanings, names_in(rest)))
    return found


def _meanings_apart(rest: str, variables: str) -> tuple[str, str]:
    """The formula, and what explains its variables: another cell, or what stands behind «donde» or on further lines."""
    where = _WHERE.search(rest)
    if where and where.start():
        return rest[: where.start()], f"{rest[where.end() :]}\n{variables}".strip()
    if where and not where.start():
        rest = rest[where.end() :]
    divided = re.search(r"[/÷]", rest)
    after = divided.end() if divided else 0
    every = [mark for mark in MEANING.finditer(rest) if explains(mark) and not closes_only(rest, mark)]
    marks = [mark for mark in every if mark.start() >= after] if len(every) > 2 else every
    if len(marks) >= 2 and re.search(r"[/÷]|\bentre\b", rest[: marks[0].start()]):
        names = set(re.findall(rf"\b(?:{VARIABLE})", rest[: marks[0].start()]))
        if {mark["name"] for mark in marks} & names:
            return rest[: marks[0].start()].rstrip(" ;,.("), f"{rest[marks[0].start() :]}\n{variables}".strip()
    marks = every
    if len(marks) >= 2 and not variables and not rest[: marks[0].start()].strip(" (["):
        behind = re.search(rf"[;.\n]\s*(?:\w+\s*=\s*)?(?P<formula>[(\[]*\s*(?:{VARIABLE})\s*[)\]]*\s*[/÷].*)$", rest)
        if behind:
            return behind["formula"], rest[: behind.start()]
        one = Meanings(rest, ())
        if len(one.said) == 2:
            return "", rest
    return rest, variables


def _name_apart(found: Formula, rest: str) -> str:
    named = _NAMED.match(rest)
    if not named:
        return rest
    if len(named["name"].strip()) >= 3:
        found.name = named["name"].strip()
    if _RATE_NAMES.search(named["name"]) and not re.search(r"\b100\b|\bcien\b|%", rest[named.end() :]):
        found.doubts.append("la fórmula no multiplica por 100, y el sistema muestra el resultado como porcentaje")
    return rest[named.end() :]


def _tail_apart(found: Formula, rest: str) -> str:
    """What is said behind «× 100» is no part of the formula."""
    tail = _TAIL.search(rest)
    words = tail["tail"].strip(" .;,\n") if tail else ""
    if not tail or not re.match(r"[^\W\d]{2}|\(", words) or re.search(r"[/÷]", words):
        return rest
    found.doubts.append(f"no se usó «{words[:80]}»")
    return rest[: tail.start("tail")]


def _scale_apart(found: Formula, rest: str) -> str:
    scaled = _SCALED.search(rest)
    if not scaled:
        return rest
    found.doubts.append(
        f"la fórmula multiplica por {scaled['number'].strip()} y no por 100: el sistema muestra porcentajes"
    )
    return rest[: scaled.start()]


def _in_order(found: Formula, rest: str, meanings: str) -> None:
    """Nothing says how the variables are divided: the first by the second, for a person to confirm."""
    said = Meanings(meanings, names_in(rest))
    if len(said.said) == 2 and not rest:
        found.numerator, found.denominator = said.said.values()
        found.doubts.append("la celda explica dos variables y no dice la división: se tomó la primera entre la segunda")
        return
    if not said.said and meanings and not rest:
        _taken_apart(found, bare(meanings), Meanings("", ()))
        return
    found.numerator = said.of(rest) or label_in(rest) or next(iter(said.said.values()), "")
    found.doubts.append(NO_FRACTION)


def _taken_apart(found: Formula, text: str, meanings: Meanings) -> None:
    if _is_complement(text):
        found.doubts.append(VARIATION)
        text = _without_one(text)
    parts = _divided(found, text)
    if parts is None:
        found.numerator = _meant(found, label_in(text), meanings)
        found.doubts.append(NO_FRACTION)
        return
    top, bottom = (bare(part) for part in parts)
    if re.fullmatch(r"[\d.,\s]+", bottom):
        found.doubts.append(f"el denominador es un número fijo, «{bottom}»: escriba qué cuenta")
    found.numerator, found.denominator = (_meant(found, part, meanings) for part in (top, bottom))
    if _is_difference(top):
        found.doubts.append(VARIATION if _repeats(top, bottom) else DIFFERENCE)


def _is_complement(text: str) -> bool:
    """«1 - (A/B)» and «(A/B) - 1»."""
    return bool(re.search(r"[-–−]\s*1\s*[)\]]*$|^[(\[]*\s*1(?:00)?\s*%?\s*[-–−]", text))


def _without_one(text: str) -> str:
    text = re.sub(r"\s*[-–−]\s*1\s*(?P<closed>[)\]]*)$", r"\g<closed>", text)
    return bare(re.sub(r"^(?P<opened>[(\[]*)\s*1(?:00)?\s*%?\s*[-–−]\s*", r"\g<opened>", text))


def _is_difference(top: str) -> bool:
    depth = 0
    cut = "".join(letter if not (depth := depth + (letter in "([") - (letter in ")]")) else " " for letter in top)
    for found in _DIFFERENCE.finditer(top):
        before, after = top[: found.start()].strip("([ "), top[found.end() :].strip(")] ")
        if _first_word(before) and _first_word(before) == _first_word(after):
            return True
        simple = ONLY_VARIABLE.fullmatch(before) and ONLY_VARIABLE.match(after)
        if simple or (found[0].strip() != found[0] and re.search(r"\s[-–−]\s|menos", found[0], re.I) and cut):
            return True
    return False


def _first_word(text: str) -> str:
    found = re.match(r"[^\W\d_]{3,}", text)
    return found[0].casefold() if found else ""


def _repeats(top: str, bottom: str) -> bool:
    """Whether what is taken away is what is divided by."""
    taken = _DIFFERENCE.split(top)[-1].strip(" ()[]").casefold()
    base = bottom.strip(" ()[]").casefold()
    return bool(taken) and (taken == base or base.startswith(taken) or taken.startswith(base))


def _meant(found: Formula, part: str, meanings: Meanings) -> str:
    """A part with its variables' meanings in their place, or as it is written."""
    label = label_in(part)
    alone = ONLY_VARIABLE.fullmatch(label)
    if alone and (len(alone["name"]) <= 4 or meanings.of(alone["name"])):
        meaning = meanings.of(alone["name"])
        if not meaning and explains(alone):
            found.doubts.append(f"no se dice qué es «{alone['name']}»")
        return meaning or label
    if not meanings.said:
        names = re.findall(r"(?<!\w)[A-Z]\d?(?!\w)", label)
        if names and re.fullmatch(r"[\sA-Z\d()\[\]+*x×·\-–−]+", label):
            found.doubts.append(f"no se dice qué es «{label}»")
        return _summed(label)
    names = "|".join(sorted(map(re.escape, meanings.said), key=len, reverse=True))
    if not re.fullmatch(rf"(?:[\s()\[\]+*x×·\-–−\d.]|(?<!\w)(?:{names})(?!\w))+", label, re.IGNORECASE):
        return _summed(label)
    if re.search(r"[*x×·]", label):
        found.doubts.append("la fórmula multiplica dos cantidades: revise numerador y denominador")
    told = re.sub(rf"(?<!\w)(?:{names})(?!\w)", lambda name: meanings.of(name[0]), label, flags=re.IGNORECASE)
    return re.sub(r"\s*\+\s*", " + ", re.sub(r"\s*[-–−]\s+|(?<=\w)[-–−](?=\w{4})", " - ", told)).strip()


def _summed(label: str) -> str:
    """«Σ de solicitudes» is what the system does with the months of a year."""
    bare = _SUMMED.sub("", label)
    return label if bare == label else label_in(_balanced(bare))


def _balanced(text: str) -> str:
    while text.count(")") > text.count("(") and text.endswith(")"):
        text = text[:-1].rstrip()
    return text


def _divided(found: Formula, text: str) -> tuple[str, str] | None:
    """Both sides of the division; None where there is none."""
    places, sure = divisions(text)
    if not places and text.count("(") != text.count(")"):
        text = re.sub(r"[()]", " ", text)  # a bracket was lost
        places, sure = divisions(text)
    if not places:
        return _in_words(found, text)
    if len(places) > 1:
        found.doubts.append(SEVERAL)
    elif not sure:
        found.doubts.append(LOOSE)
    return text[: places[0]], text[places[0] + 1 :]


def _in_words(found: Formula, text: str) -> tuple[str, str] | None:
    """«[a] entre [b] por 100», «a dividido entre b»."""
    outside = [match for match in _ENTRE.finditer(text) if _depth(text, match.start()) == 0]
    if not outside:
        return None
    if len(outside) > 1:
        divided = [match for match in outside if "divid" in match[0].lower()]
        if len(divided) != 1:
            found.doubts.append(SEVERAL)
        outside = divided or outside
    cut = outside[0]
    left, right = text[: cut.start()].strip(" (["), text[cut.end() :].strip(" ([")
    likely = found.name or _first_word(left) == _first_word(right) or re.match(r"total|n[uú]mero|suma", right, re.I)
    if not likely and not _SURELY_DIVIDED.search(cut[0]) and not text[: cut.start()].rstrip().endswith((")", "]")):
        return None
    if not _SURELY_DIVIDED.search(text[max(0, cut.start() - 1) : cut.end() + 1]) and found.name == "":
        found.doubts.append(f"se tomó «{cut[0].strip()}» como la división: revise numerador y denominador")
    return text[: cut.start()], text[cut.end() :]


def _depth(text: str, at: int) -> int:
    return sum((letter in "([{") - (letter in ")]}") for letter in text[:at])
