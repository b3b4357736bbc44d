"""The database refuses to change or delete what the trail holds."""

from django.db import migrations

from core.database_rules import InstallRules
from core.migrations._rules_0002 import RULES


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [InstallRules(RULES)]
