"""How far departments are with their months, in a fixed number of queries for any number of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from indicators import calculations
from indicators.deadlines import Deadlines
from indicators.models import Indicator, Measurement, Period, State
from indicators.openings import Opening, Standing
from programs.models import Department, FiscalYear


@dataclass(frozen=True, slots=True)
class MonthProgress:
    """How far a department is with a month: ``due`` indicators, of which ``captured`` have a complete pair."""

    period: Period
    due: int
    opening: Opening
    captured: int = 0
    submitted: int = 0
    validated: int = 0
    returned: int = 0
    late: int = 0
    returned_at: datetime | None = None  # the last of them
    to_correct: int = 0  # those that may still be corrected

    @property
    def missing(self) -> int:
        """What is still with the enlace: not captured, in draft or returned."""
        return self.due - self.submitted - self.validated

    @property
    def is_open(self) -> bool:
        return self.opening.takes_captures

    @property
    def extended_until(self) -> date | None:
        """The last day of an extension that runs; of a month that has one before it closes, nothing is said."""
        return self.opening.until if self.opening.standing is Standing.EXTENDED else None

    @property
    def needs_work(self) -> bool:
        """Somebody who captures has something to do here, and still can."""
        return self.opening.correcting_until is not None or (self.is_open and self.missing > 0)

    @property
    def deadline(self) -> date:
        """Until when the department may do it in time."""
        return (self.opening.until if self.needs_work else None) or self.period.due_on


def year_progress(
    fiscal_year: FiscalYear,
    departments: Iterable[Department],
    *,
    on: date,
    periods: Sequence[Period] | None = None,
    deadlines: Deadlines | None = None,
) -> dict[Department, list[MonthProgress]]:
    """Every month of these departments, in 3 queries besides that of the departments; 4 once a month is closed, and one
    more where a closed month has several figures to correct.

    Whoever has the year's periods and their deadlines already passes them in.
    """
    found = list(departments)
    ids = [department.pk for department in found]
    if periods is None:
        periods = list(Period.objects.filter(fiscal_year=fiscal_year).order_by("month"))
    deadlines = deadlines or Deadlines(periods, on=on)

    due = due_counts(Indicator.objects.filter(fiscal_year=fiscal_year, action__program__department_id__in=ids))
    counts = _state_counts(fiscal_year, ids)
    returned = _Returned(fiscal_year, ids, deadlines)

    def progress(period: Period, department_id: int) -> MonthProgress:
        counted = counts.get((department_id, period.month), {})
        opening = deadlines.opening(period, department_id, counted.get("returned_at"), locked=fiscal_year.locked)
        to_correct = counted.get("returned", 0)
        if to_correct > 1 and opening.correcting_until:
            to_correct = returned.to_correct(department_id, period.month)
        return MonthProgress(
            period,
            due=due_in(period.month, due.get((fiscal_year.pk, department_id), ())),
            opening=opening,
            to_correct=to_correct,
            **counted,
        )

    return {department: [progress(period, department.pk) for period in periods] for department in found}


class _Returned:
    """When each returned figure of these departments was; read when it is first asked for."""

    def __init__(self, fiscal_year: FiscalYear, department_ids: Sequence[int], deadlines: Deadlines) -> None:
        self._rows = Measurement.objects.filter(
            fiscal_year=fiscal_year, indicator__action__program__department_id__in=department_ids, state=State.RETURNED
        ).asked_for()
        self._deadlines = deadlines

    @cached_property
    def _moments(self) -> dict[tuple[int, int], list[datetime]]:
        found: dict[tuple[int, int], list[datetime]] = {}
        rows = self._rows.order_by().values_list("indicator__action__program__department_id", "month", "returned_at")
        for department_id, month, at in rows:
            if at is not None:
                found.setdefault((department_id, month), []).append(at)
        return found

    def to_correct(self, department_id: int, month: int) -> int:
        """How many of a closed month may still be corrected."""
        moments = self._moments.get((department_id, month), [])
        return sum(self._deadlines.correcting_until(at) >= self._deadlines.on for at in moments)


# frequency, months of retirement and beginning, how many indicators
DueCounts = Sequence[tuple[int, int | None, int, int]]


def due_counts(indicators: QuerySet[Indicator]) -> Mapping[tuple[int, int], DueCounts]:
    """By ids of fiscal year and department, how many of these indicators have the same due months; one query."""
    counts: dict[tuple[int, int], list[tuple[int, int | None, int, int]]] = {}
    rows = (
        indicators.order_by()
        .values_list("fiscal_year_id", "action__program__department_id", "frequency", "retired_from", "starts_in")
        .annotate(n=Count("pk"))
    )
    for fiscal_year_id, department_id, *rest in rows:
        counts.setdefault((fiscal_year_id, department_id), []).append(tuple(rest))  # type: ignore[arg-type]
    return counts


def due_in(month: int, counts: DueCounts) -> int:
    """How many of the counted indicators are asked for in that month."""
    return sum(n for *schedule, n in counts if calculations.is_due(month, *schedule))


def _state_counts(fiscal_year: FiscalYear, department_ids: Sequence[int]) -> dict[tuple[int, int], dict[str, Any]]:
    """Per department and month, of the indicators that are due: complete pairs and rows in each state."""
    rows = (
        Measurement.objects.filter(
            fiscal_year=fiscal_year, indicator__action__program__department_id__in=department_ids
        )
        .asked_for()
        .order_by()
        .values("indicator__action__program__department_id", "month")
        .annotate(
            captured=Count("pk", filter=Q(numerator__isnull=False, denominator__isnull=False)),
            submitted=Count("pk", filter=Q(state=State.SUBMITTED)),
            validated=Count("pk", filter=Q(state=State.VALIDATED)),
            returned=Count("pk", filter=Q(state=State.RETURNED)),
            returned_at=Max("returned_at", filter=Q(state=State.RETURNED)),
            late=Count("pk", filter=Q(late=True)),
        )
    )
    return {(row.pop("indicator__action__program__department_id"), row.pop("month")): row for row in rows}
