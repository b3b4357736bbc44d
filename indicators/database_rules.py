"""What CHECK constraints cannot say about measurements; installed by migrations on both databases."""

from collections.abc import Iterable

from core.database_rules import AppendOnly, Rule, append_only_rules, filled_once_rules
from programs.database_rules import never_changes, previous_is_earlier, same_year
from programs.locked_years import MEASUREMENT_RULE, OWN_YEAR, SENTENCE, locked_year_rules, through, through_two

_YEAR_FIXED = "El ejercicio de un registro no cambia."

YEAR_NOT_LOCKED = Rule(
    MEASUREMENT_RULE,
    "indicators_measurement",
    "EXISTS (SELECT 1 FROM programs_fiscalyear y WHERE y.id = NEW.fiscal_year_id AND y.locked)",
    SENTENCE,
)

_OF_PERIOD = through("indicators_period", "period_id")
_OF_MEASUREMENT = through("indicators_measurement", "measurement_id")
_OF_INDICATOR = through("indicators_indicator", "indicator_id")
# Measurements have YEAR_NOT_LOCKED, and never leave their year: theirs is about deleting only.
_MEASUREMENT_KEPT = Rule(
    "locked_year_measurement_kept",
    "indicators_measurement",
    "EXISTS (SELECT 1 FROM programs_fiscalyear y WHERE y.id = OLD.fiscal_year_id AND y.locked)",
    SENTENCE,
    ("DELETE",),
)
LOCKED_YEAR_RULES = (
    _MEASUREMENT_KEPT,
    *locked_year_rules("indicators_indicator", OWN_YEAR),
    *locked_year_rules("indicators_targetadjustment", _OF_INDICATOR),
    *locked_year_rules("indicators_period", OWN_YEAR),
    *locked_year_rules("indicators_extension", _OF_PERIOD),
    *locked_year_rules("indicators_measurement_changed_by", _OF_MEASUREMENT),
    *locked_year_rules("indicators_observation", _OF_MEASUREMENT),
    *locked_year_rules("indicators_correctionrequest", _OF_MEASUREMENT),
    *locked_year_rules("indicators_correction", _OF_MEASUREMENT),
    *locked_year_rules("indicators_commitment", _OF_MEASUREMENT),
    *locked_year_rules("indicators_receipt", _OF_PERIOD),
    *locked_year_rules(
        "indicators_receipt_measurements",
        _OF_MEASUREMENT,
        through_two("indicators_receipt", "receipt_id", "indicators_period", "period_id"),
    ),
    *locked_year_rules("indicators_reminder", _OF_PERIOD),
    *locked_year_rules("indicators_evidence", OWN_YEAR),
    *locked_year_rules(
        "indicators_evidence_measurements", _OF_MEASUREMENT, through("indicators_evidence", "evidence_id")
    ),
    *locked_year_rules(
        "indicators_instrumentfile",
        _OF_MEASUREMENT,
        through_two("indicators_extension", "extension_id", "indicators_period", "period_id"),
        through_two("indicators_targetadjustment", "adjustment_id", "indicators_indicator", "indicator_id"),
    ),
)


def _far(columns: Iterable[str], *, moved: bool) -> str:
    """That a month's date (where ``moved``, one that changes) lies neither in its fiscal year nor in the next one."""
    far = " OR ".join(
        f"({f'NEW.{column} <> OLD.{column} AND ' if moved else ''}"
        f"CAST(SUBSTR(CAST(NEW.{column} AS text), 1, 4) AS integer) NOT BETWEEN y.year AND y.year + 1)"
        for column in columns
    )
    return f"EXISTS (SELECT 1 FROM programs_fiscalyear y WHERE y.id = NEW.fiscal_year_id AND ({far}))"


# Rule 4b. A figure from before there were these rules stays until somebody corrects it, and stops no other change.
_BEFORE_BEGINNING = (
    "EXISTS (SELECT 1 FROM indicators_indicator i WHERE i.id = NEW.indicator_id AND NEW.month < i.starts_in)"
)
_NOT_BEFORE = "Un indicador no tiene capturas de antes de su mes de inicio."
BEGINNING_RULES = (
    Rule("measurement_not_before_beginning", "indicators_measurement", _BEFORE_BEGINNING, _NOT_BEFORE, ("INSERT",)),
    Rule(
        "measurement_not_moved_before_beginning",
        "indicators_measurement",
        f"NEW.month <> OLD.month AND {_BEFORE_BEGINNING}",
        _NOT_BEFORE,
        ("UPDATE",),
    ),
    Rule(
        "indicator_begins_by_its_captures",
        "indicators_indicator",
        "NEW.starts_in > OLD.starts_in AND EXISTS (SELECT 1 FROM indicators_measurement m "
        "WHERE m.indicator_id = NEW.id AND m.month < NEW.starts_in)",
        "El indicador ya tiene capturas de antes de ese mes: no puede empezar después.",
        ("UPDATE",),
    ),
)

CORRECTION_FIXED = Rule(
    "correction_fixed_once_validated",
    "indicators_correction",
    "OLD.validated_at IS NOT NULL",
    "Una corrección validada no se modifica ni se borra.",
    ("UPDATE", "DELETE"),
)

# Acuses and constancias: a correction sets when one lost its effect and which one stands for it, one time.
PAPER = AppendOnly("indicators_receipt", once=("void_at", "replaced_by_id"))
PAPER_FIGURES = AppendOnly("indicators_receipt_measurements")
APPEND_ONLY = (PAPER, PAPER_FIGURES)
_PAPER_FIXED = "Un acuse o una constancia no se modifica ni se borra."
_AS_ISSUED = ("id", "kind", "folio", "period_id", "department_id", "issued_at", "issued_by_id", "capacity",
              "by_expiry", "figures", "fingerprint")  # fmt: skip
PAPER_RULES = (
    *filled_once_rules("receipt", PAPER, _AS_ISSUED, _PAPER_FIXED),
    *append_only_rules("receipt_measurements_fixed", PAPER_FIGURES.table, _PAPER_FIXED),
)

_DATES = ("opens_on", "due_on")
_NEAR_YEAR = "Un mes abre y vence en su ejercicio o en el siguiente."
RULES = (
    never_changes("indicators_indicator", "fiscal_year_id", _YEAR_FIXED),
    never_changes("indicators_period", "fiscal_year_id", _YEAR_FIXED),
    never_changes("indicators_period", "month", "El mes de un periodo no cambia."),
    Rule("period_made_near_year", "indicators_period", _far(_DATES, moved=False), _NEAR_YEAR, ("INSERT",)),
    # A date that was far off before there was the rule stays until somebody corrects it, and stops no other change.
    Rule("period_moved_near_year", "indicators_period", _far(_DATES, moved=True), _NEAR_YEAR, ("UPDATE",)),
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
    *BEGINNING_RULES,
    CORRECTION_FIXED,
    *PAPER_RULES,
    YEAR_NOT_LOCKED,
    *LOCKED_YEAR_RULES,
)
