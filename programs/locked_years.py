"""A locked year is locked in the database: nothing of it is added, changed, deleted, nor moved in or out.

The rules of every table that belongs to a year are made here, with one message, so that whatever the database refuses
is told as one sentence by whichever door somebody came. ``tests/programs/test_locked_years.py`` finds the tables in
the models: one that leads to a fiscal year and has no rule fails there.
"""

from django.db import IntegrityError

from core.database_rules import Rule, rule_name_of, truncate_rule

PREFIX = "locked_year_"
SENTENCE = "El ejercicio está cerrado y ya no admite cambios."
# The rule of measurements is older than the others and has its own name.
MEASUREMENT_RULE = "measurement_year_not_locked"

OWN_YEAR = "{row}.fiscal_year_id"


def through(table: str, column: str) -> str:
    """The year of the row that ``column`` names in a table which has the year itself."""
    return f"(SELECT t.fiscal_year_id FROM {table} t WHERE t.id = {{row}}.{column})"


def through_two(middle: str, column: str, table: str, middle_column: str) -> str:
    """The year of a row's row: an extension's file is of the year of the extension's month."""
    return (
        f"(SELECT t.fiscal_year_id FROM {middle} m JOIN {table} t ON t.id = m.{middle_column} "
        f"WHERE m.id = {{row}}.{column})"
    )


def locked_year_rules(table: str, *years: str) -> tuple[Rule, Rule]:
    """``years`` are the ways from a row to its year; two rules, since what is added has no OLD and what goes no NEW."""
    name = PREFIX + table.split("_", 1)[1]
    return (
        Rule(f"{name}_kept", table, _of_locked(years, "OLD"), SENTENCE, ("UPDATE", "DELETE")),
        Rule(f"{name}_closed", table, _of_locked(years, "NEW"), SENTENCE, ("INSERT", "UPDATE")),
    )


def _of_locked(years: tuple[str, ...], row: str) -> str:
    wanted = [year.format(row=row) for year in years]
    chosen = f"= {wanted[0]}" if len(wanted) == 1 else f"IN ({', '.join(wanted)})"
    return f"EXISTS (SELECT 1 FROM programs_fiscalyear y WHERE y.id {chosen} AND y.locked)"


def is_year_locked(error: IntegrityError) -> bool:
    """Whether this is why the database refused something."""
    named = rule_name_of(error)
    return named.startswith(PREFIX) or named == MEASUREMENT_RULE if named else str(error) == SENTENCE


# Of a year that stays locked these have rules of their own.
_RULED = ("green_from", "amber_from", "over_above", "missing_as_zero", "descending_enters_as")
_FROZEN = ("plan_id", "year", "demo_data")


def _changed(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"NEW.{column} <> OLD.{column}" for column in columns)


_CONFIRMED = (
    "EXISTS (SELECT 1 FROM programs_yearreopening r WHERE r.fiscal_year_id = NEW.id "
    "AND r.confirmed_at IS NOT NULL AND r.used_at IS NULL)"
)
YEAR_RULES = (
    Rule("locked_year_fiscalyear_kept", "programs_fiscalyear", "OLD.locked", SENTENCE, ("DELETE",)),
    Rule(
        "locked_year_fiscalyear_frozen",
        "programs_fiscalyear",
        f"OLD.locked AND ({_changed(_FROZEN)} OR (NOT NEW.locked AND ({_changed(_RULED)})))",
        SENTENCE,
        ("UPDATE",),
    ),
    Rule(
        "locked_year_fiscalyear_historical",
        "programs_fiscalyear",
        "OLD.locked AND NEW.historical <> OLD.historical",
        SENTENCE,
        ("UPDATE",),
    ),
    Rule(
        "year_reopened_by_two",
        "programs_fiscalyear",
        f"OLD.locked AND NOT NEW.locked AND NOT {_CONFIRMED}",
        "Un ejercicio cerrado se abre de nuevo con un motivo y dos personas.",
        ("UPDATE",),
    ),
    # Each act opens a year once: it is used up before the year can be locked again.
    Rule(
        "year_reopening_used_once",
        "programs_fiscalyear",
        f"NEW.locked AND NOT OLD.locked AND {_CONFIRMED}",
        "La reapertura anterior del ejercicio no quedó registrada.",
        ("UPDATE",),
    ),
    Rule(
        "year_locking_fixed",
        "programs_yearlocking",
        "1 = 1",
        "El cierre de un ejercicio no se modifica ni se borra.",
        ("UPDATE", "DELETE"),
    ),
    truncate_rule("year_locking_fixed", "programs_yearlocking", "El cierre de un ejercicio no se borra."),
    Rule(
        "year_reopening_not_deleted",
        "programs_yearreopening",
        "1 = 1",
        "La reapertura de un ejercicio no se borra.",
        ("DELETE",),
    ),
    Rule(
        "year_reopening_fixed",
        "programs_yearreopening",
        "OLD.used_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL OR NEW.fiscal_year_id <> OLD.fiscal_year_id "
        "OR NEW.reason <> OLD.reason OR NEW.instrument <> OLD.instrument "
        "OR NEW.asked_by_id <> OLD.asked_by_id OR NEW.asked_at <> OLD.asked_at "
        "OR (OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at IS NULL OR NEW.confirmed_at <> OLD.confirmed_at "
        "OR COALESCE(NEW.confirmed_by_id, 0) <> COALESCE(OLD.confirmed_by_id, 0)))",
        "La reapertura de un ejercicio no se modifica.",
        ("UPDATE",),
    ),
)

RULES = (
    *YEAR_RULES,
    *locked_year_rules("programs_program", OWN_YEAR),
    *locked_year_rules("programs_action", OWN_YEAR),
    *locked_year_rules("programs_yearword", OWN_YEAR),
    *locked_year_rules("programs_programobjective", through("programs_program", "program_id")),
)
