"""Adjusting many targets at once, as ``indicators.services.adjust_target`` adjusts one.

The comparison has already refused months that are closed and targets that may not be; here they are written in bulk,
each with the same entry in the trail.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from catalog.imports.answers import Adjustment
from core import bulk
from core.models import TrailEntry
from indicators.models import Indicator, TargetAdjustment
from indicators.recording import adjustment_entry
from indicators.services import ServiceError


def adjust_targets(
    changes: Sequence[tuple[Indicator, Decimal, Decimal]],
    adjustment: Adjustment,
    *,
    actor: Any,
    now: datetime,
    capacity: str,
) -> list[TrailEntry]:
    """Put the new target of each (indicator, former, new) in force; the entries are for the caller to write."""
    if actor is None:
        raise ServiceError("Una meta se ajusta a nombre de alguien: diga quién importa (--user).")
    rows = [
        TargetAdjustment(
            indicator=indicator,
            effective_month=adjustment.effective_month,
            target=target,
            reason=adjustment.reason,
            authorized_by=adjustment.authorized_by,
            instrument=adjustment.instrument,
            created_at=now,
            created_by=actor,
        )
        for indicator, _, target in changes
    ]
    bulk.insert(TargetAdjustment, rows)
    return [adjustment_entry(row, former, capacity=capacity) for row, (_, former, _) in zip(rows, changes, strict=True)]
