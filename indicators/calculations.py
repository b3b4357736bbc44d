"""The arithmetic of results: pure functions over plain values, rule by rule of docs/calculation.md.

No clock, no database. Percentages are percentages, not fractions. ``None`` is always "there is none",
never zero. Amounts are Decimals; every division happens here, in a context of 100 digits, and nothing is
rounded before it is shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache, reduce
from typing import NamedTuple

CONTEXT = Context(prec=100, rounding=ROUND_HALF_EVEN)
_LOGARITHM = Context(prec=20, rounding=ROUND_HALF_EVEN)  # that only ranks
ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)
MONTHS = tuple(range(1, 13))

# Quotients are kept on a grid of 60 decimals. The largest has 20 digits before the point, so sums of quotients are
# exact in 100 digits and a mean does not depend on the order of the indicators.
_GRID = ONE.scaleb(-60)
# What is exactly 90 may arrive as 89.99…9: before it is compared or shown it is settled here. Dividing by the
# smallest expected target (0.0001 at a share of 0.0001 %) can spoil the 48th decimal and no earlier one; what really
# differs does so in the 43rd at the latest.
_SETTLED = ONE.scaleb(-46)
# Found once, not at each of thousands of quotients; a named tuple's own __new__ takes twice as long as a tuple's.
_divide, _quantize, _multiply, _add, _new = (
    CONTEXT.divide, CONTEXT.quantize, CONTEXT.multiply, CONTEXT.add, tuple.__new__,
)  # fmt: skip

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


def month_percentage(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """Rule 1: percent of one month; None with a denominator of 0."""
    return _quotient(numerator * HUNDRED, denominator) if denominator else None


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


def expected_target(spec: IndicatorSpec, cut_off: int) -> Decimal:
    """Rule 10: target x share of the schedule at the cut-off, in the target's own unit."""
    return yardstick(spec, cut_off, Thresholds()).expected


def applied_schedule(schedule: str, target_kind: str, denominator_mode: str, direction: str) -> str:
    """Rule 10: the schedule that applies, FLAT, LINEAR or EXPLICIT, where the catalogue may leave it to the rule."""
    if direction == DESCENDING:
        return FLAT
    if schedule == BY_RULE:
        return FLAT if target_kind == PERCENTAGE and denominator_mode == SUM else LINEAR
    return schedule


def share_at(spec: IndicatorSpec, cut_off: int) -> tuple[Decimal, Decimal]:
    """The share as an exact fraction (part, whole). Descending is always flat; ``cut_off`` 0 expects nothing."""
    schedule = applied_schedule(spec.schedule, spec.target_kind, spec.denominator_mode, spec.direction)
    if schedule == FLAT:
        return ONE, ONE
    if schedule == LINEAR or not cut_off:
        # Rule 4b: a line from the month of the beginning to December.
        return Decimal(max(0, cut_off - spec.starts_in + 1)), Decimal(13 - spec.starts_in)
    return spec.shares[cut_off - 1], HUNDRED


class Yardstick(NamedTuple):
    """Everything that an indicator is held against at one cut-off, worked out without its captures.

    Most indicators of a year share theirs, so a caller with many makes it once for each distinct one.
    """

    target: Decimal
    expected: Decimal
    target_percent: Decimal  # one percent of the target: what is divided by it comes out in percent
    expected_percent: Decimal
    by_percentage: bool
    descending: bool
    by_compliance: bool  # what enters the global is its compliance and not its percentage
    plain: bool  # flat, ascending, 100 %: the compliance is the percentage itself
    borders: Borders  # moved by what dividing can spoil, so that what is exactly on a border is on its right side
    due: int
    due_mask: int
    retired_from: int | None
    starts_in: int | None
    told: Borders  # as they were laid down


@lru_cache(maxsize=4096)  # of a department's indicators, at the cut-offs of a page: 1 kB each
def yardstick(spec: IndicatorSpec, cut_off: int, thresholds: Thresholds) -> Yardstick:
    """Rules 9, 10 and 12 for one cut-off; the spec's code and flag ``considered`` play no part."""
    # Rule 4a: of a retired indicator nothing more is asked or expected than up to its last month.
    until = last_asked(cut_off, spec.retired_from)
    part, whole = share_at(spec, until)
    target = spec.target
    expected = target if part is whole else _quotient(CONTEXT.multiply(target, part), whole)
    by_percentage = spec.target_kind == PERCENTAGE
    descending = spec.direction == DESCENDING
    return Yardstick(
        target=target,
        expected=expected,
        target_percent=_percent(target),
        expected_percent=_percent(expected),
        by_percentage=by_percentage,
        descending=descending,
        by_compliance=descending and thresholds.descending_enters_as == BY_COMPLIANCE,
        plain=by_percentage and not descending and part is whole and target == HUNDRED,
        borders=_borders(thresholds),
        due=due_months(cut_off, spec.frequency, spec.retired_from, spec.starts_in),
        due_mask=months_mask(until, spec.frequency, spec.starts_in),
        retired_from=spec.retired_from if until < cut_off else None,
        starts_in=spec.starts_in if spec.starts_in > cut_off else None,
        told=thresholds.borders,
    )


