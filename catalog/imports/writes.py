"""The rows that an import writes."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models

Pairs = dict[str, list[Any]]


@dataclass(slots=True)
class Writes:
    """The rows to write, as instances whose references are set; parents stand before their children.

    ``created``: new instances. ``changed``: stored instances with their new values and ``{field: [from, to]}``.
    ``objectives``: programmes whose list of objectives becomes another one, with the old and the new texts.
    ``adjustments``: indicators whose target is adjusted, with the target in force before and the new one.
    ``corrected_kinds``: indicators with captures whose target is of another kind; their change is in ``changed``, too.
    """

    created: dict[type[models.Model], list[Any]] = field(default_factory=dict)
    changed: dict[type[models.Model], dict[Any, Pairs]] = field(default_factory=dict)
    objectives: list[tuple[Any, list[str], list[str]]] = field(default_factory=list)
    adjustments: list[tuple[Any, Decimal, Decimal]] = field(default_factory=list)
    corrected_kinds: set[Any] = field(default_factory=set)

    def add(self, instance: models.Model) -> None:
        self.created.setdefault(type(instance), []).append(instance)

    def change(self, instance: models.Model, name: str, before: Any, after: Any) -> None:
        setattr(instance, name, after)
        self.changed.setdefault(type(instance), {}).setdefault(instance, {})[name] = [before, after]

    @property
    def count(self) -> int:
        created = sum(len(rows) for rows in self.created.values())
        changed = sum(len(rows) for rows in self.changed.values())
        return created + changed + len(self.objectives) + len(self.adjustments)
