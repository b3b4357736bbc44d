"""Exact sums: every division happens here, in a context of 100 digits, and nothing is rounded before it is shown."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import reduce

CONTEXT = Context(prec=100, rounding=ROUND_HALF_EVEN)
ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)
# Quotients are kept on a grid of 60 decimals. The largest has 20 digits before the point, so sums of quotients are
# exact in 100 digits and a mean does not depend on the order of the indicators.
GRID = ONE.scaleb(-60)
# What is exactly 90 may arrive as 89.99…9: before it is compared or shown it is settled here. Dividing by the
# smallest expected target (0.0001 at a share of 0.0001 %) can spoil the 48th decimal and no earlier one; what really
# differs does so in the 43rd at the latest.
SETTLED = ONE.scaleb(-46)
# Found once, not at each of thousands of quotients; a named tuple's own __new__ takes twice as long as a tuple's.
divide, quantize, multiply, add, new_tuple = (
    CONTEXT.divide, CONTEXT.quantize, CONTEXT.multiply, CONTEXT.add, tuple.__new__,
)  # fmt: skip


def one_percent_of(amount: Decimal) -> Decimal:
    """A hundredth, exactly: what is on the grid has two digits to spare."""
    return amount.scaleb(-2, CONTEXT)


def change(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    """Percentage points from one figure to a later one, None unless there are both.

    Settled, so that digits that only dividing made are no change.
    """
    return None if before is None or after is None else settle(CONTEXT.subtract(after, before))


def mean(values: Sequence[Decimal]) -> Decimal | None:
    """The arithmetic mean, unrounded; None of nothing."""
    if not values:
        return None
    return quotient(reduce(add, values), Decimal(len(values)))


def settle(value: Decimal) -> Decimal:
    """Drop the digits that only dividing made, before a comparison or a rounding for display."""
    return quantize(value, SETTLED)


def quotient(over: Decimal, under: Decimal) -> Decimal:
    return quantize(divide(over, under), GRID)
