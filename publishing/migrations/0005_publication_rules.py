"""What was published and taken down stays as it was decided; a second person is written down once."""

from django.db import migrations

from core.database_rules import InstallRules, Rule

_AFTER = (
    Rule(
        "publication_is_kept",
        "publishing_publication",
        "1 = 1",
        "Una publicación no se modifica ni se borra.",
        ("UPDATE", "DELETE"),
    ),
    Rule(
        "publication_is_kept_truncate",
        "publishing_publication",
        "EXISTS (SELECT 1 FROM publishing_publication)",
        "Una publicación no se modifica ni se borra.",
        ("TRUNCATE",),
    ),
    Rule(
        "taking_down_fixed",
        "publishing_takingdown",
        "NEW.publication_id <> OLD.publication_id OR NEW.reason <> OLD.reason OR NEW.asked_by_id <> "
        "OLD.asked_by_id OR NEW.asked_at <> OLD.asked_at OR (OLD.confirmed_by_id IS NOT NULL AND "
        "(NEW.confirmed_by_id IS NULL OR NEW.confirmed_by_id <> OLD.confirmed_by_id)) OR "
        "(OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at IS NULL OR NEW.confirmed_at <> "
        "OLD.confirmed_at)) OR (OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawn_at IS NULL OR "
        "NEW.withdrawn_at <> OLD.withdrawn_at))",
        "Lo que se pidió y se confirmó del sitio público no se modifica ni se borra.",
        ("UPDATE",),
    ),
    Rule(
        "taking_down_kept",
        "publishing_takingdown",
        "1 = 1",
        "Lo que se pidió y se confirmó del sitio público no se modifica ni se borra.",
        ("DELETE",),
    ),
    Rule(
        "taking_down_truncate",
        "publishing_takingdown",
        "EXISTS (SELECT 1 FROM publishing_takingdown)",
        "Lo que se pidió y se confirmó del sitio público no se modifica ni se borra.",
        ("TRUNCATE",),
    ),
)


class Migration(migrations.Migration):
    dependencies = [("publishing", "0004_publication")]

    operations = [InstallRules(_AFTER)]
