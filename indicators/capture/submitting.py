"""Submitting a department's month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from accounts.access import Access, Action
from core import trail
from indicators.checks import Background
from indicators.deadlines import Leeway
from indicators.evidence.attaching import evidence_problems, evidence_times
from indicators.models import (
    COMPLETE_STATES,
    Indicator,
    Measurement,
    Observation,
    Origin,
    Period,
    Receipt,
    State,
)
from indicators.papers import issuing
from indicators.refusals import MonthNotOpen, NotReady, Problem
from indicators.results.backgrounds import SPEC_FIELDS, backgrounds
from indicators.results.effect import read_figures
from indicators.writing import (
    change_state,
    locked_rows,
    problems_of,
    refuse_locked_year,
    require_action,
    save_states,
    why_not_open,
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
    """Submit what the department has captured in the month: drafts and mended returned figures become submitted.

    Raises NotReady with what each indicator lacks. ``allow_missing`` sends what is complete and leaves the rest as it
    is: what nobody captured, and also half a pair, a 0/0 without its reason, an excess without justification or a
    figure without the evidence that its indicator asks for, none of which is ever submitted.
    """
    require_action(access, Action.CAPTURE, department_id)
    period = Period.objects.select_related("fiscal_year").get(pk=period.pk)
    refuse_locked_year(period.fiscal_year)
    leeway = Leeway([period], on=timezone.localdate(now))
    indicators = {row.pk: row for row in _due_indicators(period, department_id)}
    found = _readiness(access, period, department_id, leeway, indicators, locked_rows(period, indicators))
    ready = found.ready
    problems = found.problems
    if allow_missing:
        problems = {} if ready else found.worked_on
    if problems:
        raise NotReady(problems, found.pending & set(problems))
    if found.closed and not ready:
        raise MonthNotOpen(found.closed)
    figures = read_figures(period, department_id) if ready else None
    late = leeway.is_late(period, department_id)
    for row in ready:
        if row.submitted_at is None:
            row.late = late
            if period.fiscal_year.historical:  # nobody is late with what came from earlier papers
                row.late, row.undated, row.origin = False, True, Origin.MIGRATION
        row.submitted_at = now
        change_state(row, State.SUBMITTED)
    resolved = Observation.objects.filter(measurement__in=ready, resolved_at__isnull=True)
    resolved.update(resolved_at=now)  # the trail's entry of the submission says the same
    save_states(ready, ["late", "undated", "origin", "submitted_at"])
    capacity = access.capacity(Action.CAPTURE, department_id)
    trail.write(
        trail.entry(
            subject=row, label=f"{row.indicator.code} {period}", action="enviar", actor=access.user,
            capacity=capacity, at=now, changes={"state": [before, row.state]}, scope_id=department_id,
        )
        for row, before in with_former_states(ready)
    )  # fmt: skip
    if figures is not None:
        act = issuing.PaperAct(Receipt.Kind.SUBMISSION, figures, department_id, ready, access, capacity, now)
        issuing.issue(act)
    return ready


@dataclass(frozen=True, slots=True)
class Readiness:
    """What would go if the month were submitted now, and what each of the others lacks, by indicator id.

    ``pending`` nobody has worked on; ``returned`` are those that the reviewer sent back; ``closed`` is why some can no
    longer be captured, as a sentence, or empty; ``shut`` are those, each with whether it has figures.
    """

    ready: list[Measurement]
    problems: dict[int, Sequence[Problem]]
    pending: frozenset[int]
    returned: frozenset[int]
    closed: str
    shut: Mapping[int, bool]

    @property
    def worked_on(self) -> dict[int, Sequence[Problem]]:
        """What somebody began and did not finish."""
        return {pk: lacking for pk, lacking in self.problems.items() if pk not in self.pending}


def month_readiness(*, access: Access, period: Period, department_id: int, on: date) -> Readiness:
    """The same as ``submit_month`` would find, without writing or locking anything."""
    indicators = {row.pk: row for row in _due_indicators(period, department_id)}
    rows = {row.indicator_id: row for row in Measurement.objects.filter(period=period, indicator__in=indicators)}
    return _readiness(access, period, department_id, Leeway([period], on=on), indicators, rows)


def _readiness(
    access: Access,
    period: Period,
    department_id: int,
    leeway: Leeway,
    indicators: Mapping[int, Indicator],
    rows: Mapping[int, Measurement],
) -> Readiness:
    supported = evidence_times([row.pk for row in rows.values() if row.state not in COMPLETE_STATES])
    known = backgrounds((indicators[indicator_id] for indicator_id in rows), period)
    problems: dict[int, Sequence[Problem]] = {}
    pending: set[int] = set()
    ready: list[Measurement] = []
    closed = ""
    shut: dict[int, bool] = {}
    for indicator_id, indicator in indicators.items():
        row = rows.get(indicator_id)
        if row is not None and row.state in COMPLETE_STATES:
            continue
        why_not = why_not_open(access, period, department_id, row, leeway)
        if why_not:
            # What cannot be captured any more is not asked for either.
            closed = why_not if row is not None or not closed else closed
            shut[indicator_id] = row is not None and (row.numerator is not None or row.denominator is not None)
            continue
        supported_at = supported.get(row.pk) if row is not None else None
        lacking = submission_problems(row, supported_at, known.get(indicator_id))
        lacking += evidence_problems(indicator, supported=supported_at is not None)
        if not lacking and row is not None:
            ready.append(row)
            continue
        problems[indicator_id] = lacking
        if is_pending(row, supported_at):
            pending.add(indicator_id)
    returned = frozenset(pk for pk in problems if pk in rows and rows[pk].state == State.RETURNED)
    return Readiness(ready, problems, frozenset(pending), returned, closed, shut)


def _due_indicators(period: Period, department_id: int) -> Iterable[Indicator]:
    due = Indicator.objects.filter(fiscal_year_id=period.fiscal_year_id).of_department(department_id)
    return due.due_in(period.month).only("id", "requires_evidence", *SPEC_FIELDS).order_by("code")


def is_pending(row: Measurement | None, supported_at: datetime | None = None) -> bool:
    """Nobody has worked on it yet: no figures, or returned and neither saved again nor given a file since.

    ``supported_at``: when the latest file of its evidence came.
    """
    if row is None or (row.numerator is None and row.denominator is None):
        return True
    if row.state != State.RETURNED or row.returned_at is None:
        return False
    return max(row.updated_at, supported_at or row.updated_at) < row.returned_at


def submission_problems(
    row: Measurement | None, supported_at: datetime | None = None, background: Background | None = None
) -> list[Problem]:
    """What a row lacks before it can be submitted; a returned one is mended, explained or given a file first."""
    if row is None:
        return problems_of(None, None, "", "")
    lacking = problems_of(row.numerator, row.denominator, row.no_activity, row.justification, background)
    if not lacking and is_pending(row, supported_at):
        return [
            Problem(
                "numerator", "Atienda la observación: corrija la cifra o explique en la justificación por qué queda."
            )
        ]
    return lacking
