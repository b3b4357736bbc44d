"""What an import wrote, kept with its record so that it can be undone: keys and values, and no words."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models

from catalog.imports.writes import Writes
from indicators.models import TargetAdjustment


def written_by(writes: Writes, now: datetime) -> dict[str, Any]:
    """``created``: keys by model; ``changed``: by model and key ``{column: [before, after]}``; ``objectives``: by
    programme the texts before and after; ``adjustments``: keys of the adjusted targets.
    """
    adjusted = [indicator.pk for indicator, _, _ in writes.adjustments]
    made = TargetAdjustment.objects.filter(indicator__in=adjusted, created_at=now).order_by("pk")
    return {
        "created": {model._meta.label: [row.pk for row in rows] for model, rows in writes.created.items() if rows},
        "changed": {
            model._meta.label: {
                str(row.pk): {
                    model._meta.get_field(name).attname: [plain(before), plain(after)]  # type: ignore[union-attr]
                    for name, (before, after) in pairs.items()
                }
                for row, pairs in rows.items()
            }
            for model, rows in writes.changed.items()
        },
        "objectives": {str(program.pk): [before or [], after or []] for program, before, after in writes.objectives},
        "adjustments": list(made.values_list("pk", flat=True)) if adjusted else [],
    }


def plain(value: Any) -> Any:
    """As JSON keeps it: a reference by its key, an amount by its text."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value
