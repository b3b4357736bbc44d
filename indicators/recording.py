"""What is written of a figure, or of another target, through whichever door it comes: its row and its traces.

The screen, the workbook and the demonstration ask different things before they write; what they write is this.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from accounts.models import User
from core import trail
from core.models import TrailEntry
from indicators.acts import TargetAct
from indicators.deadlines import Deadlines
from indicators.models import Correction, Indicator, Measurement, Origin, Period, State, TargetAdjustment


class Pair(Protocol):
    """Both sides with their words."""

    @property
    def numerator(self) -> Decimal | None: ...
    @property
    def denominator(self) -> Decimal | None: ...
    @property
    def no_activity(self) -> str: ...
    @property
    def justification(self) -> str: ...


def blank_row(indicator: Indicator, period: Period, **known: Any) -> Measurement:
    """The indicator's row of a month that has none yet; nobody has written it: version 0."""
    return Measurement(
        fiscal_year_id=period.fiscal_year_id, indicator=indicator, period=period, month=period.month, version=0, **known
    )


def put(row: Measurement, pair: Pair, *, by: User, at: datetime) -> None:
    """The pair into its row, in memory. Every writer raises the version, so that an older one finds it changed."""
    row.numerator, row.denominator = pair.numerator, pair.denominator
    row.no_activity, row.justification = pair.no_activity, pair.justification
    row.version += 1
    row.updated_at, row.updated_by = at, by


def mark_sent(
    row: Measurement, deadlines: Deadlines, period: Period, department_id: int, *, by: User, at: datetime
) -> None:
    """Sent; the first time says whether it came late. Nobody is late with what came from earlier papers."""
    if row.submitted_at is None:
        row.late = deadlines.is_late(period, department_id)
        if period.fiscal_year.historical:
            row.late, row.undated, row.origin = False, True, Origin.MIGRATION
    row.submitted_at, row.submitted_by = at, by


def mark_corrected(row: Measurement, *, by: User, at: datetime) -> None:
    """A correction of what was already sent is submitted by being made."""
    row.state = State.SUBMITTED
    row.submitted_at, row.submitted_by = at, by


def begin_corrections(corrected: Iterable[tuple[Measurement, str]], *, by: User, at: datetime) -> None:
    """Keep the validated pairs that these (saved) figures had when they were corrected, each with the reason.

    Of one that is corrected again before anybody validated it, both reasons. No query where nothing was validated.
    """
    reasons = {row.pk: (row, reason) for row, reason in corrected if row.validated_numerator is not None}
    if not reasons:
        return
    waiting = list(Correction.objects.under_way().filter(measurement__in=reasons))
    for found in waiting:
        _, reason = reasons.pop(found.measurement_id)
        if reason not in found.reason:
            found.reason = "; ".join(filter(None, (found.reason, reason)))
        found.corrected_by, found.corrected_at = by, at
    Correction.objects.bulk_update(waiting, ["reason", "corrected_by", "corrected_at"])
    Correction.objects.bulk_create(correction_of(row, reason, by=by, at=at) for row, reason in reasons.values())


def correction_of(row: Measurement, reason: str, *, by: User, at: datetime, **known: Any) -> Correction:
    """One that is under way, of a figure whose validated pair is still the one of before."""
    former = {"former_numerator": row.validated_numerator, "former_denominator": row.validated_denominator}
    return Correction(measurement=row, reason=reason, corrected_by=by, corrected_at=at, **former, **known)


def settle_corrections(replaced: Mapping[Measurement, tuple[Decimal, Decimal]], *, at: datetime) -> None:
    """Figures were validated that had been validated before, with that pair: what was corrected is now official.

    A correction that ended in the pair of before corrected nothing. No query where no figure had a pair.
    """
    if not replaced:
        return
    same = [row.pk for row, pair in replaced.items() if pair == (row.validated_numerator, row.validated_denominator)]
    if same:
        Correction.objects.under_way().filter(measurement__in=same).delete()
    under_way = {
        found.measurement_id: found for found in Correction.objects.under_way().filter(measurement__in=replaced)
    }
    unknown: list[Correction] = []
    for row, (numerator, denominator) in replaced.items():
        if row.pk in same:
            continue
        found = under_way.get(row.pk)
        if found is None:  # nobody kept why: from before reasons were kept with the figure
            found = Correction(measurement=row, corrected_by=row.updated_by, corrected_at=row.updated_at)
            unknown.append(found)
        found.former_numerator, found.former_denominator = numerator, denominator
        found.numerator, found.denominator = row.validated_numerator, row.validated_denominator
        found.validated_at = at
    Correction.objects.bulk_create(unknown)
    Correction.objects.bulk_update(under_way.values(), _SETTLED_FIELDS)


_SETTLED_FIELDS = ("former_numerator", "former_denominator", "numerator", "denominator", "validated_at")


def remember_who_changed(user: User, rows: Iterable[Measurement]) -> None:
    """Whoever changed a pair does not validate it."""
    who_changed = Measurement.changed_by.through
    who_changed.objects.bulk_create(
        [who_changed(measurement_id=row.pk, user_id=user.pk) for row in rows], ignore_conflicts=True
    )


def adjustment_entry(adjustment: TargetAdjustment, former: Decimal, *, capacity: str) -> TrailEntry:
    """``former``: the target that was in force."""
    return trail.entry(
        subject=adjustment,
        action=TargetAct.ADJUST,
        actor=adjustment.created_by,
        at=adjustment.created_at,
        reason=adjustment.reason,
        capacity=capacity,
        scope_id=adjustment.indicator.action.program.department_id,
        changes={
            "target": [f"{former:f}", f"{adjustment.target:f}"],
            "effective_month": [None, adjustment.effective_month],
            "authorized_by": [None, adjustment.authorized_by],
            "instrument": [None, adjustment.instrument],
        },
    )
