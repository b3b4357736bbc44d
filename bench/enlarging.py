"""Nine more plans of three years beside the real one: ten times the captures, none of them of the years measured."""

import psycopg2

from tests.support.owner import of_the_server

PLANS = 9
_FAR = 10_000_000  # between the keys of one plan's rows and the next one's
_TABLES = (
    "programs_plan", "programs_axis", "programs_objective", "programs_strategy", "programs_fiscalyear",
    "programs_program", "programs_programobjective", "programs_action", "indicators_indicator",
    "indicators_targetadjustment", "indicators_period", "indicators_measurement",
)  # fmt: skip
_KEYS = {
    "id", "plan_id", "axis_id", "objective_id", "strategy_id", "fiscal_year_id", "program_id", "action_id",
    "indicator_id", "period_id", "previous_id",
}  # fmt: skip
_YEARS = {"start_year", "end_year", "year"}


def enlarge(url: str) -> int:
    """Copy the catalogue and captures of a generated municipality into earlier years; how many captures there are."""
    connection = psycopg2.connect(of_the_server(url))
    connection.autocommit = True
    with connection.cursor() as cursor:
        # What is copied obeys the rules already: neither triggers nor foreign keys look at it again.
        cursor.execute("SET session_replication_role = replica")
        for table in _TABLES:
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
                [table],
            )
            columns = [name for (name,) in cursor.fetchall()]
            values = ", ".join(_value(table, column) for column in columns)
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) "
                f"SELECT {values} FROM {table} t, generate_series(1, {PLANS}) k WHERE t.id < {_FAR}"
            )
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("SELECT COUNT(*) FROM indicators_measurement")
        (captures,) = cursor.fetchone()
    connection.close()
    return int(captures)


def _value(table: str, column: str) -> str:
    if column in _KEYS:
        return f"t.{column} + k * {_FAR}"
    if column in _YEARS:
        return f"t.{column} - k * 3"
    return "t.name || ' ' || k" if (table, column) == ("programs_plan", "name") else f"t.{column}"
