"""Captures that were migrated before they were marked: the trail knows which of them nobody had sent by then."""

from typing import Any

from django.db import migrations

from core.database_rules import DropRules, InstallRules, pick
from indicators.migrations._rules_0016 import RULES

# Figures of locked years were migrated too.
_LOCKED = pick(RULES, "measurement_year_not_locked")
_NEVER_SENT = (None, "", "draft")


def read_from_the_trail(apps: Any, schema_editor: Any) -> None:
    entries = apps.get_model("core", "TrailEntry").objects.filter(
        subject_type="indicators.measurement", action="migrar"
    )
    migrated = {
        subject
        for subject, changes in entries.values_list("subject_id", "changes").iterator()
        if "state" in changes and changes["state"][0] in _NEVER_SENT
    }
    rows = apps.get_model("indicators", "Measurement").objects
    keys = sorted(migrated)
    for first in range(0, len(keys), 500):
        rows.filter(pk__in=keys[first : first + 500]).update(undated=True)


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0015_undated_captures"),
        ("core", "0002_trail_guard"),
    ]

    operations = [
        DropRules(_LOCKED),
        migrations.RunPython(read_from_the_trail, migrations.RunPython.noop, elidable=True),
        InstallRules(_LOCKED),
    ]
