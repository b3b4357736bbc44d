"""The rules as migrations 0002 to 0016 install them. Never edited: what changes a rule is a new migration."""

from core.database_rules import Rule

RULES = (
    Rule(
        "indicator_fiscal_year_id_fixed",
        "indicators_indicator",
        "NEW.fiscal_year_id <> OLD.fiscal_year_id",
        "El ejercicio de un registro no cambia.",
        ("UPDATE",),
    ),
    Rule(
        "period_fiscal_year_id_fixed",
        "indicators_period",
        "NEW.fiscal_year_id <> OLD.fiscal_year_id",
        "El ejercicio de un registro no cambia.",
        ("UPDATE",),
    ),
    Rule(
        "period_month_fixed",
        "indicators_period",
        "NEW.month <> OLD.month",
        "El mes de un periodo no cambia.",
        ("UPDATE",),
    ),
    Rule(
        "period_made_near_year",
        "indicators_period",
        "EXISTS (SELECT 1 FROM programs_fiscalyear y WHERE y.id = NEW.fiscal_year_id AND "
        "((CAST(SUBSTR(CAST(NEW.opens_on AS text), 1, 4) AS integer) NOT BETWEEN y.year AND y.year + 1) OR "
        "(CAST(SUBSTR(CAST(NEW.due_on AS text), 1, 4) AS integer) NOT BETWEEN y.year AND y.year + 1)))",
        "Un mes abre y vence en su ejercicio o en el siguiente.",
        ("INSERT",),
    ),
    Rule(
        "period_moved_near_year",
        "indicators_period",
        "EXISTS (SELECT 1 FROM programs_fiscalyear y WHERE y.id = NEW.fiscal_year_id AND ((NEW.opens_on <> "
        "OLD.opens_on AND CAST(SUBSTR(CAST(NEW.opens_on AS text), 1, 4) AS integer) NOT BETWEEN y.year AND "
        "y.year + 1) OR (NEW.due_on <> OLD.due_on AND CAST(SUBSTR(CAST(NEW.due_on AS text), 1, 4) AS integer)"
        " NOT BETWEEN y.year AND y.year + 1)))",
        "Un mes abre y vence en su ejercicio o en el siguiente.",
        ("UPDATE",),
    ),
    Rule(
        "measurement_indicator_id_fixed",
        "indicators_measurement",
        "NEW.indicator_id <> OLD.indicator_id",
        "Una captura no cambia de indicador.",
        ("UPDATE",),
    ),
    Rule(
        "indicator_same_year_as_action",
        "indicators_indicator",
        "NEW.fiscal_year_id <> (SELECT p.fiscal_year_id FROM programs_action p WHERE p.id = NEW.action_id)",
        "El indicador y su acción son de ejercicios distintos.",
        ("INSERT", "UPDATE"),
    ),
    Rule(
        "measurement_same_year_as_indicator",
        "indicators_measurement",
        "NEW.fiscal_year_id <> (SELECT p.fiscal_year_id FROM indicators_indicator p WHERE p.id = NEW.indicator_id)",
        "La captura y su indicador son de ejercicios distintos.",
        ("INSERT", "UPDATE"),
    ),
    Rule(
        "measurement_same_month_as_period",
        "indicators_measurement",
        "NOT EXISTS (SELECT 1 FROM indicators_period p WHERE p.id = NEW.period_id AND p.fiscal_year_id = "
        "NEW.fiscal_year_id AND p.month = NEW.month)",
        "La captura y su periodo son de ejercicios o meses distintos.",
        ("INSERT", "UPDATE"),
    ),
    Rule(
        "indicator_previous_is_earlier",
        "indicators_indicator",
        "NEW.previous_id IS NOT NULL AND (SELECT y.year FROM indicators_indicator p JOIN programs_fiscalyear "
        "y ON y.id = p.fiscal_year_id WHERE p.id = NEW.previous_id) >= (SELECT y.year FROM "
        "programs_fiscalyear y WHERE y.id = NEW.fiscal_year_id)",
        "El indicador anterior es de un ejercicio anterior.",
        ("INSERT", "UPDATE"),
    ),
    Rule(
        "measurement_year_not_locked",
        "indicators_measurement",
        "EXISTS (SELECT 1 FROM programs_fiscalyear y WHERE y.id = NEW.fiscal_year_id AND y.locked)",
        "El ejercicio está cerrado y ya no admite cambios.",
        ("INSERT", "UPDATE"),
    ),
)
