"""Months: which of them are asked for, what they add up to by a cut-off, and what a pair needs said. Rules 1 and 2."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from indicators.calculations.exact import HUNDRED, ZERO, quotient
from indicators.calculations.values import LAST, MONTHS, SUM, Accumulated, Cell


def month_percentage(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """Rule 1: percent of one month; None with a denominator of 0."""
    return quotient(numerator * HUNDRED, denominator) if denominator else None


def stands_alone(numerator_mode: str, denominator_mode: str) -> bool:
    """Whether a month's percentage means something by itself.

    Not where the numerator is the total to date and the denominator what came in that month: 175 %, then 800 %.
    The other way round it is the month's part of the whole.
    """
    return numerator_mode == SUM or denominator_mode == LAST


def needs_reason(numerator: Decimal, denominator: Decimal) -> bool:
    """0/0 is no activity and says why (sin demanda, nada programado, suspendido)."""
    return numerator == 0 and denominator == 0


def needs_justification(numerator: Decimal, denominator: Decimal) -> bool:
    """Rule 1: more attended than received, a backlog without demand included."""
    return numerator > denominator


def is_due(month: int, frequency: int, retired_from: int | None = None, starts_in: int = 1) -> bool:
    """Whether the month is asked for: a multiple of the frequency, from the beginning to the retirement (rule 4)."""
    return month % frequency == 0 and starts_in <= month and (retired_from is None or month < retired_from)


def due_months(cut_off: int, frequency: int, retired_from: int | None = None, starts_in: int = 1) -> int:
    """How many months are due up to the cut-off."""
    return max(0, last_asked(cut_off, retired_from) // frequency - (starts_in - 1) // frequency)


def last_asked(cut_off: int, retired_from: int | None) -> int:
    """The last month up to the cut-off in which something may still be asked for; 0 when retired from January."""
    return cut_off if retired_from is None or cut_off < retired_from else retired_from - 1


def months_mask(cut_off: int, frequency: int, starts_in: int = 1) -> int:
    """The due months up to the cut-off as bits."""
    return _DUE_MASKS[frequency] & ((2 << cut_off) - 1) & (-1 << starts_in)


_DUE_MASKS = {step: sum(1 << month for month in MONTHS if month % step == 0) for step in (1, 2, 3, 4, 6, 12)}


def accumulate(cells: Iterable[Cell], *, numerator_mode: str, denominator_mode: str) -> Accumulated:
    """Rule 2 over the captured months of one indicator, in any order; the caller has cut them off and scoped them.

    ``last`` skips 0/0 months on both sides and, for the denominator, every month with d = 0; nothing left is 0.
    """
    ordered = sorted(cells)
    months = 0
    for cell in ordered:
        months |= 1 << cell.month
    active = [cell.numerator for cell in ordered if cell.numerator or cell.denominator]
    demanded = [cell.denominator for cell in ordered if cell.denominator]
    reason = "" if active else only_reason(cell.no_activity for cell in ordered)
    return Accumulated(_side(active, numerator_mode), _side(demanded, denominator_mode), months, reason)


def only_reason(reasons: Iterable[str]) -> str:
    """The reason of several months of 0/0 where all of them have the same; otherwise an empty text."""
    found = set(reasons)
    return found.pop() if len(found) == 1 else ""


def accumulate_by_month(
    pairs: Mapping[int, tuple[int, int]], *, last_numerator: bool, last_denominator: bool, cut_off: int
) -> list[tuple[int, int, int]]:
    """Rule 2 at each cut-off from January: both sides and the captured months as bits.

    ``pairs`` are the captured months in ten-thousandths; so are the sides. The same as ``accumulate`` at each of them,
    in one pass.
    """
    found = []
    numerator = denominator = months = 0
    for month in range(1, cut_off + 1):
        pair = pairs.get(month)
        if pair is not None:
            n, d = pair
            months |= 1 << month
            if not last_numerator:
                numerator += n
            elif n or d:
                numerator = n
            if not last_denominator:
                denominator += d
            elif d:
                denominator = d
        found.append((numerator, denominator, months))
    return found


def _side(values: Sequence[Decimal], mode: str) -> Decimal:
    if mode == LAST:
        return values[-1] if values else ZERO
    return sum(values, ZERO)
