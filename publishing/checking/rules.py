"""The rules of the database: triggers, their functions and constraints, as this version installs them."""

import re
from collections.abc import Iterator

from django.apps import apps
from django.db import connection
from django.db.models import CheckConstraint, UniqueConstraint

from core.installed_rules import declared_rules, differing_triggers
from indicators.results import stamps
from publishing.checking.findings import Findings, Part

_NAMED = re.compile(r'CONSTRAINT "([^"]+)"')


def check_rules(found: Findings) -> int:
    """How many rules were looked for."""
    rules = declared_rules()
    for name in [*differing_triggers(connection, rules), *stamps.differing(connection)]:
        found.add(Part.RULES, f"La regla «{name}» falta, está apagada o no dice lo que esta versión instala.")
    wanted = list(_constraints())
    there = _installed()
    for table, name in wanted:
        if (table, name) not in there:
            found.add(Part.RULES, f"La restricción «{name}» de la tabla {table} no está en la base de datos.")
    return len(rules) + len(wanted)


def _constraints() -> Iterator[tuple[str, str]]:
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy:
            for constraint in model._meta.constraints:
                if isinstance(constraint, CheckConstraint | UniqueConstraint):
                    yield model._meta.db_table, constraint.name


def _installed() -> set[tuple[str, str]]:
    """The names of constraints and unique indexes, with their tables. A constraint that was not validated is none."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
                "WHERE k.convalidated UNION SELECT c.relname, i.relname FROM pg_index x "
                "JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid "
                "WHERE x.indisunique AND x.indisvalid"
            )
            return set(cursor.fetchall())
        cursor.execute("SELECT tbl_name, name FROM sqlite_master WHERE type = 'index'")
        found = set(cursor.fetchall())
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL")
        return found | {(table, name) for table, sql in cursor.fetchall() for name in _NAMED.findall(sql)}
