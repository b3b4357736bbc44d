"""The letter of a role that waits for a second person is kept with what waits."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from core.database_rules import LiftRules, RestoreRules

_ACTS = ("extension", "measurement", "adjustment", "membership", "pending_act")


def _of_one(acts: tuple[str, ...]) -> Q:
    found = Q()
    for act in acts:
        found |= Q(**{f"{other}__isnull": other != act for other in acts})
    return found


def _has_department() -> Q:
    return Q(department__isnull=False) | Q(membership__isnull=False)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_usernames_without_twin"), ("indicators", "0021_captures_from_beginning")]

    operations = [
        LiftRules(),
        migrations.RemoveConstraint(model_name="instrumentfile", name="instrument_file_of_one_act"),
        migrations.RemoveConstraint(model_name="instrumentfile", name="instrument_file_has_department"),
        migrations.AddField(
            model_name="instrumentfile",
            name="pending_act",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="instrument_files",
                to="accounts.pendingact",
                verbose_name="acto que espera",
            ),
        ),
        migrations.AddConstraint(
            model_name="instrumentfile",
            constraint=models.CheckConstraint(condition=_of_one(_ACTS), name="instrument_file_of_one_act"),
        ),
        migrations.AddConstraint(
            model_name="instrumentfile",
            constraint=models.CheckConstraint(
                condition=_has_department() | Q(pending_act__isnull=False), name="instrument_file_has_department"
            ),
        ),
        RestoreRules(),
    ]
