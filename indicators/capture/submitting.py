"""Submitting a department's month."""

from datetime import datetime

from django.utils import timezone

from accounts.access import Access, Action
from core import trail
from indicators.acts import FigureAct
from indicators.capture.readiness import _due_indicators, _readiness
from indicators.deadlines import Deadlines
from indicators.models import (
    Measurement,
    Observation,
    Period,
    Receipt,
    State,
)
from indicators.papers import issuing
from indicators.recording import mark_sent
from indicators.refusals import MonthNotOpen, NotReady
from indicators.results.effect import read_figures
from indicators.writing import (
    change_state,
    locked_rows,
    refuse_locked_year,
    require_action,
    save_states,
    with_former_states,
    writes_figures,
)


@writes_figures
def submit_month(
    *,
    access: Access,
    period: Period,
    department_id: int,
    now: datetime,
    allow_missing: bool = False,
) -> list[Measurement]:
    """Submit what the department has captured in the month: drafts and corrected returned figures become submitted.

    Raises NotReady with what each indicator lacks. ``allow_missing`` sends what is complete and leaves the rest as it
    is: what nobody captured, and also half a pair, a 0/0 without its reason, an excess without justification or a
    figure without the evidence that its indicator asks for, none of which is ever submitted.
    """
    require_action(access, Action.CAPTURE, department_id)
    period = Period.objects.select_related("fiscal_year").get(pk=period.pk)
    refuse_locked_year(period.fiscal_year)
    deadlines = Deadlines([period], on=timezone.localdate(now))
    indicators = {row.pk: row for row in _due_indicators(period, department_id)}
    found = _readiness(access, period, department_id, deadlines, indicators, locked_rows(period, indicators))
    ready = found.ready
    problems = found.problems
    if allow_missing:
        problems = {} if ready else found.worked_on
    if problems:
        raise NotReady(problems, found.pending & set(problems))
    if found.closed and not ready:
        raise MonthNotOpen(found.closed)
    figures = read_figures(period, department_id) if ready else None
    for row in ready:
        mark_sent(row, deadlines, period, department_id, by=access.user, at=now)
        change_state(row, State.SUBMITTED)
    resolved = Observation.objects.filter(measurement__in=ready, resolved_at__isnull=True)
    resolved.update(resolved_at=now)  # the trail's entry of the submission says the same
    save_states(ready, ["late", "undated", "origin", "submitted_at", "submitted_by"])
    capacity = access.capacity(Action.CAPTURE, department_id)
    trail.write(
        trail.entry(
            subject=row,
            label=f"{row.indicator.code} {period}",
            action=FigureAct.SUBMIT,
            actor=access.user,
            capacity=capacity,
            at=now,
            changes={"state": [before, row.state]},
            scope_id=department_id,
        )
        for row, before in with_former_states(ready)
    )
    if figures is not None:
        act = issuing.PaperAct(Receipt.Kind.SUBMISSION, figures, department_id, ready, access, capacity, now)
        issuing.issue(act)
    return ready
