"""One check of everything, kept with its result: every night as a task, or from the terminal."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError
from django.utils import timezone
from django_tasks import task

from catalog import stored_files
from core import seals
from core.models import SelfCheck, TrailSeal
from core.seals import KeptHead
from indicators.models import Receipt
from indicators.papers.checking import papers_that_do_not_hold
from publishing.checking.closings import check_closings
from publishing.checking.figures import check_figures
from publishing.checking.findings import Finding, Findings, Part
from publishing.checking.live import Difference, live_differences
from publishing.checking.rules import check_rules
from publishing.checking.site import check_site
from publishing.export.folder import CannotPublish
from publishing.models import Closing

logger = logging.getLogger(__name__)

KEPT = 1000
"""Findings that are kept of one check; of more the number alone."""
STALE_AFTER = timedelta(hours=36)
SEALED_WITHIN = timedelta(hours=1)
"""The worker seals within a minute; one that has not for so long is not running."""


@dataclass(slots=True)
class Outcome:
    findings: Findings = field(default_factory=Findings)
    differences: list[Difference] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def look_at_everything(*, now: datetime, year: int | None = None, heads: Iterable[KeptHead] = ()) -> Outcome:
    """Every part, whatever another one found. ``year`` narrows captures and differences; the chains have no years."""
    outcome = Outcome()
    found = outcome.findings
    parts: list[tuple[Part, Callable[[], int]]] = [
        (Part.RULES, lambda: check_rules(found)),
        (Part.TRAIL, lambda: _trail(found, now)),
        (Part.CLOSINGS, lambda: check_closings(found)),
        (Part.FIGURES, lambda: check_figures(found, year)),
        (Part.CATALOGUE, lambda: _live(outcome, now, year)),
        (Part.PAPERS, lambda: _papers(found)),
        (Part.FILES, lambda: _files(found, now)),
        (Part.SITE, lambda: check_site(found)),
        (Part.HEADS, lambda: _heads(found, heads)),
    ]
    for part, look in parts:
        try:
            outcome.counts[part] = look()
        except (CannotPublish, DatabaseError, OSError, TypeError, ValueError, LookupError, AttributeError) as error:
            # What somebody has altered by hand may have any form; the other parts are looked at all the same.
            logger.exception("La comprobación de «%s» no se pudo terminar", part.label)
            why = error if isinstance(error, CannotPublish) else f"hay algo que no tiene la forma debida ({error})."
            found.add(part, f"No se pudo terminar de revisar: {why}")
            outcome.counts[part] = 0
    return outcome


def check_and_keep(
    *, now: datetime, year: int | None = None, heads: Iterable[KeptHead] = ()
) -> tuple[SelfCheck, Outcome]:
    """Run it and keep the result. One that died half way stays without an end, and pages say so."""
    kept = SelfCheck.objects.create(started_at=now, year=year)
    outcome = look_at_everything(now=now, year=year, heads=heads)
    kept.ended_at = timezone.now()
    kept.failures = len(outcome.findings)
    kept.findings = [_as_json(one) for one in outcome.findings[:KEPT]]
    kept.differences = [asdict(one) | {"sentence": one.sentence} for one in outcome.differences]
    kept.counts = {str(part): number for part, number in outcome.counts.items()}
    kept.save()
    return kept, outcome


@task(priority=-20)
def check_everything() -> None:
    """The night's check, after whatever else waits."""
    kept, _ = check_and_keep(now=timezone.now())
    if kept.failures:
        logger.error("La comprobación encontró %s cosas que no se sostienen; véalas en Comprobación.", kept.failures)


def _as_json(finding: Finding) -> dict[str, Any]:
    return {"part": str(finding.part), "sentence": finding.sentence}


def _trail(found: Findings, now: datetime) -> int:
    verdict = seals.verify()
    if verdict.fault:
        unseen = TrailSeal.objects.count() - verdict.checked
        found.add(
            Part.TRAIL,
            f"{verdict.fault} Desde ahí la cadena no se puede seguir: {unseen:,} sellos quedaron sin revisar.",
        )
    waiting = verdict.pending
    if waiting.since and now - waiting.since > SEALED_WITHIN:
        found.add(
            Part.TRAIL,
            f"{waiting.number:,} actos esperan su sello desde {timezone.localtime(waiting.since):%d/%m/%Y %H:%M}: el "
            "servicio que los sella (db_worker) no está trabajando.",
        )
    return verdict.checked


def _live(outcome: Outcome, now: datetime, year: int | None) -> int:
    """How many years have a closing; their differences from today are listed whatever made them."""
    outcome.differences = list(live_differences(timezone.localdate(now), year))
    for one in outcome.differences:
        for sentence in one.unexplained:
            outcome.findings.add(Part.CATALOGUE, f"{one.label}: {sentence}")
    closings = Closing.objects.filter(fiscal_year__year=year) if year is not None else Closing.objects.all()
    return closings.order_by().values("fiscal_year").distinct().count()


def _papers(found: Findings) -> int:
    for paper in papers_that_do_not_hold():
        found.add(Part.PAPERS, f"{paper.folio}: {paper.reason}.")
    return Receipt.objects.count()


def _files(found: Findings, now: datetime) -> int:
    checked = stored_files.check(now)
    for word, files in (("falta en el almacén", checked.missing), ("se alteró", checked.altered)):
        for file in files:
            found.add(Part.FILES, f"{file.what}: el archivo {file.name} {word}.")
    return checked.checked


def _heads(found: Findings, heads: Iterable[KeptHead]) -> int:
    compared = 0
    for kept in heads:
        compared += 1
        if why := seals.why_not_of_the_chain(kept):
            found.add(Part.HEADS, why)
    return compared
