"""A programme has the key that the municipality's own document gives it, and is found by it."""

from django.db import migrations, models

import core.fields
from core.columns import AddColumnInPlace


class Migration(migrations.Migration):
    dependencies = [("programs", "0010_year_lockings")]

    operations = [
        AddColumnInPlace(
            model_name="program",
            name="official_key",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Como la escribe el documento del municipio; no tiene forma fija.",
                max_length=100,
                verbose_name="clave oficial",
            ),
            table="programs_program",
            types={"sqlite": "varchar(100)", "postgresql": "varchar(100)"},
            default="''",
        ),
        # What is folded into the column of the search: its type stays, and empty keys change nothing of what is there.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="program",
                    name="search",
                    field=core.fields.FoldedField(
                        blank=True, default="", editable=False, sources=("code", "name", "official_key")
                    ),
                ),
            ],
        ),
    ]
