"""What is written of a figure, or of another target, through whichever door it comes: its row and its traces.

The screen, the workbook and the demonstration ask different things before they write; what they write is this.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from accounts.models import User
from core import trail
from core.models import TrailEntry
from indicators.acts import TargetAct
from indicators.deadlines import Deadlines
from indicators.models import Indicator, Measurement, Origin, Period, State, TargetAdjustment


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
        },
    )
