"""A closed month keeps the reason that planning gave for closing it."""

from django.db import migrations, models

from core.database_rules import DropRules, InstallRules, pick
from indicators.migrations._rules_0016 import RULES

# SQLite rebuilds the table: its own triggers, and the one of another table that names it.
_TOUCHED = pick(RULES, "period_fiscal_year_id_fixed", "period_month_fixed", "measurement_same_month_as_period")


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0005_late_captures"),
    ]

    operations = [
        DropRules(_TOUCHED),
        migrations.AddField(
            model_name="period",
            name="close_reason",
            field=models.TextField(blank=True, default="", editable=False, verbose_name="motivo del cierre"),
        ),
        InstallRules(_TOUCHED),
    ]
