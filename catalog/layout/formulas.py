"""A formula as documents and sheets write it, taken apart into the labels of numerator and denominator.

«PRE-01-01 = (Número de … / Total de …) * (100).», «(A/B)*100, donde A = …; B = …», «(A / B) x 100» beside a cell that
says what A and B are, «[a] entre [b] por 100». What is not certain is a doubt for a person.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from catalog.layout.printed_codes import ACTION_CODE, DASHES, code_of

_ONE_HUNDRED = r"(?:100(?![\d.,]\d)(?:\.0+)?|cien(?:to)?\b)\s*%?"
_HUNDRED = rf"(?:\(\s*{_ONE_HUNDRED}\s*\)|{_ONE_HUNDRED})"
_TIMES = r"[*×·∙⋅•✕✖]|(?-i:(?<![a-záéíóúñ]))[xX]|\bpor\b|\bmultiplicad[oa]s? por\b"
_BEHIND = re.compile(
    rf"(?:\s*(?:{_TIMES})|(?<=[)\]}}])\s*(?=[(\s]))\s*{_HUNDRED}\s*(?:%|=\s*%?)?\s*[.;,]*$", re.IGNORECASE
)
_BEFORE = re.compile(rf"^\s*{_HUNDRED}\s*(?:{_TIMES})\s*(?=\S)", re.IGNORECASE)
_TAIL = re.compile(rf"[)\]}}]\s*(?:{_TIMES})\s*{_HUNDRED}\s*%?(?P<tail>[\s.;,]+\S.*)$", re.IGNORECASE | re.DOTALL)
_SCALED = re.compile(
    rf"\s*(?:{_TIMES})\s*\(?\s*(?P<number>1[.,\s]?000(?:[.,\s]?000)*|10[.,\s]?000|100[.,\s]?000|mil\b|cien mil)\s*\)?"
    r"(?P<of>[^/÷)\]]*)$",
    re.IGNORECASE,
)
_KEY = re.compile(rf"^\s*\(?\s*(?P<key>{ACTION_CODE})\s*\)?\s*(?P<sign>[=:.]|[{DASHES}](?=\s))?\s*")
_NAMED = re.compile(r"^(?P<name>[^=/÷()\[\]]{1,300}?)\s*=\s*(?=\S)")
_WHERE = re.compile(r"[\s,;.(]*(?<!\w)(?:en\s+)?d[oó]nde\b\s*[:.]?\s*", re.IGNORECASE)
_VARIABLE = r"[A-ZÑ][A-Za-zÑñ0-9_]{0,9}\.?[0-9]{0,2}|[a-zñ](?:[0-9]{1,2})?|[Vv]ar(?:iable)?\.?\s?[A-Z0-9]{1,2}"
_SIGN = r"\s*(?:[=:]|\.\s?[-–]|[)]\s*[-–:=]?|[-–](?=\s)|\b(?:es igual a|corresponde al?|equivale a|es|son)\b)\s*"
_MEANING = re.compile(
    rf"(?:(?<=^)|(?<=[;,.\s/(•\[]))(?:y\s+)?[(\[«\"]?(?P<name>{_VARIABLE})[)\]»\"]?{_SIGN}", re.MULTILINE
)
_LABELLED = re.compile(
    r"numerador\s*[:=]\s*(?P<top>.+?)[;,.\s/]*denominador\s*[:=]\s*(?P<bottom>.+)", re.IGNORECASE | re.DOTALL
)
_ONLY_VARIABLE = re.compile(rf"[(\[{{\s«\"]*(?P<name>{_VARIABLE})[)\]}}\s»\"]*")
_SUMMED = re.compile(r"^[(\[\s]*[Σ∑]\s*(?:(?:de|del)\s+)?(?=\S)")
_ENTRE = re.compile(r"\s(?:dividid[oa]s?\s+(?:entre|por)|entre|sobre)\s(?:el\s+(?=total|n[uú]mero))?", re.IGNORECASE)
_SURELY_DIVIDED = re.compile(r"\bdividid|[)\]]\s*(?:entre|sobre)\s*[(\[]|por\s+(?:100|cien)\b", re.IGNORECASE)
_DIFFERENCE = re.compile(r"\s[-–−]\s|(?<=[)\]\w])\s?[-–−]\s?(?=[(\[]?\s*\w)|\bmenos\b", re.IGNORECASE)
_RATE_NAMES = re.compile(r"\b(?:tasa|promedio|raz[oó]n|costo (?:promedio|por|unitario))\b", re.IGNORECASE)
_MEASURES = (
    r"(?:d[ií]a|mes|a[ñn]o|hora|hr|h|hab|seg|s|min|m|m2|m3|km|ha|l|lt|lts|kg|semana|persona|viaje|turno|100|1,?000)\b"
)
_INFLECTED = re.compile(r"\(?(?:as?|os?|es|la|las|los)\b\)?|o\b|y\b", re.IGNORECASE)
_BEGINS_A_LABEL = re.compile(
    r"[(\[{]|[A-ZÁÉÍÓÚÑΣ∑]|(?:total|n[uú]m|no\.|suma|cantidad|solicitud|monto|presupuesto|poblaci)", re.UNICODE
)

_JOINTS = re.compile(r"(?:[\s;,/.|(\[]|\b[yY]\b|\b[Vv]ariable\s?[A-Z0-9]{0,2})+$")
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
    rest, variables = text.strip(), variables.strip()
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
        found.numerator, found.denominator = _label(labelled["top"]), _label(_without_hundred(labelled["bottom"]))
        return found
    rest = _name_apart(found, rest)
    rest = _tail_apart(found, rest)
    rest = _bare(_scale_apart(found, rest))
    if not rest or _ONLY_VARIABLE.fullmatch(rest):
        _in_order(found, rest, meanings)
        return found
    _taken_apart(found, rest, _Meanings(meanings, _names_in(rest)))
    return found


def _names_in(formula: str) -> list[str]:
    """What may be a variable in it."""
    return [name for name in re.findall(rf"(?<!\w)(?:{_VARIABLE})(?!\w)", formula) if len(name) <= 10]


def _meanings_apart(rest: str, variables: str) -> tuple[str, str]:
    """The formula, and what explains its variables: another cell, or what stands behind «donde» or on further lines."""
    where = _WHERE.search(rest)
    if where and where.start():
        return rest[: where.start()], f"{rest[where.end() :]}\n{variables}".strip()
    if where and not where.start():
        rest = rest[where.end() :]
    divided = re.search(r"[/÷]", rest)
    after = divided.end() if divided else 0
    every = [mark for mark in _MEANING.finditer(rest) if _explains(mark) and not _closes_only(rest, mark)]
    marks = [mark for mark in every if mark.start() >= after] if len(every) > 2 else every
    if len(marks) >= 2 and re.search(r"[/÷]|\bentre\b", rest[: marks[0].start()]):
        names = set(re.findall(rf"\b(?:{_VARIABLE})", rest[: marks[0].start()]))
        if {mark["name"] for mark in marks} & names:
            return rest[: marks[0].start()].rstrip(" ;,.("), f"{rest[marks[0].start() :]}\n{variables}".strip()
    marks = every
    if len(marks) >= 2 and not variables and not rest[: marks[0].start()].strip(" (["):
        one = _Meanings(rest, ())
        if len(one.said) == 2:
            return "", rest
        behind = re.search(rf"[;\n]\s*(?:\w+\s*=\s*)?(?P<formula>[(\[]*\s*(?:{_VARIABLE})\s*[)\]]*\s*[/÷].*)$", rest)
        if behind:
            return behind["formula"], rest[: behind.start()]
    return rest, variables


def _closes_only(rest: str, mark: "re.Match[str]") -> bool:
    """Whether the bracket behind the name closes one of the formula: «(A/B)x100»."""
    return mark[0].rstrip().endswith((")", "]")) and not re.search(r"(?:^|[\n;])\s*$", rest[: mark.start()])


def _explains(mark: "re.Match[str]") -> bool:
    """Whether the mark is of a variable and not the word before a colon."""
    name = mark["name"]
    return name.isupper() or len(name) <= 3 or any(map(str.isdigit, name)) or name.lower().startswith("var")


class _Meanings:
    """What each variable means; ``said`` in the order of the text."""

    def __init__(self, text: str, wanted: Sequence[str]) -> None:
        """``wanted``: the names that the formula has; what explains them may be written in any way."""
        self.said: dict[str, str] = {}
        body = _unwrapped(text)
        marks = [mark for mark in _MEANING.finditer(body) if _explains(mark) and not _in_a_sentence(body, mark)]
        if body and wanted and not set(map(_bare_name, wanted)) <= {_bare_name(mark["name"]) for mark in marks}:
            loosely = _loosely(body, wanted)
            marks = (
                loosely if len({mark["name"] for mark in loosely}) > len({mark["name"] for mark in marks}) else marks
            )
        ends = [mark.start() for mark in marks[1:]] + [len(body)]
        for mark, end in zip(marks, ends, strict=False):
            meaning = _label(_JOINTS.sub("", body[mark.end() : end].strip()))
            if meaning and not re.fullmatch(r"[\W_]+", meaning):
                self.said.setdefault(_bare_name(mark["name"]), _label(meaning))

    def of(self, name: str) -> str:
        return self.said.get(_bare_name(name), "")


def _loosely(body: str, wanted: Sequence[str]) -> "list[re.Match[str]]":
    """«A. Obras», «A) Obras B) …», «[V1] Becas»: the formula's own names at the beginning of a line or in brackets."""
    names = "|".join(sorted(map(re.escape, set(wanted)), key=len, reverse=True))
    pattern = (
        rf"(?:^\s*|(?<=[;,]\s)|(?<=\s)(?=[(\[])|(?<=\s)(?=\w{{1,4}}[)]))[(\[]?(?P<name>{names})(?:[)\].:=,–-]+\s*|\s+)"
    )
    return list(re.finditer(pattern, body, re.MULTILINE))


