"""What waits for a reviewer: submitted months and correction requests, the overdue ones first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min, Q
from django.utils import timezone

from accounts.access import ALL, Access, Action
from indicators.deadlines import own_days_off
from indicators.models import CorrectionRequest, Measurement
from indicators.results.scope import OFFICIAL, captured_in
from indicators.working_days import review_due_date
from programs.models import FiscalYear


@dataclass(frozen=True, slots=True)
class WaitingMonth:
    """Figures of one department and month that wait for review.

    ``own`` are those that the person changed themselves, ``corrections`` those with a validated pair beside them.
    """

    prefix: str
    department: str
    month: int
    waiting: int
    own: int
    late: int
    corrections: int
    since: date
    review_due: date
    is_overdue: bool


def waiting_months(access: Access, fiscal_year: FiscalYear, *, on: date) -> list[WaitingMonth]:
    """What waits for this person, overdue first and then the oldest; 2 queries."""
    department = "indicator__action__program__department__"
    own = Measurement.changed_by.through.objects.filter(user_id=access.user.pk).values("measurement_id")
    rows = (
        Measurement.objects.waiting_for(access)
        .filter(fiscal_year=fiscal_year)
        .order_by()
        .values_list(f"{department}prefix", f"{department}name", "month", "period__due_on")
        .annotate(
            waiting=Count("pk"),
            own=Count("pk", filter=Q(pk__in=own)),
            late_ones=Count("pk", filter=Q(late=True)),
            corrections=Count("pk", filter=captured_in(OFFICIAL)),
            since=Min("submitted_at"),
        )
    )
    days_off = own_days_off()
    found = []
    for prefix, name, month, due_on, waiting, mine, late, corrections, since in rows:
        # A row that a migration or a test submitted without saying when waits since the month was due.
        since_day = timezone.localdate(since) if since else due_on
        due = review_due_date(due_on, since_day, days_off)
        found.append(WaitingMonth(prefix, name, month, waiting, mine, late, corrections, since_day, due, on > due))
    return sorted(found, key=lambda item: (not item.is_overdue, item.since, item.prefix, item.month))


def open_requests(access: Access, fiscal_year: FiscalYear | None = None) -> list[CorrectionRequest]:
    """Correction requests without an answer where this person reviews, the oldest first; one query.

    Without a year, those of every year that is not locked.
    """
    years = {"measurement__fiscal_year": fiscal_year} if fiscal_year else {"measurement__fiscal_year__locked": False}
    found = CorrectionRequest.objects.filter(state=CorrectionRequest.State.OPEN, **years).select_related(
        "measurement__indicator__action__program__department", "measurement__period__fiscal_year", "requested_by"
    )
    reach = access.department_ids(Action.VALIDATE)
    if reach != ALL:
        found = found.filter(measurement__indicator__action__program__department__in=reach)
    return list(found.order_by("requested_at", "pk"))


def departments_in(waiting: Iterable[WaitingMonth], asked: Iterable[CorrectionRequest]) -> list[tuple[str, str]]:
    """The departments (prefix, name) in which something waits, to choose one of them."""
    found = {item.prefix: item.department for item in waiting}
    for request in asked:
        department = request.measurement.indicator.action.program.department
        found[department.prefix] = department.name
    return sorted(found.items(), key=lambda item: item[1])
