"""Which pair of a capture counts, and with which words: one rule, for SQL and for what was read.

Official is the last validated pair. Preliminary is the current one once it was sent, and the last validated one
until then. ``tests/indicators/results/test_scope.py`` holds the forms of the rule together.
"""

from decimal import Decimal
from typing import Literal, NamedTuple, Protocol

from django.db.models import Q

from indicators.models import COMPLETE_STATES, State

Scope = Literal["official", "preliminary"]
OFFICIAL: Scope = "official"
PRELIMINARY: Scope = "preliminary"

Pair = tuple[Decimal, Decimal]


class CountedColumns(NamedTuple):
    """Expressions over ``indicators_measurement``: both sides of the pair that counts, and that there is one.

    ``no_activity`` is the reason of a 0/0, NULL of any other pair.
    """

    numerator: str
    denominator: str
    captured: str
    no_activity: str


_STATES = ", ".join(f"'{state.value}'" for state in COMPLETE_STATES)
_SENT = f"state IN ({_STATES})"
COLUMNS: dict[Scope, CountedColumns] = {
    OFFICIAL: CountedColumns(
        "validated_numerator",
        "validated_denominator",
        "validated_numerator IS NOT NULL",
        "CASE WHEN validated_denominator = 0 AND validated_numerator = 0 THEN NULLIF("
        f"CASE WHEN state = '{State.VALIDATED.value}' THEN no_activity ELSE validated_no_activity END, '') END",
    ),
    PRELIMINARY: CountedColumns(
        f"CASE WHEN {_SENT} THEN numerator ELSE validated_numerator END",
        f"CASE WHEN {_SENT} THEN denominator ELSE validated_denominator END",
        f"({_SENT} OR validated_numerator IS NOT NULL)",
        f"CASE WHEN {_SENT} THEN CASE WHEN denominator = 0 AND numerator = 0 THEN NULLIF(no_activity, '') END"
        " WHEN validated_denominator = 0 AND validated_numerator = 0 THEN NULLIF(validated_no_activity, '') END",
    ),
}


def captured_in(scope: Scope) -> Q:
    """The captures that have a pair that counts."""
    validated = Q(validated_numerator__isnull=False)
    return validated if scope == OFFICIAL else validated | Q(state__in=COMPLETE_STATES)


# The states in which the current pair counts; in the others it is the validated one beside it, where there is one.
COUNTED_STATES: dict[Scope, tuple[State, ...]] = {OFFICIAL: (State.VALIDATED,), PRELIMINARY: COMPLETE_STATES}


def is_current(state: str, scope: Scope) -> bool:
    """The current pair is the one that counts (if any does), and not the validated one beside it."""
    return state in COUNTED_STATES[scope]


def pair_that_counts(
    scope: Scope,
    state: str,
    current: tuple[Decimal | None, Decimal | None],
    validated: tuple[Decimal | None, Decimal | None],
) -> Pair | None:
    """The same of a capture that was read; None where the month counts as not captured."""
    numerator, denominator = current if is_current(state, scope) else validated
    return None if numerator is None or denominator is None else (numerator, denominator)


def reason_that_counts(scope: Scope, state: str, current: str, validated: str) -> str:
    """The same of the reason of a 0/0, or of a justification."""
    return current if is_current(state, scope) else validated


class Words(NamedTuple):
    """What is said of a pair: the reason of a 0/0, and the justification."""

    no_activity: str = ""
    justification: str = ""


class HasWords(Protocol):
    state: str
    no_activity: str
    justification: str
    validated_no_activity: str
    validated_justification: str


def current_words(row: HasWords) -> Words:
    return Words(row.no_activity, row.justification)


def validated_words(row: HasWords) -> Words:
    """Those of the last validated pair; a correction under way does not change them."""
    if row.state == State.VALIDATED:
        return current_words(row)
    return Words(row.validated_no_activity, row.validated_justification)


def words_that_count(row: HasWords, scope: Scope) -> Words:
    """Those of the pair that counts."""
    return current_words(row) if is_current(row.state, scope) else validated_words(row)
