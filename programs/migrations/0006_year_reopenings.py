"""A locked year is locked in the database, and opened again by two people only."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.database_rules import InstallRules, Rule

# The text that this migration installs, whatever the rules become later.
_SENTENCE = "El ejercicio está cerrado y ya no admite cambios."
_OWN = "{row}.fiscal_year_id"


def _of_locked(years: tuple[str, ...], row: str) -> str:
    wanted = [year.format(row=row) for year in years]
    chosen = f"= {wanted[0]}" if len(wanted) == 1 else f"IN ({', '.join(wanted)})"
    return f"EXISTS (SELECT 1 FROM programs_fiscalyear y WHERE y.id {chosen} AND y.locked)"


def _locked(table: str, *years: str) -> tuple[Rule, Rule]:
    name = "locked_year_" + table.split("_", 1)[1]
    return (
        Rule(f"{name}_kept", table, _of_locked(years, "OLD"), _SENTENCE, ("UPDATE", "DELETE")),
        Rule(f"{name}_closed", table, _of_locked(years, "NEW"), _SENTENCE, ("INSERT", "UPDATE")),
    )


def _through(table: str, column: str) -> str:
    return f"(SELECT t.fiscal_year_id FROM {table} t WHERE t.id = {{row}}.{column})"


# Of a year that stays locked these have rules of their own.
_RULED = ("green_from", "amber_from", "over_above", "missing_as_zero", "descending_enters_as")
_FROZEN = ("plan_id", "year", "demo_data")


def _changed(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"NEW.{column} <> OLD.{column}" for column in columns)


_CONFIRMED = (
    "EXISTS (SELECT 1 FROM programs_yearreopening r WHERE r.fiscal_year_id = NEW.id "
    "AND r.confirmed_at IS NOT NULL AND r.used_at IS NULL)"
)
_YEAR_RULES = (
    Rule("locked_year_fiscalyear_kept", "programs_fiscalyear", "OLD.locked", _SENTENCE, ("DELETE",)),
    Rule(
        "locked_year_fiscalyear_frozen",
        "programs_fiscalyear",
        f"OLD.locked AND ({_changed(_FROZEN)} OR (NOT NEW.locked AND ({_changed(_RULED)})))",
        _SENTENCE,
        ("UPDATE",),
    ),
    Rule(
        "year_reopened_by_two",
        "programs_fiscalyear",
        f"OLD.locked AND NOT NEW.locked AND NOT {_CONFIRMED}",
        "Un ejercicio cerrado se abre de nuevo con un motivo y dos personas.",
        ("UPDATE",),
    ),
    # Each act opens a year once: it is used up before the year can be locked again.
    Rule(
        "year_reopening_used_once",
        "programs_fiscalyear",
        f"NEW.locked AND NOT OLD.locked AND {_CONFIRMED}",
        "La reapertura anterior del ejercicio no quedó registrada.",
        ("UPDATE",),
    ),
    Rule(
        "year_reopening_not_deleted",
        "programs_yearreopening",
        "1 = 1",
        "La reapertura de un ejercicio no se borra.",
        ("DELETE",),
    ),
    Rule(
        "year_reopening_fixed",
        "programs_yearreopening",
        "OLD.used_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL OR NEW.fiscal_year_id <> OLD.fiscal_year_id "
        "OR NEW.reason <> OLD.reason OR NEW.asked_by_id <> OLD.asked_by_id OR NEW.asked_at <> OLD.asked_at "
        "OR (OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at IS NULL OR NEW.confirmed_at <> OLD.confirmed_at "
        "OR COALESCE(NEW.confirmed_by_id, 0) <> COALESCE(OLD.confirmed_by_id, 0)))",
        "La reapertura de un ejercicio no se modifica.",
        ("UPDATE",),
    ),
)
_RULES = (
    *_YEAR_RULES,
    *_locked("programs_program", _OWN),
    *_locked("programs_action", _OWN),
    *_locked("programs_programobjective", _through("programs_program", "program_id")),
)


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0005_descending_enters_as"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="YearReopening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(verbose_name="motivo")),
                ("asked_at", models.DateTimeField(verbose_name="pedida")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmada")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="ejercicio abierto")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="retirada")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="quién la pide",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="quién la confirma",
                    ),
                ),
                (
                    "fiscal_year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reopenings",
                        to="programs.fiscalyear",
                        verbose_name="ejercicio",
                    ),
                ),
            ],
            options={
                "verbose_name": "reapertura de un ejercicio",
                "verbose_name_plural": "reaperturas de ejercicios",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("confirmed_at__isnull", True), ("withdrawn_at__isnull", True)),
                        fields=("fiscal_year",),
                        name="year_reopening_one_waiting",
                        violation_error_message="Ya se pidió abrir de nuevo este ejercicio.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="year_reopening_has_reason",
                        violation_error_message="Escriba por qué se abre de nuevo el ejercicio.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by__isnull", True),
                            models.Q(("confirmed_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="year_reopening_two_people",
                        violation_error_message="La confirma otra persona que quien la pidió.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_by__isnull", True), ("confirmed_at__isnull", False), _connector="OR"),
                            models.Q(("used_at__isnull", True), ("confirmed_at__isnull", False), _connector="OR"),
                            models.Q(("withdrawn_at__isnull", True), ("confirmed_at__isnull", True), _connector="OR"),
                        ),
                        name="year_reopening_in_order",
                    ),
                ],
            },
        ),
        InstallRules(_RULES),
    ]
