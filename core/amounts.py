"""Exact amounts: 0 or more, at most 12 integer digits and 4 decimals (rule 15).

In the database an amount is a big integer of ten-thousandths, because on SQLite a decimal
column is a float and its sums lose digits. In Python it is a ``Decimal``.
"""

import re
import unicodedata
from decimal import Context, Decimal
from functools import lru_cache

DECIMALS = 4
INTEGER_DIGITS = 12
UNITS_PER_ONE = 10**DECIMALS
UNITS_LIMIT = 10 ** (INTEGER_DIGITS + DECIMALS)

_PLAIN = re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+|\d*)(?:\.(?P<fraction>\d*))?", re.ASCII)
_EXPONENT = re.compile(r"[+-]?[\d.,]+e[+-]?\d+", re.IGNORECASE)
_DATE = re.compile(
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}( .*)?"
    r"|(\d{1,2}[ /.-])?(ene|feb|mar|abr|may|jun|jul|ago|sep|sept|oct|nov|dic|jan|apr|aug|dec)[a-zé]*\.?([ /.-]\d{1,4})?"
    r"|\d{1,2}[/-]\d{1,2}"
    r"|\d{1,2}:\d{2}(:\d{2})?( ?[ap]\.?\s?m\.?)?",
    re.IGNORECASE,
)
_DASHES = set("-–—−_")
_DECIMAL_COMMA = re.compile(r"[\d.]*,\d+")
_BLANKS = re.compile(r"\s+")


class AmountError(ValueError):
    """The text is not an amount; the message is a sentence in Spanish for the person who typed it."""


def parse_amount(text: str) -> Decimal:
    """Read ``1,234.5``, ``1234.5`` or ``１２``; raise AmountError with a sentence for anything else.

    An empty text is an error as well: whoever accepts "not captured" asks before calling.
    """
    shown = text.strip()
    if len(shown) > 40:  # said before anything else: no sentence should quote it
        raise AmountError("El texto es demasiado largo para ser un número.")
    typed = unicodedata.normalize("NFKC", shown).strip()
    match = _PLAIN.fullmatch(typed)
    whole, fraction = (match["whole"], match["fraction"] or "") if match else ("", "")
    if not whole and not fraction:
        raise AmountError(_why_not(typed, shown))
    digits = whole.replace(",", "").lstrip("0")
    if len(digits) > INTEGER_DIGITS:
        raise AmountError(f"«{shown}» es demasiado grande: caben hasta {INTEGER_DIGITS} cifras antes del punto.")
    if len(fraction.rstrip("0")) > DECIMALS:
        raise AmountError(f"«{shown}» tiene demasiados decimales: caben hasta {DECIMALS}.")
    return Decimal(f"{digits or '0'}.{fraction.rstrip('0') or '0'}").quantize(Decimal("0.0001"))


def is_date_like(text: str) -> bool:
    """Whether the text looks like a day or an hour, which is what a sheet shows for a number of that format."""
    return bool(_DATE.fullmatch(text))


def _why_not(typed: str, shown: str) -> str:
    """The sentence for a text that is no amount, typed or brought from a spreadsheet, which copies what it shows."""
    if not typed:
        return "Falta el número."
    told = _told_by_a_sheet(typed)
    return f"«{shown}»{told}" if told else _not_typed_as_one(typed, shown)


def _told_by_a_sheet(typed: str) -> str:
    """What Excel shows in place of a number, each with what to do about it; empty for anything else."""
    if set(typed) <= _DASHES:
        return " es un guion: deje la celda vacía si no hay dato, o escriba 0."
    if set(typed) == {"#"}:
        return ": la columna es muy angosta en la hoja de cálculo. Ensánchela y copie de nuevo."
    if typed.startswith("#"):
        return " es un error de la hoja de cálculo: corrija la fórmula y copie de nuevo."
    if typed.endswith("%"):
        return " es un porcentaje: escriba la cantidad, el sistema calcula el porcentaje."
    if _EXPONENT.fullmatch(typed):
        return " está en notación científica: escriba todas sus cifras (en Excel, con formato de número)."
    if is_date_like(typed):
        return " es una fecha o una hora, no un número: escriba la cantidad (en Excel, con formato de número)."
    if typed.startswith("$"):
        return " lleva signo de pesos: escriba solo la cantidad."
    if typed.startswith("(") and typed.endswith(")"):
        return " entre paréntesis es un negativo en Excel: escriba 0 o más."
    return ""


def _not_typed_as_one(typed: str, shown: str) -> str:
    if typed.startswith("-") and _PLAIN.fullmatch(typed[1:]):
        return f"«{shown}» es negativo: escriba 0 o más."
    if typed.casefold().strip("+-") in {"nan", "inf", "infinity", "infinito"}:
        return f"«{shown}» no es un número."
    if _BLANKS.search(typed) and _PLAIN.fullmatch(_BLANKS.sub("", typed)):
        return f"«{shown}» tiene espacios entre las cifras: escríbalo sin espacios."
    if _DECIMAL_COMMA.fullmatch(typed):
        return f"«{shown}» no es claro: use punto para los decimales (1.5) y coma solo para los miles (1,500)."
    return f"«{shown}» no es un número."


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
