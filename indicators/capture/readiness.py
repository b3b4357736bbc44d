"""What a month lacks before it can be submitted."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from accounts.access import Access
from indicators.checks import Background
from indicators.deadlines import Deadlines
from indicators.models import COMPLETE_STATES, Evidence, Indicator, Measurement, Period, State
from indicators.refusals import Problem
from indicators.results.backgrounds import SPEC_FIELDS, backgrounds
from indicators.writing import problems_of, why_not_open


def evidence_times(measurement_ids: Collection[int]) -> dict[int, datetime]:
    """When the latest file in force of each of these figures came; a figure without one is left out. One query."""
    links = Evidence.measurements.through.objects.filter(
        measurement_id__in=measurement_ids,
        evidence__superseded_by__isnull=True,
        evidence__withdrawn_at__isnull=True,
    )
    return dict(links.order_by().values_list("measurement_id").annotate(latest=Max("evidence__uploaded_at")))


def evidence_problems(indicator: Indicator, *, supported: bool) -> list[Problem]:
    """What an indicator that asks for evidence lacks before its figure can be submitted."""
    if not indicator.requires_evidence or supported:
        return []
    return [Problem("evidence", "Falta la evidencia: adjunte el archivo que respalda esta cifra.")]


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
    return _readiness(access, period, department_id, Deadlines([period], on=on), indicators, rows)


def _readiness(
    access: Access,
    period: Period,
    department_id: int,
    deadlines: Deadlines,
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
        why_not = why_not_open(access, period, department_id, row, deadlines)
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
    """What a row lacks before it can be submitted; a returned one is corrected, explained or given a file first."""
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
