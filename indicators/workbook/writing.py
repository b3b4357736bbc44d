"""Writing many pairs of several months at once, as an import does: in bulk, with the trail of every row.

Each is called within the transaction and under the locks of ``applying.apply``, with checked pairs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from accounts.access import Access, Action
from core import bulk, trail
from indicators.acts import FigureAct
from indicators.deadlines import Deadlines
from indicators.models import (
    COMPLETE_STATES,
    VALIDATED_FIELDS,
    Indicator,
    Measurement,
    Observation,
    Origin,
    Period,
    State,
)
from indicators.recording import (
    begin_corrections,
    blank_row,
    mark_corrected,
    mark_sent,
    put,
    remember_who_changed,
)

TRAIL_FIELDS = (
    "numerator", "denominator", "no_activity", "justification", "state", *VALIDATED_FIELDS.values(), "origin",
    "source_sha256",
)  # fmt: skip
_WRITTEN_FIELDS = (
    *TRAIL_FIELDS, "version", "updated_at", "updated_by", "submitted_at", "submitted_by", "late", "undated",
    "validated_at", "validated_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """The file that the pairs come from."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Recording:
    """A pair to be written, complete unless it is a draft. ``row`` is the current one, None where there is none.

    ``words`` is the whole cell «Justificación»: the reason of a correction, also where it is only the reason of 0/0.
    ``source``: its own file where several come at once.
    """

    indicator: Indicator
    period: Period
    row: Measurement | None
    numerator: Decimal | None
    denominator: Decimal | None
    no_activity: str = ""
    justification: str = ""
    words: str = ""
    source: Source | None = None

    @property
    def department_id(self) -> int:
        return self.indicator.action.program.department_id

    @property
    def is_correction(self) -> bool:
        """A figure that was already submitted or validated changes."""
        return self.row is not None and self.row.state in COMPLETE_STATES


@dataclass(frozen=True, slots=True)
class _Written:
    """``is_correction`` is kept from before: the row's own state changes while it is written."""

    row: Measurement
    before: trail.Snapshot
    recording: Recording
    is_correction: bool


def submit_pairs(*, access: Access, recordings: Sequence[Recording], source: Source, now: datetime) -> None:
    """Record the pairs as submitted by this person; a figure that was already submitted becomes a correction."""
    written = [_fill(access, recording, Origin.WORKBOOK, source, now) for recording in recordings]
    deadlines = Deadlines((recording.period for recording in recordings), on=timezone.localdate(now))
    for item in written:
        row = item.row
        mark_sent(row, deadlines, item.recording.period, item.recording.department_id, by=access.user, at=now)
        row.state = State.SUBMITTED
    _save(written)
    _begin_corrections(access, written, source, now)
    _resolve_observations(written, now)
    remember_who_changed(access.user, (item.row for item in written))
    _write_trail(access, written, source, now)


def draft_pairs(*, access: Access, recordings: Sequence[Recording], source: Source, now: datetime) -> None:
    """Record the pairs as drafts that somebody reviews and submits; they may be half a pair.

    As on the screen, a returned figure stays returned until it is sent again, and a figure that was already submitted
    becomes a correction, submitted at once.
    """
    written = [_fill(access, recording, Origin.WORKBOOK, source, now) for recording in recordings]
    for item in written:
        # Whether it is a correction is seen by the state as it was: from here on the row has the new one.
        if item.is_correction:
            mark_corrected(item.row, by=access.user, at=now)
    _save(written)
    _begin_corrections(access, written, source, now)
    remember_who_changed(access.user, (item.row for item in written))
    _write_trail(access, written, source, now)


def migrate_pairs(*, access: Access, recordings: Sequence[Recording], source: Source, now: datetime) -> None:
    """Record the pairs as validated: figures of earlier spreadsheets, marked with the file they come from.

    The one exception to "nobody validates what they captured"; the caller has refused whoever is not planning and
    every pair that differs from a validated one. When they were sent is not known: they are neither in time nor late.
    """
    written = [_fill(access, recording, Origin.MIGRATION, source, now) for recording in recordings]
    for item in written:
        row = item.row
        row.state = State.VALIDATED
        row.keep_as_validated()
        if row.submitted_at is None:
            row.undated, row.submitted_at = True, now
        row.validated_at, row.validated_by = now, access.user
    _save(written)
    _resolve_observations(written, now)
    Measurement.changed_by.through.objects.filter(
        measurement_id__in=[item.row.pk for item in written if item.before]
    ).delete()
    trail.write(_entry(access, item, FigureAct.MIGRATE, item.recording.source or source, now) for item in written)


def _fill(access: Access, recording: Recording, origin: str, source: Source, now: datetime) -> _Written:
    """Put the pair into its row, in memory."""
    row = recording.row or blank_row(recording.indicator, recording.period)
    before = trail.snapshot(row, TRAIL_FIELDS) if recording.row else {}
    written = _Written(row, before, recording, recording.is_correction)
    put(row, recording, by=access.user, at=now)
    row.origin, row.source_sha256 = origin, (recording.source or source).sha256
    return written


def _save(written: Sequence[_Written]) -> None:
    bulk.insert(Measurement, [item.row for item in written if not item.before])
    existing = [item.row for item in written if item.before]
    bulk.change(Measurement, existing, _WRITTEN_FIELDS)


def _begin_corrections(access: Access, written: Iterable[_Written], source: Source, now: datetime) -> None:
    corrected = ((item.row, _correction_reason(item.recording, source)) for item in written if item.is_correction)
    begin_corrections(corrected, by=access.user, at=now)


def _resolve_observations(written: Sequence[_Written], now: datetime) -> None:
    """What was asked for is answered once the figure is sent; the trail's entries of the figures say the same."""
    existing = [item.row.pk for item in written if item.before]
    Observation.objects.filter(measurement_id__in=existing, resolved_at__isnull=True).update(resolved_at=now)


def _write_trail(access: Access, written: Sequence[_Written], source: Source, now: datetime) -> None:
    trail.write(
        _entry(access, item, FigureAct.CORRECT if item.is_correction else FigureAct.IMPORT, source, now)
        for item in written
    )


def _entry(access: Access, item: _Written, act: FigureAct, source: Source, now: datetime) -> trail.TrailEntry:
    recording = item.recording
    return trail.entry(
        subject=item.row,
        label=f"{recording.indicator.code} {recording.period}",
        action=act,
        actor=access.user,
        capacity=access.capacity(Action.CAPTURE, recording.department_id),
        at=now,
        changes=trail.changes_between(item.before, trail.snapshot(item.row, TRAIL_FIELDS)),
        reason=_correction_reason(recording, source) if act is FigureAct.CORRECT else _where(source),
        scope_id=recording.department_id,
    )


def _where(source: Source) -> str:
    return f"archivo «{source.name}», SHA-256 {source.sha256}"


def _correction_reason(recording: Recording, source: Source) -> str:
    return f"{recording.words} ({_where(source)})"
