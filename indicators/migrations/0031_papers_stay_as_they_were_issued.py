"""Acuses and constancias stay as they were issued: until now only those of a locked year did."""

from django.db import migrations

from core.database_rules import InstallRules, Rule

_AFTER = (
    Rule(
        "receipt_fixed",
        "indicators_receipt",
        "NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.folio <> OLD.folio OR NEW.period_id <> "
        "OLD.period_id OR NEW.department_id <> OLD.department_id OR NEW.issued_at <> OLD.issued_at OR "
        "NEW.issued_by_id <> OLD.issued_by_id OR NEW.capacity <> OLD.capacity OR NEW.by_expiry <> "
        "OLD.by_expiry OR NEW.figures <> OLD.figures OR NEW.fingerprint <> OLD.fingerprint OR "
        "(OLD.void_at IS NOT NULL AND (NEW.void_at IS NULL OR NEW.void_at <> OLD.void_at)) OR "
        "(OLD.replaced_by_id IS NOT NULL AND (NEW.replaced_by_id IS NULL OR NEW.replaced_by_id <> "
        "OLD.replaced_by_id))",
        "Un acuse o una constancia no se modifica ni se borra.",
        ("UPDATE",),
    ),
    Rule(
        "receipt_kept",
        "indicators_receipt",
        "1 = 1",
        "Un acuse o una constancia no se modifica ni se borra.",
        ("DELETE",),
    ),
    Rule(
        "receipt_truncate",
        "indicators_receipt",
        "EXISTS (SELECT 1 FROM indicators_receipt)",
        "Un acuse o una constancia no se modifica ni se borra.",
        ("TRUNCATE",),
    ),
    Rule(
        "receipt_measurements_fixed",
        "indicators_receipt_measurements",
        "1 = 1",
        "Un acuse o una constancia no se modifica ni se borra.",
        ("UPDATE", "DELETE"),
    ),
    Rule(
        "receipt_measurements_fixed_truncate",
        "indicators_receipt_measurements",
        "EXISTS (SELECT 1 FROM indicators_receipt_measurements)",
        "Un acuse o una constancia no se modifica ni se borra.",
        ("TRUNCATE",),
    ),
)


class Migration(migrations.Migration):
    dependencies = [("indicators", "0030_reason_not_recorded")]

    operations = [InstallRules(_AFTER)]
