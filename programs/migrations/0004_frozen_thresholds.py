"""The thresholds of a locked year stay as they were when it was locked."""

from django.db import migrations

from core.database_rules import InstallRules, pick
from programs.migrations._rules_0004 import RULES


class Migration(migrations.Migration):
    dependencies = [("programs", "0003_one_successor")]

    operations = [InstallRules(pick(RULES, "fiscal_year_frozen_while_locked"))]
