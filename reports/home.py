"""The first page: what waits for this person, by what they may do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.access import Access
from accounts.access import Action as Act
from accounts.models import Role
from indicators.calculations import AMBER, RED
from indicators.leeway import Leeway
from indicators.models import Period, State, month_name
from indicators.results import OFFICIAL, ProgramSheet, YearResults, load_results
from programs.models import FiscalYear, Program
from reports import queries
from reports.cutoff import Cut, default_month
from reports.dashboard import Headline, ProgramRow, headline, program_rows
from reports.queries import DepartmentMonth, WaitingMonth

# Who only reads has these in sight; the others are one step away.
ATTENTION_SHOWN = 5
# Planning may see every department's months: the oldest are shown, the rest are in the review page.
REVIEWS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class CaptureTask:
    """A month of a department in which its enlace still has something to do."""

    month: str
    url: str
    due: str
    overdue: bool
    missing: int
    drafts: int
    returned: int
    progress: str


@dataclass(frozen=True, slots=True)
class DepartmentTasks:
    department: str
    tasks: list[CaptureTask]
    finished: str
    next_month: str


@dataclass(frozen=True, slots=True)
class ReviewTask:
    department: str
    month: str
    figures: int
    own: int
    since: str
    url: str


@dataclass(frozen=True, slots=True)
class StatusRow:
    """A department in the month that planning chases."""

    department: str
    url: str
    missing: int
    drafts: int
    returned: int
    submitted: int
    validated: int
    due: int


@dataclass(frozen=True, slots=True)
class MonthStatus:
    month: str
    due: str
    rows: list[StatusRow]
    behind: int


@dataclass(frozen=True, slots=True)
class HomePage:
    """Each part is None (or empty) for whom it is not meant."""

    cut: Cut
    dashboard_url: str
    card_url: str
    capture: list[DepartmentTasks] = field(default_factory=list)
    review: list[ReviewTask] | None = None
    review_more: int = 0
    review_url: str = ""
    own_programs: list[ProgramRow] | None = None
    status: MonthStatus | None = None
    summary: Headline | None = None
    attention: list[ProgramRow] | None = None
    attention_more: int = 0

    @property
    def has_tasks(self) -> bool:
        """Whether anything on the page is for this person to do; the others only read."""
        return bool(self.capture) or self.review is not None or self.status is not None


def home_page(access: Access, fiscal_year: FiscalYear, years: tuple[FiscalYear, ...], today: date) -> HomePage:
    """What waits for this person in that fiscal year; the number of queries depends only on their roles."""
    cut = Cut(fiscal_year, default_month(fiscal_year), OFFICIAL, years)
    periods = queries.periods_of(fiscal_year)
    review = _review(access, fiscal_year) if access.allows(Act.VALIDATE) else None
    results = _results(cut) if access.has_role(Role.PLANNING, Role.READER, Role.COMPTROLLER) else None
    behind = _behind(results.programs) if results and access.has_role(Role.READER, Role.COMPTROLLER) else None
    return HomePage(
        cut=cut,
        dashboard_url=reverse("reports:dashboard", args=[fiscal_year.year]) + cut.query,
        card_url=reverse("reports:card", args=[fiscal_year.year]) + cut.query,
        capture=_capture(access, fiscal_year, periods, today),
        review=review and review[:REVIEWS_SHOWN],
        review_more=max(0, len(review or ()) - REVIEWS_SHOWN),
        review_url=reverse("indicators:review", args=[fiscal_year.year]),
        own_programs=_own_programs(access, cut) if access.has_role(Role.DIRECTOR) else None,
        status=_status(fiscal_year, periods, today) if access.has_role(Role.PLANNING) else None,
        summary=headline(results) if results else None,
        attention=program_rows(results, behind[:ATTENTION_SHOWN], cut) if results and behind is not None else None,
        attention_more=max(0, len(behind or ()) - ATTENTION_SHOWN),
    )


def _results(cut: Cut) -> YearResults:
    return load_results(cut.fiscal_year, month=cut.month, scope=cut.scope, with_names=True, with_lines=True)


def _behind(sheets: Sequence[ProgramSheet]) -> list[ProgramSheet]:
    """The programmes in red or amber, the furthest behind first."""
    found = [
        (sheet.result.compliance, sheet)
        for sheet in sheets
        if sheet.result.compliance is not None and sheet.result.light in (RED, AMBER)
    ]
    return [sheet for _, sheet in sorted(found, key=lambda pair: (pair[0], pair[1].code))]


def own_departments(access: Access, *roles: str) -> frozenset[int]:
    """The departments where the person holds one of these roles; planning's reach over all is not meant."""
    return frozenset(department for role, department, _ in access.roles if role in roles and department is not None)


