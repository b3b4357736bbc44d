"""What belongs to a locked year is neither added nor changed nor deleted, by whichever door."""

from django.db import migrations

from core.database_rules import InstallRules, Rule

# The text that this migration installs, whatever the rules become later.
_SENTENCE = "El ejercicio está cerrado y ya no admite cambios."
_OWN = "{row}.fiscal_year_id"


def _of_locked(years: tuple[str, ...], row: str) -> str:
    wanted = [year.format(row=row) for year in years]
    chosen = f"= {wanted[0]}" if len(wanted) == 1 else f"IN ({', '.join(wanted)})"
    return f"EXISTS (SELECT 1 FROM programs_fiscalyear y WHERE y.id {chosen} AND y.locked)"


def _locked(table: str, *years: str) -> tuple[Rule, Rule]:
    name = "locked_year_" + table.split("_", 1)[1]
    return (
        Rule(f"{name}_kept", table, _of_locked(years, "OLD"), _SENTENCE, ("UPDATE", "DELETE")),
        Rule(f"{name}_closed", table, _of_locked(years, "NEW"), _SENTENCE, ("INSERT", "UPDATE")),
    )


def _through(table: str, column: str) -> str:
    return f"(SELECT t.fiscal_year_id FROM {table} t WHERE t.id = {{row}}.{column})"


def _through_two(middle: str, column: str, table: str, middle_column: str) -> str:
    return (
        f"(SELECT t.fiscal_year_id FROM {middle} m JOIN {table} t ON t.id = m.{middle_column} "
        f"WHERE m.id = {{row}}.{column})"
    )


_OF_PERIOD = _through("indicators_period", "period_id")
_OF_MEASUREMENT = _through("indicators_measurement", "measurement_id")
_OF_INDICATOR = _through("indicators_indicator", "indicator_id")
# Measurements have YEAR_NOT_LOCKED, and never leave their year: theirs is about deleting only.
_MEASUREMENT_KEPT = Rule(
    "locked_year_measurement_kept",
    "indicators_measurement",
    "EXISTS (SELECT 1 FROM programs_fiscalyear y WHERE y.id = OLD.fiscal_year_id AND y.locked)",
    _SENTENCE,
    ("DELETE",),
)
_RULES = (
    _MEASUREMENT_KEPT,
    *_locked("indicators_indicator", _OWN),
    *_locked("indicators_targetadjustment", _OF_INDICATOR),
    *_locked("indicators_period", _OWN),
    *_locked("indicators_extension", _OF_PERIOD),
    *_locked("indicators_measurement_changed_by", _OF_MEASUREMENT),
    *_locked("indicators_observation", _OF_MEASUREMENT),
    *_locked("indicators_correctionrequest", _OF_MEASUREMENT),
    *_locked("indicators_commitment", _OF_MEASUREMENT),
    *_locked("indicators_receipt", _OF_PERIOD),
    *_locked(
        "indicators_receipt_measurements",
        _OF_MEASUREMENT,
        _through_two("indicators_receipt", "receipt_id", "indicators_period", "period_id"),
    ),
    *_locked("indicators_reminder", _OF_PERIOD),
    *_locked("indicators_evidence", _OWN),
    *_locked("indicators_evidence_measurements", _OF_MEASUREMENT, _through("indicators_evidence", "evidence_id")),
    *_locked(
        "indicators_instrumentfile",
        _OF_MEASUREMENT,
        _through_two("indicators_extension", "extension_id", "indicators_period", "period_id"),
        _through_two("indicators_targetadjustment", "adjustment_id", "indicators_indicator", "indicator_id"),
    ),
)


class Migration(migrations.Migration):
    dependencies = [("programs", "0006_year_reopenings"), ("indicators", "0017_starts_in")]

    operations = [InstallRules(_RULES)]
