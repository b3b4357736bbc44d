"""An indicator at a cut-off: what is expected of it, its percentage, compliance and light. Rules 2 to 6 and 9 to 12."""

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from indicators.calculations.exact import (
    CONTEXT,
    GRID,
    HUNDRED,
    ONE,
    SETTLED,
    ZERO,
    add,
    divide,
    new_tuple,
    one_percent_of,
    quantize,
    quotient,
)
from indicators.calculations.months import due_months, last_asked, month_percentage, months_mask
from indicators.calculations.values import (
    AMBER,
    BY_COMPLIANCE,
    BY_RULE,
    DESCENDING,
    FLAT,
    GREEN,
    LINEAR,
    MISSING,
    NO_DEMAND,
    NO_LIGHT,
    NOT_DUE,
    OK,
    OVER,
    PERCENTAGE,
    RED,
    SUM,
    Accumulated,
    Borders,
    IndicatorResult,
    IndicatorSpec,
    Standing,
    Thresholds,
)


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
    expected = target if part is whole else quotient(CONTEXT.multiply(target, part), whole)
    by_percentage = spec.target_kind == PERCENTAGE
    descending = spec.direction == DESCENDING
    return Yardstick(
        target=target,
        expected=expected,
        target_percent=one_percent_of(target),
        expected_percent=one_percent_of(expected),
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
        target, expected, target_percent, _, by_percentage, descending, by_compliance, plain,
        borders, due, due_mask, retired_from, starts_in, told,
    ) = held  # fmt: skip
    if not months:
        status = MISSING if due else NOT_DUE
        return IndicatorResult(
            code, considered, status, None, None, None, None, target, expected, None, None, NO_LIGHT,
            0, due, 0, retired_from, starts_in, by_compliance, told,
        )  # fmt: skip
    captured = (months & due_mask).bit_count()
    if not denominator:
        return IndicatorResult(
            code, considered, NO_DEMAND, numerator, denominator, None, None, target, expected, None, None, NO_LIGHT,
            captured, due, months, retired_from, starts_in, by_compliance, told, no_activity,
        )  # fmt: skip
    # ``quotient`` without its call, here and below: a page makes thousands.
    percentage = quantize(divide(numerator * HUNDRED, denominator), GRID)
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
            annual = quantize(divide(value, target_percent), GRID) if target else None
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
    return new_tuple(
        IndicatorResult,
        (
            code, considered, OK, numerator, denominator, percentage, compliance if by_compliance else percentage,
            target, expected, compliance, annual, light, captured, due, months, retired_from, starts_in,
            by_compliance, told, "",
        ),
    )  # fmt: skip


def standing(considered: bool, held: Yardstick, numerator: Decimal, denominator: Decimal, months: int) -> Standing:
    """What a programme's means take of ``measured``, for whoever makes means only."""
    if not months:
        return Standing(considered, MISSING if held.due else NOT_DUE, None, None)
    if not denominator:
        return Standing(considered, NO_DEMAND, None, None)
    percentage = quotient(numerator * HUNDRED, denominator)
    if held.plain:
        return new_tuple(Standing, (considered, OK, percentage, percentage))
    compliance = _compliance(held, percentage if held.by_percentage else numerator)
    return new_tuple(Standing, (considered, OK, compliance if held.by_compliance else percentage, compliance))


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
    return min(HUNDRED, quotient(target * HUNDRED, value)) if value else HUNDRED


def _compliance(held: Yardstick, value: Decimal) -> Decimal | None:
    """Rule 11, in percent; None where nothing is expected yet."""
    if held.descending:
        return _within(held.target, value)
    return quotient(value, held.expected_percent) if held.expected_percent else None


def _borders(thresholds: Thresholds) -> Borders:
    green_from, amber_from, over_above = thresholds.borders
    return Borders(
        CONTEXT.subtract(green_from, SETTLED), CONTEXT.subtract(amber_from, SETTLED), add(over_above, SETTLED)
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
