"""A programme's means and light, and the means over programmes. Rules 6 to 8, 13 and 14."""

from collections.abc import Iterable
from decimal import Decimal

from indicators.calculations.exact import HUNDRED, ZERO, mean, settle
from indicators.calculations.values import (
    AMBER,
    GREEN,
    MISSING,
    NO_LIGHT,
    RED,
    IndicatorResult,
    ProgramResult,
    RollUp,
    Standing,
    Thresholds,
)


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
    average = mean(compliances)
    return ProgramResult(
        mean(advances), len(advances), len(flagged), average, program_light(average, thresholds), thresholds.borders
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


def capped(compliance: Decimal | None) -> Decimal | None:
    """A compliance as rule 13 counts it: 300 % hides nothing and falls to 100 % without falling."""
    return None if compliance is None else min(compliance, HUNDRED)
