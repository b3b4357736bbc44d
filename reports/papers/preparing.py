"""A report of the whole plan is made by the worker, one after the other, and kept until something changes.

Ten at once held every clerk for 26 s and took 900 MB a process. Whoever asks waits on a page that looks again by
itself; the same report is made once for everybody. Without a worker (demonstration, tests) there is nothing to wait
for: the request makes it, as ever.
"""

import logging
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django_tasks import default_task_backend, task

from core.models import TrailEntry
from core.pdf import fingerprint, render_pdf
from programs.models import FiscalYear
from programs.year_words import about
from reports.address.cutoff import Cut
from reports.address.published import annotations
from reports.models import PreparedPaper
from reports.papers.report import Span, report_data

logger = logging.getLogger(__name__)
# A paper that was asked for is that of the moment for so long; then the same address asks anew.
SERVED_FOR = timedelta(minutes=10)
FORGOTTEN = timedelta(minutes=5)
KEPT_FOR = timedelta(days=1)
# How far back acts may still be on their way to the trail: a later number can be committed before an earlier one.
UNSETTLED = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for; ``on`` is the day that the paper is of."""

    year: int
    month: int
    scope: str
    kind: str
    signers: tuple[str, ...]
    on: str

    @classmethod
    def of(cls, cut: Cut, span: Span, signers: list[str], on: date) -> "Wanted":
        return cls(cut.fiscal_year.year, cut.month, str(cut.scope), span.kind, tuple(signers), on.isoformat())


def by_worker() -> bool:
    return default_task_backend.supports_defer


def make_report(cut: Cut, span: Span, signers: list[str], *, on: date, now: datetime) -> bytes:
    data = report_data(cut, span, signers=signers, on=on)
    return render_pdf("informe.typ", data, created=now, title=data["title"])


def ask(wanted: Wanted, *, now: datetime) -> PreparedPaper:
    """The paper as it is now: made already, under way or, where nobody asked for it yet, enqueued."""
    key = fingerprint([asdict(wanted) | {"signers": list(wanted.signers)}, _stamp()])
    with transaction.atomic():
        found, is_new = PreparedPaper.objects.get_or_create(
            key=key, defaults={"wanted": asdict(wanted), "asked_at": now}
        )
        if is_new or _is_forgotten(found, now):
            _enqueue(found, now)
    return found


def asked_before(pk: int, wanted: Wanted, *, now: datetime) -> PreparedPaper | None:
    """The paper for which this person waits, whatever was saved meanwhile; None where it is another or of before."""
    found = PreparedPaper.objects.filter(pk=pk, asked_at__gt=now - SERVED_FOR).first()
    if found is None or _wanted(found) != wanted:
        return None
    if found.done_at is None and _is_forgotten(found, now):
        _enqueue(found, now)
    return found


def _wanted(paper: PreparedPaper) -> Wanted:
    return Wanted(**paper.wanted | {"signers": tuple(paper.wanted["signers"])})


def _enqueue(paper: PreparedPaper, now: datetime) -> None:
    paper.asked_at, paper.failed, paper.done_at = now, False, None
    paper.save(update_fields=["asked_at", "failed", "done_at"])
    prepare.enqueue(paper.pk)


def ahead_of(paper: PreparedPaper) -> int:
    """How many are made before it."""
    return PreparedPaper.objects.filter(done_at__isnull=True, pk__lt=paper.pk).count()


def _is_forgotten(paper: PreparedPaper, now: datetime) -> bool:
    """It failed, or its worker was killed."""
    return paper.failed or (paper.done_at is None and paper.asked_at < now - FORGOTTEN)


def _stamp() -> str:
    """What every act of everybody changes: its entry in the trail is written in its transaction."""
    last = TrailEntry.objects.aggregate(last=Max("pk"))["last"] or 0
    return f"{last}/{TrailEntry.objects.filter(pk__gt=last - UNSETTLED).count()}"


# Before the mail: a report takes some seconds, and somebody looks at the page that waits for it. Reminders to two
# hundred people through a mail server that takes 8 s for each would keep it waiting for half an hour.
@task(priority=10)
def prepare(pk: int) -> str:
    """Make one paper; what fails is said to whoever waits for it."""
    now = timezone.now()
    PreparedPaper.objects.filter(asked_at__lt=now - KEPT_FOR).delete()
    paper = PreparedPaper.objects.filter(pk=pk, done_at__isnull=True).first()
    if paper is None:
        return "nothing"
    try:
        content = _made(paper, now)
    except Exception:
        logger.exception("El informe %s no se pudo hacer", paper.wanted)
        PreparedPaper.objects.filter(pk=pk).update(failed=True, done_at=timezone.now())
        return "failed"
    PreparedPaper.objects.filter(pk=pk).update(content=content, done_at=timezone.now())
    return "done"


def _made(paper: PreparedPaper, now: datetime) -> bytes:
    """As the request would make it: with the words of the paper's year."""
    wanted = paper.wanted
    with about(wanted["year"]):
        year = FiscalYear.objects.select_related("plan").annotate(**annotations()).get(year=wanted["year"])
        cut = Cut(year, wanted["month"], wanted["scope"])
        span = Span(wanted["kind"], wanted["month"])
        return make_report(cut, span, wanted["signers"], on=date.fromisoformat(wanted["on"]), now=now)
