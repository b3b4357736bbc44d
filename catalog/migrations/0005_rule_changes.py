"""What a changed rule moves is told once: here a row is made for it where there is an open year."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def tell_open_years(apps: Any, schema_editor: Any) -> None:
    """Descending indicators now enter with their compliance; what that moves is worked out after all migrations."""
    using = schema_editor.connection.alias
    if apps.get_model("programs", "FiscalYear").objects.using(using).filter(locked=False).exists():
        apps.get_model("catalog", "RuleChange").objects.using(using).create()


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_undone_imports"),
        ("programs", "0005_descending_enters_as"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("figures", models.JSONField(null=True, verbose_name="cifras que cambian")),
                ("seen_at", models.DateTimeField(null=True, verbose_name="leído")),
                (
                    "seen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="quién",
                    ),
                ),
            ],
            options={"verbose_name": "cambio de regla", "verbose_name_plural": "cambios de regla"},
        ),
        migrations.RunPython(tell_open_years, migrations.RunPython.noop),
    ]
