"""The record of a locked year's imports stays as it is."""

from django.db import migrations

from core.database_rules import InstallRules, Rule

_SENTENCE = "El ejercicio está cerrado y ya no admite cambios."
_LOCKED = "EXISTS (SELECT 1 FROM programs_fiscalyear y WHERE y.id = {row}.fiscal_year_id AND y.locked)"
_TABLE = "catalog_catalogimport"
_RULES = (
    Rule("locked_year_catalogimport_kept", _TABLE, _LOCKED.format(row="OLD"), _SENTENCE, ("UPDATE", "DELETE")),
    Rule("locked_year_catalogimport_closed", _TABLE, _LOCKED.format(row="NEW"), _SENTENCE, ("INSERT", "UPDATE")),
)


class Migration(migrations.Migration):
    dependencies = [("programs", "0006_year_reopenings"), ("catalog", "0001_imports")]

    operations = [InstallRules(_RULES)]
