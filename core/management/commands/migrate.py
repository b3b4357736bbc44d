"""Django's ``migrate``, as the owner of the database where there is one, whose role then gets what it needs.

With ``--lock-seconds`` it does not queue for a table that somebody holds, and nobody queues behind it: it steps back
and tries again. A page that only reads would otherwise wait behind a migration that waits behind a forgotten session.
"""

from time import sleep
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

from core import grants
from core.owner import connected_as_owner, told_who_may

LOCKED = "55P03"
_LONGEST_PAUSE = 30  # seconds
# Whoever holds a table of this database, us excepted; the owner sees who, if not since when.
_HOLDERS = (
    "SELECT DISTINCT l.pid, a.usename FROM pg_locks l JOIN pg_class c ON c.oid = l.relation "
    "JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_stat_activity a ON a.pid = l.pid "
    "WHERE l.granted AND l.pid <> pg_backend_pid() AND n.nspname = current_schema() "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY l.pid LIMIT 5"
)


class Command(migrate.Command):
    computes_no_day = True

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-seconds", type=int, default=0, help="PostgreSQL: cuánto espera una tabla ocupada (0: sin límite)"
        )
        parser.add_argument("--tries", type=int, default=1, help="cuántas veces lo intenta cuando está ocupada")

    def execute(self, *args: Any, **options: Any) -> Any:
        # Around the checks too, which read the database: after a restoring the application may not do even that.
        with connected_as_owner(options["database"]), told_who_may():
            return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        alias = options["database"]
        if options["lock_seconds"] and connections[alias].vendor == "postgresql":
            self._migrate_between_others(alias, *args, **options)
        else:
            super().handle(*args, **options)
        if (
            not settings.PMD_DATABASE_OWNER
            or alias != DEFAULT_DB_ALIAS
            or options["plan"]
            or options["check_unapplied"]
        ):
            return
        role = settings.DATABASES[alias]["USER"]
        if not grants.why_not_apart(connections[alias], role):
            grants.apply(connections[alias], role)
            if options["verbosity"]:
                self.stdout.write(f"Permisos de «{role}»: al día.")

    def _migrate_between_others(self, alias: str, *args: Any, **options: Any) -> None:
        """A migration that could not have its table is undone as a whole, and asked for again after a pause."""
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{options['lock_seconds']}s"])
        for number in range(1, options["tries"] + 1):
            try:
                super().handle(*args, **options)
                break
            except OperationalError as error:
                if getattr(error.__cause__, "pgcode", None) != LOCKED:
                    raise
                holders = self._holders(alias)
                if number == options["tries"]:
                    raise CommandError(
                        f"Otra sesión de la base de datos no soltó una tabla en {number} intentos ({holders}). Lo que "
                        "faltaba migrar quedó como estaba. Termine esa sesión (SELECT pg_terminate_backend(número)) y "
                        "corra lo mismo otra vez."
                    ) from error
                pause = min(2 ** (number - 1), _LONGEST_PAUSE)
                self.stdout.write(f"\nUna tabla está ocupada ({holders}): otro intento en {pause} s.")
                sleep(pause)
        with connections[alias].cursor() as cursor:
            cursor.execute("RESET lock_timeout")

    def _holders(self, alias: str) -> str:
        with connections[alias].cursor() as cursor:
            cursor.execute(_HOLDERS)
            found = [f"{pid}, de {role or '?'}" for pid, role in cursor.fetchall()]
        return "; ".join(found) or "ya no se ve cuál"
