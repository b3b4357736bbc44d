"""The database refuses to change or delete the seals of the trail."""

from django.db import migrations

from core.database_rules import InstallRules, Rule

_AFTER = (
    Rule(
        "trail_is_append_only_seals",
        "core_trailseal",
        "1 = 1",
        "Los sellos de la bitácora no se modifican, ni se borran.",
        ("UPDATE", "DELETE"),
    ),
    Rule(
        "trail_is_append_only_seals_truncate",
        "core_trailseal",
        "EXISTS (SELECT 1 FROM core_trailseal)",
        "Los sellos de la bitácora no se modifican, ni se borran.",
        ("TRUNCATE",),
    ),
)


class Migration(migrations.Migration):
    dependencies = [("core", "0004_trail_seals")]

    operations = [InstallRules(_AFTER)]
