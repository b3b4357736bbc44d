"""The names that a locked year shows are those of when it was locked; for years locked already, those of today."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from core.database_rules import InstallRules, Rule

_SENTENCE = "El ejercicio está cerrado y ya no admite cambios."
_LOCKED = "EXISTS (SELECT 1 FROM programs_fiscalyear y WHERE y.id = {row}.fiscal_year_id AND y.locked)"
_TABLE = "programs_yearword"
_RULES = (
    Rule("locked_year_yearword_kept", _TABLE, _LOCKED.format(row="OLD"), _SENTENCE, ("UPDATE", "DELETE")),
    Rule("locked_year_yearword_closed", _TABLE, _LOCKED.format(row="NEW"), _SENTENCE, ("INSERT", "UPDATE")),
)


def words_of_locked_years(apps: Any, schema_editor: Any) -> None:
    """As ``year_words.words_of_today`` had it when this was written."""
    using = schema_editor.connection.alias
    model = {
        name: apps.get_model("programs", name).objects.using(using)
        for name in ("fiscalyear", "plan", "axis", "objective", "strategy", "department", "yearword")
    }
    made = apps.get_model("programs", "yearword")
    for year in model["fiscalyear"].filter(locked=True):
        found = {
            "plan": model["plan"].filter(pk=year.plan_id),
            "axis": model["axis"].filter(plan=year.plan_id),
            "objective": model["objective"].filter(axis__plan=year.plan_id),
            "strategy": model["strategy"].filter(objective__axis__plan=year.plan_id),
            "department": model["department"].all(),
        }
        model["yearword"].bulk_create(
            made(fiscal_year_id=year.pk, kind=kind, object_id=pk, name=name)
            for kind, rows in found.items()
            for pk, name in rows.order_by("pk").values_list("pk", "name")
        )


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0007_historical_years"),
    ]

    operations = [
        migrations.CreateModel(
            name="YearWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("plan", "plan"),
                            ("axis", "axis"),
                            ("objective", "objective"),
                            ("strategy", "strategy"),
                            ("department", "department"),
                        ],
                        max_length=10,
                        verbose_name="tipo",
                    ),
                ),
                ("object_id", models.BigIntegerField(verbose_name="identificador")),
                ("name", models.CharField(max_length=1000, verbose_name="nombre")),
                (
                    "fiscal_year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="words",
                        to="programs.fiscalyear",
                        verbose_name="ejercicio",
                    ),
                ),
            ],
            options={
                "verbose_name": "nombre de un ejercicio cerrado",
                "verbose_name_plural": "nombres de ejercicios cerrados",
                "constraints": [
                    models.UniqueConstraint(fields=("fiscal_year", "kind", "object_id"), name="year_word_unique")
                ],
            },
        ),
        migrations.RunPython(words_of_locked_years, migrations.RunPython.noop),
        InstallRules(_RULES),
    ]
