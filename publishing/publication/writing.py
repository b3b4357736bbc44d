"""Bringing the folder to what planning decided last: written whole, or taken away. Done twice it changes nothing.

Done by the worker; what came of it is kept, so that planning's page can say it.
"""

import logging
from functools import partial
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from core.file_errors import why_not
from core.refusals import ServiceError
from publishing.export.chain import kept_chain
from publishing.export.folder import CannotPublish, Written
from publishing.export.publication import publish
from publishing.models import Publication, SiteWriting
from publishing.publication.for_proxy import offer
from publishing.publication.place import site_folder, sweep, take_away, writing_alone
from publishing.publication.state import site_state

logger = logging.getLogger(__name__)

PATIENCE = 120.0
"""Seconds that a writer waits for the one before it."""
NOBODY_KNOWS = "El sitio no se pudo escribir por una falla que nadie previó: avise a quien administra el servidor."


class _Overtaken(CannotPublish):
    """Planning decided something else meanwhile."""


# Below the mail and the reports, which somebody waits for.
@task(priority=-15)
def write_site() -> str:
    kept = bring_to_decision()
    return "failed" if kept is not None and kept.error else "done"


def bring_to_decision(*, patience: float = PATIENCE, sweeps: bool = True) -> SiteWriting | None:
    """Write or take away the folder; what is kept of it, None where there was nothing to do.

    ``sweeps``: also delete what was taken away, which takes a while. Nothing is raised: planning's page says what
    went wrong, and the folder is as it was.
    """
    wanted = site_state().shown
    if wanted is None and not site_folder().exists():
        if sweeps:
            sweep(site_folder())
        return None
    row = SiteWriting.objects.create(publication=wanted, started_at=timezone.now())
    try:
        with writing_alone(patience=patience) as site:
            row.publication, written = _settled(site)
            if sweeps:
                sweep(site)
    except (CannotPublish, ServiceError) as refusal:
        row.error = str(refusal)
    except OSError as error:
        row.error = f"No se puede escribir en «{site_folder().parent}»: {why_not(error)}."
    except Exception:
        logger.exception("El sitio público no se pudo escribir")
        row.error = NOBODY_KNOWS
    else:
        if written is not None:
            row.files = written.new + written.changed + written.same
            row.changed = written.new + written.changed + written.gone
    row.ended_at = timezone.now()
    row.save()
    return row


def _settled(site: Path) -> tuple[Publication | None, Written | None]:
    """What the folder is of in the end: what was decided while it was written, too."""
    while True:
        wanted = site_state().shown
        if wanted is None:
            take_away(site)
            return None, None
        try:
            written = publish(
                site,
                kept_chain(up_to=wanted.closing_id),
                address=settings.PMD_PUBLIC_URL,
                advance=partial(_refuse_overtaken, wanted),
            )
        except _Overtaken:
            continue
        if site_state().shown == wanted:
            offer(site, anew=written.changed > 0)
            return wanted, written


def _refuse_overtaken(wanted: Publication) -> None:
    if site_state().shown != wanted:
        raise _Overtaken("Se decidió otra cosa mientras se escribía.")
