"""What stands beside the figures in somebody's sheet, and which indicator of the month it means."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property

from core.text import fold, without_numbering

_CODE = r"[A-ZÑ]{2,6}-\d{2,3}-\d{2,3}(?:-[A-Z])?"
_AT_START = re.compile(rf"({_CODE})(?![\w-])")
_AT_END = re.compile(rf"(?<![\w-])({_CODE})\W*$")
_PROGRAM_CODE = re.compile(r"(programa )?[a-zñ]{2,6}-\d{2,3}")
_TOTAL = re.compile(r"(gran |sub-? ?)?total(es)?|sumas?|promedio|global")
_OF_WHAT = re.compile(r" (general|del? (la )?(mes|programa|dependencia|area|periodo|hoja))\b.*")
_CUT = re.compile(r"(…|\.\.\.)$")
_NEAR, _APART = 0.86, 0.04
_SHORTEST, _SHORTEST_CUT, _SHORTEST_START = 4, 8, 15
_MOST_COMPARED = 40_000


@dataclass(frozen=True, slots=True)
class Match:
    """The indicator that a text means; not ``exact`` where it only comes near its name."""

    code: str
    exact: bool


@dataclass(frozen=True)
class Known:
    """What the month knows: its indicators' names by code (also of those that are not due), the headings of its
    programmes, and the labels of numerators and denominators. ``not_due``: by code, why the month does not ask for it.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    headings: Collection[str] = ()
    numerators: Collection[str] = ()
    denominators: Collection[str] = ()
    not_due: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for code, name in self.names.items():
            found.setdefault(_key(name), []).append(code)
        return found

    @cached_property
    def _headings(self) -> set[str]:
        return {_key(text) for text in self.headings}

    @cached_property
    def _variables(self) -> tuple[set[str], set[str]]:
        return {_key(text) for text in self.numerators}, {_key(text) for text in self.denominators}

    @cached_property
    def _remembered(self) -> dict[str, Match | None]:
        return {}

    def match(self, texts: Iterable[str]) -> Match | None:
        """The one indicator that the texts of a row mean; None where none does, or where they contradict."""
        found = [match for text in texts if (match := self._match_one(text))]
        exact = {match.code for match in found if match.exact}
        if exact:
            return Match(exact.pop(), exact=True) if len(exact) == 1 else None
        near = {match.code for match in found}
        return Match(near.pop(), exact=False) if len(near) == 1 else None

    def _match_one(self, text: str) -> Match | None:
        if text not in self._remembered:
            self._remembered[text] = self._exact(text) or self._near(_key(text))
        return self._remembered[text]

    def _exact(self, text: str) -> Match | None:
        code = code_in(text, self.names)
        if code in self.names:
            return Match(code, exact=True)
        key = _key(text)
        codes = self._by_name.get(key, [])
        if not codes and _CUT.search(key) and len(key) > _SHORTEST_CUT:
            start = _CUT.sub("", key).strip()
            codes = [code for name, found in self._by_name.items() if name.startswith(start) for code in found]
        return Match(codes[0], exact=True) if len(codes) == 1 else None

    def _near(self, key: str) -> Match | None:
        """The one name that the text nearly is, or begins; as soon as a second one is about as near, none."""
        if len(key) < _SHORTEST or len(self._remembered) * len(self.names) > _MOST_COMPARED:
            return None
        if key in self._by_name or self.is_heading([key]):
            return None
        if len(key) >= _SHORTEST_START:
            begun = [code for name, found in self._by_name.items() if name.startswith(key) for code in found]
            if len(begun) == 1:
                return Match(begun[0], exact=False)
        matcher = SequenceMatcher(b=key, autojunk=False)
        ratios = []
        for name, codes in self._by_name.items():
            matcher.set_seq1(name)
            if matcher.real_quick_ratio() > _NEAR - _APART and matcher.quick_ratio() > _NEAR - _APART:
                ratios += [(matcher.ratio(), code) for code in codes]
        ratios.sort(reverse=True)
        if not ratios or ratios[0][0] < _NEAR or (len(ratios) > 1 and ratios[0][0] - ratios[1][0] < _APART):
            return None
        return Match(ratios[0][1], exact=False)

    def is_heading(self, texts: Sequence[str]) -> bool:
        """A programme's name or code, or a total: such a row is no indicator, whatever figures it has."""
        told = [_key(text) for text in texts if text]
        return bool(told) and all(
            text in self._headings or _PROGRAM_CODE.fullmatch(text) or self._is_total(text) for text in told
        )

    def _is_total(self, key: str) -> bool:
        rest = _OF_WHAT.sub("", key)
        if _TOTAL.fullmatch(rest):
            return True
        start = _TOTAL.match(key)
        return bool(start) and key[start.end() :].strip(" :") in self._headings if start else False

    def are_variables(self, texts: Sequence[str]) -> bool:
        """Whether the rows are a sheet's variables: a numerator in one row and a denominator in another."""
        told = [_key(text) for text in texts]
        numerators, denominators = self._variables
        return any(text in numerators for text in told) and any(text in denominators for text in told)


def code_in(text: str, known: Collection[str] = ()) -> str:
    """The code that a cell is or begins with, or a known one that it ends with; empty for none."""
    plain = text.strip().upper().replace("–", "-").replace("—", "-")
    start = _AT_START.match(plain)
    if start:
        return start[1]
    end = _AT_END.search(plain)
    return end[1] if end and end[1] in known else ""


def _key(text: str) -> str:
    """The text to compare by: folded, without bullets and numbering before it and punctuation after it."""
    key = without_numbering(fold(text))
    return key if _CUT.search(key) else key.strip(" .,:;*«»\"'")