def _in_a_sentence(body: str, mark: "re.Match[str]") -> bool:
    """«… zona A es la …»: words and not a variable, where one letter is explained with a word in a running text."""
    if not re.search(r"\b(?:es|son|corresponde)\b|^[)]", mark[0][len(mark["name"]) :].strip()):
        return False
    if mark[0].startswith("y "):
        return False
    before = body[: mark.start()].rstrip()
    return bool(before) and before[-1] not in ".;,:/\n(" and "\n" not in body[len(before) : mark.start() + 1]


def _bare_name(name: str) -> str:
    return re.sub(r"^var(?:iable)?\.?\s?|[\s._]", "", name, flags=re.IGNORECASE).upper() or name.upper()


def _unwrapped(text: str) -> str:
    """«(A: X / B: Y) * 100» without what belongs to the formula and not to what is explained."""
    text = _without_hundred(text.strip())
    while text[:1] in ("(", "[") and _closes(text) == len(text) - 1:
        text = text[1:-1].strip()
    return text


def _without_hundred(text: str) -> str:
    return _BEHIND.sub("", text.strip()).strip()


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
    said = _Meanings(meanings, _names_in(rest))
    if len(said.said) == 2 and not rest:
        found.numerator, found.denominator = said.said.values()
        found.doubts.append("la celda explica dos variables y no dice la división: se tomó la primera entre la segunda")
        return
    if not said.said and meanings and not rest:
        _taken_apart(found, _bare(meanings), _Meanings("", ()))
        return
    found.numerator = said.of(rest) or _label(rest) or next(iter(said.said.values()), "")
    found.doubts.append(NO_FRACTION)


