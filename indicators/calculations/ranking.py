"""How badly indicators stand, to rank them: no figure of theirs."""

from decimal import ROUND_HALF_EVEN, Context, Decimal

from indicators.calculations.exact import CONTEXT, HUNDRED, ONE, ZERO, add, multiply, quotient, settle
from indicators.calculations.values import IndicatorResult

_LOGARITHM = Context(prec=20, rounding=ROUND_HALF_EVEN)  # that only ranks


def distance(result: IndicatorResult, *, by_percentage: bool) -> Decimal:
    """How far the numerator is from what is expected at the cut-off, in its own unit: what is missing, or is too much.

    ``by_percentage``: the target is a percentage and not an amount. 0 where there is no pair.
    """
    numerator, denominator = result.numerator, result.denominator
    if numerator is None or denominator is None:
        return ZERO
    expected = CONTEXT.multiply(denominator, result.expected).scaleb(-2) if by_percentage else result.expected
    return abs(CONTEXT.subtract(expected, numerator))


def severity(result: IndicatorResult, *, by_percentage: bool, descending: bool) -> Decimal:
    """How badly an indicator stands, to rank indicators of any size: 0 where nothing lacks, more the worse.

    The part of what is expected that is missing (of a descending one, the part of all its cases that is too much),
    times the size of what it is a part of, of which ten times as much counts about one more (its logarithm): a service
    to thousands that stands still comes before a meeting that was not held, and one complaint in 60,000 counts nothing.
    """
    if result.numerator is None or result.denominator is None or result.compliance is None:
        return ZERO
    if result.compliance >= HUNDRED:
        return ZERO
    size = max(result.numerator, result.denominator)
    if not descending:
        size = CONTEXT.multiply(result.denominator, result.expected).scaleb(-2) if by_percentage else result.expected
    share = min(quotient(distance(result, by_percentage=by_percentage), size), ONE)
    return settle(multiply(share, _LOGARITHM.log10(add(size, ONE))))


def breaks_zero_tolerance(result: IndicatorResult) -> bool:
    """Whether a considered indicator in use that allows nothing (a target of 0) has a case."""
    return result.considered and result.retired_from is None and result.target == ZERO == result.compliance
