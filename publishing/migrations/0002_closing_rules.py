"""A closing is only ever added, at the end of the chain: the database holds what the service does."""

from django.db import migrations

from core.database_rules import InstallRules, Rule

_AFTER = (
    Rule(
        "closing_is_kept",
        "publishing_closing",
        "1 = 1",
        "Un cierre no se modifica ni se borra.",
        ("UPDATE", "DELETE"),
    ),
    Rule(
        "closing_is_kept_truncate",
        "publishing_closing",
        "EXISTS (SELECT 1 FROM publishing_closing)",
        "Un cierre no se modifica ni se borra.",
        ("TRUNCATE",),
    ),
    Rule(
        "closing_follows_the_last",
        "publishing_closing",
        "COALESCE(NEW.previous_id, 0) <> COALESCE((SELECT MAX(c.id) FROM publishing_closing c), 0)",
        "Un cierre continúa la cadena después del último.",
        ("INSERT",),
    ),
    Rule(
        "closing_version_in_order",
        "publishing_closing",
        "NEW.version <> 1 + (SELECT COUNT(*) FROM publishing_closing c WHERE c.fiscal_year_id = "
        "NEW.fiscal_year_id AND c.month = NEW.month)",
        "Las versiones de un cierre se cuentan una por una.",
        ("INSERT",),
    ),
)


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_closing")]

    operations = [InstallRules(_AFTER)]
