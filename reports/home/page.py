"""The first page: what waits for this person, by what they may do."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, Value
from django.urls import reverse

from accounts.access import ALL, Access
from accounts.access import Action as Act
from accounts.mail_waiting import MailTrouble
from accounts.models import PendingAct, User
from accounts.roles import HomePart
from catalog.models import RuleChange
from catalog.years.lifecycle import waiting_reopenings
from core.moments import day_text
from indicators.cover.reading import Cover
from indicators.deadlines import Deadlines
from indicators.models import CorrectionRequest, Period, State, month_name
from indicators.results.course import ProgramCourse, load_results_with_course
from indicators.results.year import OFFICIAL, YearResults
from indicators.review.inbox import open_requests
from programs.models import FiscalYear
from reports.acts.reading import acts_of_plan
from reports.acts.words import PlanNotes, plan_notes
from reports.address.cutoff import Cut, default_month
from reports.home.captures import (
    DepartmentTasks,
    capture_tasks,
    capture_url,
    due_words,
    month_words,
    own_months,
    years_told,
)
from reports.home.cover import CoverPart, cover_part, read_cover
from reports.home.last_check import CheckNotice
from reports.home.own_programs import OwnDepartment, own_programs
from reports.home.planning_notices import NO_NOTICES, PlanningNotices
from reports.plan.glance import (
    Glance,
    glance_elsewhere,
    past_course,
)
from reports.plan.programs import Headline, ProgramRow, furthest_behind, headline, program_rows
from reports.sheets import reading
from reports.sheets.reading import DepartmentMonth, WaitingMonth

# Who only reads has these in sight; the others are one step away.
ATTENTION_SHOWN = 5
# Planning may see every department's months and requests: the oldest are shown, the rest are in the review page.
ROWS_SHOWN = 12
_NAMED_BY = ("first_name", "last_name", "username")


@dataclass(frozen=True, slots=True)
class ReviewTask:
    department: str
    month: str
    figures: int
    own: int
    since: str
    url: str


@dataclass(frozen=True, slots=True)
class ConfirmTask:
    """What a colleague asked for and a second person does."""

    words: str
    who: str
    since: str
    own: bool
    url: str


@dataclass(frozen=True, slots=True)
class More:
    """How many are not in sight, and the page that has them."""

    count: int
    url: str
    year: str


@dataclass(frozen=True, slots=True)
class RequestTask:
    """A correction of a validated figure that somebody asked for and planning makes."""

    figure: str
    name: str
    department: str
    reason: str
    who: str
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
class EarlierMonth:
    """The last month of an earlier year that still lacks something."""

    month: str
    behind: int
    departments: int
    url: str


@dataclass(frozen=True, slots=True)
class MonthStatus:
    month: str
    due: str
    rows: list[StatusRow]
    behind: int
    earlier: list[EarlierMonth]


@dataclass(frozen=True, slots=True)
class HomePage:
    """Each part is None (or empty) for whom it is not meant; ``year_before`` is empty where there is none."""

    cut: Cut
    dashboard_url: str
    card_url: str
    compare_url: str
    capture: list[DepartmentTasks] = field(default_factory=list)
    confirm: list[ConfirmTask] = field(default_factory=list)
    review: list[ReviewTask] | None = None
    review_more: list[More] = field(default_factory=list)
    requests: list[RequestTask] = field(default_factory=list)
    requests_more: list[More] = field(default_factory=list)
    own_programs: list[OwnDepartment] | None = None
    status: MonthStatus | None = None
    summary: Headline | None = None
    glance: Glance | None = None
    notes: PlanNotes | None = None
    attention: list[ProgramRow] | None = None
    attention_more: int = 0
    cover: CoverPart | None = None
    year_before: str = ""
    rule_change: RuleChange | None = None
    mail: MailTrouble | None = None
    first_steps: bool = False
    check: CheckNotice | None = None

    @property
    def has_tasks(self) -> bool:
        """Whether anything on the page is for this person to do; the others only read."""
        return bool(self.capture) or self.review is not None or self.status is not None


def home_page(
    access: Access,
    fiscal_year: FiscalYear,
    years: tuple[FiscalYear, ...],
    today: date,
    notices: PlanningNotices = NO_NOTICES,
    check: CheckNotice | None = None,
) -> HomePage:
    """What waits for this person in every year that is not locked, and the results of ``fiscal_year``.

    ``notices`` are planning's, ``check`` is of who reads the whole trail. The number of queries depends only on
    their roles.
    """
    cut = Cut(fiscal_year, default_month(fiscal_year), OFFICIAL, years)
    periods = reading.open_periods()
    waiting = reading.waiting_for(access) if access.allows(Act.VALIDATE) else None
    requests = open_requests(access) if access.allows(Act.MAKE_CORRECTION) else []
    deadlines = Deadlines(periods, on=today)
    cover = read_cover(access, periods, deadlines)
    months = own_months(access, periods, today)
    capture_years = years_told(months, deadlines, since=fiscal_year.year)
    names_year = not capture_years | {month.year for month in waiting or ()} <= {fiscal_year.year}
    results, course = _results(cut) if access.home_has(HomePart.RESULTS) else (None, [])
    reads_own = access.home_has(HomePart.OWN_PROGRAMS)
    acts = acts_of_plan(cut) if results or reads_own else None
    behind = furthest_behind(results.programs) if results and access.home_has(HomePart.BEHIND) else None
    return HomePage(
        cut=cut,
        dashboard_url=reverse("reports:dashboard", args=[fiscal_year.year]) + cut.query,
        card_url=reverse("reports:card", args=[fiscal_year.year]) + cut.query,
        compare_url=reverse("reports:comparison", args=[fiscal_year.year]) + cut.query,
        capture=capture_tasks(months, deadlines, capture_years, names_year),
        confirm=_confirm(access) if access.department_ids(Act.READ_TRAIL) == ALL else [],
        cover=cover_part(access, cover),
        review=None if waiting is None else [_review_task(month, names_year) for month in waiting[:ROWS_SHOWN]],
        review_more=_more(month.year for month in (waiting or ())[ROWS_SHOWN:]),
        requests=[_request_task(asked) for asked in requests[:ROWS_SHOWN]],
        requests_more=_more(
            (asked.measurement.period.fiscal_year.year for asked in requests[ROWS_SHOWN:]), "#requests"
        ),
        own_programs=own_programs(access, cut, acts) if acts and reads_own else None,
        status=_status(periods, today, cover) if access.home_has(HomePart.MONTH) else None,
        summary=headline(results) if results else None,
        glance=glance_elsewhere(cut, results, course, past_course(cut)) if results else None,
        notes=plan_notes(acts, cut, access, [one.result for one in results.programs]) if acts and results else None,
        attention=program_rows(results, behind[:ATTENTION_SHOWN], cut, acts)
        if acts and results and behind is not None
        else None,
        attention_more=max(0, len(behind or ()) - ATTENTION_SHOWN),
        rule_change=notices.rule_change,
        mail=notices.mail,
        first_steps=notices.first_steps,
        check=check,
        year_before=next((str(year.year) for year in years if year.year < fiscal_year.year), ""),
    )


def _results(cut: Cut) -> tuple[YearResults, Sequence[ProgramCourse]]:
    return load_results_with_course(cut.fiscal_year, month=cut.month, scope=cut.scope)


def _review_task(waiting: WaitingMonth, names_year: bool) -> ReviewTask:
    return ReviewTask(
        department=waiting.department.name,
        month=month_words(waiting.month, waiting.year, names_year),
        figures=waiting.figures,
        own=waiting.own,
        since=day_text(waiting.since),
        url=reverse("indicators:review_month", args=[waiting.year, waiting.department.prefix, waiting.month]),
    )


def _request_task(asked: CorrectionRequest) -> RequestTask:
    row = asked.measurement
    indicator, year = row.indicator, row.period.fiscal_year.year
    return RequestTask(
        figure=f"{indicator.code} · {month_name(row.month)} {year}",
        name=indicator.name,
        department=indicator.action.program.department.name,
        reason=asked.reason,
        who=str(asked.requested_by),
        since=day_text(asked.requested_at),
        url=reverse("indicators:correction", args=[year, indicator.code, row.month]),
    )


def _more(years: Iterable[int], place: str = "") -> list[More]:
    """What is not in sight, by year, with the review page that has it; ``place`` is the part of that page."""
    return [
        More(count, reverse("indicators:review", args=[year]) + place, str(year))
        for year, count in sorted(Counter(years).items())
    ]


def _confirm(access: Access) -> list[ConfirmTask]:
    """One query, for planning and Contraloría: what waits for a second person, the oldest first."""
    columns = ("asked_at", "pk", "said", "of_year", "asked_by", *(f"asked_by__{name}" for name in _NAMED_BY))
    acts = PendingAct.objects.waiting().annotate(said=F("words"), of_year=Value(0)).order_by()
    reopenings = waiting_reopenings().annotate(said=Value(""), of_year=F("fiscal_year__year")).order_by()
    rows = acts.values_list(*columns).union(reopenings.values_list(*columns), all=True).order_by("asked_at", "pk")
    return [
        ConfirmTask(
            words=f"Abrir de nuevo el ejercicio {year}" if year else words[:1].upper() + words[1:],
            who=str(User(**dict(zip(_NAMED_BY, names, strict=True)))),
            since=day_text(at),
            own=asker == access.user.pk,
            url=_reopening_url(access, year) if year else reverse("catalog:waiting_act", args=[key]),
        )
        for at, key, words, year, asker, *names in rows[:ROWS_SHOWN]
    ]


def _reopening_url(access: Access, year: int) -> str:
    """Where it is answered; Contraloría reads it in «Por confirmar»."""
    return reverse("catalog:year_unlock", args=[year]) if access.allows(Act.CONFIRM) else reverse("catalog:waiting")


def _status(periods: list[Period], today: date, cover: Cover | None) -> MonthStatus | None:
    """The month that planning chases, and of the years before it whose last month is still open and lacks something."""
    chased = reading.month_in_hand(periods, today)
    if chased is None:
        return None
    last = [
        period
        for period in reading.last_months(periods, today)
        if period.fiscal_year_id != chased.fiscal_year_id and period.closed_on is None
    ]
    by_period: dict[int, list[DepartmentMonth]] = {}
    for month in reading.department_months([*last, chased], "all", cover):
        by_period.setdefault(month.period.pk, []).append(month)
    earlier = [_earlier_month(period, by_period.get(period.pk, [])) for period in last]
    months = by_period.get(chased.pk, [])
    return MonthStatus(
        month=_full_month(chased),
        due=due_words(chased.due_on, today),
        rows=[_status_row(month) for month in months],
        behind=_count_behind(months),
        earlier=[month for month in earlier if month.behind],
    )


def _earlier_month(period: Period, months: Sequence[DepartmentMonth]) -> EarlierMonth:
    board = reverse("indicators:board", args=[period.fiscal_year.year])
    return EarlierMonth(_full_month(period), _count_behind(months), len(months), f"{board}?mes={period.month}")


def _full_month(period: Period) -> str:
    return f"{month_name(period.month)} {period.fiscal_year.year}"


def _count_behind(months: Iterable[DepartmentMonth]) -> int:
    return sum(1 for month in months if month.to_do)


def _status_row(month: DepartmentMonth) -> StatusRow:
    return StatusRow(
        department=month.department.name,
        url=capture_url(month),
        missing=month.missing,
        drafts=month.count(State.DRAFT),
        returned=month.count(State.RETURNED),
        submitted=month.count(State.SUBMITTED),
        validated=month.count(State.VALIDATED),
        due=month.due,
    )
