"""A programme continues one of an earlier year, and at most one programme of a year continues it."""

from django.db import migrations, models

from core.database_rules import InstallRules, pick
from programs.migrations._rules_0004 import RULES


class Migration(migrations.Migration):
    dependencies = [("programs", "0002_database_rules")]

    operations = [
        migrations.AddConstraint(
            model_name="program",
            constraint=models.UniqueConstraint(
                fields=("fiscal_year", "previous"),
                condition=models.Q(("previous__isnull", False)),
                name="program_one_successor_a_year",
                violation_error_message="Otro programa del ejercicio ya continúa ese programa anterior.",
            ),
        ),
        InstallRules(pick(RULES, "program_previous_is_earlier")),
    ]
