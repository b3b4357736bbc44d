"""Cells that say a target as people write it: «12 informes», «100 m2», «≥ 90 %», «1 (uno)», «N/A».

Nothing is made up: what is not certain is said in ``doubt``, a sentence for the person who looks at it.
"""

import re
from dataclasses import dataclass, replace

from catalog.workbook.amount_bounds import BEHIND, BOUNDS, SAID
from catalog.workbook.number_words import leading_number, number_of
from core.amounts import AmountError, Style, both_ways, is_ambiguous, is_date_like, parse_amount, tidy
from core.formats import plain_amount
from core.text import fold

PERCENTAGE, ABSOLUTE = "porcentaje", "absoluta"
PESOS = "Pesos"
_LONGEST_UNIT = 100
_SHOWN = 60
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class SplitAmount:
    """``amount``: the number as it is written, for ``core.amounts`` to read; "" where there is none, or several.

    ``kind``: porcentaje, absoluta, or "" where nothing says which. ``doubt``: what a person should look at, a
    sentence without a full stop; "" where all of the cell is understood.
    """

    amount: str = ""
    unit: str = ""
    kind: str = ""
    doubt: str = ""


_NUMBER = r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?(?![\d.,])|\d[\d.,]*(?:e[+-]?\d+)?|[.,]\d+"
_FIRST = re.compile(rf"(?P<number>{_NUMBER})", re.IGNORECASE | re.ASCII)
_LONE_NUMBER = re.compile(r"(?<![\w.,/-])\d[\d.,]*(?![\w])", re.ASCII)
_PERCENT = re.compile(r"^\s*(?:%|(?:por|x) ?cientos?\b|porcentajes?\b|pct\b\.?)\s*", re.IGNORECASE)
_NOTHING = {
    "n/a", "na", "n.a.", "n.a", "n / a", "no aplica", "no aplicable", "no disponible", "n/d", "nd", "n.d.", "s/d", "sd",
    "s.d.", "s/m", "sin meta", "sin dato", "sin datos", "sin informacion", "s/i", "ninguna", "ninguno", "pendiente",
    "por definir", "por determinar", "por establecer", "no definida", "no definido", "no determinada", "x", "?", "tbd",
    "no se tiene", "en proceso", "variable", "a demanda", "sobre demanda", "segun demanda", "por demanda",
    "no programada", "no programado",
}  # fmt: skip
_RANGE = re.compile(
    rf"(?:entre\s+|de\s+|del?\s+)?(?:{_NUMBER})\s*%?\s*(?:-|–|—|−|\ba\b|\bal\b|\by\b|\bhasta\b|\.\.\.?)\s*(?:el\s+)?(?:{_NUMBER})\s*(?P<rest>.*)",
    re.IGNORECASE | re.ASCII,
)
_YEARLY = re.compile(
    r"^\s*(?:/|por|al|cada|x)\s*a[ñn]o\b\.?|\s*[(]?\b(?:/ ?a[ñn]o|(?:por|al|cada|en el) a[ñn]o)\b[)]?\s*$"
    r"|^\s*anual(?:es|mente)?\b",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"(?:/|\b(?:por|al|cada|a la|x) )\s*"
    r"(?:mes|d[ií]a|semana|quincena|bimestre|trimestre|cuatrimestre|semestre|hora|turno)\b"
    r"|\b(?:mensual|diari[oa]|semanal|quincenal|bimestral|trimestral|cuatrimestral|semestral)(?:es|s|mente)?\b",
    re.IGNORECASE,
)
_WORD_MINUS = re.compile(r"^[-–−]\s*\d")
_SCALE = re.compile(r"^\s*(mil(?:lones|l[oó]n)?|mdp|mill\.?)\b\.?\s*(?:de\s+)?", re.IGNORECASE)
_IN_WORDS = re.compile(r"^\s*\(\s*(?P<words>[^\d()]+?)\s*\)\s*")
_MONEY = re.compile(r"^\s*(?:M\.?\s?N\.?|MXN|pesos(?: mexicanos)?)\s*(?:M\.?\s?N\.?|MXN)?\s*$|^\s*$", re.IGNORECASE)
_OF = re.compile(r"^\s*(?:de|del)\s+(?:(?:las?|los|el)\s+)?", re.IGNORECASE)
_NOTE = re.compile(r"\s*(?:[*¹⁴⁵⁶⁷⁸⁹†‡]+|(?<![mM])[²³])$")
_SLASHED = re.compile(r"\d[\d.,]*\s*/\s*\d")
_UNIT_NAMES = re.compile(r"^(?P<unit>[^\W\d][^\d:]{1,60}?)\s*:\s*(?=[\d.,$])")
_RATES = re.compile(r"\bpor (?:cada|mil|cien)\b", re.IGNORECASE)


