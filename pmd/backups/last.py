"""What is known of backups afterwards: each one that was tried has its row, and ``doctor`` reads the last of them."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from core import manual
from core.models import Backup, TrailEntry
from core.moments import moment_text
from pmd.backups import restoring_mark
from pmd.backups.encryption import recipients
from pmd.backups.making import Made, folder_for
from pmd.backups.refusals import BackupError

TOO_OLD = timedelta(hours=36)


def note(began: datetime, ended: datetime, made: Made | None, fault: str = "") -> None:
    """A database that has no such table yet, or none at all, keeps no note; the command says it all the same."""
    try:
        if made is None:
            Backup.objects.create(started_at=began, ended_at=ended, fault=fault)
        else:
            counted = {"size": made.size, "rows": made.rows, "files": made.files}
            Backup.objects.create(started_at=began, ended_at=ended, archive=str(made.path), **counted)
    except DatabaseError:
        pass


def sentences(now: datetime) -> Iterator[str]:
    """What of the backups is not as it should be."""
    root = Path(settings.FILES_ROOT)
    # Of a folder that cannot be looked into something else is said.
    may_look = os.path.isdir(root) and os.access(root, os.R_OK | os.X_OK)
    if may_look and (unfinished := restoring_mark.read(root)):
        yield (
            f"La restauración de «{unfinished.archive}» no terminó, o no salió igual: corra otra vez manage.py restore "
            "con ese archivo, o vacíe la base de datos y la carpeta de archivos."
        )
    yield from _of_the_settings()
    yield from _of_the_last(now)


def _of_the_settings() -> Iterator[str]:
    """What the backup of this night would be refused for."""
    root = settings.PMD_BACKUP_ROOT
    if root:
        try:
            folder_for(root)
        except BackupError as error:
            yield f"PMD_BACKUP_ROOT es «{root}» y ahí no se puede respaldar: {error}"
    try:
        recipients(settings.PMD_BACKUP_KEY)
    except BackupError as error:
        yield f"PMD_BACKUP_KEY no sirve para cifrar los respaldos: {error}"


def _is_gone(archive: Path) -> bool:
    """Of a folder that may not be entered nobody knows; that the one of the settings is away was told."""
    if str(archive.parent) == settings.PMD_BACKUP_ROOT and not os.path.isdir(archive.parent):
        return False
    try:
        archive.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _of_the_last(now: datetime) -> Iterator[str]:
    """Nothing to keep yet is nothing to miss: the first day and a half after the first act."""
    last = Backup.objects.first()
    if last and last.fault:
        yield f"El último respaldo, del {moment_text(last.started_at)}, no se hizo: {last.fault}"
    good = Backup.objects.filter(fault="").first()
    since = good.started_at if good else TrailEntry.objects.order_by("pk").values_list("at", flat=True).first()
    if since is None:
        return
    if good and _is_gone(Path(good.archive)):
        yield (
            f"El último respaldo bueno, «{good.archive}», ya no está ahí: corra manage.py backup, y deje siempre "
            "el último aunque lleve copias a otra máquina."
        )
        return
    if now - since <= TOO_OLD:
        return
    when = f"El último respaldo bueno es del {moment_text(since)}" if good else "Nunca se ha hecho un respaldo"
    yield f"{when}: corra manage.py backup cada noche ({manual.TIMERS})."
