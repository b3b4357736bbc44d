"""An indicator can be retired from a month on."""

from django.db import migrations, models

from core.database_rules import DropRules, InstallRules, pick
from indicators.migrations._rules_0016 import RULES

# SQLite rebuilds the table: its own triggers, and the one of another table that names it.
_TOUCHED = pick(
    RULES, "indicator_fiscal_year_id_fixed", "indicator_same_year_as_action", "measurement_same_year_as_indicator"
)


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0003_papers_and_calendar"),
        ("programs", "0002_database_rules"),
    ]

    operations = [
        DropRules(_TOUCHED),
        migrations.AddField(
            model_name="indicator",
            name="retired_from",
            field=models.PositiveSmallIntegerField(
                blank=True,
                editable=False,
                help_text="Mes desde el que ya no se pide; lo capturado antes sigue contando.",
                null=True,
                verbose_name="retirado desde",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicator",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("retired_from__isnull", True),
                    models.Q(("retired_from__gte", 1), ("retired_from__lte", 12)),
                    _connector="OR",
                ),
                name="indicator_retired_from_range",
                violation_error_message="El mes del retiro va de 1 a 12.",
            ),
        ),
        InstallRules(_TOUCHED),
    ]
