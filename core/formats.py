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
    """A percentage (not a fraction) with 2 decimals, half up (rule 16); ``empty`` where there is none."""
    return empty if value is None else f"{_rounded(value, _TWO):,} %"


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
    """An amount that was computed: at most 2 decimals, half up, without the zeros at their end."""
    return empty if value is None else amount(_rounded(value, _TWO))


def precise(value: Decimal | None, *, empty: str = "—") -> str:
    """A number of an explained calculation: at most 6 decimals, half up, enough to check it by hand."""
    return empty if value is None else amount(_rounded(value, _SIX))


def plain_amount(value: Decimal | None) -> str:
    """An amount as it is put back into an input: ``1234.5``; empty text for None."""
    return "" if value is None else f"{_trimmed(value):f}"


def four_decimals(value: Decimal | None) -> str | None:
    """The form of every number in JSON: exactly 4 decimals, half up, or None (rule 16)."""
    return None if value is None else f"{_rounded(value, _FOUR):f}"


def _rounded(value: Decimal, step: Decimal) -> Decimal:
    return value.quantize(_SETTLED, context=_WIDE).quantize(step, context=_WIDE)


def _trimmed(value: Decimal) -> Decimal:
    return value.to_integral_value() if value == value.to_integral_value() else value.normalize(_WIDE)
