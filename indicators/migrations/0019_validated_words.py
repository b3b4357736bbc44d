"""The words of a validated figure (justification, reason of 0/0) are kept beside its pair.

What was validated before is filled in as it was that day: a figure whose validation stands has its own words; of one
with a correction beside it the trail tells what changed since, and where it does not the constancia has them.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import migrations, models
from django.db.models import F, Q

from core.database_rules import LiftRules, RestoreRules

_REASONS = [("no_demand", "sin demanda"), ("not_scheduled", "nada programado"), ("suspended", "suspendido")]
_BY_LABEL = {label: value for value, label in _REASONS}
_VALIDATING = ("validar", "migrar")
_WORDS = ("no_activity", "justification")


def fill_words(apps: Any, schema_editor: Any) -> None:
    """Those of locked years too: the rules are lifted meanwhile."""
    rows = apps.get_model("indicators", "Measurement").objects
    rows.filter(state="validated").update(
        validated_no_activity=F("no_activity"), validated_justification=F("justification")
    )
    for row in rows.filter(validated_numerator__isnull=False).exclude(state="validated").order_by("pk"):
        words = _of_the_trail(apps, row) or _of_a_paper(apps, row) or _of_the_same_pair(row)
        row.validated_no_activity = words.get("no_activity") or ""
        row.validated_justification = words.get("justification") or ""
        if row.validated_numerator or row.validated_denominator:
            row.validated_no_activity = ""
        row.save(update_fields=["validated_no_activity", "validated_justification"])


def _of_the_trail(apps: Any, row: Any) -> dict[str, str]:
    """The current words, with what changed since the last validation undone; empty where no validation is told."""
    words = {name: getattr(row, name) for name in _WORDS}
    entries = apps.get_model("core", "TrailEntry").objects.filter(
        subject_type="indicators.measurement", subject_id=row.pk
    )
    for action, changes in entries.order_by("-id").values_list("action", "changes"):
        if action in _VALIDATING:
            return words
        words |= {name: changes[name][0] or "" for name in _WORDS if name in changes}
    return {}


def _of_a_paper(apps: Any, row: Any) -> dict[str, str]:
    """What the last constancia says of the figure."""
    papers = apps.get_model("indicators", "Receipt").objects.filter(kind="constancia", measurements=row.pk)
    for figures in papers.order_by("-issued_at", "-id").values_list("figures", flat=True):
        for line in _lines(figures):
            if line.get("measurement") == row.pk:
                reason = _BY_LABEL.get(line.get("no_activity") or "", "")
                return {"no_activity": reason, "justification": line.get("justification") or ""}
    return {}


def _lines(figures: Any) -> Iterable[dict[str, Any]]:
    return (line for program in figures.get("programs", ()) for line in program.get("rows", ()))


def _of_the_same_pair(row: Any) -> dict[str, str]:
    """Nobody knows better: the words of a correction that left the pair as it was, and none of any other."""
    if (row.numerator, row.denominator) != (row.validated_numerator, row.validated_denominator):
        return {}
    return {name: getattr(row, name) for name in _WORDS}


class Migration(migrations.Migration):
    dependencies = [("indicators", "0018_locked_years"), ("core", "0002_trail_guard")]

    operations = [
        LiftRules(),
        migrations.AddField(
            model_name="measurement",
            name="validated_no_activity",
            field=models.CharField(
                blank=True, choices=_REASONS, db_default="", default="", max_length=13,
                verbose_name="motivo de 0/0 validado",
            ),
        ),
        migrations.AddField(
            model_name="measurement",
            name="validated_justification",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="justificación validada"),
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.CheckConstraint(
                condition=Q(validated_numerator__isnull=False)
                | Q(validated_no_activity="", validated_justification=""),
                name="measurement_validated_words_of_a_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.CheckConstraint(
                condition=Q(validated_no_activity="")
                | Q(validated_numerator=Decimal(0), validated_denominator=Decimal(0)),
                name="measurement_validated_reason_of_no_activity",
            ),
        ),
        migrations.RunPython(fill_words, migrations.RunPython.noop, elidable=True),
        RestoreRules(),
    ]  # fmt: skip
