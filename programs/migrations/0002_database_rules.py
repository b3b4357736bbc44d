"""Years within the plan, one year on both sides, years and prefixes that never change."""

from django.db import migrations

from core.database_rules import InstallRules, pick
from programs.migrations._rules_0004 import RULES


class Migration(migrations.Migration):
    dependencies = [("programs", "0001_initial")]

    operations = [
        InstallRules(
            pick(
                RULES,
                "fiscal_year_within_plan",
                "plan_covers_its_years",
                "fiscalyear_year_fixed",
                "program_fiscal_year_id_fixed",
                "action_fiscal_year_id_fixed",
                "department_prefix_fixed",
                "action_same_year_as_program",
                "program_strategy_of_its_plan",
            )
        ),
    ]
