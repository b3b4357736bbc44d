"""The rows behind results, as plain tuples: the catalogue, and the captures aggregated; the same on both databases.

Written in SQL because it is the hot path: every page asks for the 1,280 indicators of a year at once, and the
ORM's conversions of 25,000 values cost as much as the database's whole work. SQL sums, counts and picks last
values here; it never divides.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from django.db import connection

from core.amounts import UNITS_LIMIT
from indicators.models import Mode
from indicators.results.scope import COLUMNS, Scope
from programs.models import FiscalYear
from programs.year_words import in_words

# What decides how an indicator's captures become a result, as one text: a column costs more to fetch than it holds,
# and indicators with equal texts share their yardstick.
_TARGET = "i.target"
_ALWAYS = (
    "CASE WHEN i.considered THEN '1' ELSE '0' END", "i.target_kind", "i.numerator_mode",
    "i.denominator_mode", "i.direction", "i.frequency", "i.schedule",
)  # fmt: skip
_RARELY = ("i.shares", "i.green_from", "i.amber_from", "i.over_above", "i.retired_from", "NULLIF(i.starts_in, 1)")
_RARE_PARTS = f"""CASE
    WHEN {" AND ".join(f"{column} IS NULL" for column in _RARELY)} THEN ''
    ELSE {" || ".join(f"'|' || COALESCE(CAST({column} AS text), '')" for column in _RARELY)} END"""


class RuleText(NamedTuple):
    """The parts of a rule's text, in its order; the last six are empty where the column is NULL.

    So is the month of the beginning where that is January.
    """

    target: str
    considered: str
    target_kind: str
    numerator_mode: str
    denominator_mode: str
    direction: str
    frequency: str
    schedule: str
    shares: str = ""
    green_from: str = ""
    amber_from: str = ""
    over_above: str = ""
    retired_from: str = ""
    starts_in: str = ""


def _rule(target: str = _TARGET) -> str:
    """The text in SQL, with that expression for the target in ten-thousandths."""
    parts = (target, *_ALWAYS)
    # One call instead of fifteen; SQLite has it only since 3.44.
    text = f"concat_ws('|', {', '.join(parts)})" if connection.vendor == "postgresql" else " || '|' || ".join(parts)
    return f"{text} || {_RARE_PARTS}"


def split_rule(text: str) -> RuleText:
    return RuleText(*text.split("|"))


def with_target(text: str, target: int) -> str:
    """The same rule with another target, in ten-thousandths."""
    return f"{target}{text[text.index('|') :]}"


# In which column each name stands, of what it is and in which column its key: in a locked year it is that of then.
NAMED = {5: ("department", 3)}
_NAMED_IN_LINES = NAMED | {10: ("axis", 8), 13: ("objective", 11), 15: ("strategy", 4)}


def program_rows(fiscal_year: FiscalYear) -> list[tuple[Any, ...]]:
    """One row a programme: id, code, name, department's id, strategy's id, department's name."""
    rows = _fetch(
        """SELECT p.id, p.code, p.name, p.department_id, p.strategy_id, d.name
        FROM programs_program p JOIN programs_department d ON d.id = p.department_id WHERE p.fiscal_year_id = %s""",
        [fiscal_year.pk],
    )
    return in_words(fiscal_year, rows, NAMED)


def plan_rows(fiscal_year: FiscalYear, *, month: int, scope: Scope) -> list[tuple[Any, ...]]:
    """The same columns as ``program_rows``, then the programme's line of the plan and its captures not in time.

    Department's prefix and number; axis, objective and strategy, each with its place and name (the strategy's id is
    in front); how many due captures of its considered indicators, in scope up to the cut-off, were first submitted
    after they were due, and how many were migrated, so that nobody knows when.
    """
    year = fiscal_year.pk
    rows = _fetch(
        f"""SELECT p.id, p.code, p.name, p.department_id, p.strategy_id, d.name, d.prefix, d.number,
            x.id, x.position, x.name, o.id, o.position, o.name, s.position, s.name,
            COALESCE(apart.late, 0), COALESCE(apart.undated, 0)
        FROM programs_program p JOIN programs_department d ON d.id = p.department_id
        JOIN programs_strategy s ON s.id = p.strategy_id JOIN programs_objective o ON o.id = s.objective_id
        JOIN programs_axis x ON x.id = o.axis_id LEFT JOIN (
            SELECT a.program_id, COUNT(*) FILTER (WHERE NOT m.undated) AS late,
                COUNT(*) FILTER (WHERE m.undated) AS undated FROM (
                SELECT indicator_id, month, undated FROM indicators_measurement
                WHERE (late OR undated) AND fiscal_year_id = %s AND month <= %s AND {COLUMNS[scope][2]}
            ) AS m JOIN indicators_indicator i ON i.id = m.indicator_id JOIN programs_action a ON a.id = i.action_id
            WHERE i.fiscal_year_id = %s AND i.considered AND m.month %% i.frequency = 0
                AND m.month >= i.starts_in AND (i.retired_from IS NULL OR m.month < i.retired_from)
            GROUP BY a.program_id
        ) AS apart ON apart.program_id = p.id WHERE p.fiscal_year_id = %s""",
        [year, month, year, year],
    )
    return in_words(fiscal_year, rows, _NAMED_IN_LINES)


