"""Which of our columns each column of a file probably is: one to one, and nothing where it is doubtful.

Two things are weighed: the words of the header against the names that municipalities use, and what stands below it
(a column of years, of codes, of frequencies). What two columns claim alike, or one column for two of ours, is left to
the person.
"""

import functools
import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.layout.synonyms import (
    CHANGE_THE_MEANING,
    COMPOSITES,
    FORMULA,
    ONLY_ALONE,
    PHRASES,
    TARGET_WITH_UNIT,
    VARIABLES,
)
from catalog.layout.words import header_words
from catalog.workbook.cells import FREQUENCIES
from catalog.workbook.columns import HEADERS
from core.spreadsheets import Cell, Kind, header_key
from core.text import fold

ENOUGH = 0.7
"""From here on a column is proposed."""
APART = 0.08
"""By how much the best has to be better than the next, or it is left to the person."""
SAMPLE = 200
"""Rows whose cells are looked at."""
_MANY_WORDS = 20
_FEW_WORDS = 4

_YEAR = re.compile(r"(?:19|20)\d\d")
_OF_ACTION = re.compile(r"[a-zñ]{2,6}-\d{2,3}-\d{2,3}")
_AMOUNT = re.compile(r"[<>=≥≤ ]*\$?\s*\d[\d.,]*\s*%?")
_AMOUNT_WITH_UNIT = re.compile(r"[<>=≥≤ ]*\d[\d.,]*\s*[a-zA-Zñáéíóú]\S*(?:\s.*)?", re.DOTALL)
_DIRECTIONS = ("ascendente", "descendente")
_DIMENSIONS = ("eficacia", "eficiencia", "calidad", "economia")
_YES_NO = ("si", "no")


@dataclass(frozen=True, slots=True)
class Sampled:
    """A column of a file: its header and some of its filled cells; ``texts`` are folded.

    ``above``: what stands over several headers in the row before, «Meta» over «Programada»; "" where nothing does.
    """

    header: str
    texts: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    written: tuple[str, ...] = ()
    above: str = ""

    def share(self, test: Callable[[str], object]) -> float:
        """Of the filled cells, 0 to 1; 0 where there are none."""
        return sum(1 for text in self.texts if test(text)) / len(self.texts) if self.texts else 0.0


def sampled(header: str, cells: Iterable[Cell], above: str = "") -> Sampled:
    """The column with the first of its filled cells."""
    filled = list(itertools.islice((cell for cell in cells if cell.kind is not Kind.EMPTY), SAMPLE))
    return Sampled(
        header,
        tuple(fold(cell.text) for cell in filled),
        tuple(cell.kind for cell in filled),
        tuple(cell.shown or cell.text for cell in filled),
        above,
    )


def is_ours(header: str) -> str:
    """The field whose header this is, to the letter (but for case, accents and asterisks); "" for none."""
    return _EXACT.get(header_key(header), "")


_EXACT = {header_key(header): field for field, header in HEADERS.items()} | {
    header_key(label): target for target, label in COMPOSITES.items()
}


def propose(columns: Sequence[Sampled]) -> list[str]:
    """For each column our field, a composite column, or "": nothing, or nothing that is certain enough."""
    scores = [_scores(column) for column in columns]
    found = [""] * len(columns)
    taken: set[str] = set()
    claims = sorted(
        ((score, -at, target) for at, given in enumerate(scores) for target, score in given.items() if score >= ENOUGH),
        reverse=True,
    )
    undecided: set[int] = set()
    for score, back, target in claims:
        at = -back
        if found[at] or target in taken or at in undecided:
            continue
        if _rivalled(at, target, score, scores, found, taken):
            undecided.add(at)
            continue
        found[at] = target
        taken.add(target)
        if target == TARGET_WITH_UNIT:
            taken.add("target")
        elif target == "target":
            taken.add(TARGET_WITH_UNIT)
    if "numerator" in found or "denominator" in found:
        # Said in columns of their own: the formula is not taken apart besides.
        found = ["" if target in (FORMULA, VARIABLES) else target for target in found]
    return found


def _rivalled(
    at: int, target: str, score: float, scores: Sequence[Mapping[str, float]], found: Sequence[str], taken: set[str]
) -> bool:
    """Whether another free column claims the same as much, or this one claims another of ours as much."""
    for other, given in enumerate(scores):
        if other != at and not found[other] and given.get(target, 0.0) > score - APART:
            # One that is more of something else that is free is no rival.
            better = max((one for name, one in given.items() if name != target and name not in taken), default=0.0)
            if better <= given[target]:
                return True
    own = scores[at]
    return any(one > score - APART / 2 for name, one in own.items() if name != target and name not in taken)


def _scores(column: Sampled) -> dict[str, float]:
    """How probable each of ours is, 0 to 1; only those above one half."""
    found: dict[str, float] = {}
    for target, likeness in _likenesses(column.header, column.above).items():
        best = _weighed(target, likeness, column)
        if best > 0.5:
            found[target] = best
    if header_words(column.header) == ("clave",):
        # «Clave» or «ID» of what? What stands over it says it, or keys of the shape of ours; else it is not known.
        if of := _key_of(column.above):
            return {of: 0.9}
        found = {target: 0.8 if column.share(_OF_ACTION.fullmatch) >= 0.5 else 0.6 for target in ("action_code",)}
    for target in _TOLD_BY_CONTENT if len(column.texts) > 1 else ():
        if (_fit(target, column) or 0.0) >= 0.9:
            found[target] = max(found.get(target, 0.0), 0.75)
    if "target" in found and column.share(_AMOUNT_WITH_UNIT.fullmatch) > 0.5:
        found[TARGET_WITH_UNIT] = found.pop("target")
    return found


