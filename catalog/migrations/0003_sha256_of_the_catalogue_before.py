"""What the catalogue before an import was, so that a file altered in the store shows."""

from django.db import migrations, models

from core.database_rules import DropRules, InstallRules, Rule

_SENTENCE = "El ejercicio está cerrado y ya no admite cambios."
_LOCKED = "EXISTS (SELECT 1 FROM programs_fiscalyear y WHERE y.id = {row}.fiscal_year_id AND y.locked)"
_TABLE = "catalog_catalogimport"
_RULES = (
    Rule("locked_year_catalogimport_kept", _TABLE, _LOCKED.format(row="OLD"), _SENTENCE, ("UPDATE", "DELETE")),
    Rule("locked_year_catalogimport_closed", _TABLE, _LOCKED.format(row="NEW"), _SENTENCE, ("INSERT", "UPDATE")),
)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_locked_years")]

    # SQLite makes the table anew for the column, and loses its triggers with the old one.
    operations = [
        DropRules(_RULES),
        migrations.AddField(
            model_name="catalogimport",
            name="before_sha256",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=64, verbose_name="SHA-256 del catálogo anterior"
            ),
        ),
        InstallRules(_RULES),
    ]
