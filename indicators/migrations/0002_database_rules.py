"""A captured pair, its indicator and its period belong to the same year and month."""

from django.db import migrations

from core.database_rules import InstallRules, pick
from indicators.migrations._rules_0016 import RULES


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial"), ("programs", "0002_database_rules")]

    operations = [
        InstallRules(
            pick(
                RULES,
                "indicator_fiscal_year_id_fixed",
                "period_fiscal_year_id_fixed",
                "period_month_fixed",
                "measurement_indicator_id_fixed",
                "indicator_same_year_as_action",
                "measurement_same_year_as_indicator",
                "measurement_same_month_as_period",
            )
        ),
    ]
