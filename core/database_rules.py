"""Rules that a CHECK constraint cannot say, as triggers with the same text on SQLite and PostgreSQL.

A rule is a condition on ``NEW`` and ``OLD`` under which the database refuses the row. SQLite loses the
triggers of a table that a later migration rebuilds, and cannot rebuild a table that a trigger of another one
names: such a migration puts ``LiftRules`` first and ``RestoreRules`` last, and so does one that corrects rows of a
locked year. They put back what they found, whatever it was; ``DropRules`` and ``InstallRules`` are for rules that
change.

A migration carries the text that it installs (in itself, or in a frozen module beside it) and never imports the
rules of today: ``manage.py freeze_rules`` writes the next one. ``core.installed_rules`` compares a database with
the rules that the rooms declare.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.db.migrations.operations.base import Operation

TRAIL_TABLE = "core_trailentry"
TRAIL_RULE = "trail_is_append_only"


@dataclass(frozen=True)
class Rule:
    """``table`` refuses a row for which ``condition`` holds, at each of ``events``, with ``message``.

    ``TRUNCATE`` stands alone: PostgreSQL asks once for the whole table, and SQLite knows no such thing.
    """

    name: str
    table: str
    condition: str
    message: str
    events: tuple[str, ...] = ("INSERT", "UPDATE")


@dataclass(frozen=True)
class AppendOnly:
    """A table whose rows stay as they were written; ``once`` are columns that are empty at first and filled one time.

    Each room's ``database_rules.APPEND_ONLY`` lists its own: the application's role may add to them and no more
    (``manage.py grants``), and rules refuse whatever else anybody tries, the owner of the database too.
    """

    table: str
    once: tuple[str, ...] = ()


def append_only_rules(name: str, table: str, sentence: str) -> tuple[Rule, Rule]:
    """What is written stays: no row is changed or deleted, and the table is not emptied."""
    return Rule(name, table, "1 = 1", sentence, ("UPDATE", "DELETE")), truncate_rule(name, table, sentence)


def filled_once_rules(name: str, kept: AppendOnly, fixed: Sequence[str], sentence: str) -> tuple[Rule, Rule, Rule]:
    """The same of a table with columns that are filled one time; ``fixed`` are all the others, none nullable."""
    changed = [f"NEW.{column} <> OLD.{column}" for column in fixed]
    changed += [
        f"(OLD.{column} IS NOT NULL AND (NEW.{column} IS NULL OR NEW.{column} <> OLD.{column}))" for column in kept.once
    ]
    return (
        Rule(f"{name}_fixed", kept.table, " OR ".join(changed), sentence, ("UPDATE",)),
        Rule(f"{name}_kept", kept.table, "1 = 1", sentence, ("DELETE",)),
        truncate_rule(name, kept.table, sentence),
    )


def truncate_rule(name: str, table: str, sentence: str) -> Rule:
    """PostgreSQL's TRUNCATE asks no rule of rows; emptying an empty table is harmless."""
    return Rule(f"{name}_truncate", table, f"EXISTS (SELECT 1 FROM {table})", sentence, ("TRUNCATE",))


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
    named = rule_name_of(error)
    return named == rule.name if named else str(error) == rule.message


def rule_name_of(error: IntegrityError) -> str:
    """The name of the rule or constraint that refused a row; empty on SQLite, which does not say it."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def _creation(vendor: str, rule: Rule) -> list[str]:
    if vendor == "sqlite":
        return list(_sqlite_triggers(rule).values())
    each = "STATEMENT" if rule.events == ("TRUNCATE",) else "ROW"
    return [
        f'CREATE FUNCTION "{rule.name}"() RETURNS trigger LANGUAGE plpgsql AS $${_body(rule)}$$',
        f'CREATE TRIGGER "{rule.name}" BEFORE {" OR ".join(rule.events)} ON "{rule.table}" '
        f'FOR EACH {each} EXECUTE FUNCTION "{rule.name}"()',
    ]


def _sqlite_triggers(rule: Rule) -> dict[str, str]:
    return {
        f"{rule.name}_{event.lower()}": f'CREATE TRIGGER "{rule.name}_{event.lower()}" BEFORE {event} '
        f'ON "{rule.table}" FOR EACH ROW '
        f"WHEN {rule.condition} BEGIN SELECT RAISE(ABORT, '{rule.message}'); END"
        for event in rule.events
        if event != "TRUNCATE"
    }


def _body(rule: Rule) -> str:
    passed = "RETURN NULL;"
    if rule.events != ("TRUNCATE",):
        passed = "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
    return (
        f" BEGIN IF {rule.condition} THEN RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = '{rule.message}', "
        f"CONSTRAINT = '{rule.name.removesuffix('_truncate')}'; END IF; {passed} END "
    )


# What PostgreSQL keeps of a trigger in pg_trigger.tgtype.
_POSTGRESQL_BITS = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}
_ROW, _BEFORE = 1, 2


def definitions(vendor: str, rule: Rule) -> dict[str, str]:
    """The triggers of a rule by name, each as ``installed_definitions`` reads it back from a database."""
    if vendor == "sqlite":
        return _sqlite_triggers(rule)
    kind = _BEFORE | (0 if rule.events == ("TRUNCATE",) else _ROW)
    kind |= sum(_POSTGRESQL_BITS[event] for event in rule.events)
    return {rule.name: _as_read(rule.table, kind, "O", _body(rule))}


def installed_definitions(connection: Any) -> dict[str, str]:
    """Every trigger that the database has, with its text; one that was switched off reads differently."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            return dict(cursor.fetchall())
        cursor.execute(
            "SELECT t.tgname, c.relname, t.tgtype, t.tgenabled, p.prosrc FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
            "JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND n.nspname = ANY (current_schemas(false))"
        )
        return {name: _as_read(*rest) for name, *rest in cursor.fetchall()}


