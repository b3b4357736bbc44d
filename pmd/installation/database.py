"""The database: reached, writable, of this version, with its rules, and worked with by a role that owns nothing."""

from collections.abc import Iterator
from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from core import grants, last_runs, manual
from core.installed_rules import declared_rules, differing_triggers
from indicators.results import stamps
from pmd.installation.findings import Finding
from pmd.waits import OF_A_LOCK, waited_for

_OLDEST = 14
_APART = 60  # seconds


def reached(now: datetime) -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError as error:
        why = said(error)
        refused = "password authentication failed" in why or "autentificación" in why
        if connection.vendor == "sqlite":
            path = settings.DATABASES["default"]["NAME"]
            yield Finding(
                f"No se puede abrir la base de datos de DATABASE_URL, «{path}»: {why}.",
                "Vea que su carpeta exista y que la cuenta del servicio pueda escribir en ella.",
            )
            return
        hint = " Si la clave lleva # / ? @ % o :, escríbala con %23, %2F, %3F, %40, %25 o %3A." if refused else ""
        yield Finding(
            f"No se puede llegar a la base de datos de DATABASE_URL: {why}.",
            f"Vea que PostgreSQL esté trabajando y que servidor, usuario y clave sean esos.{hint}",
        )


def said(error: BaseException) -> str:
    """What the database answered, in one line and without the stop at its end."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__).strip().rstrip(".")


def migrated(now: datetime) -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if newer := _of_a_newer_version(executor.loader):
        yield Finding(
            f"La base de datos es de una versión más nueva que este programa: {', '.join(newer)}.",
            f"Ponga el código de esa versión, o restaure el respaldo de antes ({manual.GOING_BACK}).",
        )
    elif waiting:
        missing = "Falta 1 migración" if len(waiting) == 1 else f"Faltan {len(waiting)} migraciones"
        yield Finding(f"{missing} de esta versión.", "Corra manage.py migrate.")
    elif gone := sorted(_tables() - set(connection.introspection.table_names())):
        yield Finding(
            f"Faltan tablas de la base de datos: {', '.join(gone)}.",
            f"Restaure el respaldo ({manual.RESTORING}).",
        )


def _of_a_newer_version(loader: MigrationLoader) -> list[str]:
    """Only what comes after the last one that is here: earlier ones may have been joined into one."""
    last: dict[str, str] = {}
    for room, name in loader.disk_migrations:
        last[room] = max(last.get(room, ""), name)
    applied = sorted(loader.applied_migrations or ())
    return [f"{room} {name}" for room, name in applied if room in last and name[:4] > last[room][:4]]


def _tables() -> set[str]:
    return {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}


def written(now: datetime) -> Iterator[Finding]:
    """A row is written for good, because only what reaches the disk says that the disk takes it."""
    try:
        last_runs.note(last_runs.HEALTH, now)
    except DatabaseError as error:
        if waited_for(error) == OF_A_LOCK:
            return  # somebody else is writing, so writing works
        yield Finding(
            f"La base de datos no acepta lo que se guarda: {said(error)}.",
            "Vea el espacio de su disco, que no sea una copia de solo lectura, y los permisos (manage.py grants).",
        )


def server(now: datetime) -> Iterator[Finding]:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('server_encoding'), now()")
        version, encoding, its_now = cursor.fetchone()
    if connection.pg_version // 10000 < _OLDEST:
        yield Finding(f"PostgreSQL es {version}.", f"Hace falta el {_OLDEST} o más nuevo.")
    if encoding != "UTF8":
        yield Finding(
            f"La base de datos guarda el texto en {encoding}.",
            "Hágala de nuevo con --encoding UTF8 y restaure en ella.",
        )
    apart = abs((its_now - now).total_seconds())
    if apart > _APART:
        yield Finding(
            f"El reloj de esta máquina y el de la base de datos difieren en {apart:.0f} segundos.",
            "Ponga ambos en hora (timedatectl set-ntp true).",
            grave=False,
        )


def roles(now: datetime) -> Iterator[Finding]:
    if connection.vendor != "postgresql":
        yield Finding(
            "SQLite no tiene roles: quien puede escribir en el archivo de la base puede cambiar todo, también la "
            "bitácora.",
            "Para separar al dueño de la base y a la aplicación hace falta PostgreSQL.",
            grave=False,
        )
        return
    role = grants.role_of(connection)
    if why := grants.why_not_apart(connection, role):
        yield Finding(
            f"La aplicación y el dueño de la base son el mismo: {why}. Así la aplicación puede quitar las reglas y "
            "reescribir bitácora, cierres y constancias.",
            f"Sepárelos ({manual.TWO_ROLES}).",
        )
        return
    yield from map(Finding, grants.faults(connection, role))


def rules(now: datetime) -> Iterator[Finding]:
    names = differing_triggers(connection, declared_rules()) + stamps.differing(connection)
    if names:
        yield Finding(
            f"Faltan reglas de la base de datos o alguien las cambió: {', '.join(names)}.",
            f"Restaure el respaldo ({manual.RESTORING}) antes de seguir capturando.",
        )
