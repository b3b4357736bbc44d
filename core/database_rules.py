"""Rules that a CHECK constraint cannot say, as triggers with the same text on SQLite and PostgreSQL.

A rule is a condition on ``NEW`` and ``OLD`` under which the database refuses the row. SQLite loses the
triggers of a table that a later migration rebuilds, and cannot rebuild a table that a trigger of another one
names: such a migration puts ``DropRules`` first and ``InstallRules`` last. A test compares every database with
the rules that the rooms declare.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.db.migrations.operations.base import Operation

TRAIL_TABLE = "core_trailentry"
TRAIL_RULE = "trail_is_append_only"


@dataclass(frozen=True)
class Rule:
    """``table`` refuses a row for which ``condition`` holds, at each of ``events``, with ``message``."""

    name: str
    table: str
    condition: str
    message: str
    events: tuple[str, ...] = ("INSERT", "UPDATE")


def install_rules(connection: Any, rules: Iterable[Rule]) -> None:
    with connection.cursor() as cursor:
        for rule in rules:
            for statement in _creation(connection.vendor, rule):
                cursor.execute(statement)


def drop_rules(connection: Any, rules: Iterable[Rule]) -> None:
    with connection.cursor() as cursor:
        for rule in rules:
            for statement in _removal(connection.vendor, rule):
                cursor.execute(statement)


def broke(error: IntegrityError, rule: Rule) -> bool:
    """Whether this rule is why the database refused a row; both databases say its message, PostgreSQL its name too."""
    named = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    return named == rule.name if named else str(error) == rule.message


def installed_triggers(connection: Any) -> set[str]:
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}


def trigger_names(vendor: str, rule: Rule) -> set[str]:
    return {rule.name} if vendor == "postgresql" else {f"{rule.name}_{event.lower()}" for event in rule.events}


def _creation(vendor: str, rule: Rule) -> list[str]:
    if vendor == "sqlite":
        return [
            f'CREATE TRIGGER "{rule.name}_{event.lower()}" BEFORE {event} ON "{rule.table}" FOR EACH ROW '
            f"WHEN {rule.condition} BEGIN SELECT RAISE(ABORT, '{rule.message}'); END"
            for event in rule.events
        ]
    return [
        f'CREATE FUNCTION "{rule.name}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
        f"IF {rule.condition} THEN RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = '{rule.message}', "
        f"CONSTRAINT = '{rule.name}'; END IF; "
        f"IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        f'CREATE TRIGGER "{rule.name}" BEFORE {" OR ".join(rule.events)} ON "{rule.table}" '
        f'FOR EACH ROW EXECUTE FUNCTION "{rule.name}"()',
    ]


def _removal(vendor: str, rule: Rule) -> list[str]:
    if vendor == "sqlite":
        return [f'DROP TRIGGER IF EXISTS "{rule.name}_{event.lower()}"' for event in rule.events]
    return [
        f'DROP TRIGGER IF EXISTS "{rule.name}" ON "{rule.table}"',
        f'DROP FUNCTION IF EXISTS "{rule.name}"()',
    ]


_TRAIL_RULES = (
    Rule(
        TRAIL_RULE,
        TRAIL_TABLE,
        "1 = 1",
        "La bitácora no se modifica ni se borra.",
        ("UPDATE", "DELETE"),
    ),
)
_TRUNCATE = f"{TRAIL_RULE}_truncate"


def create_trail_guard(connection: Any) -> None:
    """The database refuses to change or delete what the trail holds; emptying an empty table is harmless."""
    install_rules(connection, _TRAIL_RULES)
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f'CREATE FUNCTION "{_TRUNCATE}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
            f"IF EXISTS (SELECT 1 FROM {TRAIL_TABLE}) THEN RAISE EXCEPTION USING ERRCODE = '23514', "
            f"MESSAGE = 'La bitácora no se borra.', CONSTRAINT = '{TRAIL_RULE}'; END IF; RETURN NULL; END $$"
        )
        cursor.execute(
            f'CREATE TRIGGER "{_TRUNCATE}" BEFORE TRUNCATE ON {TRAIL_TABLE} '
            f'FOR EACH STATEMENT EXECUTE FUNCTION "{_TRUNCATE}"()'
        )


def drop_trail_guard(connection: Any) -> None:
    drop_rules(connection, _TRAIL_RULES)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'DROP TRIGGER IF EXISTS "{_TRUNCATE}" ON {TRAIL_TABLE}')
            cursor.execute(f'DROP FUNCTION IF EXISTS "{_TRUNCATE}"()')


def trail_trigger_names(vendor: str) -> set[str]:
    names = set().union(*(trigger_names(vendor, rule) for rule in _TRAIL_RULES))
    return names | {_TRUNCATE} if vendor == "postgresql" else names


class InstallRules(Operation):
    """Migration step: create the triggers of these rules; backwards it drops them."""

    reversible = True
    reduces_to_sql = False

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)

    def state_forwards(self, app_label: str, state: Any) -> None:
        return None

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        install_rules(schema_editor.connection, self.rules)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        drop_rules(schema_editor.connection, self.rules)

    def describe(self) -> str:
        return f"Install database rules {', '.join(rule.name for rule in self.rules)}"


class DropRules(InstallRules):
    """The same step the other way round, for the migrations that rebuild a table."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        drop_rules(schema_editor.connection, self.rules)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        install_rules(schema_editor.connection, self.rules)

    def describe(self) -> str:
        return f"Drop database rules {', '.join(rule.name for rule in self.rules)}"


def pick(rules: Iterable[Rule], *names: str) -> tuple[Rule, ...]:
    """The named rules: a migration names what it installs, so that a later rule does not slip into it."""
    by_name = {rule.name: rule for rule in rules}
    return tuple(by_name[name] for name in names)
