"""A year that is brought in from earlier papers is historical: nobody is asked, reminded or late."""

from django.db import migrations, models

from core.columns import AddColumnInPlace
from core.database_rules import InstallRules, Rule

_FROZEN = Rule(
    "locked_year_fiscalyear_historical",
    "programs_fiscalyear",
    "OLD.locked AND NEW.historical <> OLD.historical",
    "El ejercicio está cerrado y ya no admite cambios.",
    ("UPDATE",),
)


class Migration(migrations.Migration):
    dependencies = [("programs", "0006_year_reopenings")]

    operations = [
        AddColumnInPlace(
            model_name="fiscalyear",
            name="historical",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="Se trajo de papeles anteriores: sus meses están cerrados y a nadie se le pide nada.",
                verbose_name="histórico",
            ),
            table="programs_fiscalyear",
            types={"sqlite": "bool", "postgresql": "boolean"},
            default="FALSE",
        ),
        InstallRules((_FROZEN,)),
    ]
