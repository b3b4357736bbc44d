"""What CHECK constraints cannot say about measurements; installed by migrations on both databases."""

from core.database_rules import Rule
from programs.database_rules import never_changes, previous_is_earlier, same_year

_YEAR_FIXED = "El ejercicio de un registro no cambia."

YEAR_NOT_LOCKED = Rule(
    "measurement_year_not_locked",
    "indicators_measurement",
    "EXISTS (SELECT 1 FROM programs_fiscalyear y WHERE y.id = NEW.fiscal_year_id AND y.locked)",
    "El ejercicio está cerrado y ya no admite cambios.",
)
RULES = (
    never_changes("indicators_indicator", "fiscal_year_id", _YEAR_FIXED),
    never_changes("indicators_period", "fiscal_year_id", _YEAR_FIXED),
    never_changes("indicators_period", "month", "El mes de un periodo no cambia."),
    never_changes("indicators_measurement", "indicator_id", "Una captura no cambia de indicador."),
    same_year(
        "indicators_indicator",
        "action_id",
        "programs_action",
        "El indicador y su acción son de ejercicios distintos.",
    ),
    same_year(
        "indicators_measurement",
        "indicator_id",
        "indicators_indicator",
        "La captura y su indicador son de ejercicios distintos.",
    ),
    Rule(
        "measurement_same_month_as_period",
        "indicators_measurement",
        "NOT EXISTS (SELECT 1 FROM indicators_period p WHERE p.id = NEW.period_id "
        "AND p.fiscal_year_id = NEW.fiscal_year_id AND p.month = NEW.month)",
        "La captura y su periodo son de ejercicios o meses distintos.",
    ),
    previous_is_earlier("indicators_indicator", "El indicador anterior es de un ejercicio anterior."),
    YEAR_NOT_LOCKED,
)
