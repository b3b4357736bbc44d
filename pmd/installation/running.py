"""What runs by itself: the worker takes tasks, the timers' commands ran, and what they found."""

import re
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django_tasks import TaskResultStatus, default_task_backend, task
from django_tasks_db.models import DBTaskResult

from accounts.mail_waiting import no_worker
from core import last_runs, manual
from core.models import FileFault, SelfCheck, TrailHead
from pmd import __version__, upgrade_mark
from pmd.backups import last
from pmd.installation.findings import Finding
from publishing.checking.running import STALE_AFTER

# A worker asks for tasks once a second; it may be in the middle of one.
_PATIENCE, _PAUSE = 15.0, 0.5  # seconds
_BUSY = timedelta(minutes=2)
UNITS = Path("/etc/systemd/system")  # where «make install» puts them
_LISTENS = re.compile(r"^ListenStream=(\S+)$", re.MULTILINE)


@task(priority=90)
def answered() -> str:
    """Asked for by ``worker``: that somebody takes it is the answer, and which version he is of."""
    return __version__


def worker(now: datetime) -> Iterator[Finding]:
    if not default_task_backend.supports_defer:
        return
    remedy = f"Arranque el servicio pmd-worker ({manual.WORKER})."
    if sentence := no_worker(now):
        yield Finding(sentence, remedy)
    elif not _is_busy(now):
        version = _answer()
        if version is None:
            yield Finding(f"Ningún proceso tomó una tarea de prueba en {_PATIENCE:.0f} segundos.", remedy)
        elif version not in ("", __version__) and not _is_being_upgraded():
            yield Finding(
                f"El worker trabaja con PMD {version}, y este código es {__version__}.",
                "Reinícielo: systemctl restart pmd-worker.",
            )


def _is_being_upgraded() -> bool:
    """Its last step starts the worker anew; a new version that is asked before that finds the former one."""
    return upgrade_mark.is_under_way(upgrade_mark.place_of(Path(settings.BASE_DIR)))


def _is_busy(now: datetime) -> bool:
    under_way = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__gte=now - _BUSY)
    return under_way.exists()


def _answer() -> str | None:
    """The version of who took it, "" of one that is still at it or does not say; None where nobody did."""
    asked = answered.enqueue()
    end = time.monotonic() + _PATIENCE
    try:
        while time.monotonic() < end:
            asked.refresh()
            if asked.is_finished:
                return str(asked.return_value or "") if asked.status == TaskResultStatus.SUCCESSFUL else ""
            time.sleep(_PAUSE)
        return None if asked.status == TaskResultStatus.READY else ""
    finally:
        # Nobody asks for it again, and who starts the worker later need not take it.
        DBTaskResult.objects.filter(pk=asked.id).exclude(status=TaskResultStatus.RUNNING).delete()


def upgrade(now: datetime) -> Iterator[Finding]:
    """One that was killed: the code of the disk is another one than what serves."""
    base = upgrade_mark.place_of(Path(settings.BASE_DIR))
    mark = upgrade_mark.read(base)
    if mark is not None and not upgrade_mark.is_under_way(base):
        yield Finding(mark.sentence, f"{mark.remedy} ({manual.KILLED_UPGRADE})")


def papers(now: datetime) -> Iterator[Finding]:
    """The processes of whole-plan files, where systemd starts them: pages answer without them, their files do not."""
    unit = UNITS / "pmd-papers.socket"
    if not unit.is_file() or not (found := _LISTENS.search(unit.read_text(encoding="utf-8"))):
        return
    address = found.group(1)
    try:
        with urllib.request.urlopen(f"http://{address}/salud/vivo/", timeout=_PATIENCE):
            return
    except HTTPError:
        return
    except OSError as error:
        why = getattr(error, "reason", error)
        if isinstance(why, TimeoutError):  # somebody has the connection: another request comes first
            yield Finding(
                f"En {address} se tarda en contestar: quizá prepara archivos de todo el plan (Excel, PDF, CSV).",
                "Corra doctor otra vez en unos minutos; si sigue igual, systemctl restart pmd-papers.",
                grave=False,
            )
            return
        yield Finding(
            f"En {address} nadie contesta, y los archivos de todo el plan (Excel, PDF, CSV) no se pueden descargar: "
            f"{why}.",
            "Corra systemctl start pmd-papers.socket pmd-papers, y si no basta vea journalctl -u pmd-papers.",
        )


def lost_files(now: datetime) -> Iterator[Finding]:
    if lost := FileFault.objects.count():
        yield Finding(
            f"Archivos guardados que se perdieron o se alteraron: {lost}.", "Véalos con manage.py check_files."
        )


def self_check(now: datetime) -> Iterator[Finding]:
    check = SelfCheck.objects.order_by("-started_at").first()
    remedy = f"Vea su temporizador pmd-check ({manual.TIMERS})."
    if check is None:
        if _is_settled(now):
            yield Finding("La comprobación de cada noche no ha corrido nunca.", remedy)
    elif now - check.started_at > STALE_AFTER:
        yield Finding(f"La comprobación de cada noche no corre desde el {_said(check.started_at)}.", remedy)
    elif check.failures:
        yield Finding(
            f"La comprobación del {_said(check.started_at)} encontró {check.failures} cosas que no se sostienen.",
            "Véalas en la página Comprobación.",
        )


def backups(now: datetime) -> Iterator[Finding]:
    yield from map(Finding, last.sentences(now))


def reminders(now: datetime) -> Iterator[Finding]:
    ran = last_runs.last(last_runs.REMINDERS)
    remedy = f"Vea su temporizador pmd-reminders ({manual.TIMERS})."
    if ran is None:
        if _is_settled(now):
            yield Finding("Los recordatorios no han salido nunca.", remedy)
    elif now - ran > STALE_AFTER:
        yield Finding(f"Los recordatorios no salen desde el {_said(ran)}.", remedy)


def trail_head(now: datetime) -> Iterator[Finding]:
    """What ``send_trail_head`` does not fail for: that no head has left yet."""
    if not TrailHead.objects.exists() and _is_settled(now):
        yield Finding(
            "Ningún sello de la bitácora ha salido a Contraloría: fuera de la base de datos no hay con qué compararla.",
            "Nombre en Personas a alguien de Contraloría, con correo; sale cada mañana.",
            grave=False,
        )


def _is_settled(now: datetime) -> bool:
    """Of an installation of today nothing ran yet that runs by night."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM django_migrations WHERE applied < %s", [now - STALE_AFTER])
        return cursor.fetchone() is not None


def _said(at: datetime) -> str:
    return f"{timezone.localtime(at):%d/%m/%Y %H:%M}"
