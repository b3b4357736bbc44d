"""The rules as migrations 0002 to 0004 install them. Never edited: what changes a rule is a new migration."""

from core.database_rules import Rule

RULES = (
    Rule(
        "fiscal_year_within_plan",
        "programs_fiscalyear",
        "NOT EXISTS (SELECT 1 FROM programs_plan p WHERE p.id = NEW.plan_id AND NEW.year BETWEEN p.start_year"
        " AND p.end_year)",
        "El ejercicio no cae dentro de los años del plan.",
        ("INSERT", "UPDATE"),
    ),
    Rule(
        "plan_covers_its_years",
        "programs_plan",
        "EXISTS (SELECT 1 FROM programs_fiscalyear y WHERE y.plan_id = NEW.id AND y.year NOT BETWEEN "
        "NEW.start_year AND NEW.end_year)",
        "El plan dejaría fuera un ejercicio que ya existe.",
        ("UPDATE",),
    ),
    Rule(
        "fiscalyear_year_fixed",
        "programs_fiscalyear",
        "NEW.year <> OLD.year",
        "El ejercicio de un registro no cambia.",
        ("UPDATE",),
    ),
    Rule(
        "program_fiscal_year_id_fixed",
        "programs_program",
        "NEW.fiscal_year_id <> OLD.fiscal_year_id",
        "El ejercicio de un registro no cambia.",
        ("UPDATE",),
    ),
    Rule(
        "action_fiscal_year_id_fixed",
        "programs_action",
        "NEW.fiscal_year_id <> OLD.fiscal_year_id",
        "El ejercicio de un registro no cambia.",
        ("UPDATE",),
    ),
    Rule(
        "department_prefix_fixed",
        "programs_department",
        "NEW.prefix <> OLD.prefix",
        "El prefijo de una dependencia no cambia.",
        ("UPDATE",),
    ),
    Rule(
        "action_same_year_as_program",
        "programs_action",
        "NEW.fiscal_year_id <> (SELECT p.fiscal_year_id FROM programs_program p WHERE p.id = NEW.program_id)",
        "La acción y su programa son de ejercicios distintos.",
        ("INSERT", "UPDATE"),
    ),
    Rule(
        "program_strategy_of_its_plan",
        "programs_program",
        "(SELECT a.plan_id FROM programs_strategy s JOIN programs_objective o ON o.id = s.objective_id JOIN "
        "programs_axis a ON a.id = o.axis_id WHERE s.id = NEW.strategy_id) <> (SELECT y.plan_id FROM "
        "programs_fiscalyear y WHERE y.id = NEW.fiscal_year_id)",
        "La estrategia y el ejercicio son de planes distintos.",
        ("INSERT", "UPDATE"),
    ),
    Rule(
        "program_previous_is_earlier",
        "programs_program",
        "NEW.previous_id IS NOT NULL AND (SELECT y.year FROM programs_program p JOIN programs_fiscalyear y ON"
        " y.id = p.fiscal_year_id WHERE p.id = NEW.previous_id) >= (SELECT y.year FROM programs_fiscalyear y "
        "WHERE y.id = NEW.fiscal_year_id)",
        "El programa anterior es de un ejercicio anterior.",
        ("INSERT", "UPDATE"),
    ),
    Rule(
        "fiscal_year_frozen_while_locked",
        "programs_fiscalyear",
        "OLD.locked AND NEW.locked AND (NEW.green_from <> OLD.green_from OR NEW.amber_from <> OLD.amber_from "
        "OR NEW.over_above <> OLD.over_above OR NEW.missing_as_zero <> OLD.missing_as_zero)",
        "El ejercicio está cerrado: sus umbrales ya no cambian.",
        ("UPDATE",),
    ),
)
