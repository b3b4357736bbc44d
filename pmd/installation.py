"""What of an installation is not as it should be, for ``manage.py doctor``: each in a sentence that says what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from accounts.mail_waiting import no_worker
from core import grants
from core.installed_rules import declared_rules, differing_triggers
from core.models import FileFault
from core.private_files import require_root
from indicators.results import stamps
from pmd import checks
from pmd.backups import last
from pmd.environment import FILES_ROOT, PUBLIC_ROOT


@dataclass(frozen=True, slots=True)
class Finding:
    """``grave``: the installation should not be worked with as it is; otherwise something to know."""

    sentence: str
    grave: bool = True


def findings(now: datetime) -> Iterator[Finding]:
    yield from _settings()
    yield from _folders()
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        yield Finding(f"No se puede llegar a la base de datos de DATABASE_URL: {str(error).strip()}")
        return
    yield from _roles()
    try:
        yield from _contents(now)
    except DatabaseError as error:
        yield Finding(f"La base de datos no se deja leer: {str(error).splitlines()[0]}.")


def _contents(now: datetime) -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Finding(f"Faltan {len(waiting)} migraciones de esta versión: corra manage.py migrate.")
        return
    yield from _rules()
    if sentence := no_worker(now):
        yield Finding(f"{sentence} Arranque el servicio pmd-worker (docs/operations.md, «The worker»).")
    if lost := FileFault.objects.count():
        yield Finding(f"Archivos guardados que se perdieron o se alteraron: {lost}. Véalos con manage.py check_files.")
    yield from map(Finding, last.sentences(now))


def _settings() -> Iterator[Finding]:
    if settings.DEBUG:
        yield Finding("DEBUG está encendido: cualquiera que provoque un error ve el programa por dentro. Apáguelo.")
    if not settings.LOCAL and not settings.ALLOWED_HOSTS:
        yield Finding("Falta ALLOWED_HOSTS: escriba el nombre del servidor.")
    try:
        _ = settings.SECRET_KEY
    except ImproperlyConfigured:
        yield Finding("Falta SECRET_KEY: ponga al menos 50 caracteres al azar.")
    for message in checks.production(None):
        yield Finding(str(message.msg), grave=message.id != checks.SQLITE)


def _folders() -> Iterator[Finding]:
    for root, own, name in (
        (settings.FILES_ROOT, settings.OWN_FILES_ROOT, FILES_ROOT),
        (settings.PMD_PUBLIC_ROOT, settings.OWN_PUBLIC_ROOT, PUBLIC_ROOT),
    ):
        try:
            require_root(root, own=own, name=name)
        except ImproperlyConfigured as error:
            yield Finding(str(error))
    if not settings.DEBUG and not (settings.STATIC_ROOT / "staticfiles.json").is_file():
        yield Finding(
            f"En «{settings.STATIC_ROOT}» no están los estilos de las páginas: corra manage.py collectstatic."
        )


def _roles() -> Iterator[Finding]:
    if connection.vendor != "postgresql":
        yield Finding(
            "SQLite no tiene roles: quien puede escribir en el archivo de la base puede cambiar todo, también la "
            "bitácora. Para separar al dueño de la base y a la aplicación hace falta PostgreSQL.",
            grave=False,
        )
        return
    role = grants.role_of(connection)
    if why := grants.why_not_apart(connection, role):
        yield Finding(
            f"La aplicación y el dueño de la base son el mismo: {why}. Así la aplicación puede quitar las reglas y "
            "reescribir bitácora, cierres y constancias. Sepárelos (docs/operations.md, «Two roles»)."
        )
        return
    yield from map(Finding, grants.faults(connection, role))


def _rules() -> Iterator[Finding]:
    names = differing_triggers(connection, declared_rules()) + stamps.differing(connection)
    if names:
        yield Finding(
            f"Faltan reglas de la base de datos o alguien las cambió: {', '.join(names)}. Restaure el respaldo "
            "(docs/operations.md, «Restoring») antes de seguir capturando."
        )