def indicator_result(
    spec: IndicatorSpec, accumulated: Accumulated | None, cut_off: int, thresholds: Thresholds
) -> IndicatorResult:
    """Rules 2 to 5 and 9 to 12 for one indicator; ``accumulated`` is None when nothing is captured."""
    held = yardstick(spec, cut_off, thresholds)
    if accumulated is None:
        return measured(spec.code, spec.considered, held, ZERO, ZERO, 0)
    return measured(
        spec.code,
        spec.considered,
        held,
        accumulated.numerator,
        accumulated.denominator,
        accumulated.months,
        accumulated.no_activity,
    )


def measured(
    code: str,
    considered: bool,
    held: Yardstick,
    numerator: Decimal,
    denominator: Decimal,
    months: int,
    no_activity: str = "",
) -> IndicatorResult:
    """The same with a yardstick made before; without captured ``months`` (bits) both amounts are ignored."""
    (
        target,
        expected,
        target_percent,
        _,
        by_percentage,
        descending,
        by_compliance,
        plain,
        borders,
        due,
        due_mask,
        retired_from,
        starts_in,
        told,
    ) = held
    if not months:
        status = MISSING if due else NOT_DUE
        return IndicatorResult(
            code,
            considered,
            status,
            None,
            None,
            None,
            None,
            target,
            expected,
            None,
            None,
            NO_LIGHT,
            0,
            due,
            0,
            retired_from,
            starts_in,
            by_compliance,
            told,
        )
    captured = (months & due_mask).bit_count()
    if not denominator:
        return IndicatorResult(
            code,
            considered,
            NO_DEMAND,
            numerator,
            denominator,
            None,
            None,
            target,
            expected,
            None,
            None,
            NO_LIGHT,
            captured,
            due,
            months,
            retired_from,
            starts_in,
            by_compliance,
            told,
            no_activity,
        )
    # ``_quotient`` without its call, here and below: a page makes thousands.
    percentage = _quantize(_divide(numerator * HUNDRED, denominator), _GRID)
    compliance: Decimal | None
    annual: Decimal | None
    if plain:
        # value / 100 x 100, which is what nearly every indicator of a PAT asks for
        compliance = annual = percentage
    else:
        value = percentage if by_percentage else numerator
        compliance = _compliance(held, value)
        if descending or expected is target:
            annual = compliance
        else:
            # None with a target that was adjusted to nothing
            annual = _quantize(_divide(value, target_percent), _GRID) if target else None
    # Rule 12. As exact as cross-multiplying: the denominator of a compliance is a product of amounts, a target and a
    # share, so it differs from a threshold of 4 decimals by nothing or by more than the borders were moved.
    green_from, amber_from, over_above = borders
    if compliance is None or annual is None:
        light = NO_LIGHT
    elif annual > over_above and not descending:
        light = OVER
    elif compliance >= green_from:
        light = GREEN
    else:
        light = AMBER if compliance >= amber_from else RED
    return _new(
        IndicatorResult,
        (
            code,
            considered,
            OK,
            numerator,
            denominator,
            percentage,
            compliance if by_compliance else percentage,
            target,
            expected,
            compliance,
            annual,
            light,
            captured,
            due,
            months,
            retired_from,
            starts_in,
            by_compliance,
            told,
            "",
        ),
    )


def standing(considered: bool, held: Yardstick, numerator: Decimal, denominator: Decimal, months: int) -> Standing:
    """What a programme's means take of ``measured``, for whoever makes means only."""
    if not months:
        return Standing(considered, MISSING if held.due else NOT_DUE, None, None)
    if not denominator:
        return Standing(considered, NO_DEMAND, None, None)
    percentage = _quotient(numerator * HUNDRED, denominator)
    if held.plain:
        return _new(Standing, (considered, OK, percentage, percentage))
    compliance = _compliance(held, percentage if held.by_percentage else numerator)
    return _new(Standing, (considered, OK, compliance if held.by_compliance else percentage, compliance))


def month_advance(
    numerator: Decimal, denominator: Decimal, *, target: Decimal, by_percentage: bool, by_compliance: bool
) -> Decimal | None:
    """Rule 6 for a month by itself: its percentage or, where a compliance enters the global, what it is of the target.

    ``by_percentage``: the target is a percentage and not an amount.
    """
    percentage = month_percentage(numerator, denominator)
    if percentage is None or not by_compliance:
        return percentage
    return _within(target, percentage if by_percentage else numerator)


