"""Exact amounts: 0 or more, at most 12 integer digits and 4 decimals (rule 15).

In the database an amount is a big integer of ten-thousandths, because on SQLite a decimal
column is a float and its sums lose digits. In Python it is a ``Decimal``.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum
from functools import lru_cache

DECIMALS = 4
INTEGER_DIGITS = 12
UNITS_PER_ONE = 10**DECIMALS
UNITS_LIMIT = 10 ** (INTEGER_DIGITS + DECIMALS)

_DIGITS = r"\d{1,3}(?:,\d{3})+|\d*"
_PLAIN = re.compile(rf"(?P<whole>{_DIGITS})(?:\.(?P<fraction>\d*))?", re.ASCII)
# 1.234,5 · 2,5 · 0,125 · 1234,567 · ,5 · 5,: what no reading explains in which the comma groups thousands.
_COMMA_DECIMAL = re.compile(r"\d{1,3}(\.\d{3})+,\d*|\d+,(\d{0,2}|\d{4,})|(\d{4,}|0\d*),\d{3}|,\d+", re.ASCII)
_POINT_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3}){2,}", re.ASCII)
_POINT_DECIMAL = re.compile(
    r"\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}|\d*\.(\d{1,2}|\d{4,})|(\d{4,}|0\d*)\.\d{3}", re.ASCII
)
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_BLANKED_THOUSANDS = re.compile(r"\d{1,3}( \d{3})+([.,]\d+)?", re.ASCII)
_SWAPPED = str.maketrans(".,", ",.")

_EXPONENT = re.compile(r"[+-]?[\d.,]+e[+-]?\d+", re.IGNORECASE)
_DATE = re.compile(
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}( .*)?"
    r"|(\d{1,2}[ /.-])?(ene|feb|mar|abr|may|jun|jul|ago|sep|sept|oct|nov|dic|jan|apr|aug|dec)[a-zé]*\.?([ /.-]\d{1,4})?"
    r"|\d{1,2}[/-]\d{1,2}"
    r"|\d{1,2}:\d{2}(:\d{2})?( ?[ap]\.?\s?m\.?)?",
    re.IGNORECASE,
)
_DASHES = set("-–—−_")
_MINUS = "-–−"
_MOST_LETTERS = 40
# What Unicode lets a program ignore, and control characters; a NUL is refused by every form before.
_INVISIBLE = re.compile(
    "[\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)


class AmountError(ValueError):
    """The text is not an amount; the message is a sentence in Spanish for the person who typed it."""


class NotANumber(AmountError):
    """Nothing is known of the text but that it is no number: the sentence has no remedy."""


class Style(StrEnum):
    """The sign before the decimals, in a block or a file."""

    POINT = "punto"
    COMMA = "coma"


@dataclass(frozen=True, slots=True)
class Reading:
    """An amount as it was read. ``shown``: how to show it back where a comma was its decimal sign, or points its
    thousands; otherwise empty."""

    value: Decimal
    shown: str = ""


def parse_amount(text: str, style: Style | None = None) -> Decimal:
    """The value of ``read_amount``."""
    return read_amount(text, style).value


def read_amount(text: str, style: Style | None = None) -> Reading:
    """Read ``1,234.5``, ``1234.5``, ``2,5`` or ``１２``; raise AmountError with a sentence for anything else.

    The one reader of what people write, typed, pasted or uploaded. A comma before exactly three digits groups
    thousands; one that cannot is the decimal sign. ``style`` is how the rest of a block or file writes decimals: it
    decides ``1.234``, which alone is one and a fraction, and ``1,234``, which alone is a thousand.
    An empty text is an error as well: whoever accepts "not captured" asks ``is_blank`` before.
    """
    typed = tidy(text)
    if len(typed) > _MOST_LETTERS:  # said before anything else: no sentence should quote it
        raise AmountError("El texto es demasiado largo para ser un número.")
    plain = _bare(typed)
    if _is_swapped(plain, style):
        swapped = plain.translate(_SWAPPED)
        shown = ("0" if swapped.startswith(".") else "") + swapped.removesuffix(".")
        return Reading(_value(swapped, typed), shown)
    return Reading(_value(plain, typed))


def visible(text: str) -> str:
    """Without the characters that cannot be seen."""
    return text if text.isascii() and text.isprintable() else _INVISIBLE.sub("", text)


def is_blank(text: str) -> bool:
    """Whether there is nothing to see in it."""
    return not tidy(text)


def style_of(texts: Iterable[str]) -> Style | None:
    """How these cells write decimals; None where nothing in them says, or where they contradict each other."""
    plain = [_bare(tidy(text)) for text in texts]
    comma = any(_is_swapped(text, None) for text in plain)
    point = any(_POINT_DECIMAL.fullmatch(text) for text in plain)
    return None if comma == point else Style.COMMA if comma else Style.POINT


def is_ambiguous(text: str, style: Style | None) -> bool:
    """Whether it must be asked: «1.234» where nothing tells the style, «1,234» where commas are decimal signs."""
    plain = _bare(tidy(text))
    if not _EITHER.fullmatch(plain):
        return False
    return style is None if "." in plain else style is Style.COMMA


def both_ways(text: str) -> tuple[Decimal, Decimal]:
    """What an ambiguous text is with a decimal point, and with a decimal comma."""
    return parse_amount(text, Style.POINT), parse_amount(text, Style.COMMA)


def is_date_like(text: str) -> bool:
    """Whether the text looks like a day or an hour, which is what a sheet shows for a number of that format."""
    return bool(_DATE.fullmatch(text))


def _is_swapped(plain: str, style: Style | None) -> bool:
    """Whether commas and points stand the other way round in it."""
    if _EITHER.fullmatch(plain):
        return style is Style.COMMA
    return bool(_COMMA_DECIMAL.fullmatch(plain) or _POINT_THOUSANDS.fullmatch(plain))


def tidy(text: str) -> str:
    """What one sees of it: without invisible characters, in ordinary digits and with single blanks."""
    if text.isascii() and text.isalnum():
        return text
    seen = _INVISIBLE.sub("", text)
    if not seen.isascii() and not _has_raised(seen):
        seen = _INVISIBLE.sub("", unicodedata.normalize("NFKC", seen))
    return " ".join(seen.split())


def _has_raised(text: str) -> bool:
    """Whether it has small figures, circled ones or fractions, which NFKC would make ordinary: 5² is not 52."""
    return any(unicodedata.category(letter) == "No" for letter in text)


def _bare(typed: str) -> str:
    """Without currency signs at its ends, and without the blanks that group thousands."""
    start, end = 0, len(typed)
    while start < end and _is_currency(typed[start]):
        start += 1
    while end > start and _is_currency(typed[end - 1]):
        end -= 1
    bare = typed[start:end].strip()
    return bare.replace(" ", "") if _BLANKED_THOUSANDS.fullmatch(bare) else bare


def _is_currency(letter: str) -> bool:
    return letter == "$" or (not letter.isascii() and unicodedata.category(letter) == "Sc")


def _value(plain: str, typed: str) -> Decimal:
    """The amount of a text with points for decimals; ``typed`` is what sentences quote."""
    match = _PLAIN.fullmatch(plain)
    whole, fraction = (match["whole"], match["fraction"] or "") if match else ("", "")
    if not whole and not fraction:
        raise _why_not(plain, typed)
    digits = whole.replace(",", "").lstrip("0")
    if len(digits) > INTEGER_DIGITS:
        raise AmountError(f"«{typed}» es demasiado grande: caben hasta {INTEGER_DIGITS} cifras antes del punto.")
    if len(fraction.rstrip("0")) > DECIMALS:
        raise AmountError(f"«{typed}» tiene demasiados decimales: caben hasta {DECIMALS}.")
    return Decimal(f"{digits or '0'}.{fraction.rstrip('0') or '0'}").quantize(Decimal("0.0001"))


def _why_not(plain: str, typed: str) -> AmountError:
    """The sentence for a text that is no amount, typed or brought from a spreadsheet, which copies what it shows."""
    if not typed:
        return AmountError("Falta el número.")
    message = _told_by_a_sheet(plain) if plain else ""
    message = f"«{typed}»{message}" if message else _not_typed_as_one(plain, typed)
    return AmountError(message) if message else NotANumber(f"«{typed}» no es un número.")


def _told_by_a_sheet(plain: str) -> str:
    """What Excel shows in place of a number, each with what to do about it; empty for anything else."""
    if set(plain) <= _DASHES:
        return " es un guion: deje la celda vacía si no hay dato, o escriba 0."
    if set(plain) == {"#"}:
        return ": la columna es muy angosta en la hoja de cálculo. Ensánchela y copie de nuevo."
    if plain.startswith("#"):
        return " es un error de la hoja de cálculo: corrija la fórmula y copie de nuevo."
    if plain.endswith("%"):
        return " es un porcentaje: escriba la cantidad, el sistema calcula el porcentaje."
    if _EXPONENT.fullmatch(plain):
        return " está en notación científica: escriba todas sus cifras (en Excel, con formato de número)."
    if is_date_like(plain):
        return " es una fecha o una hora, no un número: escriba la cantidad (en Excel, con formato de número)."
    if plain.startswith("(") and plain.endswith(")"):
        return " entre paréntesis es un negativo en Excel: escriba 0 o más."
    return ""


def _not_typed_as_one(plain: str, typed: str) -> str:
    if plain[:1] and plain[0] in _MINUS and _is_number(_bare(plain[1:])):
        return f"«{typed}» es negativo: escriba 0 o más."
    if " " in plain and _is_number(plain.replace(" ", "")):
        return f"«{typed}» tiene espacios entre las cifras: escríbalo sin espacios."
    if "," in plain and set(plain) <= set("0123456789.,"):
        return f"«{typed}» no es claro: use punto para los decimales (1.5) y coma solo para los miles (1,500)."
    return ""


def _is_number(plain: str) -> bool:
    return any(map(str.isdigit, plain)) and bool(_PLAIN.fullmatch(plain) or _is_swapped(plain, None))


def to_units(amount: Decimal) -> int:
    """The amount in ten-thousandths; AmountError when it does not fit exactly or is negative."""
    if not amount.is_finite():
        raise AmountError("No es un número.")
    if amount < 0:
        raise AmountError("No puede ser negativo: escriba 0 o más.")
    units = amount.scaleb(DECIMALS)
    if units >= UNITS_LIMIT:
        raise AmountError(f"Es demasiado grande: caben hasta {INTEGER_DIGITS} cifras antes del punto.")
    if units != units.to_integral_value():
        raise AmountError(f"Tiene demasiados decimales: caben hasta {DECIMALS}.")
    return int(units)


_WIDE = Context(prec=60)
_ONE_UNIT = Decimal(1).scaleb(-DECIMALS)


@lru_cache(maxsize=10_000)  # what people count is small and comes again
def from_units(units: int) -> Decimal:
    """Ten-thousandths back to the amount, always with 4 decimals."""
    return _WIDE.multiply(units, _ONE_UNIT)
