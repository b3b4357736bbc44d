"""The letter that an extension or a correction cites can be kept with it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import indicators.models.evidence


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0008_one_successor"),
        ("programs", "0002_database_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InstrumentFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("instrument", models.CharField(max_length=200, verbose_name="instrumento")),
                (
                    "file",
                    models.FileField(
                        max_length=200,
                        storage=indicators.models.evidence.evidence_storage,
                        upload_to="",
                        verbose_name="archivo",
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="nombre")),
                ("content_type", models.CharField(max_length=100, verbose_name="tipo")),
                ("size", models.PositiveIntegerField(verbose_name="tamaño en bytes")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("uploaded_at", models.DateTimeField(verbose_name="subido")),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.department",
                        verbose_name="dependencia",
                    ),
                ),
                (
                    "extension",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="instrument_files",
                        to="indicators.extension",
                        verbose_name="prórroga",
                    ),
                ),
                (
                    "measurement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="instrument_files",
                        to="indicators.measurement",
                        verbose_name="captura",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="quién",
                    ),
                ),
            ],
            options={
                "verbose_name": "archivo de un instrumento",
                "verbose_name_plural": "archivos de instrumentos",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("extension__isnull", True), ("measurement__isnull", True), _connector="XOR"
                        ),
                        name="instrument_file_of_one_act",
                    ),
                    models.CheckConstraint(condition=models.Q(("size__gt", 0)), name="instrument_file_not_empty"),
                ],
            },
        ),
    ]
