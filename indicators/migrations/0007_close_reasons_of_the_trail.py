"""Months that were closed already: why is in the trail."""

from typing import Any

from django.db import migrations


def read_from_the_trail(apps: Any, schema_editor: Any) -> None:
    Period = apps.get_model("indicators", "Period")
    TrailEntry = apps.get_model("core", "TrailEntry")
    closed = list(Period.objects.filter(closed_on__isnull=False))
    told = TrailEntry.objects.filter(subject_type="indicators.period", subject_id__in=[period.pk for period in closed])
    reasons = {
        subject: reason
        for subject, changes, reason in told.order_by("id").values_list("subject_id", "changes", "reason")
        if "closed_on" in changes
    }
    for period in closed:
        period.close_reason = reasons.get(period.pk, "")
    Period.objects.bulk_update(closed, ["close_reason"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0006_close_reason"),
        ("core", "0002_trail_guard"),
    ]

    operations = [migrations.RunPython(read_from_the_trail, migrations.RunPython.noop, elidable=True)]