def catalog_rows(
    fiscal_year_id: int, *, program_ids: Collection[int] | None, with_names: bool
) -> list[tuple[Any, ...]]:
    """One row an indicator: id, programme's id, code, rule's text, name (NULL unless asked for)."""
    narrowing, ids = _within_programs(program_ids)
    return _fetch(
        f"""SELECT i.id, a.program_id, i.code, {_rule()}, {"i.name" if with_names else "NULL"}
        FROM indicators_indicator i JOIN programs_action a ON a.id = i.action_id
        WHERE i.fiscal_year_id = %s AND a.fiscal_year_id = %s{narrowing}""",
        [fiscal_year_id, fiscal_year_id, *ids],
    )


def adjustments(fiscal_year_id: int, *, month: int, program_ids: Collection[int] | None) -> list[tuple[int, int, int]]:
    """(indicator's id, month, target) of the adjustments in force by the cut-off, in the order in which they came."""
    if program_ids is None:
        # Few targets are ever adjusted: those of other years cost less than a join that leaves them out.
        return _fetch(
            """SELECT indicator_id, effective_month, target FROM indicators_targetadjustment
            WHERE effective_month <= %s ORDER BY effective_month""",
            [month],
        )  # type: ignore[return-value]
    narrowing, ids = _within_programs(program_ids)
    return _fetch(
        f"""SELECT t.indicator_id, t.effective_month, t.target FROM indicators_targetadjustment t
        JOIN indicators_indicator i ON i.id = t.indicator_id JOIN programs_action a ON a.id = i.action_id
        WHERE i.fiscal_year_id = %s AND t.effective_month <= %s{narrowing} ORDER BY t.effective_month""",
        [fiscal_year_id, month, *ids],
    )  # type: ignore[return-value]


def captures(
    fiscal_year_id: int,
    *,
    month: int,
    scope: Scope,
    program_ids: Collection[int] | None = None,
    indicator_ids: Collection[int] | None = None,
) -> dict[int, tuple[Any, ...]]:
    """By id, of the indicators with captures: id, captured months as bits, both sums, both last values.

    A last value is the largest of month and value packed into one integer, of the months that count for its side
    (rule 2); ``unpacked`` takes it out. It is worked out for every indicator, because telling the few that need it
    costs more.
    """
    narrowing, ids = _of_programs(program_ids)
    if indicator_ids is not None:
        narrowing, ids = f" AND indicator_id IN ({_places(indicator_ids)})", list(indicator_ids)
    rows = _fetch(_captures(scope, narrowing), [fiscal_year_id, month, *ids])
    return {row[0]: row for row in rows}


