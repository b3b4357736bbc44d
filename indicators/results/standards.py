"""What an indicator is held to at a cut-off: its rule, target in force and the borders of its lights. Reads no rows."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from core.amounts import from_units
from indicators import calculations
from indicators.calculations import LAST, Borders, IndicatorSpec, Thresholds, Yardstick
from indicators.models import Indicator, TargetAdjustment
from indicators.results.kept import IndicatorRow
from indicators.results.rows import split_adjustments, split_rule, with_target
from programs.models import FiscalYear


def indicator_thresholds(indicator: Indicator, year: Thresholds) -> Thresholds:
    """The indicator's own borders where it has them, otherwise the year's (rule 12)."""
    return own_thresholds(indicator.green_from, indicator.amber_from, indicator.over_above, year=year)


def own_thresholds(
    green: Decimal | None, amber: Decimal | None, over: Decimal | None, *, year: Thresholds
) -> Thresholds:
    own = (green, amber, over)
    if own == (None, None, None):  # nearly all
        return year
    mine = Borders(*(inherited if given is None else given for given, inherited in zip(own, year.borders, strict=True)))
    return Thresholds(*mine, year.descending_enters_as)


def thresholds_of(fiscal_year: FiscalYear) -> Thresholds:
    return Thresholds(
        fiscal_year.green_from, fiscal_year.amber_from, fiscal_year.over_above, fiscal_year.descending_enters_as
    )


def spec_of(indicator: Indicator, *, month: int, adjustments: Iterable[TargetAdjustment] = ()) -> IndicatorSpec:
    """What the arithmetic needs of one indicator, its target being the one in force at the cut-off (rule 9)."""
    target = indicator.target
    for adjustment in sorted(adjustments, key=lambda made: made.effective_month):
        if adjustment.effective_month <= month:
            target = adjustment.target
    return IndicatorSpec(
        code=indicator.code,
        target=target,
        target_kind=indicator.target_kind,
        numerator_mode=indicator.numerator_mode,
        denominator_mode=indicator.denominator_mode,
        considered=indicator.considered,
        direction=indicator.direction,
        frequency=indicator.frequency,
        schedule=indicator.schedule,
        shares=tuple(Decimal(share) for share in indicator.shares or ()),
        retired_from=indicator.retired_from,
        starts_in=indicator.starts_in,
    )


class Rule(NamedTuple):
    """What indicators with equal rules share at one cut-off."""

    considered: bool
    last_numerator: bool
    last_denominator: bool
    held: Yardstick


@lru_cache(maxsize=2048)
def rule_at(text: str, month: int, year: Thresholds) -> Rule:
    """What a rule's text means at a cut-off; made once, as it depends on nothing else."""
    rule = split_rule(text)
    spec = IndicatorSpec(
        code="",
        target=from_units(int(rule.target)),
        target_kind=rule.target_kind,
        numerator_mode=rule.numerator_mode,
        denominator_mode=rule.denominator_mode,
        direction=rule.direction,
        frequency=int(rule.frequency),
        schedule=rule.schedule,
        shares=tuple(map(Decimal, json.loads(rule.shares))) if rule.shares else (),
        retired_from=int(rule.retired_from) if rule.retired_from else None,
        starts_in=int(rule.starts_in) if rule.starts_in else 1,
    )
    own = (from_units(int(part)) if part else None for part in (rule.green_from, rule.amber_from, rule.over_above))
    held = calculations.yardstick(spec, month, own_thresholds(*own, year=year))
    return Rule(rule.considered == "1", rule.numerator_mode == LAST, rule.denominator_mode == LAST, held)


@dataclass(frozen=True, slots=True, eq=False)
class Standard:
    """What all of a year is held to at a cut-off. One is the other only where it is the same object: see below."""

    month: int
    missing_as_zero: bool
    thresholds: Thresholds


def standard_at(fiscal_year: FiscalYear, month: int) -> Standard:
    return _standard(month, fiscal_year.missing_as_zero, thresholds_of(fiscal_year))


@lru_cache(maxsize=64)
def _standard(month: int, missing_as_zero: bool, thresholds: Thresholds) -> Standard:
    """One object for equal ones: to find a programme's results again, thresholds would be compared 161 times a page."""
    return Standard(month, missing_as_zero, thresholds)


def rule_texts(row: IndicatorRow, last: int) -> list[str]:
    """The rule's text of an indicator at each cut-off from January, with the target then in force (rule 9)."""
    _, _, text, _, adjusted, *_ = row
    texts = [text] * last
    for month, target in split_adjustments(adjusted):
        if month <= last:
            texts[month - 1 :] = [with_target(text, target)] * (last - month + 1)
    return texts
