"""How years were locked is not emptied either: TRUNCATE asks no rule of rows."""

from django.db import migrations

from core.database_rules import InstallRules, Rule

_AFTER = (
    Rule(
        "year_locking_fixed_truncate",
        "programs_yearlocking",
        "EXISTS (SELECT 1 FROM programs_yearlocking)",
        "El cierre de un ejercicio no se borra.",
        ("TRUNCATE",),
    ),
)


class Migration(migrations.Migration):
    dependencies = [("programs", "0012_department_end")]

    operations = [InstallRules(_AFTER)]
