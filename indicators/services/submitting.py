"""Submitting a department's month."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.access import Access, Action
from core import trail
from indicators.leeway import Leeway
from indicators.models import (
    COMPLETE_STATES,
    Indicator,
    Measurement,
    Observation,
    Period,
    State,
)
from indicators.services.rules import (
    MonthNotOpen,
    NotReady,
    Problem,
    change_state,
    locked_rows,
    problems_of,
    refuse_locked_year,
    require_action,
    save_states,
    why_not_open,
    with_former_states,
)


@transaction.atomic
def submit_month(
    *,
    access: Access,
    period: Period,
    department_id: int,
    now: datetime,
    allow_missing: bool = False,
) -> list[Measurement]:
    """Submit what the department has captured in the month: drafts and mended returned figures become submitted.

    Raises NotReady with what each indicator lacks. ``allow_missing`` leaves out indicators without any capture;
    half a pair, a 0/0 without its reason or an excess without justification is never submitted.
    """
    require_action(access, Action.CAPTURE, department_id)
    period = Period.objects.select_related("fiscal_year").get(pk=period.pk)
    refuse_locked_year(period.fiscal_year)
    leeway = Leeway([period], on=timezone.localdate(now))
    indicators = {row.pk: row for row in _due_indicators(period, department_id)}
    rows = locked_rows(period, indicators)
    problems: dict[int, Sequence[Problem]] = {}
    pending: set[int] = set()
    ready: list[Measurement] = []
    closed = ""
    for indicator_id in indicators:
        row = rows.get(indicator_id)
        if row is not None and row.state in COMPLETE_STATES:
            continue
        why_not = why_not_open(access, period, department_id, row, leeway)
        if why_not:
            # What cannot be captured any more is not asked for either.
            closed = why_not if row is not None or not closed else closed
            continue
        lacking = submission_problems(row)
        if not lacking and row is not None:
            ready.append(row)
        elif not allow_missing or not is_pending(row):
            problems[indicator_id] = lacking
        if lacking and is_pending(row):
            pending.add(indicator_id)
    if problems:
        raise NotReady(problems, pending & set(problems))
    if closed and not ready:
        raise MonthNotOpen(closed)
    late = leeway.is_late(period, department_id)
    for row in ready:
        row.late = late if row.submitted_at is None else row.late
        row.submitted_at = now
        change_state(row, State.SUBMITTED)
    resolved = Observation.objects.filter(measurement__in=ready, resolved_at__isnull=True)
    resolved.update(resolved_at=now)  # the trail's entry of the submission says the same
    save_states(ready, ["late", "submitted_at"])
    capacity = access.capacity(Action.CAPTURE, department_id)
    trail.write(
        trail.entry(
            subject=row, label=f"{row.indicator.code} {period}", action="enviar", actor=access.user,
            capacity=capacity, at=now, changes={"state": [before, row.state]}, scope_id=department_id,
        )
        for row, before in with_former_states(ready)
    )  # fmt: skip
    return ready


def _due_indicators(period: Period, department_id: int) -> Iterable[Indicator]:
    due = Indicator.objects.filter(fiscal_year_id=period.fiscal_year_id).of_department(department_id)
    return due.due_in(period.month).only("id", "code").order_by("code")


def is_pending(row: Measurement | None) -> bool:
    """Nobody has worked on it yet: no figures, or returned and not saved again since."""
    if row is None or (row.numerator is None and row.denominator is None):
        return True
    return row.state == State.RETURNED and row.returned_at is not None and row.updated_at < row.returned_at


def submission_problems(row: Measurement | None) -> list[Problem]:
    """What a row lacks before it can be submitted; a returned one is mended or explained first."""
    if row is None:
        return problems_of(None, None, "", "")
    lacking = problems_of(row.numerator, row.denominator, row.no_activity, row.justification)
    if not lacking and is_pending(row):
        return [
            Problem(
                "numerator", "Atienda la observación: corrija la cifra o explique en la justificación por qué queda."
            )
        ]
    return lacking
