"""What the variables of a formula mean: «A = …; B = …», «V1: …», «A) … B) …»."""

import re
from collections.abc import Sequence

from catalog.layout.formula_parts import closes, label_in, without_hundred

VARIABLE = r"[A-ZÑ][A-Za-zÑñ0-9_]{0,9}\.?[0-9]{0,2}|[a-zñ](?:[0-9]{1,2})?|[Vv]ar(?:iable)?\.?\s?[A-Z0-9]{1,2}"
_SIGN = r"\s*(?:[=:]|\.\s?[-–]|[)]\s*[-–:=]?|[-–](?=\s)|\b(?:es igual a|corresponde al?|equivale a|es|son)\b)\s*"
MEANING = re.compile(
    rf"(?:(?<=^)|(?<=[;,.\s/(•\[]))(?:y\s+)?[(\[«\"]?(?P<name>{VARIABLE})[)\]»\"]?{_SIGN}", re.MULTILINE
)
ONLY_VARIABLE = re.compile(rf"[(\[{{\s«\"]*(?P<name>{VARIABLE})[)\]}}\s»\"]*")
_JOINTS = re.compile(r"(?:[\s;,/.|(\[]|\b[yY]\b|\b[Vv]ariable\s?[A-Z0-9]{0,2})+$")


def names_in(formula: str) -> list[str]:
    """What may be a variable in it."""
    return [name for name in re.findall(rf"(?<!\w)(?:{VARIABLE})(?!\w)", formula) if len(name) <= 10]


def closes_only(rest: str, mark: "re.Match[str]") -> bool:
    """Whether the bracket behind the name closes one of the formula: «(A/B)x100»."""
    return mark[0].rstrip().endswith((")", "]")) and not re.search(r"(?:^|[\n;])\s*$", rest[: mark.start()])


def explains(mark: "re.Match[str]") -> bool:
    """Whether the mark is of a variable and not the word before a colon."""
    name = mark["name"]
    return name.isupper() or len(name) <= 3 or any(map(str.isdigit, name)) or name.lower().startswith("var")


class Meanings:
    """What each variable means; ``said`` in the order of the text."""

    def __init__(self, text: str, wanted: Sequence[str]) -> None:
        """``wanted``: the names that the formula has; what explains them may be written in any way."""
        self.said: dict[str, str] = {}
        body = _unwrapped(text)
        marks = [mark for mark in MEANING.finditer(body) if explains(mark) and not _in_a_sentence(body, mark)]
        if body and wanted and not set(map(_bare_name, wanted)) <= {_bare_name(mark["name"]) for mark in marks}:
            loosely = _loosely(body, wanted)
            marks = (
                loosely if len({mark["name"] for mark in loosely}) > len({mark["name"] for mark in marks}) else marks
            )
        ends = [mark.start() for mark in marks[1:]] + [len(body)]
        for mark, end in zip(marks, ends, strict=False):
            told = body[mark.end() : end].strip()
            meaning = label_in(_JOINTS.sub("", told) or told)
            if meaning and not re.fullmatch(r"[\W_]+", meaning):
                self.said.setdefault(_bare_name(mark["name"]), label_in(meaning))

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


_FORMULA_BEHIND = re.compile(r"(?<=\w)[\s.;,]+[(\[]+\s*[A-Z]{1,2}\d{0,2}\s*[/÷]\s*[A-Z]{1,2}\d{0,2}\s*[)\]]+$")


def _unwrapped(text: str) -> str:
    """«(A: X / B: Y) * 100», «A = X B = Y (A/B)*100» without what belongs to the formula and is not explained."""
    text = _FORMULA_BEHIND.sub("", without_hundred(text.strip()))
    while text[:1] in ("(", "[") and closes(text) == len(text) - 1:
        text = text[1:-1].strip()
    return text
