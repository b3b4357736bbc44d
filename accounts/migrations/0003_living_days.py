"""A mistyped date (9999, 1900, 0001) is refused wherever it is written."""

from django.db import migrations, models

import core.dates


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_email_of_one_person"),
    ]

    operations = [
        migrations.AlterField(
            model_name="membership",
            name="ends_on",
            field=models.DateField(blank=True, null=True, validators=[core.dates.living_day], verbose_name="hasta"),
        ),
        migrations.AlterField(
            model_name="membership",
            name="starts_on",
            field=models.DateField(validators=[core.dates.living_day], verbose_name="desde"),
        ),
    ]
