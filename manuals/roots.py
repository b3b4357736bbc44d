"""What the forms of a word have in common, as one hears it: «guardar» and «guardó», «evidencia» and «evidensia»."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from core.text import fold

_WORD = re.compile(r"\w+")
_PLURALS = ("es", "s")
_ENDINGS = (
    "ando", "iendo", "endo", "aron", "eron", "ado", "ada", "ido", "ida", "ara", "era", "ar", "er", "ir", "an", "en",
    "a", "e", "o",
)  # fmt: skip
# Letters that sound alike, and what verbs change within: «cierro» and «cerrar», «puede» and «poder», «llegue» and
# «llegó». In this order.
_ALIKE = (
    (re.compile("ch"), "x"), (re.compile("h"), ""), (re.compile("qu"), "k"), (re.compile("g[uü](?=[ei])"), "g"),
    (re.compile("c(?=[ei])|z"), "s"), (re.compile("c"), "k"), (re.compile("v"), "b"), (re.compile("ll"), "y"),
    (re.compile(r"(.)\1"), r"\1"), (re.compile("ie"), "e"), (re.compile("ue"), "o"),
)  # fmt: skip
# What ends by itself as others are made to end.
_WHOLE = ("balid", "kuid")
_FEWEST = 3  # letters that remain of a word without its ending


def words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def roots(text: str) -> list[str]:
    return [root(word) for word in words(text)]


@lru_cache(maxsize=20_000)
def root(word: str) -> str:
    """Of a word that ``words`` gave."""
    for sound, alike in _ALIKE:
        word = sound.sub(alike, word)
    if whole := next((one for one in _WHOLE if word.startswith(one)), ""):
        return whole if len(word) < len(whole) + 5 else word
    for endings in (_PLURALS, _ENDINGS):
        ending = next((one for one in endings if word.endswith(one) and len(word) - len(one) >= _FEWEST), "")
        word = word.removesuffix(ending)
    return word


def nearest(wrong: str, known: Iterable[str]) -> list[str]:
    """Those of ``known`` that one slip of the finger makes of it; of a long one, two."""
    slips = 0 if len(wrong) < 4 else 1 if len(wrong) < 8 else 2
    for most in range(1, slips + 1):
        found = [one for one in known if _within(wrong, one, most)]
        if found:
            return found
    return []


def _within(one: str, other: str, most: int) -> bool:
    if abs(len(one) - len(other)) > most or one[0] != other[0]:
        return False
    return _slips(one, other, most) <= most


def _slips(one: str, other: str, most: int) -> int:
    """Letters too many, too few, wrong, or in each other's place (Damerau)."""
    before, row = list[int](), list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        before, former, row = row, before, [at]
        row += _next(before, former, one, other, at, letter)
        if min(row) > most:
            return most + 1
    return row[-1]


def _next(before: list[int], former: list[int], one: str, other: str, at: int, letter: str) -> Iterator[int]:
    left = at
    for place, against in enumerate(other, start=1):
        cost = min(before[place] + 1, left + 1, before[place - 1] + (letter != against))
        if former and place > 1 and letter == other[place - 2] and one[at - 2] == against:
            cost = min(cost, former[place - 2] + 1)
        left = cost
        yield cost
