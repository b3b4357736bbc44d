"""Two active people do not share an e-mail: whoever reads the mailbox can choose the account's password."""

from typing import Any

from django.db import migrations, models
from django.db.models.functions import Lower


def refuse_shared_addresses(apps: Any, schema_editor: Any) -> None:
    """Say whose addresses have to be mended, instead of a refusal that names an index."""
    users = apps.get_model("accounts", "User").objects.filter(is_active=True).exclude(email="")
    names: dict[str, list[str]] = {}
    for username, email in users.values_list("username", "email"):
        names.setdefault(email.lower(), []).append(username)
    shared = "; ".join(f"{email}: {', '.join(sorted(who))}" for email, who in sorted(names.items()) if len(who) > 1)
    if shared:
        raise RuntimeError(f"Estas personas activas comparten correo; corríjalo antes de actualizar: {shared}")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunPython(refuse_shared_addresses, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(("is_active", True), models.Q(("email", ""), _negated=True)),
                name="user_email_unique",
                violation_error_message="Otra persona activa ya usa este correo.",
            ),
        ),
    ]
