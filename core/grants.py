"""What the application's role may do on PostgreSQL: everything to rows but for what is only appended to, nothing else.

Derived from the models and from ``APPEND_ONLY`` of the rooms, so that a later migration's tables are covered by the
next ``migrate`` or ``grants --apply``. Whatever is not said here, the role may not: it owns nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.migrations.recorder import MigrationRecorder

from core.database_rules import AppendOnly
from core.installed_rules import declared_append_only

ROWS = ("SELECT", "INSERT", "UPDATE", "DELETE")
ADDING = ("SELECT", "INSERT")
READING = ("SELECT",)
_ALL = (*ROWS, "TRUNCATE", "REFERENCES", "TRIGGER")
# What reaches past every grant: files and programs of the server, and rows of every table.
_REACHING = ("pg_write_all_data", "pg_write_server_files", "pg_execute_server_program")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the role may do to one table; ``columns`` may be updated where the whole row may not."""

    table: str
    privileges: tuple[str, ...]
    columns: tuple[str, ...] = ()


def allowed(connection: Any) -> list[Allowed]:
    """For every table of the product that the database has."""
    there = set(connection.introspection.table_names())
    kept = {one.table: one for one in declared_append_only()}
    names = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    found = [_of(name, kept.get(name)) for name in names]
    found.append(Allowed(MigrationRecorder.Migration._meta.db_table, READING))
    return sorted((one for one in found if one.table in there), key=lambda one: one.table)


def _of(table: str, kept: AppendOnly | None) -> Allowed:
    return Allowed(table, ROWS) if kept is None else Allowed(table, ADDING, kept.once)


def statements(connection: Any, role: str) -> Iterator[str]:
    """SQL for the owner; the same whatever was granted before."""
    who = _quoted(role)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_database()")
        schema, database = map(_quoted, cursor.fetchone())
    yield f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {who}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {who}"
    # Bulk changes pass through a table of their own (core/bulk.py).
    yield f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {who}"
    rows = allowed(connection)
    for one in rows:
        table = f"{schema}.{_quoted(one.table)}"
        yield f"REVOKE ALL ON TABLE {table} FROM PUBLIC, {who}"
        yield f"GRANT {', '.join(one.privileges)} ON TABLE {table} TO {who}"
        if one.columns:
            yield f"GRANT UPDATE ({', '.join(map(_quoted, one.columns))}) ON TABLE {table} TO {who}"
    for sequence in _sequences(connection, [one.table for one in rows]):
        # UPDATE: the demonstration's rows bring their keys, and the next ones follow them.
        yield f"GRANT USAGE, SELECT, UPDATE ON SEQUENCE {schema}.{_quoted(sequence)} TO {who}"
    # A temporary table hides the one of its name from whoever does not say where to look: rules look there last.
    for function in _rule_functions(connection):
        yield f"ALTER FUNCTION {schema}.{_quoted(function)}() SET search_path = {schema}, pg_temp"


def apply(connection: Any, role: str) -> int:
    """All of it or nothing; how many statements there were."""
    wanted = list(statements(connection, role))
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in wanted:
            cursor.execute(statement)
    return len(wanted)


def role_of(connection: Any) -> str:
    return str(_asked(connection, "SELECT current_user")[0][0])


def exists(connection: Any, role: str) -> bool:
    return bool(_asked(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role))