def split_amount(text: str, style: Style | None = None) -> SplitAmount:
    """What a cell with a target says; never raises. ``style``: how the rest of the file writes decimals."""
    written = tidy(text[:_LONGEST])
    if not written:
        return SplitAmount()
    if len(text) > _LONGEST:
        return SplitAmount(doubt=f"{_quoted(written)} es un texto largo: escriba solo la meta")
    if fold(written) in _NOTHING or not any(letter.isalnum() for letter in written):
        return SplitAmount(doubt=f"{_quoted(written)} no dice la meta")
    return _Reader(written, style).read()


def why_no_amount(text: str) -> str:
    """What to do about a cell that says no amount: «N/A», «80 a 90 %»; "" where nothing is known of it."""
    split = split_amount(text, Style.POINT)
    if split.amount or not split.doubt:
        return ""
    if fold(tidy(text)) in _NOTHING:
        return f"{split.doubt}: escriba lo que se espera en el año, por ejemplo 100% o 12, o quite la fila"
    return split.doubt if any(map(str.isdigit, text)) else ""


class _Reader:
    def __init__(self, written: str, style: Style | None) -> None:
        self._written, self._style = written, style
        self._rest, self._kind, self._money, self._doubts = written, "", False, [""]
        self._bounds: list[str] = []

    def read(self) -> SplitAmount:
        whole = self._plainly(self._written.rstrip(".;"))
        if whole is not None:
            return whole
        if _SLASHED.match(self._written):
            return SplitAmount(doubt=self._no_number(self._written))
        ranged = _RANGE.fullmatch(self._without_bounds(self._written))
        if ranged or re.match(r"entre\b", self._written, re.IGNORECASE):
            return self._range(ranged["rest"] if ranged else self._written)
        return self._in_parts()

    def _plainly(self, text: str) -> SplitAmount | None:
        """A number with nothing but its sign: what the reader of numbers understands, or knows why it does not."""
        percent = _percent_behind(text)
        number = text[: len(text) - len(percent)].strip()
        if not number or _FIRST.search(number) is None:
            return None
        kind = PERCENTAGE if percent else ""
        money = number.startswith("$") or number.endswith("$")
        bare = number.strip("$ ")
        try:
            parse_amount(number, self._style)
        except AmountError as error:
            strange = re.search(r"[^\W\d_]", number.replace("e", "").replace("E", "")) is not None
            if re.fullmatch(r"\([\d.,]+\)", number):
                return self._refused(error, text)
            if strange or any(letter in number for letter in "≥≤<>~()/%+*") or _is_spaced(number):
                return None
            return None if _RANGE.fullmatch(number) else self._refused(error, text)
        if money and percent:
            return SplitAmount(bare, "", "", f"{_quoted(self._written)} tiene signo de pesos y de porcentaje")
        amount = SplitAmount(bare, PESOS if money else "", ABSOLUTE if money else kind)
        return replace(amount, doubt=self._of_thousands(bare))

    def _refused(self, error: AmountError, text: str) -> SplitAmount:
        return SplitAmount(kind=PERCENTAGE if _percent_behind(text) else "", doubt=str(error).rstrip("."))

    def _of_thousands(self, number: str) -> str:
        if not is_ambiguous(number, self._style):
            return ""
        point, comma = (plain_amount(value) for value in both_ways(number))
        return f"«{number}» puede ser {point} o {comma}: aclare cómo se escriben los decimales"

    def _range(self, rest: str) -> SplitAmount:
        kind = PERCENTAGE if "%" in self._written or re.search(r"por ?ciento", self._written, re.I) else ""
        unit = "" if kind else _unit(rest)
        doubt = f"{_quoted(self._written)} es un rango: escriba una sola meta"
        return SplitAmount("", unit if not any(map(str.isdigit, unit)) else "", kind, doubt)

    def _without_bounds(self, text: str) -> str:
        """Without the words before the number; what they say is remembered."""
        before = ""
        while before != text:
            before = text
            for word, what in BOUNDS:
                if _begins_with(text, word):
                    cut = _cut(text, word)
                    if what in ("quiet", "roundabout") and not cut[:1].isdigit():
                        continue
                    if what not in ("name", "quiet") and what not in self._bounds:
                        self._bounds.append(what)
                    text = cut
                    break
        return text

    def _in_parts(self) -> SplitAmount:
        text = self._without_bounds(self._written)
        unit_before = _UNIT_NAMES.match(text)
        if unit_before:
            text = text[unit_before.end() :]
            self._doubts.append("se leyó como unidad lo que está antes de los dos puntos")
        text = self._without_money(text)
        number, rest, spelled = self._number(text)
        if not number:
            return SplitAmount(kind=PERCENTAGE if "%" in text else "", doubt=self._no_number(text))
        try:
            parse_amount(number, self._style)
        except AmountError as error:
            return self._refused(error, rest)
        if not spelled:
            self._doubts.append(self._of_thousands(number))
        rest = self._behind_words(number, rest)
        scaled = self._scaled(number, rest)
        if scaled is not None:
            number, rest = scaled
        percent = _PERCENT.match(rest)
        if percent:
            self._kind, rest = PERCENTAGE, rest[percent.end() :]
            rest = self._behind_words(number, rest)
        unit = self._what_follows(rest.strip())
        if unit_before and not unit:
            unit = _unit(unit_before["unit"])
        if unit is None:
            return SplitAmount(kind=self._kind, doubt=self._told(number))
        if not self._kind and (unit or self._money):
            self._kind = ABSOLUTE
        if self._money and not unit:
            unit = PESOS
        return SplitAmount(number, unit, self._kind, self._told(number))

    def _without_money(self, text: str) -> str:
        found = re.match(r"(?:MXN|MX\$|M\.N\.)?\s*\$?\s*(?=[\d.,])", text, re.IGNORECASE)
        if found and found[0].strip():
            self._money = True
            return text[found.end() :]
        if re.match(r"(?:US ?\$|USD|€|EUR)\s*\d", text, re.IGNORECASE):
            self._doubts.append("la cantidad no está en pesos")
            return re.sub(r"^\D+", "", text)
        return text

    def _number(self, text: str) -> tuple[str, str, bool]:
        """The number that begins the text, what stands behind it, and whether it is written in letters."""
        found = _FIRST.match(text)
        if found:
            number = found["number"].rstrip(".,")
            rest = text[found.start() + len(number) :]
            if rest[:1] in (".", ",") and not rest[1:2].isdigit():
                rest = rest[1:]
            if re.match(r"[^\W\d_]", rest) and not _is_symbol(rest) and not re.match(r"[^\W\d_]{4,}", rest):
                return "", text, False
            return number, rest, False
        spelled = leading_number(text)
        if spelled is None:
            return "", text, False
        number, rest = str(spelled[0]), spelled[1]
        self._doubts.append(f"está escrito con letra: se leyó {number}")
        return number, rest, True

    def _no_number(self, text: str) -> str:
        minus = _WORD_MINUS.match(text)
        if minus:
            return f"{_quoted(self._written)} es negativo: escriba 0 o más"
        if text.startswith("#"):
            return f"{_quoted(self._written)} es un error de la hoja de cálculo: corrija la fórmula"
        if is_date_like(text):
            return f"{_quoted(self._written)} parece una fecha o una hora, no una meta"
        if _SLASHED.match(text):
            return f"{_quoted(self._written)} parece una división o una fecha: escriba una sola cantidad"
        found = _FIRST.search(text)
        if found and not found.start():
            return f"{_quoted(self._written)} no es claro: escriba la cantidad con cifras y aparte su unidad"
        if found:
            return f"{_quoted(self._written)} no empieza con la cantidad: escriba la cantidad y su unidad"
        return f"{_quoted(self._written)} no dice una cantidad"

    def _behind_words(self, number: str, rest: str) -> str:
        """«1 (uno)»: the same number again, in letters, is passed over; another one is a doubt."""
        found = _IN_WORDS.match(rest)
        if found is None:
            spelled = None if _SCALE.match(rest) else leading_number(rest)
            if spelled is None:
                return rest
            self._doubts.append("la cantidad está dos veces, con número y con letra")
            return spelled[1] if str(spelled[0]) == number.replace(",", "") else rest
        words = re.sub(r"\s*por ?ciento$", "", found["words"], flags=re.IGNORECASE)
        said = number_of(words)
        if said is None:
            return rest
        if str(said) != number.replace(",", "").replace(" ", ""):
            self._doubts.append(f"el número es {number} y la letra dice {said}")
        if words != found["words"]:
            self._kind = PERCENTAGE
        return rest[found.end() :]

    def _scaled(self, number: str, rest: str) -> tuple[str, str] | None:
        """«2 mil», «1.5 millones»: the number that is meant, for a person to confirm."""
        found = _SCALE.match(rest)
        if found is None:
            return None
        times = 1_000 if fold(found[1]) == "mil" else 1_000_000
        total = parse_amount(number, self._style) * times
        if fold(found[1]) == "mdp":
            self._money = True
        try:
            parse_amount(f"{total:f}", Style.POINT)
        except AmountError:
            return None
        shown = f"{total.normalize():f}"
        self._doubts.append(f"se leyó {shown}")
        return shown, rest[found.end() :]

    def _what_follows(self, rest: str) -> str | None:
        """The unit behind the number; None where the rest says another quantity, and no amount is certain."""
        rest = rest.rstrip(".;, ")
        note = _NOTE.search(rest)
        if note:
            rest = rest[: note.start()]
            self._doubts.append("lleva una llamada a una nota")
        for pattern, what in BEHIND:
            found = pattern.search(rest)
            if found:
                rest = rest[: found.start()]
                if what not in self._bounds:
                    self._bounds.append(what)
        if _RATES.search(rest):
            self._doubts.append("es una tasa: revise la meta y su unidad")
            return _unit(rest) if not _LONE_NUMBER.search(rest) else ""
        yearly = _YEARLY.search(rest)
        if yearly:
            rest = (rest[: yearly.start()] + rest[yearly.end() :]).strip()
            self._kind = self._kind or ABSOLUTE
        period = _PERIOD.search(rest)
        if period:
            self._kind = self._kind or ABSOLUTE
            self._doubts.append(f"dice {_quoted(period[0].strip())}: la meta es la de todo el año")
            if not rest[: period.start()].strip():
                rest = rest[period.end() :].strip()
        if _LONE_NUMBER.search(rest) or (rest[:1] in "+*×=" and rest):
            self._doubts.append("tiene más de una cantidad: escriba una sola meta")
            return None
        if rest[:1] == "/":
            self._doubts.append("lleva una diagonal: revise si la unidad es esa")
            rest = rest[1:].strip()
        if self._money and _MONEY.match(rest):
            return PESOS
        if not self._kind and _MONEY.match(rest) and rest:
            return PESOS
        if re.match(r"puntos? porcentual", rest, re.IGNORECASE):
            self._doubts.append("son puntos porcentuales: revise si la meta es un porcentaje")
        if self._kind == PERCENTAGE and rest:
            return self._of_what(rest)
        if "%" in rest or re.search(r"\bpor ?ciento\b", rest, re.IGNORECASE):
            self._doubts.append("tiene un porcentaje más adelante: escriba una sola meta")
            return None
        unit = _unit(_OF.sub("", rest) if _OF.match(rest) else rest)
        if len(unit) > _LONGEST_UNIT:
            self._doubts.append(f"la unidad pasa de {_LONGEST_UNIT} caracteres")
            return ""
        return unit

    def _of_what(self, rest: str) -> str:
        """«de las solicitudes» behind a percentage: proposed as the unit where it is short."""
        thing = _OF.sub("", rest).strip(" ()")
        if _OF.match(rest) and 0 < len(thing.split()) <= 3 and not period_like(thing):
            unit = _unit(thing)
            self._doubts.append(f"se propone la unidad {_quoted(unit)}")
            return unit
        self._doubts.append(f"no se usó {_quoted(rest)}")
        return ""

    def _told(self, number: str) -> str:
        shown = f"{number} %" if self._kind == PERCENTAGE else number
        said = [SAID[what].format(amount=shown) for what in self._bounds]
        said += [doubt for doubt in self._doubts if doubt]
        return f"{_quoted(self._written)}: {'; '.join(said)}" if said else ""