def _within(target: Decimal, value: Decimal) -> Decimal:
    """Rule 11, descending: 100 as long as the value stays within the target."""
    return min(HUNDRED, _quotient(target * HUNDRED, value)) if value else HUNDRED


def _compliance(held: Yardstick, value: Decimal) -> Decimal | None:
    """Rule 11, in percent; None where nothing is expected yet."""
    if held.descending:
        return _within(held.target, value)
    return _quotient(value, held.expected_percent) if held.expected_percent else None


def _percent(amount: Decimal) -> Decimal:
    """A hundredth, exactly: what is on the grid has two digits to spare."""
    return amount.scaleb(-2, CONTEXT)


def _borders(thresholds: Thresholds) -> Borders:
    green_from, amber_from, over_above = thresholds.borders
    return Borders(
        CONTEXT.subtract(green_from, _SETTLED), CONTEXT.subtract(amber_from, _SETTLED), _add(over_above, _SETTLED)
    )


_RANK = {RED: 0, AMBER: 1, GREEN: 2, OVER: 2}


def asks_commitment(light: str, previous: str) -> bool:
    """Whether a figure says its cause, action and date before it is validated.

    It does when its light at the month's cut-off is red or over, or fell by one light or more since the cut-off of
    the month before: green to amber, over to amber. From over back to green is no fall, and without a light on either
    side nothing fell.
    """
    if light in (RED, OVER):
        return True
    return light in _RANK and previous in _RANK and _RANK[light] < _RANK[previous]


def program_result(
    results: Iterable[IndicatorResult | Standing], *, missing_as_zero: bool, thresholds: Thresholds
) -> ProgramResult:
    """Rules 6 to 8 and 13: the mean of the considered indicators' advances, and of their capped compliances."""
    flagged = [result for result in results if result.considered]
    advances = [advance for result in flagged if (advance := result.advance) is not None]
    compliances = [
        HUNDRED if compliance > HUNDRED else compliance
        for result in flagged
        if (compliance := result.compliance) is not None
    ]
    if missing_as_zero:
        zeros = [ZERO for result in flagged if result.status == MISSING]
        advances += zeros
        compliances += zeros
    capped = mean(compliances)
    return ProgramResult(
        mean(advances), len(advances), len(flagged), capped, program_light(capped, thresholds), thresholds.borders
    )


def program_light(compliance: Decimal | None, thresholds: Thresholds) -> str:
    """Rule 13: a programme's light by the year's thresholds; it is never ``over``."""
    if compliance is None:
        return NO_LIGHT
    settled = settle(compliance)
    if settled >= thresholds.green_from:
        return GREEN
    return AMBER if settled >= thresholds.amber_from else RED


def roll_up(programs: Iterable[ProgramResult]) -> RollUp:
    """Rule 14: the mean over programmes, never a mean of means."""
    everyone = list(programs)
    globals_ = [program.global_ for program in everyone if program.global_ is not None]
    compliances = [program.compliance for program in everyone if program.compliance is not None]
    borders = everyone[0].borders if everyone else ()
    return RollUp(mean(globals_), mean(compliances), len(globals_), len(everyone), borders)


def lifts_above_100(found: Iterable[IndicatorResult], result: ProgramResult) -> list[IndicatorResult]:
    """Of a programme whose global is above 100, the indicators by which it is: what enters of them is above 100."""
    if result.global_ is None or settle(result.global_) <= HUNDRED:
        return []
    return [row for row in found if row.considered and row.advance is not None and settle(row.advance) > HUNDRED]


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
    share = min(_quotient(distance(result, by_percentage=by_percentage), size), ONE)
    return settle(_multiply(share, _LOGARITHM.log10(_add(size, ONE))))


def breaks_zero_tolerance(result: IndicatorResult) -> bool:
    """Whether a considered indicator in use that allows nothing (a target of 0) has a case."""
    return result.considered and result.retired_from is None and result.target == ZERO == result.compliance


def capped(compliance: Decimal | None) -> Decimal | None:
    """A compliance as rule 13 counts it: 300 % hides nothing and falls to 100 % without falling."""
    return None if compliance is None else min(compliance, HUNDRED)


def change(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    """Percentage points from one figure to a later one, None unless there are both.

    Settled, so that digits that only dividing made are no change.
    """
    return None if before is None or after is None else settle(CONTEXT.subtract(after, before))


def mean(values: Sequence[Decimal]) -> Decimal | None:
    """The arithmetic mean, unrounded; None of nothing."""
    if not values:
        return None
    return _quotient(reduce(_add, values), Decimal(len(values)))


def settle(value: Decimal) -> Decimal:
    """Drop the digits that only dividing made, before a comparison or a rounding for display."""
    return _quantize(value, _SETTLED)


def _quotient(over: Decimal, under: Decimal) -> Decimal:
    return _quantize(_divide(over, under), _GRID)