def _taken_apart(found: Formula, text: str, meanings: _Meanings) -> None:
    if _is_complement(text):
        found.doubts.append(VARIATION)
        text = _without_one(text)
    parts = _divided(found, text)
    if parts is None:
        found.numerator = _meant(found, _label(text), meanings)
        found.doubts.append(NO_FRACTION)
        return
    top, bottom = (_bare(part) for part in parts)
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
    return _bare(re.sub(r"^(?P<opened>[(\[]*)\s*1(?:00)?\s*%?\s*[-–−]\s*", r"\g<opened>", text))


def _is_difference(top: str) -> bool:
    depth = 0
    cut = "".join(letter if not (depth := depth + (letter in "([") - (letter in ")]")) else " " for letter in top)
    for found in _DIFFERENCE.finditer(top):
        before, after = top[: found.start()].strip("([ "), top[found.end() :].strip(")] ")
        if _first_word(before) and _first_word(before) == _first_word(after):
            return True
        simple = _ONLY_VARIABLE.fullmatch(before) and _ONLY_VARIABLE.match(after)
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


def _meant(found: Formula, part: str, meanings: _Meanings) -> str:
    """A part with its variables' meanings in their place, or as it is written."""
    label = _label(part)
    alone = _ONLY_VARIABLE.fullmatch(label)
    if alone and (len(alone["name"]) <= 4 or meanings.of(alone["name"])):
        meaning = meanings.of(alone["name"])
        if not meaning and _explains(alone):
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
    return label if bare == label else _label(_balanced(bare))