def _as_read(table: str, kind: int, enabled: str, body: str) -> str:
    return f"{table} {kind} {enabled} {body}"


def _removal(vendor: str, rule: Rule) -> list[str]:
    if vendor == "sqlite":
        return [f'DROP TRIGGER IF EXISTS "{name}"' for name in _sqlite_triggers(rule)]
    return [
        f'DROP TRIGGER IF EXISTS "{rule.name}" ON "{rule.table}"',
        f'DROP FUNCTION IF EXISTS "{rule.name}"()',
    ]


SEAL_TABLE = "core_trailseal"
HEAD_TABLE = "core_trailhead"
WORDS_TABLE = "core_sealedwords"
APPEND_ONLY = tuple(AppendOnly(table) for table in (TRAIL_TABLE, SEAL_TABLE, HEAD_TABLE, WORDS_TABLE))
# The database refuses to change or delete what the trail holds and its seals.
RULES = (
    Rule(TRAIL_RULE, TRAIL_TABLE, "1 = 1", "La bitácora no se modifica ni se borra.", ("UPDATE", "DELETE")),
    truncate_rule(TRAIL_RULE, TRAIL_TABLE, "La bitácora no se borra."),
    *append_only_rules(f"{TRAIL_RULE}_seals", SEAL_TABLE, "Los sellos de la bitácora no se modifican, ni se borran."),
    *append_only_rules(f"{TRAIL_RULE}_heads", HEAD_TABLE, "Los sellos que salieron no se modifican, ni se borran."),
    *append_only_rules(f"{TRAIL_RULE}_words", WORDS_TABLE, "Las huellas de la bitácora no se modifican, ni se borran."),
)


@contextmanager
def trail_lifted(connection: Any) -> Iterator[None]:
    """The rows of the trail and the hashes of its words may be changed within, for the erasure that the law asks for.

    Only the owner of the tables can; everybody who writes acts waits until the transaction ends.
    """
    rules = pick(RULES, TRAIL_RULE, f"{TRAIL_RULE}_words")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _settle(cursor)
        drop_rules(connection, rules)
        yield
        if connection.vendor == "postgresql":
            _settle(cursor)
        install_rules(connection, rules)


_lifted: dict[str, list[str]] = {}  # by database, what puts back the rules that a migration has lifted


def lift_rules(connection: Any) -> None:
    """Put every rule out of the way except the guard of the trail, for the migration that is running and no longer."""
    kept = f"{TRAIL_RULE}%"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgname NOT LIKE %s",
                [kept],
            )
            found = cursor.fetchall()
            lifting = [f'ALTER TABLE "{table}" DISABLE TRIGGER "{name}"' for name, table in found]
            _lifted[connection.alias] = [f'ALTER TABLE "{table}" ENABLE TRIGGER "{name}"' for name, table in found]
            _settle(cursor)
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name NOT LIKE %s", [kept])
            rows = cursor.fetchall()
            lifting, _lifted[connection.alias] = (
                [f'DROP TRIGGER "{name}"' for name, _ in rows],
                [sql for _, sql in rows],
            )
        for statement in lifting:
            cursor.execute(statement)


def restore_rules(connection: Any) -> None:
    """Put back what ``lift_rules`` found, word for word."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _settle(cursor)
        for statement in _lifted.pop(connection.alias):
            cursor.execute(statement)


def _settle(cursor: Any) -> None:
    """PostgreSQL does not alter a table while the check of a reference waits for the end of the transaction."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


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


class LiftRules(Operation):
    """Migration step, always with ``RestoreRules`` at the end of the same migration: see ``lift_rules``."""

    reversible = True
    reduces_to_sql = False

    def state_forwards(self, app_label: str, state: Any) -> None:
        return None

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        lift_rules(schema_editor.connection)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        restore_rules(schema_editor.connection)

    def describe(self) -> str:
        return "Lift the database rules for this migration"


class RestoreRules(LiftRules):
    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        restore_rules(schema_editor.connection)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        lift_rules(schema_editor.connection)

    def describe(self) -> str:
        return "Restore the database rules"


def pick(rules: Iterable[Rule], *names: str) -> tuple[Rule, ...]:
    """The named rules: a migration names what it installs, so that a later rule does not slip into it."""
    by_name = {rule.name: rule for rule in rules}
    return tuple(by_name[name] for name in names)