_KEYS_OF = {
    "indicador": "indicator_code", "accion": "action_code", "actividad": "action_code", "programa": "program_code",
    "proyecto": "program_code", "dependencia": "department_number", "eje": "axis_key", "pilar": "axis_key",
    "estrategia": "strategy_key", "objetivo": "objective_key",
}  # fmt: skip
"""What «Clave» below such a word is the key of; of several words the first of these counts."""


def _key_of(above: str) -> str:
    """The key that «CVE» is below «PROYECTO / ACTIVIDAD»; "" where nothing over it says so."""
    words = header_words(above)
    if len(words) > _FEW_WORDS or set(words) & CHANGE_THE_MEANING:
        return ""
    return next((target for word, target in _KEYS_OF.items() if word in words), "")


def likeliest(header: str) -> str:
    """The field or composite column that a header alone names; "" where none is certain enough."""
    scores = _likenesses(header, "")
    best = max(scores, key=lambda name: scores[name], default="")
    return best if best and scores[best] >= ENOUGH else ""


def names_something(text: str) -> bool:
    """Whether it may be a header: it is alike to the name of a column, or of one that is none of ours."""
    words = header_words(text)
    return bool(_likenesses(text, "") or set(words) & CHANGE_THE_MEANING or (text and not words))


@functools.lru_cache(maxsize=4096)
def _likenesses(header: str, above: str) -> Mapping[str, float]:
    """How alike the header is to the names of each of ours; only those above one half."""
    words, over = header_words(header), header_words(above)
    if not words:
        words, over = over, ()  # «Indicador» over «Nombre»
    if not words or len(words) > _MANY_WORDS:
        return {}
    changed = bool(set(over) & CHANGE_THE_MEANING)
    own = "" if changed else is_ours(header)
    found = {own: 1.0} if own else {}
    for target in PHRASES:
        best = _best(words, target) * (0.75 if changed else 1.0)
        if best > 0.5 and target != own:
            found[target] = best
    # What stands over it says more only where the header alone does not say it: «Meta» over «Programada».
    if over and not changed and (words in ONLY_ALONE or max(found.values(), default=0.0) < ENOUGH):
        for target in PHRASES:
            best = _best(over + words, target)
            if best > found.get(target, 0.5):
                found[target] = best
    return found


def _best(words: tuple[str, ...], target: str) -> float:
    return max(_likeness(words, phrase) for phrase in PHRASES[target])


def _likeness(words: tuple[str, ...], phrase: tuple[str, ...]) -> float:
    """1 where they are the same; less the more of the header the phrase leaves unsaid."""
    if words == phrase:
        return 1.0
    if phrase in ONLY_ALONE:
        return 0.5
    # Words misspelt by a letter: «FRECUENCA DE MEDICION».
    if len(words) == len(phrase) and all(map(_nearly, words, phrase)):
        return 0.85
    given, wanted = set(words), set(phrase)
    if not given & wanted:
        return 0.0
    unsaid = given - wanted
    if unsaid & CHANGE_THE_MEANING:
        return 0.3
    if given == wanted:
        return 0.95 if words[0] == phrase[0] else 0.72
    if wanted <= given:
        return max(0.0, (0.9 if words[0] == phrase[0] else 0.62) - 0.07 * (len(unsaid) - 1))
    if given <= wanted and words[0] == phrase[0]:
        return 0.55
    return 0.0


def _nearly(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < 5 or abs(len(one) - len(other)) > 1:
        return False
    if one[0] != other[0]:
        return False
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    short, long = sorted((one, other), key=len)
    return any(long[:cut] + long[cut + 1 :] == short for cut in range(len(long)))


def _weighed(target: str, score: float, column: Sampled) -> float:
    """The likeness of the header with what stands below it; without rows the header alone counts."""
    if not column.texts:
        return score
    fits = _fit(target, column)
    if fits is None:
        return score
    return score if fits >= 0.5 else score * (0.4 + 0.4 * fits)


_TOLD_BY_CONTENT = ("frequency", "direction", "dimension")


def _fit(target: str, column: Sampled) -> float | None:
    """The share of cells that such a column would have; None where any text may stand there."""
    if target in ("year", "baseline_year"):
        return column.share(_YEAR.search)
    if target == "frequency":
        return column.share(lambda text: text in _FREQUENCIES)
    if target == "direction":
        return column.share(lambda text: text in _DIRECTIONS)
    if target == "dimension":
        return column.share(lambda text: text in _DIMENSIONS)
    if target in ("considered", "requires_evidence"):
        return column.share(lambda text: text in _YES_NO)
    if target in ("target", "baseline"):
        amounts = column.share(_AMOUNT.fullmatch) + column.share(_AMOUNT_WITH_UNIT.fullmatch)
        return min(1.0, amounts + column.share(lambda text: text in ("n/a", "na", "no aplica", "-")))
    if target in _TEXTS:
        # Labels and names are words; figures below such a header are captures.
        numbers = sum(kind in (Kind.NUMBER, Kind.PERCENT, Kind.DATE) for kind in column.kinds) / len(column.kinds)
        return 1.0 - max(numbers, column.share(_AMOUNT.fullmatch))
    return None


_FREQUENCIES = frozenset(FREQUENCIES)
_TEXTS = frozenset(
    (
        "plan", "axis", "objective", "strategy", "department", "program", "description", "objectives", "action",
        "unit", "indicator", "definition", "numerator", "denominator", "verification", "source", "responsible_area",
    )
)  # fmt: skip


def label_of(target: str) -> str:
    """What a column is called on the screen and in ``mapa.json``: our header, or the composite's."""
    return COMPOSITES.get(target) or HEADERS[target]


def target_of(label: str) -> str:
    """The field or composite of that label; "" for one that there is not."""
    return _EXACT.get(header_key(label), "")
