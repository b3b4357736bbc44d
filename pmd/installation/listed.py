"""The list."""

from collections.abc import Iterator
from datetime import datetime

from django.db import DatabaseError

from pmd.installation import configuration, database, places, reached, running
from pmd.installation.findings import Check, Door, Finding

_LOG = "Vea el registro de PostgreSQL y los permisos (manage.py grants)."
_REPORT = "Corrija lo demás y, si se repite, avise a quien da soporte a PMD."
_EVERYWHERE = Door.DOCTOR | Door.DEPLOY
_HEALTH = Door.DOCTOR | Door.HEALTH
REACHED = Check(database.reached, _HEALTH, told="sin base de datos")
MIGRATED = Check(database.migrated, reads=True)
WRITTEN = Check(database.written, _HEALTH, reads=True, told="no se puede guardar")
CHECKS = (
    # What ``check --deploy`` says of these two with Django's own words.
    Check(configuration.of_one_s_own_machine),
    Check(configuration.needed_to_serve),
    Check(configuration.demonstration, _EVERYWHERE),
    Check(configuration.municipality, _EVERYWHERE),
    Check(configuration.time_zone, _EVERYWHERE),
    Check(configuration.names, _EVERYWHERE),
    Check(configuration.secrets, _EVERYWHERE),
    Check(configuration.settings_file, _EVERYWHERE),
    Check(configuration.database_engine, _EVERYWHERE),
    Check(configuration.site, _EVERYWHERE),
    Check(configuration.proxy, _EVERYWHERE),
    Check(configuration.mail, _EVERYWHERE),
    Check(places.static_files),
    Check(places.files, _HEALTH, told="no se puede guardar"),
    Check(places.public_files),
    Check(places.room),
    Check(reached.mail_server),
    Check(reached.site),
    Check(running.upgrade),
    Check(running.papers),
    REACHED,
    Check(database.server, reads=True),
    Check(database.roles, reads=True),
    MIGRATED,
    WRITTEN,
    Check(database.rules, reads=True),
    Check(running.worker, reads=True),
    Check(running.lost_files, reads=True),
    Check(running.backups, reads=True),
    Check(running.self_check, reads=True),
    Check(running.reminders, reads=True),
    Check(running.trail_head, reads=True),
)


def findings(now: datetime) -> Iterator[Finding]:
    """All of it, in order. What reads rows is left out once the database cannot be reached or lacks migrations.

    A check that breaks is a finding like any other: whoever asks what is wrong reads no traceback instead.
    """
    ends = refused = False
    for check in CHECKS:
        if ends and check.reads:
            continue
        try:
            found = list(check.ask(now))
        except DatabaseError as error:
            # What it refuses to write was told where a row was tried.
            found = [] if refused else [Finding(f"La base de datos no se deja leer: {database.said(error)}.", _LOG)]
            ends = True
        except Exception as error:
            found = [Finding(f"Una revisión no pudo terminar: {type(error).__name__}: {error}.", _REPORT)]
        yield from found
        refused = refused or (check is WRITTEN and bool(found))
        ends = ends or (check in (REACHED, MIGRATED) and bool(found))