def _capture(access: Access, fiscal_year: FiscalYear, periods: list[Period], today: date) -> list[DepartmentTasks]:
    departments = own_departments(access, Role.LIAISON)
    opened = [period for period in periods if period.opens_on <= today]
    if not departments or not opened or fiscal_year.locked:
        return []
    found: dict[str, list[DepartmentMonth]] = {}
    for month in queries.department_months(fiscal_year, opened, departments):
        found.setdefault(month.department.name, []).append(month)
    leeway = Leeway(opened, on=today)
    return [_department_tasks(name, months, leeway) for name, months in found.items()]


def _department_tasks(name: str, months: Sequence[DepartmentMonth], leeway: Leeway) -> DepartmentTasks:
    pending = [month for month in months if _waits(month, leeway)]
    finished = [month_name(month.period.month) for month in months if not month.to_do]
    return DepartmentTasks(
        department=name,
        tasks=[_capture_task(month, leeway) for month in pending],
        finished=", ".join(finished),
        next_month=_next_month(months),
    )


def _next_month(months: Sequence[DepartmentMonth]) -> str:
    last = max(month.period.month for month in months)
    return month_name(last + 1) if last < 12 else ""


def _waits(month: DepartmentMonth, leeway: Leeway) -> bool:
    """A closed month takes captures with an extension only, and returned figures, which may be mended some days."""
    if leeway.is_open(month.period, month.department.pk):
        return bool(month.to_do)
    return bool(month.count(State.RETURNED))


def _capture_task(month: DepartmentMonth, leeway: Leeway) -> CaptureTask:
    period = month.period
    deadline = leeway.deadline(period, month.department.pk)
    done = month.count(State.SUBMITTED) + month.count(State.VALIDATED)
    return CaptureTask(
        month=month_name(period.month).capitalize(),
        url=_capture_url(month),
        due=_due_words(deadline, leeway.on),
        overdue=leeway.on > deadline,
        missing=month.missing,
        drafts=month.count(State.DRAFT),
        returned=month.count(State.RETURNED),
        progress=f"{done} de {month.due} enviados",
    )


def _capture_url(month: DepartmentMonth) -> str:
    period = month.period
    return reverse("indicators:capture", args=[period.fiscal_year.year, month.department.prefix, period.month])


def _due_words(due_on: date, today: date) -> str:
    if due_on < today:
        return f"venció el {due_on:%d/%m/%Y}"
    if due_on == today:
        return "vence hoy"
    return "vence mañana" if due_on == today + timedelta(days=1) else f"vence el {due_on:%d/%m/%Y}"


def _review(access: Access, fiscal_year: FiscalYear) -> list[ReviewTask]:
    return [_review_task(waiting, fiscal_year.year) for waiting in queries.waiting_for(access, fiscal_year)]


def _review_task(waiting: WaitingMonth, year: int) -> ReviewTask:
    return ReviewTask(
        department=waiting.department.name,
        month=month_name(waiting.month).capitalize(),
        figures=waiting.figures,
        own=waiting.own,
        since=f"{timezone.localtime(waiting.since):%d/%m/%Y}" if waiting.since else "",
        url=reverse("indicators:review_month", args=[year, waiting.department.prefix, waiting.month]),
    )


def _own_programs(access: Access, cut: Cut) -> list[ProgramRow]:
    programs = Program.objects.filter(
        fiscal_year=cut.fiscal_year, department__in=own_departments(access, Role.DIRECTOR)
    )
    results = load_results(cut.fiscal_year, month=cut.month, scope=cut.scope, programs=programs, with_names=True)
    return program_rows(results, results.programs, cut)


def _status(fiscal_year: FiscalYear, periods: list[Period], today: date) -> MonthStatus | None:
    period = queries.month_in_hand(periods, today)
    if period is None:
        return None
    months = queries.department_months(fiscal_year, [period], "all")
    return MonthStatus(
        month=f"{month_name(period.month)} {fiscal_year.year}",
        due=_due_words(period.due_on, today),
        rows=[_status_row(month) for month in months],
        behind=sum(1 for month in months if month.to_do),
    )


def _status_row(month: DepartmentMonth) -> StatusRow:
    return StatusRow(
        department=month.department.name,
        url=_capture_url(month),
        missing=month.missing,
        drafts=month.count(State.DRAFT),
        returned=month.count(State.RETURNED),
        submitted=month.count(State.SUBMITTED),
        validated=month.count(State.VALIDATED),
        due=month.due,
    )
