"""What a month of one indicator says to a reader: the pair that counts, its state, and what stands beside it."""

from collections.abc import Iterable
from decimal import Decimal

from core.formats import percent
from indicators import calculations
from indicators.calculations import Cell, IndicatorSpec
from indicators.models import OPEN_STATES, Indicator, Measurement, NoActivity, State
from indicators.results.scope import pair_that_counts, words_that_count
from indicators.wording import pair_text
from reports import words
from reports.address.cutoff import Cut


def pair_in_scope(row: Measurement, cut: Cut) -> tuple[Decimal, Decimal] | None:
    """The pair of a capture that counts in the scope of the page, None where the month counts as not captured."""
    current, validated = (row.numerator, row.denominator), (row.validated_numerator, row.validated_denominator)
    return pair_that_counts(cut.scope, row.state, current, validated)


def cells_of(captures: Iterable[Measurement], cut: Cut) -> list[Cell]:
    pairs = ((row.month, pair_in_scope(row, cut)) for row in captures)
    return [Cell(month, *pair) for month, pair in pairs if pair is not None]


def month_percentage(row: Measurement | None, pair: tuple[Decimal, Decimal] | None, cut: Cut) -> str:
    """The month's percentage; a 0/0 says the reason of the pair that counts."""
    if pair is None:
        return "—"
    reason = words_that_count(row, cut.scope).no_activity if row is not None else ""
    return str(NoActivity(reason).label) if reason else percentage_or_words(*pair)


def percentage_or_words(numerator: Decimal, denominator: Decimal) -> str:
    """The percentage, or why there is none: 3/0 and 0/0 are not the same."""
    if denominator:
        return percent(calculations.month_percentage(numerator, denominator))
    return words.no_percentage(numerator)


# The states of a figure or a correction; those of a month are masculine.
FIGURE_STATES = {
    State.DRAFT: "en borrador", State.SUBMITTED: "enviada", State.VALIDATED: "validada", State.RETURNED: "observada",
}  # fmt: skip


def state_words(
    row: Measurement | None, month: int, asked: Indicator | IndicatorSpec, sees_drafts: bool
) -> tuple[str, str]:
    """The state in words and its code for the page's colours; an open one is only «en captura» for other readers."""
    if row is None or row.version == 0:  # a row of version 0 only carries files
        if calculations.is_due(month, asked.frequency, asked.retired_from, asked.starts_in):
            return "sin captura", "missing"
        retired = asked.retired_from is not None and month >= asked.retired_from
        word = "aún no empieza" if month < asked.starts_in else "no corresponde"
        return "retirado" if retired else word, "not-due"
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
