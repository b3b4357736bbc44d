"""What the arithmetic is fed with and what it gives back: plain values, without a rule."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

MONTHS = tuple(range(1, 13))
SUM, LAST = "sum", "last"
PERCENTAGE, ABSOLUTE = "percentage", "absolute"
ASCENDING, DESCENDING = "ascending", "descending"
# What a descending indicator enters the global with: also the name of a field of its result (rule 6).
BY_COMPLIANCE, BY_PERCENTAGE = "compliance", "percentage"
FLAT, LINEAR, EXPLICIT, BY_RULE = "flat", "linear", "explicit", ""
OK, NO_DEMAND, MISSING, NOT_DUE = "ok", "no_demand", "missing", "not_due"
GREEN, AMBER, RED, OVER, NO_LIGHT = "green", "amber", "red", "over", "none"


class Cell(NamedTuple):
    """A complete pair in scope: one captured month of one indicator. ``no_activity`` is the reason of a 0/0."""

    month: int
    numerator: Decimal
    denominator: Decimal
    no_activity: str = ""


class Borders(NamedTuple):
    """Percent of compliance from which a light is green or amber, and percent of the annual target above it is over."""

    green_from: Decimal
    amber_from: Decimal
    over_above: Decimal


class Thresholds(NamedTuple):
    """What a fiscal year lays down for its results: the borders of the lights, and what descending ones enter with.

    It goes with the borders wherever a result is made, so that no reader can forget it (rule 6).
    """

    green_from: Decimal = Decimal(90)
    amber_from: Decimal = Decimal(70)
    over_above: Decimal = Decimal(110)
    descending_enters_as: str = BY_COMPLIANCE

    @property
    def borders(self) -> Borders:
        return Borders(self.green_from, self.amber_from, self.over_above)


@dataclass(frozen=True, slots=True)
class Accumulated:
    """Both sides accumulated to the cut-off by their own mode (rule 2); ``months`` has bit ``m`` set if captured.

    ``no_activity`` is the reason of the 0/0 of all its months, where it is one.
    """

    numerator: Decimal
    denominator: Decimal
    months: int
    no_activity: str = ""


@dataclass(frozen=True, slots=True)
class IndicatorSpec:
    """What the catalogue says of an indicator that the arithmetic needs.

    ``target`` is the one in force at the cut-off, in percent or in the action's unit; ``frequency`` is the number
    of months between two due ones; ``schedule`` one of FLAT, LINEAR, EXPLICIT or BY_RULE with ``shares`` the twelve
    accumulated percentages of an explicit one; ``retired_from`` the month since which it is no longer asked for,
    ``starts_in`` the first one in which it is.
    """

    code: str
    target: Decimal
    target_kind: str = PERCENTAGE
    numerator_mode: str = SUM
    denominator_mode: str = SUM
    considered: bool = True
    direction: str = ASCENDING
    frequency: int = 1
    schedule: str = BY_RULE
    shares: tuple[Decimal, ...] = ()
    retired_from: int | None = None
    starts_in: int = 1


class IndicatorResult(NamedTuple):
    """An indicator from January to the cut-off. ``percentage`` and compliances in percent, None where there is none.

    ``advance`` is what enters the programme's global, or would, were it considered (rule 6). ``retired_from`` is the
    month of its retirement where that lies within the cut-off, ``starts_in`` that of its beginning where it lies after
    it, otherwise None. A named tuple because a page makes thousands, and a frozen dataclass takes three times as long
    to make.
    """

    code: str
    considered: bool
    status: str
    numerator: Decimal | None
    denominator: Decimal | None
    percentage: Decimal | None
    advance: Decimal | None
    target: Decimal
    expected: Decimal
    compliance: Decimal | None
    annual_compliance: Decimal | None
    light: str
    months_captured: int
    months_due: int
    months: int  # bit m is set when month m is captured
    retired_from: int | None = None
    starts_in: int | None = None
    by_compliance: bool = False  # descending, and the year lets its compliance enter the global
    borders: tuple[Decimal, ...] = ()  # of its light: what is shown of it never reads as one that it does not reach
    no_activity: str = ""  # why it is 0/0 in all its months, where they have one reason

    @property
    def aims(self) -> tuple[Decimal, ...]:
        """What its percentage is told from where it is shown (rule 16): borders, target and what is expected."""
        return (*self.borders, self.target, self.expected)


class Standing(NamedTuple):
    """What a programme's means take of an indicator (rules 6 to 8 and 13): the fields of its result."""

    considered: bool
    status: str
    advance: Decimal | None
    compliance: Decimal | None


class ProgramResult(NamedTuple):
    """A programme's mean. ``global_`` and ``compliance`` in percent; None is "sin datos"."""

    global_: Decimal | None
    considered: int
    total: int
    compliance: Decimal | None
    light: str
    borders: tuple[Decimal, ...] = ()  # of its light


@dataclass(frozen=True, slots=True)
class RollUp:
    """Department, strategy, objective, axis or plan: the mean of its programmes (rule 14)."""

    global_: Decimal | None
    compliance: Decimal | None
    with_data: int
    programs: int
    borders: tuple[Decimal, ...] = ()  # of its programmes' lights
