"""A paper keeps whether planning validated in the director's stead; of the papers of before their capacity says it."""

from typing import Any

from django.db import migrations, models

from core.columns import AddColumnInPlace
from core.database_rules import LiftRules, RestoreRules


def read_the_capacity(apps: Any, schema_editor: Any) -> None:
    """Those of locked years too: the rules are lifted meanwhile."""
    papers = apps.get_model("indicators", "Receipt").objects
    papers.filter(kind="constancia", capacity__contains="por vencimiento").update(by_expiry=True)


class Migration(migrations.Migration):
    dependencies = [("indicators", "0025_submitted_by_of_the_trail")]

    operations = [
        LiftRules(),
        AddColumnInPlace(
            model_name="receipt",
            name="by_expiry",
            field=models.BooleanField(db_default=False, default=False, verbose_name="por vencimiento"),
            table="indicators_receipt",
            types={"sqlite": "bool", "postgresql": "boolean"},
            default="FALSE",
        ),
        migrations.RunPython(read_the_capacity, migrations.RunPython.noop, elidable=True),
        RestoreRules(),
    ]
