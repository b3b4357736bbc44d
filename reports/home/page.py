"""The first page: what waits for this person, by what they may do."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from django.db.models import F, Value
from django.urls import reverse

from accounts.access import ALL, Access
from accounts.access import Action as Act
from accounts.mail_waiting import MailTrouble
from accounts.models import PendingAct, User
from accounts.roles import HomePart, Role
from catalog.models import RuleChange
from catalog.years.lifecycle import waiting_reopenings
from core.moments import day_text
from indicators.cover.reading import Cover
from indicators.deadlines import Deadlines, due_now_first
from indicators.models import CorrectionRequest, Period, State, month_name
from indicators.openings import Opening, Standing
from indicators.results.course import ProgramCourse, load_results_with_course
from indicators.results.year import OFFICIAL, YearResults
from indicators.review.inbox import open_requests
from programs.models import FiscalYear
from reports.address.cutoff import Cut, default_month
from reports.home.cover import CoverPart, cover_part, read_cover
from reports.home.own_programs import OwnDepartment, own_departments, own_programs
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
class CaptureTask:
    """A month of a department in which its enlace still has something to do, and still can; ``act`` is its button."""

    month: str
    url: str
    act: str
    due: str
    overdue: bool
    missing: int
    drafts: int
    returned: int
    progress: str


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A month that lacks something and takes it no more."""

    month: str
    url: str
    lacks: str


@dataclass(frozen=True, slots=True)
class DepartmentTasks:
    department: str
    tasks: list[CaptureTask]
    closed: list[ClosedMonth]
    ask: str
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
    attention: list[ProgramRow] | None = None
    attention_more: int = 0
    cover: CoverPart | None = None
    year_before: str = ""
    rule_change: RuleChange | None = None
    mail: MailTrouble | None = None
    first_steps: bool = False

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
) -> HomePage:
    """What waits for this person in every year that is not locked, and the results of ``fiscal_year``.

    ``notices`` are planning's. The number of queries depends only on their roles.
    """
    cut = Cut(fiscal_year, default_month(fiscal_year), OFFICIAL, years)
    periods = reading.open_periods()
    waiting = reading.waiting_for(access) if access.allows(Act.VALIDATE) else None
    requests = open_requests(access) if access.allows(Act.MAKE_CORRECTION) else []
    deadlines = Deadlines(periods, on=today)
    cover = read_cover(access, periods, deadlines)
    months = _own_months(access, periods, today)
    capture_years = _capture_years(months, deadlines, since=fiscal_year.year)
    names_year = not capture_years | {month.year for month in waiting or ()} <= {fiscal_year.year}
    results, course = _results(cut) if access.home_has(HomePart.RESULTS) else (None, [])
    behind = furthest_behind(results.programs) if results and access.home_has(HomePart.BEHIND) else None
    return HomePage(
        cut=cut,
        dashboard_url=reverse("reports:dashboard", args=[fiscal_year.year]) + cut.query,
        card_url=reverse("reports:card", args=[fiscal_year.year]) + cut.query,
        compare_url=reverse("reports:comparison", args=[fiscal_year.year]) + cut.query,
        capture=_capture(months, deadlines, capture_years, names_year),
        confirm=_confirm(access) if access.department_ids(Act.READ_TRAIL) == ALL else [],
        cover=cover_part(access, cover),
        review=None if waiting is None else [_review_task(month, names_year) for month in waiting[:ROWS_SHOWN]],
        review_more=_more(month.year for month in (waiting or ())[ROWS_SHOWN:]),
        requests=[_request_task(asked) for asked in requests[:ROWS_SHOWN]],
        requests_more=_more(
            (asked.measurement.period.fiscal_year.year for asked in requests[ROWS_SHOWN:]), "#requests"
        ),
        own_programs=own_programs(access, cut) if access.home_has(HomePart.OWN_PROGRAMS) else None,
        status=_status(periods, today, cover) if access.home_has(HomePart.MONTH) else None,
        summary=headline(results) if results else None,
        glance=glance_elsewhere(cut, results, course, past_course(cut)) if results else None,
        attention=program_rows(results, behind[:ATTENTION_SHOWN], cut) if results and behind is not None else None,
        attention_more=max(0, len(behind or ()) - ATTENTION_SHOWN),
        rule_change=notices.rule_change,
        mail=notices.mail,
        first_steps=notices.first_steps,
        year_before=next((str(year.year) for year in years if year.year < fiscal_year.year), ""),
    )


def _results(cut: Cut) -> tuple[YearResults, Sequence[ProgramCourse]]:
    return load_results_with_course(cut.fiscal_year, month=cut.month, scope=cut.scope)


def _own_months(access: Access, periods: list[Period], today: date) -> list[DepartmentMonth]:
    """The months of every open year that have opened, of the departments for which the person captures."""
    departments = own_departments(access, Role.LIAISON)
    opened = [period for period in periods if period.opens_on <= today]
    return reading.department_months(opened, departments) if departments and opened else []


