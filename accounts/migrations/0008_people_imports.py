"""An import of people waits as a whole for a second person: such an act concerns many, and names none in its column.

Going back is refused by the database while there are such acts: the column is without a person there.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_membership_set_by")]

    operations = [
        migrations.RemoveConstraint(model_name="pendingact", name="pending_act_kind_known"),
        migrations.AlterField(
            model_name="pendingact",
            name="kind",
            field=models.CharField(
                choices=[
                    ("address", "Correo de una persona"),
                    ("appointment", "Nombramiento"),
                    ("term", "Último día de un nombramiento"),
                    ("correction", "Corrección de un nombramiento"),
                    ("data", "Datos de quien administra el sistema"),
                    ("standing", "Baja o reactivación de quien administra el sistema"),
                    ("import", "Importación de personas"),
                ],
                max_length=12,
                verbose_name="qué",
            ),
        ),
        migrations.AlterField(
            model_name="pendingact",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pending_acts",
                to=settings.AUTH_USER_MODEL,
                verbose_name="persona",
            ),
        ),
        migrations.AddConstraint(
            model_name="pendingact",
            constraint=models.CheckConstraint(
                condition=Q(kind__in=["address", "appointment", "term", "correction", "data", "standing", "import"]),
                name="pending_act_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="pendingact",
            constraint=models.CheckConstraint(
                condition=Q(kind="import", person__isnull=True) | (~Q(kind="import") & Q(person__isnull=False)),
                name="pending_act_person_or_import",
            ),
        ),
    ]