def period_like(text: str) -> bool:
    """Whether the words are of a time and not of things."""
    return bool(re.search(r"\b(?:a[ñn]o|mes|trimestre|semestre|periodo|ejercicio)\b", text, re.IGNORECASE))


def _begins_with(text: str, word: str) -> bool:
    taken = _taken(text, word)
    if taken is None:
        return False
    rest = text[taken:]
    return not word[-1].isalpha() or not rest[:1].isalpha()


def _cut(text: str, word: str) -> str:
    return text[_taken(text, word) or 0 :].lstrip(" :")


def _taken(text: str, word: str) -> int | None:
    """How many letters of the text the word takes, without regard to case and accents; None where it does not begin."""
    start = text[: len(word)]
    return len(word) if fold(start) == fold(word) and start.strip() == start else None


def _percent_behind(text: str) -> str:
    found = re.search(r"\s*(?:%|\bpor ?ciento)$", text, re.IGNORECASE)
    return found[0] if found else ""


def _is_spaced(number: str) -> bool:
    return " " in number and len(_LONE_NUMBER.findall(number)) > 1


def _is_symbol(rest: str) -> bool:
    """Whether the letters that touch the number are a unit's: 100m2, 5km, 12hrs."""
    word = re.match(r"[^\W_]+", rest)
    return bool(word) and fold(word[0] if word else "") in _SYMBOLS


_SYMBOLS = {
    "m", "m2", "m3", "ml", "km", "km2", "kms", "kg", "kgs", "g", "l", "lt", "lts", "ha", "has", "hr", "hrs", "h",
    "min", "ton", "tons", "pza", "pzas", "pz", "cm", "mm", "mts", "mt", "kw", "kwh", "mb", "gb", "lps", "pp",
}  # fmt: skip


def _quoted(text: str) -> str:
    return f"«{text[:_SHOWN]}…»" if len(text) > _SHOWN else f"«{text}»"


def _unit(text: str) -> str:
    """The unit as our catalogue writes it: «Informes», but «m2»."""
    unit = " ".join(text.split()).strip(" .;,:-")
    if unit.startswith("(") and unit.endswith(")"):
        unit = unit[1:-1].strip()
    first = re.match(r"[^\W_]+", unit)
    if first and first[0].isalpha() and fold(first[0]) not in _SYMBOLS and first[0].islower():
        unit = unit[:1].upper() + unit[1:]
    return unit
