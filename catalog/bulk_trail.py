"""What the trail says of catalogue rows that are written in bulk."""

from typing import Any

from django.db import models

from core import trail
from indicators.models import Indicator
from programs.models import Action, Department

_BLANK: tuple[Any, ...] = (None, "")


def creation_changes(rows: list[Any]) -> list[dict[str, list[Any]]]:
    """For each of these new rows of one model what it was given: ``{field: [None, value]}``, blanks left out."""
    if not rows:
        return []
    names = _recorded(type(rows[0]))
    return [
        {name: [None, value] for name, value in trail.snapshot(row, names).items() if value not in _BLANK}
        for row in rows
    ]


def _recorded(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if field.name not in ("id", "search")]


def scope_of(row: Any) -> int | None:
    """The department under which the trail keeps the row, by its id; None for what belongs to all."""
    if isinstance(row, Indicator):
        return row.action.program.department_id
    if isinstance(row, Action):
        return row.program.department_id
    return row.pk if isinstance(row, Department) else getattr(row, "department_id", None)
