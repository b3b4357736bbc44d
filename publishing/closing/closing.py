"""Closing a month for the whole plan, and rectifying a closing: one transaction, all of it or nothing.

On PostgreSQL everything is read from one snapshot: what somebody validates meanwhile is in the document wholly or not
at all. Of two who close at once the database takes one, and the other is told. On SQLite writers wait for each other.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from accounts.access import Access, Action, access_for
from core import trail
from core.refusals import ServiceError
from core.seals import head
from indicators.models import Period
from indicators.services import set_period
from programs.models import FiscalYear
from publishing.acta.signers import signers_of
from publishing.acts import ClosingAct
from publishing.closing.what_lacks import Lacks, told_at_closing, what_lacks
from publishing.document.borders import NAMES
from publishing.document.building import Link, document_of
from publishing.document.canonical import canonical_bytes, sha256_of
from publishing.document.recomputing import faults_of
from publishing.document.words import month_of
from publishing.models import Closing, Signer

OVERTAKEN = (
    "Otra persona cerró un mes o cambió este en el mismo momento: aquí no se guardó nada. "
    "Mire cómo quedó y vuelva a intentarlo."
)
ONLY_PLANNING = "Solo Planeación cierra un mes o rectifica un cierre."
_LOCK = 20161014  # of PostgreSQL's own locks, that of whoever makes a closing
_LONGEST_INSTRUMENT = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """A closing as it would be made now: nothing of it is written."""

    document: dict[str, Any]
    content: bytes
    sha256: str
    lacks: Lacks
    previous: Closing | None  # of the chain
    rectified: Closing | None  # the version before


def close_month(
    *, fiscal_year: FiscalYear, month: int, actor: Any, now: datetime, reason: str = "", instrument: str = ""
) -> Closing:
    """Keep the plan's figures from January to ``month`` as a document at the chain's end, and close the month's period.

    A month that was closed before is rectified: ``reason`` says why. A locked year's periods stay as they are. Raises
    NotAllowed, or ServiceError with a sentence; nothing was written then.
    """
    access = access_for(actor, on=timezone.localdate(now))
    access.require(Action.CLOSE_MONTHS, ONLY_PLANNING)
    with _one_reading():
        draft = _draft(fiscal_year, month, now, reason, instrument, writes=True)
        return _keep(access, draft, fiscal_year, month, now, reason.strip(), instrument.strip())


def draft_of(*, fiscal_year: FiscalYear, month: int, now: datetime, reason: str = "", instrument: str = "") -> Draft:
    """What ``close_month`` would keep at that moment, without writing anything or asking for a reason."""
    return _draft(fiscal_year, month, now, reason, instrument, writes=False)


def _draft(fiscal_year: FiscalYear, month: int, now: datetime, reason: str, instrument: str, *, writes: bool) -> Draft:
    year = FiscalYear.objects.get(pk=fiscal_year.pk)
    periods = list(Period.objects.filter(fiscal_year=year).order_by("month"))
    if month not in {period.month for period in periods}:
        raise ServiceError(f"El ejercicio {year.year} no tiene el mes {month}: ábralo en el calendario.")
    chain = Closing.objects.select_related("fiscal_year").without_documents()
    previous = chain.order_by("-pk").first()
    rectified = chain.filter(fiscal_year=year, month=month).order_by("-version").first()
    if writes:
        _refuse(year, month, rectified, reason, instrument)
    document = document_of(
        year,
        month,
        Link(
            closed_on=timezone.localdate(now),
            version=rectified.version + 1 if rectified else 1,
            previous=named(previous) if previous else None,
            rectified=rectified.sha256 if rectified else "",
            reason=reason.strip(),
            instrument=instrument.strip(),
        ),
    )
    content = canonical_bytes(document)
    return Draft(document, content, sha256_of(content), what_lacks(document, year, periods), previous, rectified)


def named(closing: Closing) -> dict[str, Any]:
    """How a document names the closing before it."""
    return {
        "year": closing.fiscal_year.year,
        "month": closing.month,
        "version": closing.version,
        "sha256": closing.sha256,
    }


def _refuse(year: FiscalYear, month: int, rectified: Closing | None, reason: str, instrument: str) -> None:
    if rectified is not None and not reason.strip():
        raise ServiceError(
            f"{month_of(year.year, month).capitalize()} ya se cerró el {rectified.closed_on:%d/%m/%Y}. "
            "Cerrarlo otra vez es una rectificación: escriba el motivo."
        )
    refuse_unkeepable(reason, instrument)


def refuse_unkeepable(reason: str, instrument: str) -> None:
    """ServiceError for words that the columns do not hold."""
    if len(instrument.strip()) > _LONGEST_INSTRUMENT:
        raise ServiceError(f"El instrumento tiene más de {_LONGEST_INSTRUMENT} letras: escriba tipo, número y fecha.")
    for text in (reason, instrument):
        if "\x00" in text:
            raise ServiceError(
                "El motivo y el instrumento tienen un carácter que no se puede guardar: escríbalo otra vez."
            )


def _keep(
    access: Access, draft: Draft, fiscal_year: FiscalYear, month: int, now: datetime, reason: str, instrument: str
) -> Closing:
    if faults := faults_of(draft.document):  # what we would not be able to prove is not closed
        raise AssertionError(f"a document that does not follow from itself: {faults[0]}")
    period = Period.objects.select_related("fiscal_year").get(fiscal_year=fiscal_year, month=month)
    if period.closed_on is None and not period.fiscal_year.locked:
        set_period(
            access=access,
            period=period,
            opens_on=period.opens_on,
            due_on=period.due_on,
            closed_on=timezone.localdate(now),
            reason=reason or f"Cierre de {month_of(period.fiscal_year.year, month)}",
            now=now,
        )
    kind = Signer.Kind.RECTIFICATION if draft.rectified else Signer.Kind.CLOSING
    acta = {
        "lacked": draft.lacks.as_json(),
        "said": told_at_closing(draft.document, draft.lacks),
        "results": listed(draft.document),
        "signers": signers_of(kind, timezone.localdate(now)),
    }
    closing = Closing.objects.create(
        fiscal_year_id=fiscal_year.pk,
        month=month,
        version=draft.document["version"],
        closed_on=timezone.localdate(now),
        made_at=now,
        made_by=access.user,
        reason=reason,
        instrument=instrument,
        sha256=draft.sha256,
        previous=draft.previous,
        document=draft.content,
        seal=_seal(draft.sha256, now),
        acta=acta,
    )
    trail.record(
        subject=closing,
        label=str(closing),
        action=ClosingAct.RECTIFY if draft.rectified else ClosingAct.CLOSE,
        actor=access.user,
        at=now,
        capacity=access.capacity(Action.CLOSE_MONTHS, 0),
        changes=_told(draft, instrument, acta),
        reason=reason,
    )
    return closing


def listed(document: Mapping[str, Any]) -> dict[str, Any]:
    """What lists of closings show, kept with the acta so that they read no document."""
    borders = [document["rules"][name] for name in NAMES]
    return {**{name: document["plan_results"][name] for name in ("compliance", "global")}, "borders": borders}


def _told(draft: Draft, instrument: str, acta: Mapping[str, Any]) -> Mapping[str, list[Any]]:
    before = draft.rectified
    return {
        "version": [before.version if before else None, draft.document["version"]],
        "sha256": [before.sha256 if before else None, draft.sha256],
        "instrument": [None, instrument or None],
        "lacked": [None, draft.lacks.figures],
        "acta_sha256": [None, sha256_of(canonical_bytes(acta))],
    }


def _seal(sha256: str, now: datetime) -> dict[str, Any]:
    """Where the trail's chain stood: what cierre.sello.json holds. ``head`` is None while nothing is sealed."""
    last = head()
    return {
        "sha256": sha256,
        "head": last.sha256 if last else None,
        "entries": last.entries if last else 0,
        "time": now.isoformat(),
    }


# --- One reading, and one writer -----------------------------------------------------------------------------------


@contextmanager
def _one_reading() -> Iterator[None]:
    """A transaction that reads one state of the database. Within another one it reads as that does.

    It holds no row while it reads: whoever captures, validates or locks the year meanwhile goes on, and comes after it.
    """
    try:
        outermost = not connection.in_atomic_block
        with transaction.atomic():
            if connection.vendor == "postgresql":
                _begin(outermost)
            yield
    except IntegrityError as error:
        raise ServiceError(OVERTAKEN) from error
    except OperationalError as error:
        if not _overtaken(error):
            raise
        raise ServiceError(OVERTAKEN) from error


def _begin(outermost: bool) -> None:
    with connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise ServiceError(OVERTAKEN)


# PostgreSQL: a row changed since the snapshot, each waited for the other, waited too long.
_OVERTAKEN_STATES = frozenset(("40001", "40P01", "55P03"))


def _overtaken(error: OperationalError) -> bool:
    if connection.vendor == "sqlite":
        return "locked" in str(error)
    return getattr(error.__cause__, "pgcode", "") in _OVERTAKEN_STATES
