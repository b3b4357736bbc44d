"""A mistyped date (9999, 1900, 0001) is refused wherever it is written."""

from django.db import migrations, models

import core.dates
from core.database_rules import InstallRules, pick
from indicators.migrations._rules_0016 import RULES


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0013_indicator_rules"),
    ]

    operations = [
        migrations.AlterField(
            model_name="commitment",
            name="committed_on",
            field=models.DateField(validators=[core.dates.living_day], verbose_name="fecha compromiso"),
        ),
        migrations.AlterField(
            model_name="dayoff",
            name="ends_on",
            field=models.DateField(validators=[core.dates.living_day], verbose_name="hasta"),
        ),
        migrations.AlterField(
            model_name="dayoff",
            name="starts_on",
            field=models.DateField(validators=[core.dates.living_day], verbose_name="desde"),
        ),
        migrations.AlterField(
            model_name="extension",
            name="until",
            field=models.DateField(validators=[core.dates.living_day], verbose_name="hasta"),
        ),
        migrations.AlterField(
            model_name="period",
            name="closed_on",
            field=models.DateField(
                blank=True, null=True, validators=[core.dates.living_day], verbose_name="cerrado el"
            ),
        ),
        migrations.AlterField(
            model_name="period",
            name="due_on",
            field=models.DateField(validators=[core.dates.living_day], verbose_name="vence"),
        ),
        migrations.AlterField(
            model_name="period",
            name="opens_on",
            field=models.DateField(validators=[core.dates.living_day], verbose_name="abre"),
        ),
        InstallRules(pick(RULES, "period_made_near_year", "period_moved_near_year")),
    ]
