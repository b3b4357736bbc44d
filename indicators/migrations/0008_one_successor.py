"""An indicator continues one of an earlier year, and at most one indicator of a year continues it."""

from django.db import migrations, models

from core.database_rules import InstallRules, pick
from indicators.migrations._rules_0016 import RULES


class Migration(migrations.Migration):
    dependencies = [("indicators", "0007_close_reasons_of_the_trail"), ("programs", "0003_one_successor")]

    operations = [
        migrations.AddConstraint(
            model_name="indicator",
            constraint=models.UniqueConstraint(
                fields=("fiscal_year", "previous"),
                condition=models.Q(("previous__isnull", False)),
                name="indicator_one_successor_a_year",
                violation_error_message="Otro indicador del ejercicio ya continúa ese indicador anterior.",
            ),
        ),
        InstallRules(pick(RULES, "indicator_previous_is_earlier")),
    ]
