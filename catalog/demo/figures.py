"""What a department would have captured: numerators and denominators, in ten-thousandths, of every kind there is."""

import random
from collections.abc import Sequence
from enum import Enum
from typing import Generic, NamedTuple, TypeVar

from catalog.demo import names
from catalog.demo.catalogue import FIXED_TOTAL, NONE_WANTED, REDUCING, RUNNING_TOTAL, STOCK, Blueprint
from core.amounts import UNITS_PER_ONE
from indicators.models import NoActivity

Card = TypeVar("Card")


class Deck(Generic[Card]):
    """Cards dealt without end: each deck in another order, so that even a few dealt ones hold the rare cards."""

    def __init__(self, rng: random.Random, cards: Sequence[tuple[Card, int]]) -> None:
        self._rng = rng
        self._cards = [card for card, count in cards for _ in range(count)]
        self._left: list[Card] = []

    def deal(self) -> Card:
        if not self._left:
            self._left = list(self._cards)
            self._rng.shuffle(self._left)
        return self._left.pop()


class Kind(Enum):
    ORDINARY = "as the indicator usually goes"
    NO_DEMAND = "0/0, nobody asked"
    NOT_SCHEDULED = "0/0, nothing was scheduled"
    SUSPENDED = "0/0, suspended"
    BACKLOG = "a backlog was attended without demand"
    EXCESS = "more attended than asked for"


KINDS = (
    (Kind.ORDINARY, 91), (Kind.NO_DEMAND, 2), (Kind.NOT_SCHEDULED, 1), (Kind.SUSPENDED, 1), (Kind.BACKLOG, 1),
    (Kind.EXCESS, 4),
)  # fmt: skip
_NO_ACTIVITY = {
    Kind.NO_DEMAND: NoActivity.NO_DEMAND,
    Kind.NOT_SCHEDULED: NoActivity.NOT_SCHEDULED,
    Kind.SUSPENDED: NoActivity.SUSPENDED,
}


class Figures(NamedTuple):
    """One complete pair in ten-thousandths, with the reason or justification that its rules ask for."""

    numerator: int
    denominator: int
    no_activity: str = ""
    justification: str = ""


def figures(rng: random.Random, blueprint: Blueprint, month: int, kind: Kind) -> Figures:
    """A pair that may be submitted: 0/0 has its reason and an excess its justification."""
    if kind in _NO_ACTIVITY:
        return Figures(0, 0, no_activity=_NO_ACTIVITY[kind].value)
    numerator, denominator = _usual(rng, blueprint, month)
    if kind is Kind.BACKLOG:
        return Figures(max(numerator, UNITS_PER_ONE), 0, justification=names.BACKLOG_REASON)
    if kind is Kind.EXCESS:
        numerator = denominator + max(UNITS_PER_ONE, denominator // 5 // UNITS_PER_ONE * UNITS_PER_ONE)
    if numerator <= denominator:
        return Figures(numerator, denominator)
    running = blueprint.place == RUNNING_TOTAL and kind is Kind.ORDINARY
    why = "El numerador es la cifra acumulada en el año." if running else rng.choice(names.EXCESS_REASONS)
    return Figures(numerator, denominator, justification=why)


def corrected(rng: random.Random, before: Figures) -> Figures:
    """Another pair for the same month, as a correction would bring it: one of its sides had been counted short."""
    more = rng.randrange(1, 4) * UNITS_PER_ONE
    if before.numerator > before.denominator:
        return Figures(before.numerator + more, before.denominator, justification=before.justification)
    if before.numerator < before.denominator:
        return Figures(min(before.numerator + more, before.denominator), before.denominator)
    return Figures(before.numerator, before.denominator + more)


def _usual(rng: random.Random, blueprint: Blueprint, month: int) -> tuple[int, int]:
    asked = blueprint.demand * blueprint.frequency
    rate = min(1.0, blueprint.rate * rng.uniform(0.92, 1.08))
    place = blueprint.place
    if blueprint.weighed:
        denominator = asked * UNITS_PER_ONE + rng.randrange(UNITS_PER_ONE)
        return int(denominator * rate), denominator
    if place == FIXED_TOTAL:
        return _units(asked * rate), _units(blueprint.demand * 12)
    if place == STOCK:
        stock = blueprint.demand * 10
        return _units(stock * rate * (0.7 + 0.025 * month)), _units(stock)
    if place == RUNNING_TOTAL:
        return _units(blueprint.demand * month * rate), _units(asked)
    if place == REDUCING:
        return _units(asked * 10 * rng.uniform(0.08, 0.24)), _units(asked * 10)
    if place == NONE_WANTED:
        return _units(rng.choice((0, 0, 0, 0, 1))), _units(asked * 10)
    denominator = max(1, round(asked * rng.uniform(0.7, 1.3)))
    return _units(denominator * rate), _units(denominator)


def _units(amount: float) -> int:
    return round(amount) * UNITS_PER_ONE
