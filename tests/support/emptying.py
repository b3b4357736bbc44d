"""Emptying the tables after a test with real transactions: quickly, and past the rules that refuse to delete.

Only the rows that tests make go. Content types and permissions stay as the migrations left them: nothing has to make
them again after each test, as Django's own ``flush`` does.
"""

from functools import cache
from typing import Any

from django.db import connections, transaction

from core.database_rules import drop_rules, install_rules
from core.installed_rules import declared_rules
from indicators.results import stamps
from tests.support.owner import OWNER

MADE_BY_MIGRATIONS = {"django_migrations", "django_content_type", "auth_permission"}


def empty(alias: str) -> None:
    connection = connections[alias]
    (_empty_postgresql if connection.vendor == "postgresql" else _empty_sqlite)(connection)


@cache
def tables(alias: str) -> tuple[str, ...]:
    """Every table that tests write in."""
    names = connections[alias].introspection.django_table_names(only_existing=True, include_views=False)
    return tuple(sorted(set(names) - MADE_BY_MIGRATIONS))


@cache
def _is_superuser(alias: str) -> bool:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = session_user")
        return bool(cursor.fetchone()[0])


def _empty_postgresql(connection: Any) -> None:
    """No trigger fires for a superuser who says so; on somebody else's server their owner switches them off and on.

    DELETE, not TRUNCATE: that makes new files for every table and its indexes, filled or not. Like TRUNCATE it waits
    for whoever is still writing, and what they wrote goes too.
    """
    names = [f'"{table}"' for table in tables(connection.alias)]
    waiting = f"LOCK TABLE {', '.join(names)} IN EXCLUSIVE MODE"
    deleting = [f"DELETE FROM {name}" for name in names]
    if _is_superuser(connection.alias):
        statements = [
            "SET LOCAL ROLE NONE",
            "SET LOCAL session_replication_role = replica",
            waiting,
            *deleting,
        ]
    else:
        stamped = {trigger.table for trigger in stamps.triggers()}
        guarded = sorted({rule.table for rule in declared_rules() if "DELETE" in rule.events} | stamped)
        statements = [
            f"SET LOCAL ROLE {OWNER}",
            *(f'ALTER TABLE "{table}" DISABLE TRIGGER USER' for table in guarded),
            waiting,
            *deleting,
            "SET CONSTRAINTS ALL IMMEDIATE",  # no table is altered while the check of a reference waits
            *(f'ALTER TABLE "{table}" ENABLE TRIGGER USER' for table in guarded),
        ]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("; ".join(statements))


def _empty_sqlite(connection: Any) -> None:
    """Its triggers have no switch: those that stand in the way go, and come back before the next test."""
    with connection.cursor() as cursor:
        filled = [table for table in tables(connection.alias) if _has_rows(cursor, table)]
    refusing = [rule for rule in declared_rules() if "DELETE" in rule.events and rule.table in filled]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        drop_rules(connection, refusing)
        for table in filled:
            cursor.execute(f'DELETE FROM "{table}"')
        install_rules(connection, refusing)


def _has_rows(cursor: Any, table: str) -> bool:
    return cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")').fetchone()[0] == 1
