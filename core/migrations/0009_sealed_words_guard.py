"""The database refuses to change or delete the hashes of words about people."""

from django.db import migrations

from core.database_rules import InstallRules, Rule

_AFTER = (
    Rule(
        "trail_is_append_only_words",
        "core_sealedwords",
        "1 = 1",
        "Las huellas de la bitácora no se modifican, ni se borran.",
        ("UPDATE", "DELETE"),
    ),
    Rule(
        "trail_is_append_only_words_truncate",
        "core_sealedwords",
        "EXISTS (SELECT 1 FROM core_sealedwords)",
        "Las huellas de la bitácora no se modifican, ni se borran.",
        ("TRUNCATE",),
    ),
)


class Migration(migrations.Migration):
    dependencies = [("core", "0008_sealed_words")]

    operations = [InstallRules(_AFTER)]
