"""The list."""

from collections.abc import Iterator
from datetime import datetime

from django.db import DatabaseError

from core import manual
from pmd.installation import configuration, database, places, reached, running
from pmd.installation.findings import Check, Door, Finding
from pmd.installation.patience import Unanswered, asked_beside
from pmd.waits import OF_A_LOCK, waited_for

_LOG = "Vea el registro de PostgreSQL y los permisos (manage.py grants)."
_REPORT = "Corrija lo demás y, si se repite, avise a quien da soporte a PMD."
_LOOK = "Vea ese disco (mount, df, dmesg) o el servidor de red en que está."
_OF_A_SERVER = 30.0  # seconds: a few answers, each of which may take a while
_EVERYWHERE = Door.DOCTOR | Door.DEPLOY
_HEALTH = Door.DOCTOR | Door.HEALTH
REACHED = Check(database.reached, _HEALTH, told="sin base de datos")
FILES = Check(
    places.files, _HEALTH, told="no se puede guardar", silent=f"El disco de PMD_FILES_ROOT no contesta. {_LOOK}"
)
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
    Check(places.static_files, silent=f"El disco de PMD_STATIC_ROOT no contesta. {_LOOK}"),
    FILES,
    Check(places.public_files, silent=f"El disco de PMD_PUBLIC_ROOT no contesta. {_LOOK}"),
    Check(places.room, silent=f"Un disco de PMD_FILES_ROOT, PMD_PUBLIC_ROOT o PMD_BACKUP_ROOT no contesta. {_LOOK}"),
    Check(
        reached.mail_server,
        patience=_OF_A_SERVER,
        silent="El servidor de correo de EMAIL_URL no termina de contestar. Corríjala, o avise a quien lo administra.",
    ),
    Check(
        reached.site,
        patience=_OF_A_SERVER,
        silent="El sitio no termina de contestar en PMD_SITE_URL. Vea que nginx y pmd estén trabajando.",
    ),
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
    Check(running.backups, reads=True, disks=True),
    Check(running.self_check, reads=True),
    Check(running.reminders, reads=True),
    Check(running.trail_head, reads=True),
)


def findings(now: datetime) -> Iterator[Finding]:
    """All of it, in order. What reads rows is left out once the database cannot be reached or lacks migrations.

    A check that breaks is a finding like any other: whoever asks what is wrong reads no traceback instead.
    """
    ends = refused = stuck = False
    unanswered: list[Check] = []
    for check in CHECKS:
        if (ends and check.reads) or (stuck and check.disks):
            continue
        try:
            found = _of(check, now)
        except Unanswered:
            stuck = stuck or check.ask is places.room
            found = [] if _is_told(check, unanswered) else [Finding(check.silent)]
            unanswered.append(check)
        except DatabaseError as error:
            remedy = f"Otra sesión la tiene tomada ({manual.HELD})." if waited_for(error) == OF_A_LOCK else _LOG
            # What it refuses to write was told where a row was tried.
            found = [] if refused else [Finding(f"La base de datos no se deja leer: {database.said(error)}.", remedy)]
            ends = True
        except Exception as error:
            found = [Finding(f"Una revisión no pudo terminar: {_named(error)}.", _REPORT)]
        yield from found
        refused = refused or (check is WRITTEN and bool(found))
        ends = ends or (check in (REACHED, MIGRATED) and bool(found))


def _of(check: Check, now: datetime) -> list[Finding]:
    return asked_beside(lambda: check.ask(now), check.patience) if check.silent else list(check.ask(now))


def _is_told(check: Check, unanswered: list[Check]) -> bool:
    """How much room a disk has that does not answer was asked after its folder."""
    return check.ask is places.room and bool(unanswered)


def _named(error: Exception) -> str:
    return str(error) if type(error) is RuntimeError else f"{type(error).__name__}: {error}"
