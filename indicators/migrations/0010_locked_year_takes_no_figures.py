"""A locked year takes no figure, whoever writes it and however late its request arrives."""

from django.db import migrations

from core.database_rules import InstallRules, pick
from indicators.migrations._rules_0016 import RULES


class Migration(migrations.Migration):
    dependencies = [("indicators", "0009_instrument_files")]

    operations = [InstallRules(pick(RULES, "measurement_year_not_locked"))]
