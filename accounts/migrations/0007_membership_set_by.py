"""Who named somebody, or acted on it since, is kept with the membership; of before the trail says it."""

from typing import Any

from django.conf import settings
from django.db import migrations, models


def read_from_the_trail(apps: Any, schema_editor: Any) -> None:
    Membership = apps.get_model("accounts", "Membership")
    memberships = set(Membership.objects.values_list("pk", flat=True))
    entries = apps.get_model("core", "TrailEntry").objects.filter(
        subject_type="accounts.membership", actor__isnull=False
    )
    pairs = entries.order_by("subject_id", "actor").values_list("subject_id", "actor").distinct()
    through = Membership.set_by.through
    through.objects.bulk_create(
        [through(membership_id=pk, user_id=actor) for pk, actor in pairs if pk in memberships], batch_size=500
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_mail"), ("core", "0002_trail_guard")]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="set_by",
            field=models.ManyToManyField(
                editable=False, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="quiénes lo fijaron"
            ),
        ),
        migrations.RunPython(read_from_the_trail, migrations.RunPython.noop, elidable=True),
    ]
