"""``grants``: what the application's role may do on PostgreSQL, as SQL or applied."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from core import grants, manual
from core.owner import connected_as_owner, told_who_may


class Command(BaseCommand):
    computes_no_day = True
    help = (
        "Escribe los permisos del rol con que trabaja la aplicación en PostgreSQL; con --apply los da. Se conecta "
        "como el dueño de la base (PMD_DATABASE_OWNER_URL). Puede repetirse cuantas veces haga falta."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--role", default="", help="el rol de la aplicación; si falta, el de DATABASE_URL")
        parser.add_argument("--apply", action="store_true", help="dar los permisos, no solo escribirlos")

    def handle(self, *, role: str, apply: bool, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError(
                "SQLite no tiene roles: quien puede escribir en el archivo puede cambiarlo todo. Para separar al dueño "
                "de la base y a la aplicación hace falta PostgreSQL."
            )
        role = role or settings.DATABASES["default"]["USER"]
        with connected_as_owner(), told_who_may():
            if not role or not grants.exists(connection, role):
                raise CommandError(f"No existe el rol «{role}»: créelo antes (createuser --pwprompt {role or 'pmd'}).")
            if why := grants.why_not_apart(connection, role):
                raise CommandError(
                    f"No sirve limitar a «{role}»: {why}. La aplicación necesita un rol propio, que no sea el dueño "
                    f"({manual.TWO_ROLES})."
                )
            if not apply:
                self.stdout.write("".join(f"{statement};\n" for statement in grants.statements(connection, role)))
                return
            number = grants.apply(connection, role)
            self.stdout.write(f"Permisos de «{role}»: {number} órdenes, todas hechas.")
            for fault in grants.faults(connection, role):
                self.stderr.write(fault)
