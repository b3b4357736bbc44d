"""The reopening of a year cites its instrument, which stays as it was asked."""

from django.db import migrations, models

from core.columns import AddColumnInPlace
from core.database_rules import DropRules, InstallRules, Rule

_BEFORE = (
    Rule(
        "year_reopening_fixed",
        "programs_yearreopening",
        "OLD.used_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL OR NEW.fiscal_year_id <> "
        "OLD.fiscal_year_id OR NEW.reason <> OLD.reason OR NEW.asked_by_id <> OLD.asked_by_id OR "
        "NEW.asked_at <> OLD.asked_at OR (OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at IS NULL OR "
        "NEW.confirmed_at <> OLD.confirmed_at OR COALESCE(NEW.confirmed_by_id, 0) <> "
        "COALESCE(OLD.confirmed_by_id, 0)))",
        "La reapertura de un ejercicio no se modifica.",
        ("UPDATE",),
    ),
)

_AFTER = (
    Rule(
        "year_reopening_fixed",
        "programs_yearreopening",
        "OLD.used_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL OR NEW.fiscal_year_id <> "
        "OLD.fiscal_year_id OR NEW.reason <> OLD.reason OR NEW.instrument <> OLD.instrument OR "
        "NEW.asked_by_id <> OLD.asked_by_id OR NEW.asked_at <> OLD.asked_at OR (OLD.confirmed_at IS NOT "
        "NULL AND (NEW.confirmed_at IS NULL OR NEW.confirmed_at <> OLD.confirmed_at OR "
        "COALESCE(NEW.confirmed_by_id, 0) <> COALESCE(OLD.confirmed_by_id, 0)))",
        "La reapertura de un ejercicio no se modifica.",
        ("UPDATE",),
    ),
)


class Migration(migrations.Migration):
    dependencies = [("programs", "0013_year_locking_truncate")]

    operations = [
        DropRules(_BEFORE),
        AddColumnInPlace(
            model_name="yearreopening",
            name="instrument",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="instrumento"),
            table="programs_yearreopening",
            types={"sqlite": "varchar(200)", "postgresql": "varchar(200)"},
            default="''",
        ),
        InstallRules(_AFTER),
    ]
