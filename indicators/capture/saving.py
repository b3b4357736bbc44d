"""Saving drafts and corrections, row by row, with the version that the person saw."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError
from django.utils import timezone

from accounts.access import Access, Action
from core import trail
from core.amounts import from_units, to_units
from indicators.acts import FigureAct
from indicators.checks import Background
from indicators.deadlines import Deadlines
from indicators.models import (
    COMPLETE_STATES,
    CorrectionRequest,
    Indicator,
    Measurement,
    Origin,
    Period,
)
from indicators.recording import begin_corrections, blank_row, mark_corrected, put, remember_who_changed
from indicators.refusals import NotAllowed, NotDue
from indicators.results.backgrounds import backgrounds
from indicators.writing import (
    ONLY_WITHOUT_FIGURES,
    PAIR_FIELDS,
    STATE_FIELDS,
    is_year_locked,
    locked_rows,
    problems_of,
    refuse_locked_year,
    require_action,
    require_open,
    writes_figures,
)


@dataclass(frozen=True, slots=True)
class PairInput:
    """What somebody typed for one indicator. ``version`` is the one that they saw: 0 where there was no row.

    ``reason`` is why a figure that was already submitted or validated is corrected, and who asked for it; without it
    the justification says so.
    """

    indicator_id: int
    numerator: Decimal | None
    denominator: Decimal | None
    no_activity: str = ""
    justification: str = ""
    version: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else saved this indicator's month in between; nothing of this row was written."""

    typed: PairInput
    current: Measurement


@dataclass(slots=True)
class SaveOutcome:
    saved: list[Measurement] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    unchanged: int = 0


@writes_figures
def save_pairs(
    *,
    access: Access,
    period: Period,
    pairs: Iterable[PairInput],
    now: datetime,
    origin: str = Origin.SCREEN,
    source_sha256: str = "",
) -> SaveOutcome:
    """Save drafts of one month, row by row: a row that changed since it was seen is reported, the others are saved.

    Changing a figure that was submitted or validated is a correction: only planning makes it, with its reason; it is
    submitted at once and the last validated pair stays official beside it. The number of queries does not depend on
    the number of rows. Raises NotAllowed, MonthNotOpen, NotDue; then nothing was written.
    """
    typed = {pair.indicator_id: pair for pair in pairs}
    # Read again: planning may have closed the month while the page was open.
    period = Period.objects.select_related("fiscal_year").get(pk=period.pk)
    refuse_locked_year(period.fiscal_year)
    indicators = locked_indicators(access, typed, period)
    existing = locked_rows(period, indicators)
    settled = [indicators[row.indicator_id] for row in existing.values() if row.state in COMPLETE_STATES]
    known = backgrounds(settled, period) if settled else {}
    locked = _Writing(access, period, indicators, existing, known, now, origin, source_sha256)
    return _save(locked, typed.values())


class Overtaken(Exception):
    """Somebody else wrote the row, or locked its year, after it was read: the caller undoes its transaction and reads
    it again.
    """


def save_held_pair(
    *,
    access: Access,
    indicator: Indicator,
    period: Period,
    current: Measurement | None,
    background: Background | None,
    pair: PairInput,
    now: datetime,
) -> SaveOutcome:
    """The same for one row that the caller has just read in this transaction, having locked its indicator.

    ``current`` is not locked: it is written only if its version is still the one that was read, otherwise Overtaken.
    So that a cell can save itself with few queries.
    """
    require_action(access, Action.CAPTURE, indicator.action.program.department_id)
    refuse_locked_year(period.fiscal_year)
    _require_due(indicator, period)
    rows = {indicator.pk: current} if current is not None else {}
    known = {indicator.pk: background} if background is not None else {}
    locked = _Writing(access, period, {indicator.pk: indicator}, rows, known, now, Origin.SCREEN, "", guarded=True)
    try:
        return _save(locked, [pair])
    except IntegrityError as error:
        if is_year_locked(error):
            raise Overtaken from error  # reading again finds the year locked, and says so
        raise


@dataclass(frozen=True, slots=True)
class _Writing:
    """Who saves what, when, and what was read of it; ``guarded`` rows are not locked."""

    access: Access
    period: Period
    indicators: Mapping[int, Indicator]
    rows: Mapping[int, Measurement]
    known: Mapping[int, Background]
    now: datetime
    origin: str
    source_sha256: str
    guarded: bool = False


def _save(locked: _Writing, pairs: Iterable[PairInput]) -> SaveOutcome:
    access, period, now = locked.access, locked.period, locked.now
    deadlines = Deadlines([period], on=timezone.localdate(now))
    outcome = SaveOutcome()
    changed: list[_Change] = []
    for pair in pairs:
        indicator, current = locked.indicators[pair.indicator_id], locked.rows.get(pair.indicator_id)
        if _changes_nothing(current, pair):
            outcome.unchanged += 1
        elif current is not None and current.version != pair.version:
            outcome.conflicts.append(Conflict(pair, current))
        else:
            require_open(access, period, indicator.action.program.department_id, current, deadlines)
            changed.append(_apply(locked, indicator, current, pair))
    _write_changes(locked, changed)
    corrected = [(change.row, change.reason) for change in changed if change.act is FigureAct.CORRECT]
    begin_corrections(corrected, by=access.user, at=now)
    close_requests(access, [(row.pk, reason) for row, reason in corrected], now)
    outcome.saved = [change.row for change in changed]
    return outcome


