"""The database refuses to change or delete what the trail holds."""

from django.db import migrations

from core.database_rules import create_trail_guard, drop_trail_guard


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: create_trail_guard(editor.connection),
            lambda apps, editor: drop_trail_guard(editor.connection),
        ),
    ]
