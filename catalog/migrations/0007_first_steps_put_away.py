"""The page of the first steps may be put away; a product that has validated figures is past them and begins so."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone


def put_away_where_it_is_late(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    if apps.get_model("indicators", "Measurement").objects.using(using).filter(state="validated").exists():
        apps.get_model("catalog", "StartPutAway").objects.using(using).create(at=timezone.now())


class Migration(migrations.Migration):
    # What it keeps is that a page is set aside: nobody loses anything with it.
    worked_out = ("StartPutAway",)

    dependencies = [
        ("catalog", "0006_column_memory"),
        ("indicators", "0029_cover_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StartPutAway",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("only", models.BooleanField(default=True, editable=False, unique=True, verbose_name="única")),
                ("at", models.DateTimeField(verbose_name="cuándo")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="quién",
                    ),
                ),
            ],
            options={
                "verbose_name": "primeros pasos guardados",
                "verbose_name_plural": "primeros pasos guardados",
                "constraints": [models.CheckConstraint(condition=models.Q(("only", True)), name="start_put_away_once")],
            },
        ),
        migrations.RunPython(put_away_where_it_is_late, migrations.RunPython.noop),
    ]
