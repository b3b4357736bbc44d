"""What CHECK constraints cannot say about the catalogue; installed by migrations on both databases."""

from core.database_rules import AppendOnly, Rule
from programs import locked_years


def never_changes(table: str, column: str, message: str) -> Rule:
    return Rule(
        f"{table.split('_', 1)[1]}_{column}_fixed",
        table,
        f"NEW.{column} <> OLD.{column}",
        message,
        ("UPDATE",),
    )


def same_year(table: str, column: str, parent: str, message: str) -> Rule:
    child = table.split("_", 1)[1]
    return Rule(
        f"{child}_same_year_as_{parent.split('_', 1)[1]}",
        table,
        f"NEW.fiscal_year_id <> (SELECT p.fiscal_year_id FROM {parent} p WHERE p.id = NEW.{column})",
        message,
    )


def previous_is_earlier(table: str, message: str) -> Rule:
    """What continues something continues what is older: comparing years through ``previous`` never turns in circles."""
    return Rule(
        f"{table.split('_', 1)[1]}_previous_is_earlier",
        table,
        "NEW.previous_id IS NOT NULL AND "
        f"(SELECT y.year FROM {table} p JOIN programs_fiscalyear y ON y.id = p.fiscal_year_id "
        "WHERE p.id = NEW.previous_id) "
        ">= (SELECT y.year FROM programs_fiscalyear y WHERE y.id = NEW.fiscal_year_id)",
        message,
    )


# How each year was locked stays as it was written (locked_years: year_locking_fixed).
APPEND_ONLY = (AppendOnly("programs_yearlocking"),)
_YEAR_FIXED = "El ejercicio de un registro no cambia."

RULES = (
    Rule(
        "fiscal_year_within_plan",
        "programs_fiscalyear",
        "NOT EXISTS (SELECT 1 FROM programs_plan p WHERE p.id = NEW.plan_id "
        "AND NEW.year BETWEEN p.start_year AND p.end_year)",
        "El ejercicio no cae dentro de los años del plan.",
    ),
    Rule(
        "plan_covers_its_years",
        "programs_plan",
        "EXISTS (SELECT 1 FROM programs_fiscalyear y WHERE y.plan_id = NEW.id "
        "AND y.year NOT BETWEEN NEW.start_year AND NEW.end_year)",
        "El plan dejaría fuera un ejercicio que ya existe.",
        ("UPDATE",),
    ),
    never_changes("programs_fiscalyear", "year", _YEAR_FIXED),
    never_changes("programs_program", "fiscal_year_id", _YEAR_FIXED),
    never_changes("programs_action", "fiscal_year_id", _YEAR_FIXED),
    never_changes("programs_department", "prefix", "El prefijo de una dependencia no cambia."),
    same_year(
        "programs_action",
        "program_id",
        "programs_program",
        "La acción y su programa son de ejercicios distintos.",
    ),
    Rule(
        "program_strategy_of_its_plan",
        "programs_program",
        "(SELECT a.plan_id FROM programs_strategy s JOIN programs_objective o ON o.id = s.objective_id "
        "JOIN programs_axis a ON a.id = o.axis_id WHERE s.id = NEW.strategy_id) "
        "<> (SELECT y.plan_id FROM programs_fiscalyear y WHERE y.id = NEW.fiscal_year_id)",
        "La estrategia y el ejercicio son de planes distintos.",
    ),
    previous_is_earlier("programs_program", "El programa anterior es de un ejercicio anterior."),
    Rule(
        "fiscal_year_frozen_while_locked",
        "programs_fiscalyear",
        "OLD.locked AND NEW.locked AND (NEW.green_from <> OLD.green_from OR NEW.amber_from <> OLD.amber_from "
        "OR NEW.over_above <> OLD.over_above OR NEW.missing_as_zero <> OLD.missing_as_zero)",
        "El ejercicio está cerrado: sus umbrales ya no cambian.",
        ("UPDATE",),
    ),
    Rule(
        "fiscal_year_rule_frozen_while_locked",
        "programs_fiscalyear",
        "OLD.locked AND NEW.locked AND NEW.descending_enters_as <> OLD.descending_enters_as",
        "El ejercicio está cerrado: la regla de sus descendentes ya no cambia.",
        ("UPDATE",),
    ),
    *locked_years.RULES,
)
