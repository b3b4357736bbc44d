"""Personal tokens that read, and how often somebody asked with one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_people_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiCount",
            fields=[
                ("key", models.CharField(max_length=80, primary_key=True, serialize=False, verbose_name="de quién")),
                ("began", models.BigIntegerField(db_index=True, verbose_name="desde")),
                ("requests", models.PositiveIntegerField(verbose_name="peticiones")),
            ],
            options={
                "verbose_name": "cuenta de peticiones",
                "verbose_name_plural": "cuentas de peticiones",
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="nombre")),
                ("shown", models.CharField(max_length=12, verbose_name="empieza con")),
                ("sha256", models.CharField(max_length=64, unique=True, verbose_name="huella")),
                ("created_at", models.DateTimeField(verbose_name="creada")),
                ("expires_on", models.DateField(verbose_name="sirve hasta")),
                ("last_used_on", models.DateField(blank=True, null=True, verbose_name="último uso")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revocada")),
                (
                    "tried_after_end_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="se usó ya sin servir"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_tokens",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="persona",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="quién la revocó",
                    ),
                ),
            ],
            options={
                "verbose_name": "llave de lectura",
                "verbose_name_plural": "llaves de lectura",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="api_token_has_name"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revoked_by__isnull", True), ("revoked_at__isnull", False), _connector="OR"
                        ),
                        name="api_token_revoked_by_somebody",
                    ),
                ],
            },
        ),
    ]