def _balanced(text: str) -> str:
    while text.count(")") > text.count("(") and text.endswith(")"):
        text = text[:-1].rstrip()
    return text


def _bare(text: str) -> str:
    """Without × 100 and without the brackets around the whole."""
    text = text.strip()
    before = ""
    while before != text:
        before = text
        if text.endswith((".", ";", ",")) and text[-2:-1] in (")", "]"):
            text = text[:-1].strip()
        if text[:1] in ("(", "[", "{") and _closes(text) == len(text) - 1:
            text = text[1:-1].strip()
            continue
        text = _BEHIND.sub("", text).strip()
        text = _BEFORE.sub("", text).strip()
    return text


def _closes(text: str) -> int:
    """Where the bracket closes with which the text begins; -1 where it does not."""
    depth = 0
    for at, letter in enumerate(text):
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
            if depth == 0:
                return at
    return -1


def _divided(found: Formula, text: str) -> tuple[str, str] | None:
    """Both sides of the division; None where there is none."""
    places, sure = _divisions(text)
    if not places and text.count("(") != text.count(")"):
        text = re.sub(r"[()]", " ", text)  # a bracket was lost
        places, sure = _divisions(text)
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


def _divisions(text: str) -> tuple[list[int], bool]:
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
    return bool(_ONLY_VARIABLE.fullmatch(text[:at]) and _ONLY_VARIABLE.fullmatch(text[at + 1 :]))


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


def _label(text: str) -> str:
    """A label without the brackets that are its own, and without the full stop of the sentence."""
    text = " ".join(text.split()).strip(" ;,:")
    if text.endswith(".") and not re.search(r"\b\w{1,4}\.$", text):
        text = text[:-1].strip()
    while (text[:1] in ("(", "[") and _closes(text) == len(text) - 1) or _is_quoted(text):
        text = text[1:-1].strip()
    if text.count("(") > text.count(")"):
        text = text.lstrip("( ") if text.startswith("(") else text
    if text.count(")") > text.count("(") and text.endswith(")"):
        text = text[:-1].rstrip()
    return text


def _is_quoted(text: str) -> bool:
    return len(text) > 2 and (text[0], text[-1]) in {("«", "»"), ('"', '"'), ("“", "”")} and text[0] not in text[1:-1]
