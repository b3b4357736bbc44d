"""Django's ``migrate``, as the owner of the database where there is one, whose role then gets what it needs."""

from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, connections

from core import grants
from core.owner import connected_as_owner, told_who_may


class Command(migrate.Command):
    computes_no_day = True

    def execute(self, *args: Any, **options: Any) -> Any:
        # Around the checks too, which read the database: after a restoring the application may not do even that.
        with connected_as_owner(options["database"]), told_who_may():
            return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        alias = options["database"]
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
