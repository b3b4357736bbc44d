"""Who submitted a figure stands beside who validated it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.database_rules import LiftRules, RestoreRules


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("indicators", "0023_reminder_mail"),
    ]

    # Backwards SQLite writes the table anew, which would lose its rules.
    operations = [
        LiftRules(),
        migrations.AddField(
            model_name="measurement",
            name="submitted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="enviado por",
            ),
        ),
        RestoreRules(),
    ]
