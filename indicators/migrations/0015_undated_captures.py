"""Captures that were migrated have no date of submission: they are neither in time nor late."""

from django.db import migrations, models

from core.database_rules import DropRules, InstallRules, pick
from indicators.migrations._rules_0016 import RULES

# SQLite rebuilds the table, which takes its triggers away.
_TOUCHED = pick(
    RULES,
    "measurement_indicator_id_fixed",
    "measurement_same_year_as_indicator",
    "measurement_same_month_as_period",
    "measurement_year_not_locked",
)


class Migration(migrations.Migration):
    dependencies = [("indicators", "0014_living_days")]

    operations = [
        DropRules(_TOUCHED),
        migrations.AddField(
            model_name="measurement",
            name="undated",
            field=models.BooleanField(default=False, editable=False, verbose_name="migrada, sin fecha de envío"),
        ),
        migrations.RemoveIndex(model_name="measurement", name="measurement_late"),
        migrations.AddIndex(
            model_name="measurement",
            index=models.Index(
                condition=models.Q(("late", True), ("undated", True), _connector="OR"),
                fields=["fiscal_year", "month", "indicator"],
                include=("undated", "validated_numerator"),
                name="measurement_not_on_time",
            ),
        ),
        InstallRules(_TOUCHED),
    ]
