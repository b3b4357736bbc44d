"""What a month of one indicator says to a reader: the pair that counts, its state, and what stands beside it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from indicators.calculations import Cell
from indicators.models import OPEN_STATES, Indicator, Measurement, State
from indicators.results.scope import pair_that_counts, reason_that_counts
from indicators.wording import UNCAPTURED, Asked, month_text, pair_text, uncaptured_text
from reports import words
from reports.address.cutoff import Cut


class Captured(Protocol):
    """What is read of a capture: the whole of it, or what a page needs."""

    state: str
    numerator: Decimal | None
    denominator: Decimal | None
    validated_numerator: Decimal | None
    validated_denominator: Decimal | None
    no_activity: str
    validated_no_activity: str


def pair_in_scope(row: Captured, cut: Cut) -> tuple[Decimal, Decimal] | None:
    """The pair of a capture that counts in the scope of the page, None where the month counts as not captured."""
    current, validated = (row.numerator, row.denominator), (row.validated_numerator, row.validated_denominator)
    return pair_that_counts(cut.scope, row.state, current, validated)


def cell_in_scope(month: int, row: Captured, cut: Cut) -> Cell | None:
    """The same with its month and, of a 0/0, its reason."""
    pair = pair_in_scope(row, cut)
    if pair is None:
        return None
    return Cell(month, *pair, reason_that_counts(cut.scope, row.state, row.no_activity, row.validated_no_activity))


def cells_of(captures: Iterable[Measurement], cut: Cut) -> list[Cell]:
    cells = (cell_in_scope(row.month, row, cut) for row in captures)
    return [cell for cell in cells if cell is not None]


def cell_text(indicator: Indicator, cell: Cell, borders: Iterable[Decimal] = ()) -> str:
    """A month's percentage, or in words why there is none."""
    return month_text(indicator, *cell[1:], borders)


# The states of a figure or a correction; those of a month are masculine.
FIGURE_STATES = {
    State.DRAFT: "en borrador", State.SUBMITTED: "enviada", State.VALIDATED: "validada", State.RETURNED: "observada",
}  # fmt: skip


def state_words(row: Measurement | None, month: int, asked: Asked, sees_drafts: bool) -> tuple[str, str]:
    """The state in words and its code for the page's colours; an open one is only «en captura» for other readers."""
    if row is None or row.version == 0:  # a row of version 0 only carries files
        word = uncaptured_text(asked, month)
        return word, "missing" if word == UNCAPTURED else "not-due"
    hidden = row.state in OPEN_STATES and not sees_drafts
    label, code = (words.IN_PROGRESS, "open") if hidden else (str(State(row.state).label), row.state)
    if not row.is_correction:
        return label, code
    return "validado, en corrección" if hidden else f"validado, corrección {FIGURE_STATES[row.state]}", code


def pending_words(row: Measurement | None, pair: tuple[Decimal, Decimal] | None, sees_drafts: bool) -> str:
    """The pair beside the one that counts: a correction, a draft, or the validated one under a newer figure."""
    if row is None:
        return ""
    current = (row.numerator, row.denominator)
    may_see = sees_drafts or row.state not in OPEN_STATES
    if may_see and current != (None, None) and current != pair:
        kind = "corrección" if row.is_correction else "cifra"
        return f"{kind} {FIGURE_STATES[row.state]}: {pair_text(*current)}"
    if row.is_correction and pair == current:
        return f"última cifra validada: {pair_text(row.validated_numerator, row.validated_denominator)}"
    return ""