_SAVED_FIELDS = (
    *PAIR_FIELDS, "state", "version", "origin", "source_sha256", "updated_at", "updated_by", "submitted_at",
    "submitted_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Change:
    """A row as it will be written, and what its trail entry says besides."""

    row: Measurement
    before: trail.Snapshot
    act: FigureAct
    reason: str
    department_id: int


def locked_indicators(access: Access, typed: Collection[int], period: Period) -> dict[int, Indicator]:
    """The indicators of these rows, locked in one order so that two savers of the same one wait for each other."""
    found = (
        Indicator.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=typed, fiscal_year_id=period.fiscal_year_id)
        .select_related("action__program")
        .order_by("pk")
    )
    indicators = {indicator.pk: indicator for indicator in found}
    if len(indicators) != len(typed):
        raise NotAllowed("Uno de los indicadores no pertenece a este ejercicio.")
    for indicator in indicators.values():
        require_action(access, Action.CAPTURE, indicator.action.program.department_id)
        _require_due(indicator, period)
    return indicators


def _require_due(indicator: Indicator, period: Period) -> None:
    why_not = indicator.why_not_due(period.month)
    if why_not:
        raise NotDue(why_not)


def _apply(locked: _Writing, indicator: Indicator, current: Measurement | None, pair: PairInput) -> _Change:
    """Put what was typed into the row, in memory."""
    access, period = locked.access, locked.period
    department_id = indicator.action.program.department_id
    if pair.no_activity and (pair.numerator, pair.denominator) != (0, 0):
        raise NotAllowed(ONLY_WITHOUT_FIGURES)
    row = current or blank_row(indicator, period)
    before = trail.snapshot(row, STATE_FIELDS) if current else {}
    act = FigureAct.CORRECT if row.state in COMPLETE_STATES else FigureAct.SAVE
    if act is FigureAct.CORRECT:
        _require_correction(access, department_id, pair, locked.known.get(indicator.pk))
        mark_corrected(row, by=access.user, at=locked.now)
    put(row, _as_kept(pair), by=access.user, at=locked.now)
    row.origin, row.source_sha256 = locked.origin, locked.source_sha256
    return _Change(row, before, act, _correction_reason(pair) if act is FigureAct.CORRECT else "", department_id)


def _as_kept(pair: PairInput) -> PairInput:
    """With 4 decimals, as the database gives it back, so that the trail does not see a change from 3.0000 to 3."""
    numerator, denominator = (
        None if side is None else from_units(to_units(side)) for side in (pair.numerator, pair.denominator)
    )
    return replace(pair, numerator=numerator, denominator=denominator, justification=pair.justification.strip())


def _write_changes(locked: _Writing, changed: Sequence[_Change]) -> None:
    access, period, now = locked.access, locked.period, locked.now
    Measurement.objects.bulk_create([change.row for change in changed if change.row.pk is None])
    existing = [change.row for change in changed if change.before]
    if locked.guarded:
        for row in existing:
            _write_guarded(row)
    else:
        Measurement.objects.bulk_update(existing, _SAVED_FIELDS, batch_size=200)
    rows = [change.row for change in changed]
    # Those of is_own are known to have been changed by them since they were last decided.
    remember_who_changed(access.user, (row for row in rows if not getattr(row, "is_own", False)))
    trail.write(
        trail.entry(
            subject=change.row,
            label=f"{change.row.indicator.code} {period}",
            action=change.act,
            actor=access.user,
            capacity=access.capacity(Action.CAPTURE, change.department_id),
            at=now,
            changes=trail.changes_between(change.before, trail.snapshot(change.row, STATE_FIELDS)),
            reason=change.reason,
            scope_id=change.department_id,
        )
        for change in changed
    )


def _write_guarded(row: Measurement) -> None:
    """Written by somebody else meanwhile, the row has another version and is not found."""
    values = {name: getattr(row, name) for name in _SAVED_FIELDS}
    if not Measurement.objects.filter(pk=row.pk, version=row.version - 1).update(**values):
        raise Overtaken


def _correction_reason(pair: PairInput) -> str:
    return pair.reason.strip() or pair.justification.strip()


def _require_correction(access: Access, department_id: int, pair: PairInput, background: Background | None) -> None:
    access.require(
        Action.MAKE_CORRECTION,
        "La cifra ya fue enviada. Para cambiarla, pida a su director que la devuelva o la corrección a Planeación.",
        department_id,
    )
    if not _correction_reason(pair):
        raise NotAllowed("Una corrección lleva su motivo: por qué cambia la cifra y quién lo pidió.")
    remaining = problems_of(pair.numerator, pair.denominator, pair.no_activity, pair.justification, background)
    if remaining:
        raise NotAllowed(remaining[0].message)


def _changes_nothing(current: Measurement | None, pair: PairInput) -> bool:
    return _is_blank(pair) if current is None else _says_the_same(current, pair)


def _is_blank(pair: PairInput) -> bool:
    return pair.numerator is None and pair.denominator is None and not pair.justification.strip()


def _says_the_same(row: Measurement, pair: PairInput) -> bool:
    return (row.numerator, row.denominator, row.no_activity, row.justification) == (
        pair.numerator,
        pair.denominator,
        pair.no_activity,
        pair.justification.strip(),
    )


def close_requests(access: Access, corrected: Collection[tuple[int, str]], now: datetime) -> None:
    """The open requests of figures that planning corrected just now (measurement id, reason) are done.

    Call it in the correction's transaction; the trail's entry of the correction says the same.
    """
    reasons = dict(corrected)
    if not reasons:
        return
    found = list(CorrectionRequest.objects.filter(measurement__in=reasons, state=CorrectionRequest.State.OPEN))
    for request in found:
        request.state, request.answer = CorrectionRequest.State.DONE, reasons[request.measurement_id]
        request.answered_by, request.answered_at = access.user, now
    CorrectionRequest.objects.bulk_update(found, ["state", "answer", "answered_by", "answered_at"])
