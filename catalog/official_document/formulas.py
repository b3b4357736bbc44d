"""A formula as documents print it, taken apart: «PRE-01-01 = (Número de … / Total de …) * (100).»"""

import re
from dataclasses import dataclass, field

from catalog.official_document.words import ACTION_CODE, DASHES, code_of

_HUNDRED = r"\(?\s*100\s*%?\s*\)?"
_TIMES = r"[*×xX·∙⋅•]|por"
_BEHIND = re.compile(rf"\s*(?:{_TIMES})\s*{_HUNDRED}\s*%?\s*[.;,]*$")
_BEFORE = re.compile(rf"^\s*{_HUNDRED}\s*(?:{_TIMES})\s*")
_KEY = re.compile(rf"^\s*\(?\s*(?P<key>{ACTION_CODE})\s*\)?\s*(?P<sign>[=:.]|[{DASHES}](?=\s))?\s*")
_NAMED = re.compile(r"^(?P<name>[^=/÷()]{3,300}?)\s*=\s*(?=\S)")
_WHERE = re.compile(r"[\s,;.]*\b(?:en\s+)?d[oó]nde\s*:?\s*", re.IGNORECASE)
_VARIABLE = r"[A-ZÑ][A-Za-zÑñ0-9_.]{0,9}"
_MEANING = re.compile(rf"(?:^|[;,.\s])\s*(?:y\s+)?(?P<name>{_VARIABLE})\s*[=:]\s*")
_SIMPLE = re.compile(rf"\(*\s*(?P<top>{_VARIABLE})\s*\)*\s*[/÷]\s*\(*\s*(?P<bottom>{_VARIABLE})\s*\)*")
_LABELLED = re.compile(r"numerador\s*:\s*(?P<top>.+?)[;,.\s]*denominador\s*:\s*(?P<bottom>.+)", re.IGNORECASE)

_LONGEST = 4_000  # letters: both labels have 500 each
NO_FRACTION = "no se encontró la división de la fórmula"
SEVERAL = "la fórmula tiene más de una división: revise numerador y denominador"


@dataclass(slots=True)
class Formula:
    """``key``: of the indicator, where the formula begins with it; ``name``: words before the sign of equality."""

    key: str = ""
    name: str = ""
    numerator: str = ""
    denominator: str = ""
    doubts: list[str] = field(default_factory=list)


def formula_of(text: str) -> Formula:
    found = Formula()
    rest = text.strip()
    if len(rest) > _LONGEST:
        found.doubts.append(NO_FRACTION)
        return found
    key = _KEY.match(rest)
    if key and (key["sign"] or rest[key.end() :].lstrip().startswith("(")):
        found.key, rest = code_of(key["key"]), rest[key.end() :]
        rest = re.sub(r"^=\s*", "", rest)
    where = _WHERE.search(rest)
    if where and _explained(found, rest[: where.start()], rest[where.end() :]):
        return found
    labelled = _LABELLED.search(rest)
    if labelled:
        found.numerator, found.denominator = _label(labelled["top"]), _label(labelled["bottom"])
        return found
    named = _NAMED.match(rest)
    if named:
        found.name, rest = named["name"].strip(), rest[named.end() :]
    _divided(found, _bare(rest))
    return found


def _explained(found: Formula, formula: str, meanings: str) -> bool:
    """«(A/B)*100, donde A = …; B = …»"""
    named = _NAMED.match(formula)
    simple = _SIMPLE.search(formula[named.end() :] if named else formula)
    if simple is None:
        return False
    marks = list(_MEANING.finditer(meanings))
    said: dict[str, str] = {}
    wanted = (simple["top"], simple["bottom"])
    marks = [mark for mark in marks if mark["name"] in wanted]
    for at, mark in enumerate(marks):
        end = marks[at + 1].start() if at + 1 < len(marks) else len(meanings)
        said.setdefault(mark["name"], _label(meanings[mark.end() : end]))
    if not all(said.get(name) for name in wanted):
        return False
    if named and len(named["name"]) > 12:
        found.name = named["name"].strip()
    found.numerator, found.denominator = (said[name] for name in wanted)
    return True


def _bare(text: str) -> str:
    """Without × 100 and without the brackets around the whole."""
    text = text.strip()
    before = ""
    while before != text:
        before = text
        text = _BEHIND.sub("", text).strip()
        text = _BEFORE.sub("", text).strip()
        if text.endswith((".", ";", ",")) and text[-2:-1] == ")":
            text = text[:-1].strip()
        if text[:1] in "([{" and _closes(text) == len(text) - 1:
            text = text[1:-1].strip()
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


def _divided(found: Formula, text: str) -> None:
    places = _divisions(text)
    if not places and text.count("(") != text.count(")"):
        places = _divisions(re.sub(r"[()]", " ", text))  # a bracket was lost
    if not places:
        found.numerator = _label(text)
        found.doubts.append(NO_FRACTION)
        return
    at = places[0]
    if len(places) > 1:
        found.doubts.append(SEVERAL)
    found.numerator, found.denominator = _label(text[:at]), _label(text[at + 1 :])


def _divisions(text: str) -> list[int]:
    """The signs of division outside of brackets that divide: between blanks if there are such, never «y/o»."""
    depth, signs = 0, []
    for at, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter in "/÷" and depth <= 0:
            signs.append(at)
    divides = [at for at in signs if text[at] == "÷" or (text[at - 1 : at] == " " and text[at + 1 : at + 2] == " ")]
    if divides:
        return divides
    loose = [at for at in signs if " " in (text[at - 1 : at], text[at + 1 : at + 2])]
    if loose:
        return loose
    return [
        at for at in signs if not re.search(r"\b[yae]$", text[:at], re.I) and not re.match(r"[ohm]\b", text[at + 1 :])
    ]


def _label(text: str) -> str:
    """A label without the brackets that are its own, and without the full stop of the sentence."""
    text = text.strip(" ;,")
    if text.endswith(".") and not re.search(r"\b\w{1,4}\.$", text):
        text = text[:-1].strip()
    while text[:1] == "(" and _closes(text) == len(text) - 1:
        text = text[1:-1].strip()
    if text.count("(") > text.count(")"):
        text = text.lstrip("( ") if text.startswith("(") else text
    if text.count(")") > text.count("(") and text.endswith(")"):
        text = text[:-1].rstrip()
    return text
