"""An adjusted target and a role keep the file of what they cite, as extensions and corrections do."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_email_of_one_person"),
        ("indicators", "0011_official_pairs"),
        ("programs", "0004_frozen_thresholds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="instrumentfile",
            name="instrument_file_of_one_act",
        ),
        migrations.AddField(
            model_name="instrumentfile",
            name="adjustment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="instrument_files",
                to="indicators.targetadjustment",
                verbose_name="meta ajustada",
            ),
        ),
        migrations.AddField(
            model_name="instrumentfile",
            name="membership",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="instrument_files",
                to="accounts.membership",
                verbose_name="nombramiento",
            ),
        ),
        migrations.AlterField(
            model_name="instrumentfile",
            name="department",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programs.department",
                verbose_name="dependencia",
            ),
        ),
        migrations.AddConstraint(
            model_name="instrumentfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("adjustment__isnull", True),
                        ("extension__isnull", False),
                        ("measurement__isnull", True),
                        ("membership__isnull", True),
                    ),
                    models.Q(
                        ("adjustment__isnull", True),
                        ("extension__isnull", True),
                        ("measurement__isnull", False),
                        ("membership__isnull", True),
                    ),
                    models.Q(
                        ("adjustment__isnull", False),
                        ("extension__isnull", True),
                        ("measurement__isnull", True),
                        ("membership__isnull", True),
                    ),
                    models.Q(
                        ("adjustment__isnull", True),
                        ("extension__isnull", True),
                        ("measurement__isnull", True),
                        ("membership__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="instrument_file_of_one_act",
            ),
        ),
        migrations.AddConstraint(
            model_name="instrumentfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("department__isnull", False), ("membership__isnull", False), _connector="OR"),
                name="instrument_file_has_department",
            ),
        ),
    ]
