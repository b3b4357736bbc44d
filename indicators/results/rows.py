"""The rows behind results, as plain tuples: the catalogue, and the captures aggregated; the same on both databases.

Written in SQL because it is the hot path: every page asks for the 1,280 indicators of a year at once, and the
ORM's conversions of 25,000 values cost as much as the database's whole work. SQL sums, counts and picks last
values here; it never divides.
"""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from core.amounts import UNITS_LIMIT, from_units
from core.prepared import Prepared
from indicators.calculations import Cell
from indicators.results.scope import COLUMNS, Scope
from programs.models import FiscalYear
from programs.year_words import in_words

# What decides how an indicator's captures become a result, as one text: a column costs more to fetch than it holds,
# and indicators with equal texts share their yardstick.
_ALWAYS = (
    "i.target", "CASE WHEN i.considered THEN '1' ELSE '0' END", "i.target_kind", "i.numerator_mode",
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


def _rule() -> str:
    """The text in SQL, with the target of the catalogue in ten-thousandths."""
    # One call instead of fifteen; SQLite has it only since 3.44.
    text = f"concat_ws('|', {', '.join(_ALWAYS)})" if connection.vendor == "postgresql" else " || '|' || ".join(_ALWAYS)
    return f"{text} || {_RARE_PARTS}"


def split_rule(text: str) -> RuleText:
    return RuleText(*text.split("|"))


def with_target(text: str, target: int) -> str:
    """The same rule with another target, in ten-thousandths."""
    return f"{target}{text[text.index('|') :]}"


# In which column each name stands, of what it is and in which column its key: in a locked year it is that of then.
NAMED = {5: ("department", 3)}
NAMED_IN_LINES = NAMED | {10: ("axis", 8), 13: ("objective", 11), 15: ("strategy", 4)}


def program_rows(fiscal_year: FiscalYear) -> Sequence[tuple[Any, ...]]:
    """One row a programme: id, code, name, department's id, strategy's id, department's name."""
    rows = _fetch(
        """SELECT p.id, p.code, p.name, p.department_id, p.strategy_id, d.name
        FROM programs_program p JOIN programs_department d ON d.id = p.department_id WHERE p.fiscal_year_id = %s""",
        [fiscal_year.pk],
    )
    return in_words(fiscal_year, rows, NAMED)


PLAN_COLUMNS = (
    "id", "code", "name", "department_id", "strategy_id", "department", "prefix", "number", "axis_id", "axis_place",
    "axis", "objective_id", "objective_place", "objective", "strategy_place", "strategy",
)  # fmt: skip
PLAN_ROWS = """SELECT p.id, p.code, p.name, p.department_id, p.strategy_id, d.name AS department, d.prefix, d.number,
        x.id AS axis_id, x.position AS axis_place, x.name AS axis, o.id AS objective_id, o.position AS objective_place,
        o.name AS objective, s.position AS strategy_place, s.name AS strategy
    FROM programs_program p JOIN programs_department d ON d.id = p.department_id
    JOIN programs_strategy s ON s.id = p.strategy_id JOIN programs_objective o ON o.id = s.objective_id
    JOIN programs_axis x ON x.id = o.axis_id WHERE p.fiscal_year_id = %s"""


def plan_rows(fiscal_year: FiscalYear) -> Sequence[tuple[Any, ...]]:
    """The same columns as ``program_rows``, then the programme's line of the plan.

    Department's prefix and number; axis, objective and strategy, each with its place and name (the strategy's id is
    in front).
    """
    return in_words(fiscal_year, ask(PLAN_ROWS, [fiscal_year.pk]), NAMED_IN_LINES)


def indicator_rows(
    fiscal_year_id: int,
    *,
    month: int,
    scope: Scope,
    program_ids: Collection[int] | None = None,
    with_names: bool = False,
    with_delays: bool = False,
) -> list[tuple[Any, ...]]:
    """One row an indicator: programme's id, code, rule's text, name, adjusted targets, captured pairs, late, undated.

    Adjustments and the pairs in scope are those up to the month, each as one text (NULL without any) that
    ``split_adjustments`` and ``split_pairs`` take apart: 11,000 rows of a month each cost more to fetch than the rest
    of a page, and every cut-off before that month is told from the same text. The name is NULL unless asked for. So
    are, as bits, the months with a pair in scope that was first submitted after it was due, and those with one that
    was migrated, so that nobody knows when: whether they are asked for is not said here.
    """
    numerator, denominator, captured, no_activity = COLUMNS[scope]
    narrowing, ids = _within_programs(program_ids)
    within, within_ids = _of_programs(program_ids)
    of_year = f"FROM indicators_measurement WHERE fiscal_year_id = %s AND month <= %s AND {captured}{within}"
    delays, delay_values = "", []
    if with_delays:
        delays = f"""LEFT JOIN (
            SELECT indicator_id, SUM(1 << month) FILTER (WHERE NOT undated) AS late,
                SUM(1 << month) FILTER (WHERE undated) AS undated
            {of_year} AND (late OR undated) GROUP BY indicator_id
        ) AS apart ON apart.indicator_id = i.id"""
        delay_values = [fiscal_year_id, month, *within_ids]
    return _fetch(
        f"""SELECT a.program_id, i.code, {_rule()}, {"i.name" if with_names else "NULL"}, t.targets, c.pairs,
            {"apart.late, apart.undated" if with_delays else "NULL, NULL"}
        FROM indicators_indicator i JOIN programs_action a ON a.id = i.action_id
        LEFT JOIN (
            SELECT indicator_id, {_together("effective_month", "target")} AS targets
            FROM indicators_targetadjustment WHERE effective_month <= %s{within} GROUP BY indicator_id
        ) AS t ON t.indicator_id = i.id
        LEFT JOIN (
            SELECT indicator_id, {_together("month", numerator, denominator, sometimes=no_activity)} AS pairs
            {of_year} GROUP BY indicator_id
        ) AS c ON c.indicator_id = i.id
        {delays}
        WHERE i.fiscal_year_id = %s AND a.fiscal_year_id = %s{narrowing}""",
        [month, *within_ids, fiscal_year_id, month, *within_ids, *delay_values, fiscal_year_id, fiscal_year_id, *ids],
        # The plan for any month is the one for September: both read the whole year.
        always_so=program_ids is None,
    )


def _together(*parts: str, sometimes: str = "") -> str:
    """The rows of a group in one text: colons between the parts and blanks between the rows.

    None of the parts is NULL but for the last, ``sometimes``, which is left out where it is.
    """
    if connection.vendor == "postgresql":
        return f"string_agg(concat_ws(':', {', '.join(filter(None, (*parts, sometimes)))}), ' ')"
    joined = " || ':' || ".join(parts) + (f" || COALESCE(':' || {sometimes}, '')" if sometimes else "")
    return f"group_concat({joined}, ' ')"


def split_pairs(text: str | None) -> dict[int, tuple[int, int]]:
    """By month, both sides in ten-thousandths."""
    found = {}
    for pair in text.split() if text else ():
        month, n, d, *_ = pair.split(":")
        found[int(month)] = int(n), int(d)
    return found


def split_reasons(text: str | None, last: int) -> list[str]:
    """Of the months up to the last one, the reason of each 0/0; empty texts of the others."""
    pairs = (pair.split(":") for pair in text.split()) if text else ()
    return [pair[3] if len(pair) > 3 else "" for pair in pairs if int(pair[0]) <= last]


def split_cells(text: str | None, last: int) -> list[Cell]:
    """The captured months up to the last one as cells, in order."""
    found = []
    for pair in text.split() if text else ():
        month, n, d, *reason = pair.split(":")
        if int(month) <= last:
            found.append(Cell(int(month), from_units(int(n)), from_units(int(d)), reason[0] if reason else ""))
    return sorted(found)


def split_adjustments(text: str | None) -> list[tuple[int, int]]:
    """(month, target in ten-thousandths) in the order in which they came."""
    pairs = (pair.split(":") for pair in text.split()) if text else ()
    return sorted((int(month), int(target)) for month, target in pairs)


def captures(
    fiscal_year_id: int,
    *,
    month: int,
    scope: Scope,
    program_ids: Collection[int] | None = None,
    indicator_ids: Collection[int] | None = None,
) -> dict[int, tuple[Any, ...]]:
    """By id, of the indicators with captures: id, captured months as bits, both sums, both last values, and the reason
    of their 0/0 where they have only one.

    A last value is the largest of month and value packed into one integer, of the months that count for its side
    (rule 2); ``unpacked`` takes it out. It is worked out for every indicator, because telling the few that need it
    costs more.
    """
    narrowing, ids = _of_programs(program_ids)
    if indicator_ids is not None:
        narrowing, ids = f" AND indicator_id IN ({_places(indicator_ids)})", list(indicator_ids)
    rows = _fetch(_captures(scope, narrowing), [fiscal_year_id, month, *ids])
    return {row[0]: row for row in rows}


def _captures(scope: Scope, narrowing: str) -> str:
    numerator, denominator, captured, no_activity = COLUMNS[scope]
    return f"""SELECT indicator_id, SUM(1 << month) AS months, CAST(SUM(n) AS bigint) AS n, CAST(SUM(d) AS bigint) AS d,
            MAX(month * {UNITS_LIMIT} + n) FILTER (WHERE n > 0 OR d > 0) AS last_n,
            MAX(month * {UNITS_LIMIT} + d) FILTER (WHERE d > 0) AS last_d,
            CASE WHEN MIN(reason) = MAX(reason) THEN MIN(reason) ELSE '' END AS reason
        FROM (
            SELECT indicator_id, month, {numerator} AS n, {denominator} AS d, {no_activity} AS reason
            FROM indicators_measurement
            WHERE fiscal_year_id = %s AND month <= %s AND {captured}{narrowing}
        ) AS pairs GROUP BY indicator_id"""


def month_pairs(
    indicator_ids: Collection[int], *, month: int, scope: Scope
) -> list[tuple[int, int, int, int, str | None]]:
    """Id, month and both sides of the captured pairs in scope up to the cut-off, by month; of any years.

    Then the reason of a 0/0, NULL of any other.
    """
    numerator, denominator, captured, no_activity = COLUMNS[scope]
    return _fetch(
        f"""SELECT indicator_id, month, {numerator}, {denominator}, {no_activity} FROM indicators_measurement
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


def _fetch(sql: str, params: list[Any], *, always_so: bool = False) -> list[tuple[Any, ...]]:
    """``always_so``: only values change in this SQL, and those often come again, so that it is worth preparing."""
    return ask(sql, params) if always_so else _run(sql, params)


def ask(sql: str, params: Sequence[int | str]) -> list[tuple[Any, ...]]:
    """SQL that is always the same but for a few whole numbers and texts: PostgreSQL keeps its plan."""
    if connection.vendor != "postgresql":
        return _run(sql, params)
    return _prepared(sql, tuple(map(type, params))).ask(
        {str(place): value for place, value in enumerate(params)}, connection, _run
    )


@cache
def _prepared(sql: str, kinds: tuple[type, ...]) -> Prepared:
    names = {str(place): kind for place, kind in enumerate(kinds)}
    return Prepared("results", sql, [(name, None) for name in names], names)


def _run(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
