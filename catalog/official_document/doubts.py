"""Words that a scanner got wrong, with what they probably are: proposed, and never put in their place."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from core.text import fold

_WORD = re.compile(r"[^\W_]+")
_FAULTS = (
    # Signs that a scanner takes for a vowel with its accent, and back.
    ("d", "á"), ("d", "ú"), ("d", "ó"), ("é", "ó"), ("a", "á"), ("e", "é"), ("i", "í"), ("o", "ó"), ("u", "ú"),
    ("6", "ó"), ("6", "o"), ("0", "o"), ("0", "ó"), ("1", "l"), ("1", "í"), ("1", "i"), ("5", "s"), ("l", "ú"),
    ("l", "í"), ("i", "ú"), ("id", "ió"), ("ido", "ió"), ("ié", "ió"), ("iéo", "ió"), ("ién", "ión"), ("io", "ió"),
    ("fi", "ñ"), ("n", "ñ"), ("fl", "ñ"), ("uu", "ú"), ("ua", "ú"), ("aé", "ó"), ("aó", "ó"), ("oé", "ó"),
    ("rn", "m"), ("ii", "ú"), ("cc", "c"), ("u", "ü"), ("q", "g"),
)  # fmt: skip
_LONGEST_WORD = 30
_SELDOM = 60  # as often, or less, stand in the list of words those that somebody misspelt
_OF_THE_FIELD = ("interacción", "solicita", "solicitan", "solicitada", "solicitado", "periodo", "caracteres")
"""Words of these documents that the list does not have, and takes for others."""
_LONG_WORD = 8  # letters from which two faults, or a letter too many, leave no doubt which word it was
_ACCENTED = dict(zip("aeiou", "áéíóú", strict=True))


@cache
def _frequencies() -> dict[str, int]:
    """Spanish words, each as often as people use it."""
    from spellchecker import SpellChecker

    words = SpellChecker(language="es").word_frequency.dictionary
    return {**words, **dict.fromkeys(_OF_THE_FIELD, _SELDOM + 1)}


def is_known(word: str) -> bool:
    """A Spanish word in small letters, or the plural of one."""
    return _frequency(word) > 0


def _frequency(word: str) -> int:
    known = _frequencies()
    found = known.get(word, 0)
    if not found and word.endswith("s"):
        found = known.get(word[:-1], 0)
        if not found and word.endswith("es"):
            stem = word[:-2]
            found = known.get(stem, 0) or known.get(_accented_end(stem), 0)
    return 0 if found and _plural_with_accent(word) else found


def _accented_end(stem: str) -> str:
    """«acción» for «accion», the stem of «acciones»; «común» for that of «comunes»."""
    if len(stem) > 3 and stem[-1] in "ns" and stem[-2] in _ACCENTED:
        return stem[:-2] + _ACCENTED[stem[-2]] + stem[-1]
    return stem


def _plural_with_accent(word: str) -> bool:
    """«comúnes», «acciónes»: the plural of such a word has no accent."""
    return bool(re.search(r"[áéíóú][ns]es$", word)) and word not in _frequencies()


class Known:
    """The words of a document and those of the language, for whoever puts broken words together."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._own = Counter(word.lower() for text in texts for word in re.findall(r"\w+(?:-\w+)*", text))

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and (word in self._own or is_known(word))

    def __iter__(self) -> Iterator[str]:
        return iter(self._own)

    def __len__(self) -> int:
        return len(self._own)


def proposals(text: str) -> list[tuple[str, str]]:
    """The words of a text that a scanner got wrong, each once, and what is proposed for it."""
    found: dict[str, str] = {}
    for word in _WORD.findall(text):
        if word not in found:
            meant = _meant(word)
            if meant:
                found[word] = meant
    return list(found.items())


@lru_cache(maxsize=50_000)
def _meant(word: str) -> str:
    if len(word) < 4 or len(word) > _LONGEST_WORD or not any(letter.isalpha() for letter in word):
        return ""
    letters = sum(letter.isalpha() for letter in word)
    if letters < 0.6 * len(word) or word.isupper():
        return ""  # a code, a number, a heading all in capitals
    lower = word.lower()
    odd = any(letter.isdigit() for letter in word) or any(letter.isupper() for letter in word[1:])
    if is_known(lower) and not odd:
        return ""
    best = _best(lower, word[0].isupper() and not odd)
    if not best:
        return ""
    return best.capitalize() if word[0].isupper() else best


def _best(lower: str, name: bool) -> str:
    """The most frequent word that one fault away, two at most, makes of it; of a name only lost accents are told."""
    once = _one_fault(lower)
    found = {one for one in once if is_known(one)}
    if is_known(lower):
        found.add(lower)
    if not found and len(lower) >= _LONG_WORD:
        again = {*once, *_one_letter_less(lower)}
        found = {one for one in again if is_known(one)}
        found = found or {two for one in again for two in _one_fault(one) if is_known(two) and fold(two) != fold(lower)}
    if name:
        found = {one for one in found if _looks_like(one, lower)}
    best = max(found, key=_frequency, default="")
    return best if _frequency(best) > _SELDOM else ""


def _looks_like(one: str, other: str) -> bool:
    return fold(one) == fold(other) or one.endswith(("ción", "sión")) or abs(len(one) - len(other)) <= 1


def _one_letter_less(word: str) -> set[str]:
    """Without a letter that a scanner saw twice: it stands again a little before or behind; never of its ending."""
    return {
        word[:at] + word[at + 1 :]
        for at in range(1, len(word) - 2)
        if word[at] in word[max(0, at - 2) : at] or word[at] in word[at + 1 : at + 3]
    }


def _one_fault(word: str) -> set[str]:
    found = set()
    for seen, meant in _FAULTS:
        at = word.find(seen)
        while at >= 0:
            found.add(word[:at] + meant + word[at + len(seen) :])
            at = word.find(seen, at + 1)
    return found
