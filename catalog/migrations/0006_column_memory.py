"""What was said of the columns of a file is kept for the next one with the same header."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_rule_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ColumnMemory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fingerprint", models.CharField(max_length=64, unique=True, verbose_name="huella del encabezado")),
                ("mapping", models.JSONField(verbose_name="mapa de columnas")),
                ("file_name", models.CharField(max_length=150, verbose_name="nombre del archivo")),
                ("at", models.DateTimeField(verbose_name="fecha y hora")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="quién",
                    ),
                ),
            ],
            options={
                "verbose_name": "columnas de un archivo",
                "verbose_name_plural": "columnas de archivos",
            },
        ),
    ]
