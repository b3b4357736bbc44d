"""No two active people have user names that read the same, and corrections and superusers wait for a second person."""

from typing import Any

from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Lower, Replace

_PLAIN = {"áÁ": "a", "éÉ": "e", "íÍ": "i", "óÓ": "o", "úüÚÜ": "u", "ñÑ": "n"}


def _folded() -> Any:
    said: Any = models.F("username")
    for letters, plain in _PLAIN.items():
        for letter in letters:
            said = Replace(said, models.Value(letter), models.Value(plain))
    return Lower(said)


def refuse_twins(apps: Any, schema_editor: Any) -> None:
    """Say whose user names have to be mended, instead of a refusal that names an index."""
    people = apps.get_model("accounts", "User").objects.filter(is_active=True).annotate(folded=_folded())
    names: dict[str, list[str]] = {}
    for username, folded in people.order_by("username").values_list("username", "folded"):
        names.setdefault(folded, []).append(username)
    twins = "; ".join(" y ".join(who) for _, who in sorted(names.items()) if len(who) > 1)
    if twins:
        raise RuntimeError(
            f"Estas personas activas tienen usuarios que se leen igual: {twins}. Con la versión que está en uso, dé de "
            "baja la cuenta que sobra (o cambie su usuario) y actualice otra vez; no se cambió nada."
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_pending_acts")]

    operations = [
        migrations.RunPython(refuse_twins, migrations.RunPython.noop),
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
                ],
                max_length=12,
                verbose_name="qué",
            ),
        ),
        migrations.AddConstraint(
            model_name="pendingact",
            constraint=models.CheckConstraint(
                condition=Q(kind__in=["address", "appointment", "term", "correction", "data", "standing"]),
                name="pending_act_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                _folded(),
                condition=Q(is_active=True),
                name="user_username_no_twin",
                violation_error_message="Otra persona activa tiene un usuario que se lee igual: elija otro.",
            ),
        ),
    ]
