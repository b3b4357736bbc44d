"""Going back through migrations drops tables and columns: refused, before anything is done, while they hold something.

Whoever has to go back restores the backup (``manual.GOING_BACK``). Every migration is asked, those to come
too: what it creates is what its reversal drops. A migration names in ``worked_out`` the models whose rows nobody wrote.
"""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed_apps
from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations import AddField, CreateModel, Migration

from core import manual

_REFUSAL = (
    "No se vuelve atrás: se perdería lo que ya está registrado ({lost}). No se cambió nada. "
    "Para volver a una versión anterior restaure el respaldo que se hizo antes de actualizar "
    f"({manual.GOING_BACK})."
)


def refuse_to_lose_rows(
    sender: AppConfig, *, using: str, plan: list[tuple[Migration, bool]], apps: Any, **kwargs: Any
) -> None:
    """What ``migrate`` asks before its first step."""
    lost: dict[str, int] = {}
    for migration, backwards in plan:
        if not backwards or not _is_ours(migration.app_label):
            continue
        worked_out = getattr(migration, "worked_out", ())
        for step in migration.operations:
            if isinstance(step, CreateModel) and step.name in worked_out:
                continue
            for words, count in _held(step, migration.app_label, apps, using):
                lost[words] = max(count, lost.get(words, 0))
    if lost:
        raise CommandError(_REFUSAL.format(lost=", ".join(f"{words}: {count:,}" for words, count in lost.items())))


def _is_ours(label: str) -> bool:
    """Not the tables of the libraries: sessions and failed sign-ins come again by themselves."""
    module = installed_apps.get_app_config(label).name
    return "." not in module


def _held(step: Any, label: str, apps: Any, using: str) -> list[tuple[str, int]]:
    """How many rows would go with the table, or values with the column, that this step made."""
    name = step.name if isinstance(step, CreateModel) else getattr(step, "model_name", "")
    if not isinstance(step, CreateModel | AddField):
        return []
    try:
        model = apps.get_model(label, name)
    except LookupError:
        return []  # a later migration took it away: nothing is held in it
    plural = str(model._meta.verbose_name_plural)
    if model._meta.db_table not in connections[using].introspection.table_names():
        return []
    rows = model._base_manager.using(using)
    if isinstance(step, CreateModel):
        return [(plural, count)] if (count := rows.count()) else []
    field = next((field for field in model._meta.get_fields() if field.name == step.name), None)
    if field is None:
        return []
    count = _given(rows, field)
    return [(f"«{getattr(field, 'verbose_name', field.name)}» de {plural}", count)] if count else []


def _given(rows: Any, field: Any) -> int:
    """The rows in which somebody put something into this field."""
    if field.many_to_many:
        return int(field.remote_field.through._base_manager.using(rows.db).count())
    given = rows.exclude(**{f"{field.name}__isnull": True})
    if field.has_default():
        default = field.get_default()
        given = given if default is None else given.exclude(**{field.name: default})
    return int(given.count())
