"""Of a migrated 0/0 the reason may not be on record; of no other one. Going back is refused while there is any."""

from typing import Any

from django.core.management.base import CommandError
from django.db import migrations, models
from django.db.models import Q

from core.database_rules import LiftRules, RestoreRules

_CHOICES = [
    ("no_demand", "sin demanda"),
    ("not_scheduled", "nada programado"),
    ("suspended", "suspendido"),
    ("not_recorded", "migrado; no consta"),
]


def refuse_to_lose_them(apps: Any, schema_editor: Any) -> None:
    """The version of before does not know the reason, and would show no page that has one."""
    rows = apps.get_model("indicators", "Measurement").objects
    count = rows.filter(Q(no_activity="not_recorded") | Q(validated_no_activity="not_recorded")).count()
    if count:
        raise CommandError(
            f"No se vuelve atrás: hay {count:,} cifras migradas cuyo motivo de 0/0 no consta. No se cambió nada. "
            "Para volver a una versión anterior restaure el respaldo que se hizo antes de actualizar "
            "(docs/operations.md, «Going back»)."
        )


class Migration(migrations.Migration):
    dependencies = [("indicators", "0029_cover_notices")]

    operations = [
        LiftRules(),
        migrations.AlterField(
            "measurement",
            "no_activity",
            models.CharField("motivo de 0/0", max_length=13, choices=_CHOICES, blank=True),
        ),
        migrations.AlterField(
            "measurement",
            "validated_no_activity",
            models.CharField(
                "motivo de 0/0 validado", max_length=13, choices=_CHOICES, blank=True, default="", db_default=""
            ),
        ),
        migrations.AddConstraint(
            "measurement",
            models.CheckConstraint(
                condition=~Q(no_activity="not_recorded") | Q(origin="migration"),
                name="measurement_reason_on_record_unless_migrated",
                violation_error_message="Solo de una cifra migrada puede no constar el motivo de 0/0.",
            ),
        ),
        RestoreRules(),
        migrations.RunPython(migrations.RunPython.noop, refuse_to_lose_them, elidable=False),
    ]
