"""A department that was merged away has a last day, what it was merged into and the instrument that says so."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import core.dates
from core.columns import AddColumnInPlace
from core.database_rules import LiftRules, RestoreRules


class Migration(migrations.Migration):
    dependencies = [("programs", "0011_program_official_key")]

    operations = [
        LiftRules(),
        migrations.AddField(
            model_name="department",
            name="ends_on",
            field=models.DateField(
                blank=True, null=True, validators=[core.dates.living_day], verbose_name="último día"
            ),
        ),
        migrations.AddField(
            model_name="department",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="absorbed",
                to="programs.department",
                verbose_name="se integró a",
            ),
        ),
        AddColumnInPlace(
            model_name="department",
            name="end_instrument",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="instrumento"),
            table="programs_department",
            types={"sqlite": "varchar(200)", "postgresql": "varchar(200)"},
            default="''",
        ),
        migrations.AddField(
            model_name="department",
            name="handed_over",
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name="programas que se pasaron"),
        ),
        migrations.AddConstraint(
            model_name="department",
            constraint=models.CheckConstraint(
                condition=Q(ends_on__isnull=False)
                | Q(merged_into__isnull=True, end_instrument="", handed_over__isnull=True),
                name="department_end_has_its_day",
                violation_error_message="Escriba el último día de la dependencia.",
            ),
        ),
        migrations.AddConstraint(
            model_name="department",
            constraint=models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="department_not_into_itself",
                violation_error_message="Una dependencia no se integra a sí misma.",
            ),
        ),
        RestoreRules(),
    ]