def _capture_years(months: Iterable[DepartmentMonth], deadlines: Deadlines, *, since: int) -> set[int]:
    """The years that the person's captures are told of: since the current one, and those in which something waits."""
    years = ((month.period.fiscal_year.year, month) for month in months)
    return {year for year, month in years if year >= since or _waits(month, deadlines)}


def _capture(
    months: Sequence[DepartmentMonth], deadlines: Deadlines, years: set[int], names_year: bool
) -> list[DepartmentTasks]:
    """By department, in ``years``: where an earlier one waits for nothing, what it completed is not told."""
    found: dict[str, list[DepartmentMonth]] = {}
    for month in months:
        found.setdefault(month.department.name, []).append(month)
    return [
        DepartmentTasks(
            department=name,
            tasks=[_capture_task(month, deadlines, names_year) for month in _in_turn(own, deadlines)],
            closed=(closed := [_closed_month(month, names_year) for month in own if _is_shut(month, deadlines, years)]),
            ask=deadlines.whom_to_ask if closed else "",
            finished=_finished([month for month in own if month.period.fiscal_year.year in years], names_year),
            next_month=_next_month(own),
        )
        for name, own in found.items()
    ]


def _finished(months: Iterable[DepartmentMonth], names_year: bool) -> str:
    """What follows «Completos»: «: junio», or « de 2016: junio, julio; de 2017: enero»; empty where no month is."""
    done = [month.period for month in months if not month.to_do]
    by_year = groupby(done, key=lambda period: period.fiscal_year.year)
    said = [(year, ", ".join(month_name(period.month) for period in of)) for year, of in by_year]
    return ";".join(f" de {year}: {names}" if names_year else f": {names}" for year, names in said)


def _next_month(months: Sequence[DepartmentMonth]) -> str:
    last = months[-1].period.month
    return month_name(last + 1) if last < 12 else ""


def _month_words(month: int, year: int, names_year: bool) -> str:
    return f"{month_name(month)} {year}".capitalize() if names_year else month_name(month).capitalize()


def _in_turn(months: Iterable[DepartmentMonth], deadlines: Deadlines) -> list[DepartmentMonth]:
    """Those that wait: the one that is due now, then the others in time."""
    waiting = (month for month in months if _waits(month, deadlines))
    return due_now_first(waiting, lambda month: _deadline(month, deadlines), deadlines.on)


def _waits(month: DepartmentMonth, deadlines: Deadlines) -> bool:
    """A closed month takes captures with an extension only, and returned figures, which may be corrected some days."""
    found = _opening(month, deadlines)
    return bool(found.correcting_until or (month.to_do and found.takes_captures))


def _opening(month: DepartmentMonth, deadlines: Deadlines) -> Opening:
    return deadlines.opening(month.period, month.department.pk, month.returned_at)


def _deadline(month: DepartmentMonth, deadlines: Deadlines) -> date:
    return _opening(month, deadlines).until or month.period.due_on


def _to_correct(month: DepartmentMonth, deadlines: Deadlines) -> int:
    """Of what is returned, in a closed month, only what may still be corrected."""
    if not _opening(month, deadlines).correcting_until:
        return month.count(State.RETURNED)
    return sum(number for at, number in month.returned.items() if deadlines.correcting_until(at) >= deadlines.on)


def _is_shut(month: DepartmentMonth, deadlines: Deadlines, years: set[int]) -> bool:
    told = month.period.fiscal_year.year in years
    return told and bool(month.to_do) and _opening(month, deadlines).standing is Standing.CLOSED


def _closed_month(month: DepartmentMonth, names_year: bool) -> ClosedMonth:
    words = _month_words(month.period.month, month.period.fiscal_year.year, names_year)
    return ClosedMonth(words, _capture_url(month), "falta 1" if month.to_do == 1 else f"faltan {month.to_do}")


def _capture_task(month: DepartmentMonth, deadlines: Deadlines, names_year: bool) -> CaptureTask:
    period = month.period
    deadline, correcting = _deadline(month, deadlines), _opening(month, deadlines).correcting_until
    only_corrects = bool(correcting) or not month.missing + month.count(State.DRAFT)
    done = month.count(State.SUBMITTED) + month.count(State.VALIDATED)
    return CaptureTask(
        month=_month_words(period.month, period.fiscal_year.year, names_year),
        url=_capture_url(month),
        act="Corregir" if only_corrects else "Capturar",
        due=f"cerrado; lo observado se corrige hasta el {correcting:%d/%m/%Y}"
        if correcting
        else _due_words(deadline, deadlines.on),
        overdue=deadlines.on > deadline,
        missing=month.missing,
        drafts=month.count(State.DRAFT),
        returned=_to_correct(month, deadlines),
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


def _review_task(waiting: WaitingMonth, names_year: bool) -> ReviewTask:
    return ReviewTask(
        department=waiting.department.name,
        month=_month_words(waiting.month, waiting.year, names_year),
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
        due=_due_words(chased.due_on, today),
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
        url=_capture_url(month),
        missing=month.missing,
        drafts=month.count(State.DRAFT),
        returned=month.count(State.RETURNED),
        submitted=month.count(State.SUBMITTED),
        validated=month.count(State.VALIDATED),
        due=month.due,
    )
