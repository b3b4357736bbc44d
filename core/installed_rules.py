"""Three tellings of the database rules that have to agree: declared in the code, written in migrations, installed."""

import hashlib
import logging
from collections.abc import Iterable
from importlib import import_module
from types import ModuleType
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils.module_loading import module_has_submodule

from core import manual
from core.database_rules import AppendOnly, DropRules, InstallRules, Rule, definitions, installed_definitions

logger = logging.getLogger(__name__)


def declared_rules(app: AppConfig | None = None) -> tuple[Rule, ...]:
    """What ``database_rules.RULES`` of every room (or of one) says today."""
    return tuple(rule for module in _modules([app] if app else apps.get_app_configs()) for rule in module.RULES)


def declared_append_only() -> tuple[AppendOnly, ...]:
    """The tables of ``database_rules.APPEND_ONLY`` of every room."""
    modules = _modules(apps.get_app_configs())
    return tuple(kept for module in modules for kept in getattr(module, "APPEND_ONLY", ()))


def _modules(rooms: Iterable[AppConfig]) -> list[ModuleType]:
    return [
        import_module(f"{room.name}.database_rules")
        for room in rooms
        if room.module is not None and module_has_submodule(room.module, "database_rules")
    ]


def migrated_rules(executor: MigrationExecutor) -> dict[str, tuple[str, Rule]]:
    """What the migrations leave installed after the newest one: each rule by its name, with the app that wrote it."""
    found: dict[str, tuple[str, Rule]] = {}
    for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True):
        for step in migration.operations:
            if not isinstance(step, InstallRules):
                continue
            for rule in step.rules:
                if isinstance(step, DropRules):
                    found.pop(rule.name, None)
                else:
                    found[rule.name] = (migration.app_label, rule)
    return found


def fingerprint(definition: str) -> str:
    return hashlib.sha256(definition.encode()).hexdigest()


def differing_triggers(connection: Any, rules: Iterable[Rule]) -> list[str]:
    """The triggers of these rules that the database does not have, or has with another text."""
    installed = {name: fingerprint(text) for name, text in installed_definitions(connection).items()}
    wanted = {name: text for rule in rules for name, text in definitions(connection.vendor, rule).items()}
    return sorted(name for name, text in wanted.items() if installed.get(name) != fingerprint(text))


@register(Tags.database)
def rules_are_installed(
    app_configs: Any = None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asked by ``migrate``, by ``check --database default`` and before pages are served.

    Silent while a migration waits, which may be the one that corrects it, and where the database is ahead of this code:
    the version that is still running during an upgrade.
    """
    found: list[CheckMessage] = []
    for alias in databases or ():
        executor = MigrationExecutor(connections[alias])
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if waiting or _ahead(executor.loader):
            continue
        names = differing_triggers(connections[alias], declared_rules())
        if names:
            found.append(
                Error(
                    f"Reglas de la base de datos que no son las de esta versión: {', '.join(names)}.",
                    hint="La base se restauró a medias o se cambió a mano: restaure el respaldo "
                    f"({manual.RESTORING}) o corrija la regla antes de seguir capturando.",
                    id="core.E001",
                )
            )
    return found


def _ahead(loader: MigrationLoader) -> bool:
    return any(key not in loader.graph.nodes for key in loader.applied_migrations if key[0] in loader.migrated_apps)


def tell_before_serving() -> None:
    """A line in the log for each difference; pages are served all the same."""
    try:
        for message in rules_are_installed(databases=["default"]):
            logger.error("Al empezar a servir: %s %s", message.msg, message.hint)
    except DatabaseError as error:
        logger.error("La base de datos no contesta: %s", error)
    finally:
        connection.close()