def accumulated_rows(
    fiscal_year_id: int, *, month: int, scope: Scope, program_ids: Collection[int] | None, with_names: bool
) -> list[tuple[Any, ...]]:
    """One row an indicator: programme's id, code, rule's text, captured months as bits, both sides, name.

    The rule holds the target in force at the cut-off (rule 9). Sides are accumulated each by its own mode (rule 2), in
    ten-thousandths; months and sides are NULL without captures, a side also where no month counts. The name is NULL
    unless asked for.
    """
    narrowing, ids = _within_programs(program_ids)
    within, within_ids = _of_programs(program_ids)
    return _fetch(
        f"""SELECT a.program_id, i.code, {_rule(f"COALESCE(t.last %% {UNITS_LIMIT}, {_TARGET})")}, c.months,
            CASE WHEN i.numerator_mode = '{Mode.LAST.value}' THEN c.last_n %% {UNITS_LIMIT} ELSE c.n END,
            CASE WHEN i.denominator_mode = '{Mode.LAST.value}' THEN c.last_d %% {UNITS_LIMIT} ELSE c.d END,
            {"i.name" if with_names else "NULL"}
        FROM indicators_indicator i JOIN programs_action a ON a.id = i.action_id
        LEFT JOIN ({_captures(scope, within)}) AS c ON c.indicator_id = i.id
        LEFT JOIN (
            SELECT indicator_id, MAX(CAST(effective_month AS bigint) * {UNITS_LIMIT} + target) AS last
            FROM indicators_targetadjustment WHERE effective_month <= %s{within} GROUP BY indicator_id
        ) AS t ON t.indicator_id = i.id
        WHERE i.fiscal_year_id = %s AND a.fiscal_year_id = %s{narrowing}""",
        [fiscal_year_id, month, *within_ids, month, *within_ids, fiscal_year_id, fiscal_year_id, *ids],
    )


def _captures(scope: Scope, narrowing: str) -> str:
    numerator, denominator, captured = COLUMNS[scope]
    return f"""SELECT indicator_id, SUM(1 << month) AS months, CAST(SUM(n) AS bigint) AS n, CAST(SUM(d) AS bigint) AS d,
            MAX(month * {UNITS_LIMIT} + n) FILTER (WHERE n > 0 OR d > 0) AS last_n,
            MAX(month * {UNITS_LIMIT} + d) FILTER (WHERE d > 0) AS last_d
        FROM (
            SELECT indicator_id, month, {numerator} AS n, {denominator} AS d FROM indicators_measurement
            WHERE fiscal_year_id = %s AND month <= %s AND {captured}{narrowing}
        ) AS pairs GROUP BY indicator_id"""


def pairs_by_indicator(
    fiscal_year_id: int, *, month: int, scope: Scope, program_ids: Collection[int] | None = None
) -> dict[int, str]:
    """By indicator id, the captured pairs in scope up to the cut-off as one text: ``split_pairs`` takes it apart.

    One row an indicator: 11,000 rows of a month each cost more to fetch than the rest of the heat map.
    """
    numerator, denominator, captured = COLUMNS[scope]
    narrowing, ids = _of_programs(program_ids)
    together = "string_agg" if connection.vendor == "postgresql" else "group_concat"
    rows = _fetch(
        f"""SELECT indicator_id, {together}(month || ':' || {numerator} || ':' || {denominator}, ' ')
        FROM indicators_measurement WHERE fiscal_year_id = %s AND month <= %s AND {captured}{narrowing}
        GROUP BY indicator_id""",
        [fiscal_year_id, month, *ids],
    )
    return dict(rows)


def split_pairs(text: str) -> dict[int, tuple[int, int]]:
    """By month, both sides in ten-thousandths."""
    found = {}
    for pair in text.split():
        month, n, d = map(int, pair.split(":"))
        found[month] = n, d
    return found


def month_pairs(indicator_ids: Collection[int], *, month: int, scope: Scope) -> list[tuple[int, int, int, int]]:
    """Id, month and both sides of the captured pairs in scope up to the cut-off, by month; of any years."""
    numerator, denominator, captured = COLUMNS[scope]
    return _fetch(
        f"""SELECT indicator_id, month, {numerator}, {denominator} FROM indicators_measurement
        WHERE indicator_id IN ({_places(indicator_ids)}) AND month <= %s AND {captured} ORDER BY month""",
        [*indicator_ids, month],
    )


def unpacked(last: int | None) -> int:
    """The value of a packed last value, in ten-thousandths; 0 where no month counts (rule 2)."""
    return (last or 0) % UNITS_LIMIT


def _of_programs(program_ids: Collection[int] | None) -> tuple[str, list[int]]:
    """The condition that a capture belongs to one of the programmes."""
    narrowing, ids = _within_programs(program_ids)
    if not narrowing:
        return "", []
    return (
        f""" AND indicator_id IN (
            SELECT i.id FROM indicators_indicator i JOIN programs_action a ON a.id = i.action_id
            WHERE TRUE{narrowing})""",
        ids,
    )


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
