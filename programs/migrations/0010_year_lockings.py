"""Who locked a year, when and why, is kept beside who opened it again; of before the trail says it."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.database_rules import InstallRules, Rule

_FIXED = Rule(
    "year_locking_fixed",
    "programs_yearlocking",
    "1 = 1",
    "El cierre de un ejercicio no se modifica ni se borra.",
    ("UPDATE", "DELETE"),
)


def read_from_the_trail(apps: Any, schema_editor: Any) -> None:
    entries = apps.get_model("core", "TrailEntry").objects.filter(
        subject_type="programs.fiscalyear", action="cerrar ejercicio", actor__isnull=False
    )
    years = set(apps.get_model("programs", "FiscalYear").objects.values_list("pk", flat=True))
    lockings = apps.get_model("programs", "YearLocking").objects
    for year, actor, at, reason in entries.order_by("id").values_list("subject_id", "actor", "at", "reason"):
        if year in years:
            lockings.create(fiscal_year_id=year, locked_by_id=actor, locked_at=at, reason=reason)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("core", "0002_trail_guard"),
        ("programs", "0009_official_key"),
    ]

    operations = [
        migrations.CreateModel(
            name="YearLocking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(verbose_name="motivo")),
                ("locked_at", models.DateTimeField(verbose_name="cerrado")),
                (
                    "fiscal_year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lockings",
                        to="programs.fiscalyear",
                        verbose_name="ejercicio",
                    ),
                ),
                (
                    "locked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="quién lo cierra",
                    ),
                ),
            ],
            options={
                "verbose_name": "cierre de un ejercicio",
                "verbose_name_plural": "cierres de ejercicios",
                "ordering": ["-id"],
            },
        ),
        InstallRules((_FIXED,)),
        migrations.RunPython(read_from_the_trail, migrations.RunPython.noop, elidable=True),
    ]
