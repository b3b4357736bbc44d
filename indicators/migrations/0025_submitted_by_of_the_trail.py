"""Who submitted the figures of before: the trail says it, also of locked years."""

from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Q, Subquery

from core.database_rules import LiftRules, RestoreRules


def read_from_the_trail(apps: Any, schema_editor: Any) -> None:
    """The last one who sent or corrected it, or imported it as sent. Of what a migration brought nobody knows it."""
    acts = (
        apps.get_model("core", "TrailEntry")
        .objects.filter(subject_type="indicators.measurement", subject_id=OuterRef("pk"))
        .filter(Q(action__in=("enviar", "corregir")) | Q(action="importar", changes__state__1="submitted"))
        .order_by("-id")
    )
    rows = apps.get_model("indicators", "Measurement").objects
    rows.filter(submitted_at__isnull=False, submitted_by__isnull=True).update(
        submitted_by=Subquery(acts.values("actor")[:1])
    )


class Migration(migrations.Migration):
    dependencies = [("indicators", "0024_submitted_by"), ("core", "0002_trail_guard")]

    operations = [
        LiftRules(),
        migrations.RunPython(read_from_the_trail, migrations.RunPython.noop, elidable=True),
        RestoreRules(),
    ]
