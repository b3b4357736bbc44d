"""How numbers are written for people in Mexico: ``1,234.50 %``. Plain functions, because templates print thousands."""

from decimal import ROUND_HALF_UP, Context, Decimal

_WIDE = Context(prec=120, rounding=ROUND_HALF_UP)
# A quotient of 60 decimals that stands for an exact tie may be short of it by its last digits; what lies beyond the
# 50th decimal is dropped first, so that half up meets the tie.
_SETTLED = Decimal(1).scaleb(-50)
_TWO = Decimal("0.01")
_FOUR = Decimal("0.0001")
_SIX = Decimal("0.000001")


def percent(value: Decimal | None, *, empty: str = "—") -> str:
    """A percentage (not a fraction) with 2 decimals, half up (rule 16); ``empty`` where there is none.

    One that is not 0 never reads 0: «menos de 0.01 %», because the light beside it may say so.
    """
    return empty if value is None else f"{_at_two(value)} %"


def points(change: Decimal | None, *, empty: str = "—") -> str:
    """A change in percentage points with its sign and 2 decimals, half up: ``+1.25``, ``−0.50``, ``0.00``."""
    if change is None:
        return empty
    rounded = _rounded(abs(change), _TWO)
    sign = "−" if change < 0 else "+" if change > 0 else ""
    return f"{sign}{rounded:,}"


def amount(value: Decimal | None, *, empty: str = "—") -> str:
    """An amount with thousands and only the decimals it has: ``1,234.5``."""
    return empty if value is None else f"{_trimmed(value):,f}"


def quantity(value: Decimal | None, *, empty: str = "—") -> str:
    """An amount that was computed: at most 2 decimals, half up, without the zeros at their end.

    One that is not 0 never reads 0: «menos de 0.01».
    """
    if value is None:
        return empty
    rounded = _rounded(value, _TWO)
    return amount(rounded) if rounded or not value else _at_two(value)


def precise(value: Decimal | None, *, empty: str = "—") -> str:
    """A number of an explained calculation: at most 6 decimals, half up, enough to check it by hand.

    One that would read 0 without being it has its first 3 figures.
    """
    if value is None:
        return empty
    rounded = _rounded(value, _SIX)
    if value and not rounded:
        rounded = _rounded(value, Decimal(1).scaleb(value.adjusted() - 2))
    return amount(rounded)


def plain_amount(value: Decimal | None) -> str:
    """An amount as it is put back into an input: ``1234.5``; empty text for None."""
    return "" if value is None else f"{_trimmed(value):f}"


def four_decimals(value: Decimal | None) -> str | None:
    """The form of every number in JSON: exactly 4 decimals, half up, or None (rule 16)."""
    return None if value is None else f"{_rounded(value, _FOUR):f}"


def _at_two(value: Decimal) -> str:
    rounded = _rounded(value, _TWO)
    return f"{rounded:,}" if rounded or not value else f"menos de {_TWO}"


def _rounded(value: Decimal, step: Decimal) -> Decimal:
    return value.quantize(_SETTLED, context=_WIDE).quantize(step, context=_WIDE)


def _trimmed(value: Decimal) -> Decimal:
    return value.to_integral_value() if value == value.to_integral_value() else value.normalize(_WIDE)
