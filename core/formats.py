"""How numbers are written for people in Mexico: ``1,234.50 %``. Plain functions, because templates print thousands."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

_WIDE = Context(prec=120, rounding=ROUND_HALF_UP)
# A quotient of 60 decimals that stands for an exact tie may be short of it by its last digits; what lies beyond the
# 46th decimal is dropped first, as before a comparison, so that half up meets the tie.
_SETTLED = Decimal(1).scaleb(-46)
_HUNDRED = Decimal(100)
_TWO = Decimal("0.01")
_FOUR = Decimal("0.0001")
_STEPS = [Decimal(1).scaleb(-places) for places in range(47)]

# A space between a number and its sign or unit, in what a page shows: not within a tag, nor in what a form gives back.
_BROKEN = re.compile(rb" (?<=\d )(?=(?:%|h\b|[kMG]B\b)[^<>]*<(?!/(?:textarea|option|script|style|title)\b))")
_NO_BREAK = "\N{NO-BREAK SPACE}".encode()


def percent(value: Decimal | None, borders: Iterable[Decimal] = (), *, empty: str = "—") -> str:
    """A percentage (not a fraction) with 2 decimals, half up (rule 16); ``empty`` where there is none.

    ``borders`` are what it is held against, and 100 always is: it is never printed as one that it does not reach, nor
    as if it were past it, because the light beside it says otherwise. It then has as many digits as tell it from the
    border: 89.996 against 90. One that is not 0 never reads 0: «menos de 0.01 %».
    """
    return empty if value is None else _percent(value, tuple(borders))


# A page writes the same numbers as the one before it, but for the figure that was saved: what a number is written as
# depends on nothing else.
@lru_cache(maxsize=8192)
def _percent(value: Decimal, borders: tuple[Decimal, ...]) -> str:
    return f"{_at_two(value, (*borders, _HUNDRED))} %"


def points(change: Decimal | None, *, empty: str = "—") -> str:
    """A change in percentage points with its sign and 2 decimals, half up: ``+1.25``, ``−0.50``, ``0.00``.

    One that is not 0 never reads 0: ``−0.004``.
    """
    if change is None:
        return empty
    size = abs(change).quantize(_SETTLED, context=_WIDE)
    rounded = size.quantize(_TWO, context=_WIDE)
    if size and not rounded:
        rounded = _trimmed(size.quantize(Decimal(1).scaleb(size.adjusted()), context=_WIDE))
    sign = "−" if change < 0 else "+"
    return f"{sign if size else ''}{rounded:,f}"


def amount(value: Decimal | None, *, empty: str = "—") -> str:
    """An amount with thousands and only the decimals it has: ``1,234.5``."""
    return empty if value is None else f"{_trimmed(value):,f}"


def quantity(value: Decimal | None, borders: Iterable[Decimal] = (), *, empty: str = "—") -> str:
    """An amount that was computed: at most 2 decimals, half up, without the zeros at their end.

    One that is not 0 never reads 0: «menos de 0.01»; ``borders`` as for a percentage.
    """
    if value is None:
        return empty
    rounded = beside(value, borders, places=2)
    return amount(rounded) if rounded or not value else _at_two(value)


def precise(value: Decimal | None, borders: Iterable[Decimal] = (), *, empty: str = "—") -> str:
    """A number of an explained calculation: at most 6 decimals, half up, enough to check it by hand.

    One that would read 0 without being it has its first 3 figures; ``borders`` as for a percentage.
    """
    if value is None:
        return empty
    rounded = beside(value, borders, places=6)
    if value and not rounded:
        rounded = _rounded(value, Decimal(1).scaleb(value.adjusted() - 2))
    return amount(rounded)


def plain_amount(value: Decimal | None) -> str:
    """An amount as it is put back into an input: ``1234.5``; empty text for None."""
    return "" if value is None else f"{_trimmed(value):f}"


def four_decimals(value: Decimal | None) -> str | None:
    """The form of every number in JSON: exactly 4 decimals, half up, or None (rule 16)."""
    return None if value is None else f"{_unsigned(_rounded(value, _FOUR)):f}"


def together(page: bytes) -> bytes:
    """A page (HTML in UTF-8) on which no number parts from its «%», «h» or «MB» at the end of a line."""
    return _BROKEN.sub(_NO_BREAK, page)


def beside(value: Decimal, borders: Iterable[Decimal], *, places: int) -> Decimal:
    """Rounded half up to so many decimals, or to as many more as leave it on its own side of every border.

    It equals a border only where the value does.
    """
    known = tuple(borders)
    settled = value.quantize(_SETTLED, context=_WIDE)
    rounded = settled.quantize(_STEPS[places], context=_WIDE)
    while any((rounded > one) is not (settled > one) or (rounded < one) is not (settled < one) for one in known):
        places += 1
        rounded = settled.quantize(_STEPS[places], context=_WIDE)
    return rounded


def _at_two(value: Decimal, borders: Iterable[Decimal] = ()) -> str:
    rounded = beside(value, borders, places=2)
    return f"{_unsigned(rounded):,}" if rounded or not value else f"menos de {_TWO}"


def _unsigned(value: Decimal) -> Decimal:
    """Without the sign that a 0 may have: nothing reads −0.00."""
    return value or abs(value)


def _rounded(value: Decimal, step: Decimal) -> Decimal:
    return value.quantize(_SETTLED, context=_WIDE).quantize(step, context=_WIDE)


def _trimmed(value: Decimal) -> Decimal:
    value = _unsigned(value)
    return value.to_integral_value() if value == value.to_integral_value() else value.normalize(_WIDE)
