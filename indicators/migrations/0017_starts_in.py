"""An indicator can begin in a month of the year: the ones before are not asked for."""

from django.db import migrations, models

from core.columns import AddColumnInPlace


class Migration(migrations.Migration):
    dependencies = [("indicators", "0016_undated_of_the_trail"), ("programs", "0005_descending_enters_as")]

    operations = [
        migrations.RemoveIndex(model_name="indicator", name="indicator_rules"),
        AddColumnInPlace(
            model_name="indicator",
            name="starts_in",
            field=models.PositiveSmallIntegerField(
                db_default=1,
                default=1,
                editable=False,
                help_text="Mes desde el que se pide; los anteriores no cuentan.",
                verbose_name="mes de inicio",
            ),
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_in__gte", 1), ("starts_in__lte", 12)),
                name="indicator_starts_in_range",
                violation_error_message="El mes de inicio va de 1 a 12.",
            ),
            table="indicators_indicator",
            types={"sqlite": "smallint unsigned", "postgresql": "smallint"},
            default="1",
            check='"starts_in" BETWEEN 1 AND 12',
        ),
        migrations.AddIndex(
            model_name="indicator",
            index=models.Index(
                fields=["fiscal_year"],
                include=(
                    "id",
                    "action",
                    "code",
                    "target",
                    "considered",
                    "target_kind",
                    "numerator_mode",
                    "denominator_mode",
                    "direction",
                    "frequency",
                    "schedule",
                    "shares",
                    "green_from",
                    "amber_from",
                    "over_above",
                    "retired_from",
                    "starts_in",
                ),
                name="indicator_rules",
            ),
        ),
    ]
