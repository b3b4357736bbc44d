"""Descending indicators enter the global with their compliance; years that are locked keep their rule."""

from typing import Any

from django.db import migrations, models

from core.columns import AddColumnInPlace
from core.database_rules import InstallRules, Rule

_FROZEN = Rule(
    "fiscal_year_rule_frozen_while_locked",
    "programs_fiscalyear",
    "OLD.locked AND NEW.locked AND NEW.descending_enters_as <> OLD.descending_enters_as",
    "El ejercicio está cerrado: la regla de sus descendentes ya no cambia.",
    ("UPDATE",),
)


def locked_years_keep_their_rule(apps: Any, schema_editor: Any) -> None:
    years = apps.get_model("programs", "FiscalYear").objects.using(schema_editor.connection.alias)
    years.filter(locked=True).update(descending_enters_as="percentage")


class Migration(migrations.Migration):
    dependencies = [("programs", "0004_frozen_thresholds")]

    operations = [
        AddColumnInPlace(
            model_name="fiscalyear",
            name="descending_enters_as",
            field=models.CharField(
                choices=[("compliance", "cumplimiento"), ("percentage", "porcentaje")],
                db_default="compliance",
                default="compliance",
                editable=False,
                help_text="Con su cumplimiento, o con su porcentaje en los ejercicios que se cerraron con esa regla.",
                max_length=10,
                verbose_name="los descendentes entran al global con",
            ),
            constraint=models.CheckConstraint(
                condition=models.Q(("descending_enters_as__in", ["compliance", "percentage"])),
                name="fiscal_year_enters_as_known",
                violation_error_message="Los descendentes entran con su cumplimiento o con su porcentaje.",
            ),
            table="programs_fiscalyear",
            types={"sqlite": "varchar(10)", "postgresql": "varchar(10)"},
            default="'compliance'",
            check="\"descending_enters_as\" IN ('compliance', 'percentage')",
        ),
        migrations.RunPython(locked_years_keep_their_rule, migrations.RunPython.noop),
        InstallRules((_FROZEN,)),
    ]
