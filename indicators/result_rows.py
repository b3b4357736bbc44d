"""The rows behind results, as plain tuples: the catalogue, and the captures aggregated; the same on both databases.

Written in SQL because it is the hot path: every page asks for the 1,280 indicators of a year at once, and the
ORM's conversions of 25,000 values cost as much as the database's whole work. SQL sums, counts and picks last
values here; it never divides.
"""

from collections.abc import Collection
from typing import Any, Literal

from django.db import connection

from core.amounts import UNITS_LIMIT
from indicators.models import COMPLETE_STATES

Scope = Literal["official", "preliminary"]
OFFICIAL: Scope = "official"
PRELIMINARY: Scope = "preliminary"

# What the yardstick of an indicator is made of; rows that are equal here share it.
RULE_COLUMNS = (
    "target", "target_kind", "numerator_mode", "denominator_mode", "direction", "frequency", "schedule", "shares",
    "green_from", "amber_from", "over_above",
)  # fmt: skip

_COMPLETE = ", ".join(f"'{state.value}'" for state in COMPLETE_STATES)
_PAIRS = {
    OFFICIAL: ("validated_numerator", "validated_denominator", "validated_numerator IS NOT NULL"),
    PRELIMINARY: (
        f"CASE WHEN state IN ({_COMPLETE}) THEN numerator ELSE validated_numerator END",
        f"CASE WHEN state IN ({_COMPLETE}) THEN denominator ELSE validated_denominator END",
        f"(state IN ({_COMPLETE}) OR validated_numerator IS NOT NULL)",
    ),
}


def catalog_rows(
    fiscal_year_id: int, *, program_ids: Collection[int] | None, with_names: bool
) -> list[tuple[Any, ...]]:
    """One row an indicator: id, programme's id, code, name (NULL unless asked for), considered, RULE_COLUMNS."""
    narrowing, ids = _within_programs(program_ids)
    return _fetch(
        f"""SELECT i.id, a.program_id, i.code, {"i.name" if with_names else "NULL"}, i.considered,
            {", ".join(f"i.{column}" for column in RULE_COLUMNS)}
        FROM indicators_indicator i JOIN programs_action a ON a.id = i.action_id
        WHERE i.fiscal_year_id = %s AND a.fiscal_year_id = %s{narrowing}""",
        [fiscal_year_id, fiscal_year_id, *ids],
    )


def adjusted_targets(fiscal_year_id: int, *, month: int, program_ids: Collection[int] | None) -> dict[int, int]:
    """By indicator id, the target in force at the cut-off where it was adjusted by then (rule 9)."""
    narrowing, ids = _within_programs(program_ids)
    rows = _fetch(
        f"""SELECT t.indicator_id, t.target FROM indicators_targetadjustment t
        JOIN indicators_indicator i ON i.id = t.indicator_id JOIN programs_action a ON a.id = i.action_id
        WHERE i.fiscal_year_id = %s AND t.effective_month <= %s{narrowing} ORDER BY t.effective_month""",
        [fiscal_year_id, month, *ids],
    )
    return dict(rows)


def captures(
    fiscal_year_id: int,
    *,
    month: int,
    scope: Scope,
    program_ids: Collection[int] | None = None,
    indicator_ids: Collection[int] | None = None,
) -> dict[int, tuple[Any, ...]]:
    """By id, of the indicators with captures: captured months as bits, both sums, both last values.

    The value of the latest month is one aggregate: month and value are packed into one integer, the largest wins.
    """
    numerator, denominator, captured = _PAIRS[scope]
    narrowing, ids = _within_programs(program_ids)
    if narrowing:
        narrowing = f""" AND indicator_id IN (
            SELECT i.id FROM indicators_indicator i JOIN programs_action a ON a.id = i.action_id
            WHERE TRUE{narrowing})"""
    if indicator_ids is not None:
        narrowing, ids = f" AND indicator_id IN ({_places(indicator_ids)})", list(indicator_ids)
    rows = _fetch(
        f"""SELECT indicator_id, SUM(1 << month), CAST(SUM(n) AS bigint), CAST(SUM(d) AS bigint),
            MAX(month * {UNITS_LIMIT} + n) FILTER (WHERE n > 0 OR d > 0),
            MAX(month * {UNITS_LIMIT} + d) FILTER (WHERE d > 0)
        FROM (
            SELECT indicator_id, month, {numerator} AS n, {denominator} AS d FROM indicators_measurement
            WHERE fiscal_year_id = %s AND month <= %s AND {captured}{narrowing}
        ) AS pairs GROUP BY indicator_id""",
        [fiscal_year_id, month, *ids],
    )
    return {row[0]: row for row in rows}


def _within_programs(program_ids: Collection[int] | None) -> tuple[str, list[int]]:
    if program_ids is None:
        return "", []
    return f" AND a.program_id IN ({_places(program_ids)})", list(program_ids)


def _places(ids: Collection[int]) -> str:
    return ", ".join(["%s"] * len(ids)) or "NULL"


def _fetch(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
