"""What the first page tells an enlace: the months in which there is something to do, and those that are over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.urls import reverse

from accounts.access import Access
from accounts.roles import Role
from indicators.deadlines import Deadlines, due_now_first
from indicators.models import Period, State, month_name
from indicators.openings import Opening, Standing
from reports.home.own_programs import own_departments
from reports.sheets import reading
from reports.sheets.reading import DepartmentMonth


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


def own_months(access: Access, periods: list[Period], today: date) -> list[DepartmentMonth]:
    """The months of every open year that have opened, of the departments for which the person captures."""
    departments = own_departments(access, Role.LIAISON)
    opened = [period for period in periods if period.opens_on <= today]
    return reading.department_months(opened, departments) if departments and opened else []


def years_told(months: Iterable[DepartmentMonth], deadlines: Deadlines, *, since: int) -> set[int]:
    """The years that the person's captures are told of: since the current one, and those in which something waits."""
    years = ((month.period.fiscal_year.year, month) for month in months)
    return {year for year, month in years if year >= since or _waits(month, deadlines)}


def capture_tasks(
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


def month_words(month: int, year: int, names_year: bool) -> str:
    """«Enero», or «Enero 2016» where the page has months of several years."""
    return f"{month_name(month)} {year}".capitalize() if names_year else month_name(month).capitalize()


def _in_turn(months: Iterable[DepartmentMonth], deadlines: Deadlines) -> list[DepartmentMonth]:
    """Those that wait: what was returned, the oldest month first, then the one that is due now, then the rest."""
    waiting = [month for month in months if _waits(month, deadlines)]
    returned = [month for month in waiting if _to_correct(month, deadlines)]
    ordered = due_now_first(waiting, lambda month: _deadline(month, deadlines), deadlines.on)
    return returned + [month for month in ordered if month not in returned]


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
    words = month_words(month.period.month, month.period.fiscal_year.year, names_year)
    return ClosedMonth(words, capture_url(month), "falta 1" if month.to_do == 1 else f"faltan {month.to_do}")


def _capture_task(month: DepartmentMonth, deadlines: Deadlines, names_year: bool) -> CaptureTask:
    period = month.period
    deadline, correcting = _deadline(month, deadlines), _opening(month, deadlines).correcting_until
    returned = _to_correct(month, deadlines)
    done = month.count(State.SUBMITTED) + month.count(State.VALIDATED)
    return CaptureTask(
        month=month_words(period.month, period.fiscal_year.year, names_year),
        url=capture_url(month),
        act="Corregir" if returned else "Capturar",
        due=f"cerrado; lo observado se corrige hasta el {correcting:%d/%m/%Y}"
        if correcting
        else due_words(deadline, deadlines.on),
        overdue=deadlines.on > deadline,
        missing=month.missing,
        drafts=month.count(State.DRAFT),
        returned=returned,
        progress=f"{done} de {month.due} enviados",
    )


def capture_url(month: DepartmentMonth) -> str:
    """The department's month."""
    period = month.period
    return reverse("indicators:capture", args=[period.fiscal_year.year, month.department.prefix, period.month])


def due_words(due_on: date, today: date) -> str:
    """«venció el 08/02/2016», «vence hoy», «vence mañana» or «vence el 07/10/2016»."""
    if due_on < today:
        return f"venció el {due_on:%d/%m/%Y}"
    if due_on == today:
        return "vence hoy"
    return "vence mañana" if due_on == today + timedelta(days=1) else f"vence el {due_on:%d/%m/%Y}"
