"""Nothing is captured of an indicator before its month of beginning (rule 4b), by whichever door.

Figures from before there was the rule stay: it asks about what is added, moved to another month or begins later.
"""

from django.db import migrations

from core.database_rules import InstallRules, Rule

_AFTER = (
    Rule(
        "measurement_not_before_beginning",
        "indicators_measurement",
        "EXISTS (SELECT 1 FROM indicators_indicator i WHERE i.id = NEW.indicator_id AND NEW.month < i.starts_in)",
        "Un indicador no tiene capturas de antes de su mes de inicio.",
        ("INSERT",),
    ),
    Rule(
        "measurement_not_moved_before_beginning",
        "indicators_measurement",
        "NEW.month <> OLD.month AND EXISTS (SELECT 1 FROM indicators_indicator i WHERE i.id = "
        "NEW.indicator_id AND NEW.month < i.starts_in)",
        "Un indicador no tiene capturas de antes de su mes de inicio.",
        ("UPDATE",),
    ),
    Rule(
        "indicator_begins_by_its_captures",
        "indicators_indicator",
        "NEW.starts_in > OLD.starts_in AND EXISTS (SELECT 1 FROM indicators_measurement m WHERE "
        "m.indicator_id = NEW.id AND m.month < NEW.starts_in)",
        "El indicador ya tiene capturas de antes de ese mes: no puede empezar después.",
        ("UPDATE",),
    ),
)


class Migration(migrations.Migration):
    dependencies = [("indicators", "0020_official_key")]

    operations = [InstallRules(_AFTER)]
