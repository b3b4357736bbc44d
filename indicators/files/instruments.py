"""Keeping the file of the instrument that an act cites: the act and its file, both or neither.

An adjusted target may have been registered where no file can come along (an import, the admin): its file comes later.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from accounts.access import Access, Action
from accounts.models import Membership, PendingAct, User
from accounts.rules import remember_who_set
from core import trail
from core.uploads import UploadKind, display_name
from indicators.acts import FileAct
from indicators.files.storing import inspected, put_same_back, random_name, stored
from indicators.models import Extension, InstrumentFile, Measurement, TargetAdjustment
from indicators.refusals import NotAllowed, ServiceError
from indicators.writing import refuse_locked_year, writes_figures

Subject = Extension | Measurement | TargetAdjustment | Membership | PendingAct
Cited = TypeVar("Cited", bound=Subject)


def citing(
    *, access: Access, act: Callable[[], Cited], instrument: str, file: Any, name: str, year: int, now: datetime
) -> Cited:
    """Do ``act`` and keep the file of the instrument that it cites; without a file just do it.

    The file is looked into as evidence is. Raises EvidenceRefused for what it does not accept, ServiceError for a file
    without its citation, and whatever the act raises; nothing was written then and no file stays behind.
    """
    if file is None:
        return act()
    if not instrument.strip():
        raise ServiceError("Escriba qué instrumento es el archivo: tipo, número y fecha.")
    kind = inspected(file, name)
    stored_as = random_name(year, kind)
    with stored(file, stored_as, InstrumentFile):
        subject = act()
        _keep(access, subject, instrument, _Stored(stored_as, name, kind), now)
    return subject


def attach_instrument(
    *, access: Access, adjustments: Sequence[TargetAdjustment], file: Any, name: str, now: datetime
) -> list[TargetAdjustment]:
    """Keep the file of the instrument that these adjusted targets of one year cite, which they lack; stored once.

    Raises NotAllowed, MonthNotOpen (locked year), EvidenceRefused, or ServiceError where one has its file already;
    nothing was written then and no file stays behind.
    """
    access.require(Action.MANAGE_PERIODS, "Solo Planeación adjunta el instrumento de una meta ajustada.")
    kind = inspected(file, name)
    keys = [adjustment.pk for adjustment in adjustments]
    year = adjustments[0].indicator.fiscal_year
    stored_as = random_name(year.year, kind)
    with stored(file, stored_as, InstrumentFile):
        # Not what would stop captures: their rows only refer to the year.
        refuse_locked_year(type(year).objects.select_for_update(of=("self",), no_key=True).get(pk=year.pk))
        rows = TargetAdjustment.objects.filter(pk__in=keys).select_related("indicator__action__program")
        locked = list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
        had = InstrumentFile.objects.filter(adjustment__in=keys).select_related("adjustment__indicator").first()
        if had is not None:
            raise ServiceError(f"La meta ajustada {had.adjustment} ya tiene su archivo.")
        for adjustment in locked:
            _keep(access, adjustment, adjustment.instrument, _Stored(stored_as, name, kind), now)
    return locked


def hand_letters_over(*, access: Access | None, act: PendingAct, membership: Membership, now: datetime) -> None:
    """What waited is done: the letter that came with it is the role's. For the transaction that does it."""
    for kept in InstrumentFile.objects.filter(pending_act=act).order_by("pk"):
        kept.pending_act, kept.membership, kept.department_id = None, membership, membership.department_id
        kept.instrument = membership.instrument or kept.instrument
        kept.save(update_fields=["pending_act", "membership", "department", "instrument"])
        _record(access, membership, kept, now)


@writes_figures
def put_instrument_back(*, access: Access, instrument_id: int, file: Any, name: str, now: datetime) -> InstrumentFile:
    """Put an instrument's file that the store lost, or that was altered there, in its place again: the same bytes.

    Raises EvidenceRefused for another file, NotAllowed.
    """
    kept = InstrumentFile.objects.visible_to(access).get(pk=instrument_id)
    if not may_put_back(access, kept):
        raise NotAllowed("Solo Planeación o la dependencia reponen el archivo de un instrumento.")
    act = kept.extension or kept.measurement or kept.adjustment or kept.membership or kept.pending_act
    assert act is not None  # the database holds it
    if isinstance(act, Membership):
        remember_who_set(access, act)
    trail.record(
        subject=_told_of(act),
        label=_label(act),
        action=FileAct.PUT_BACK,
        actor=access.user,
        at=now,
        capacity=_capacity(access, kept),
        scope_id=kept.department_id,
        changes={"file": [None, kept.name], "sha256": [None, kept.sha256]},
    )
    put_same_back(kept, file, name)
    return kept


def may_put_back(access: Access, kept: InstrumentFile) -> bool:
    """Whoever may act on what the file belongs to: planning, or those who capture for its department."""
    mine = kept.department_id is not None and access.allows(Action.CAPTURE, kept.department_id)
    return mine or access.allows(Action.MANAGE_PERIODS)


class _Stored(NamedTuple):
    """A file that is being stored: under which name, how it was called, and what it is."""

    path: str
    name: str
    kind: UploadKind


def _keep(access: Access, subject: Subject, instrument: str, file: _Stored, now: datetime) -> None:
    kind = file.kind
    kept = InstrumentFile.objects.create(
        **_of(subject),
        instrument=instrument.strip(),
        file=file.path,
        name=display_name(file.name, kind.extension),
        content_type=kind.content_type,
        size=kind.size,
        sha256=kind.sha256,
        uploaded_at=now,
        uploaded_by=access.user,
    )
    _record(access, subject, kept, now)


def _of(subject: Subject) -> dict[str, Any]:
    """What the file belongs to, and the department whose people may read it."""
    match subject:
        case Extension():
            return {"extension": subject, "department_id": subject.department_id}
        case Membership():
            return {"membership": subject, "department_id": subject.department_id}
        case PendingAct():
            return {"pending_act": subject}
        case TargetAdjustment():
            return {"adjustment": subject, "department_id": subject.indicator.action.program.department_id}
        case Measurement():
            return {"measurement": subject, "department_id": subject.indicator.action.program.department_id}


def _label(subject: Subject) -> str:
    """What the trail calls it, as the entry of the act itself does."""
    match subject:
        case Measurement():
            return f"{subject.indicator.code} {subject.period}"
        case Membership():
            return f"{subject} · {subject.user}"
        case PendingAct(person=User() as person):
            return f"{person} ({person.username})"
        case _:
            return str(subject)


def _told_of(subject: Subject) -> Any:
    """What waits is told in the trail of the person whom it concerns."""
    return subject.person or subject if isinstance(subject, PendingAct) else subject


def _record(access: Access | None, subject: Subject, kept: InstrumentFile, now: datetime) -> None:
    if isinstance(subject, Membership):
        remember_who_set(access, subject)
    trail.record(
        subject=_told_of(subject),
        label=_label(subject),
        action=FileAct.ATTACH_INSTRUMENT,
        actor=access.user if access else None,
        at=now,
        capacity=_capacity(access, kept),
        scope_id=kept.department_id,
        changes={"instrument": [None, kept.instrument], "file": [None, kept.name], "sha256": [None, kept.sha256]},
    )


def _capacity(access: Access | None, kept: InstrumentFile) -> str:
    if access is None:
        return ""
    actions = (Action.MANAGE_PERIODS, Action.MAKE_CORRECTION, Action.ASK_CORRECTION, Action.CAPTURE)
    capacities = (access.capacity(action, kept.department_id or 0) for action in actions)
    return next(filter(None, capacities), "")
