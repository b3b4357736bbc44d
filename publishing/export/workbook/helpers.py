"""What the helping columns of the workbook result in, so that its cells show it before anything is recalculated."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from indicators.calculations import HUNDRED, MISSING, last_asked

Row = Mapping[str, Any]
_STEPS = {"monthly": 1, "bimonthly": 2, "quarterly": 3, "four_monthly": 4, "half_yearly": 6, "yearly": 12}


def number(text: str | None) -> float | None:
    return None if text is None else float(Decimal(text))


def or_zero(text: str | None) -> float:
    return number(text) or 0.0


def step(row: Row) -> int:
    return _STEPS[row["frequency"]]


def until(row: Row, month: int) -> int:
    return last_asked(month, row["retired_from"])


def share(row: Row, month: int) -> float:
    """The part of the target that is expected, as the formula finds it."""
    last, schedule = until(row, month), row["schedule"]
    if schedule == "flat" or row["direction"] == "descending":
        return 1.0
    if schedule == "linear" or not last:
        return max(0, last - row["starts_in"] + 1) / (13 - row["starts_in"])
    return float(Decimal(row["shares"][last - 1]) / HUNDRED)


def value(row: Row) -> float | None:
    """What is held against the target."""
    if row["percentage"] is None:
        return None
    return number(row["percentage"] if row["target_kind"] == "percentage" else row["numerator"])


def capped(row: Row) -> float | None:
    compliance = number(row["compliance"])
    return None if compliance is None else min(compliance, 100.0)


def border(row: Row, rules: Row, key: str) -> float | None:
    own = (row["thresholds"] or {}).get(key)
    return number(rules[key] if own is None else own)


def with_compliance(indicators: Iterable[Row], missing_as_zero: bool) -> int:
    """How many indicators a programme's compliance is the mean of."""
    flagged = [one for one in indicators if one["considered"]]
    zeros = sum(1 for one in flagged if missing_as_zero and one["status"] == MISSING)
    return sum(1 for one in flagged if one["compliance"] is not None) + zeros