def why_not_apart(connection: Any, role: str) -> str:
    """Why this role can do whatever the owner can; empty if it cannot."""
    if _asked(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s AND rolsuper", role):
        return f"el rol «{role}» es superusuario de PostgreSQL"
    tables = [one.table for one in allowed(connection)]
    owners = _asked(
        connection,
        "SELECT DISTINCT r.rolname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = current_schema() AND c.relname = ANY (%s)",
        tables,
    )
    if (role,) in owners:
        return f"el rol «{role}» es el dueño de las tablas"
    above = _asked(
        connection,
        "SELECT rolname FROM pg_roles WHERE rolname <> %s AND pg_has_role(%s, oid, 'MEMBER') "
        "AND (rolsuper OR rolname = ANY (%s) OR rolname = ANY (%s)) ORDER BY rolname",
        role,
        role,
        [owner for (owner,) in owners],
        list(_REACHING),
    )
    return f"el rol «{role}» es miembro de «{above[0][0]}»" if above else ""


def faults(connection: Any, role: str) -> list[str]:
    """What a role that is not the owner may do and should not, or may not and needs; each a sentence."""
    found = []
    if _asked(connection, "SELECT 1 WHERE has_schema_privilege(%s, current_schema(), 'CREATE')", role):
        found.append(
            f"El rol «{role}» puede crear tablas y funciones: un superusuario debe correr "
            f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {_quoted(role)}."
        )
    too_many, missing = [], []
    for one in allowed(connection):
        granted = _granted(connection, role, one.table)
        columns = _columns(connection, role, one.table) if "UPDATE" not in granted else set()
        over = sorted(granted - set(one.privileges)) + sorted(f"UPDATE ({name})" for name in columns - {*one.columns})
        under = sorted(set(one.privileges) - granted) + sorted(f"UPDATE ({name})" for name in {*one.columns} - columns)
        too_many += [f"{what} en {one.table}" for what in over]
        missing += [f"{what} en {one.table}" for what in under if "UPDATE" not in granted or "(" not in what]
    again = f"Corra, como dueño: manage.py grants --role {role} --apply."
    if _asked(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s AND rolcreaterole", role):
        # Before PostgreSQL 16 such a role makes itself a member of the owner.
        found.append(
            f"El rol «{role}» puede crear roles y hacerse así dueño de la base. Corra, como superusuario: "
            f"ALTER ROLE {_quoted(role)} NOCREATEROLE."
        )
    if unguarded := _rule_functions(connection, unguarded=True):
        found.append(f"Una tabla temporal puede engañar a las reglas {_some(unguarded)}. {again}")
    if too_many:
        found.append(f"El rol «{role}» puede más de lo que debe: {_some(too_many)}. {again}")
    if missing:
        found.append(f"Al rol «{role}» le falta permiso: {_some(missing)}. {again}")
    return found


def _some(items: list[str]) -> str:
    shown = items[:6]
    return "; ".join(shown) + (f" y {len(items) - len(shown)} más" if len(items) > len(shown) else "")


def _granted(connection: Any, role: str, table: str) -> set[str]:
    rows = _asked(
        connection,
        "SELECT p FROM unnest(%s::text[]) AS p WHERE has_table_privilege(%s, %s::regclass, p)",
        list(_ALL),
        role,
        _quoted(table),
    )
    return {name for (name,) in rows}


def _columns(connection: Any, role: str, table: str) -> set[str]:
    """Those that the role may update."""
    rows = _asked(
        connection,
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND has_column_privilege(%s, attrelid, attnum, 'UPDATE')",
        _quoted(table),
        role,
    )
    return {name for (name,) in rows}


def _sequences(connection: Any, tables: list[str]) -> list[str]:
    rows = _asked(
        connection,
        "SELECT s.relname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') "
        "JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace n ON n.oid = t.relnamespace "
        "WHERE s.relkind = 'S' AND n.nspname = current_schema() AND t.relname = ANY (%s) ORDER BY s.relname",
        tables,
    )
    return [name for (name,) in rows]


def _rule_functions(connection: Any, *, unguarded: bool = False) -> list[str]:
    """Of the triggers that read or write other tables; ``unguarded``: those that a temporary table can mislead."""
    rows = _asked(
        connection,
        "SELECT DISTINCT p.proname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE NOT t.tgisinternal AND n.nspname = current_schema() AND p.pronamespace = n.oid "
        r"AND p.prosrc ~* '\m(from|into|update)\M' "
        "AND (NOT %s OR p.proconfig IS NULL OR NOT EXISTS (SELECT 1 FROM unnest(p.proconfig) AS setting "
        "WHERE setting LIKE 'search_path=%%, pg_temp')) ORDER BY p.proname",
        unguarded,
    )
    return [name for (name,) in rows]


def _asked(connection: Any, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
