"""The database refuses to change or delete what left of the heads of the trail."""

from django.db import migrations

from core.database_rules import InstallRules, Rule

_AFTER = (
    Rule(
        "trail_is_append_only_heads",
        "core_trailhead",
        "1 = 1",
        "Los sellos que salieron no se modifican, ni se borran.",
        ("UPDATE", "DELETE"),
    ),
    Rule(
        "trail_is_append_only_heads_truncate",
        "core_trailhead",
        "EXISTS (SELECT 1 FROM core_trailhead)",
        "Los sellos que salieron no se modifican, ni se borran.",
        ("TRUNCATE",),
    ),
)


class Migration(migrations.Migration):
    dependencies = [("core", "0006_trail_heads")]

    operations = [InstallRules(_AFTER)]
