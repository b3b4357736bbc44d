"""What an import wrote is kept, so that it can be undone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_sha256_of_the_catalogue_before"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="catalogimport",
            name="undone_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="deshecha"),
        ),
        migrations.AddField(
            model_name="catalogimport",
            name="undone_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="quién la deshizo",
            ),
        ),
        migrations.AddField(
            model_name="catalogimport",
            name="written",
            field=models.JSONField(editable=False, null=True, verbose_name="lo escrito"),
        ),
    ]
