"""What the pages read besides results. Each function is a fixed number of queries."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, When

from accounts.access import ALL, Access, readable_trail
from core.models import TrailEntry
from core.moments import day_text
from indicators.cover.reading import Cover
from indicators.models import Evidence, Indicator, InstrumentFile, Measurement, Period, State, TargetAdjustment
from indicators.progress import due_counts, due_in
from programs.models import Department, FiscalYear, Program

Reach = Literal["all"] | frozenset[int]
TRAIL_ENTRIES_SHOWN = 40


@dataclass(slots=True)
class DepartmentMonth:
    """How far a department is with one month: due indicators by the state of their capture."""

    department: Department
    period: Period
    due: int = 0
    states: dict[str, int] = field(default_factory=dict)
    returned: dict[datetime, int] = field(default_factory=dict)  # how many, by when

    @property
    def returned_at(self) -> datetime | None:
        """When the last of what is returned was."""
        return max(self.returned, default=None)

    def count(self, state: str) -> int:
        return self.states.get(state, 0)

    @property
    def missing(self) -> int:
        """Due and nothing captured, not even a draft."""
        return self.due - sum(self.states.values())

    @property
    def to_do(self) -> int:
        """What its enlace still has to capture, finish or correct."""
        return self.missing + self.count(State.DRAFT) + self.count(State.RETURNED)


@dataclass(frozen=True, slots=True)
class WaitingMonth:
    """Submitted figures of one department and month; ``own`` are those that the person may not review."""

    department: Department
    year: int
    month: int
    figures: int
    own: int
    since: datetime | None


def periods_of(fiscal_year: FiscalYear) -> list[Period]:
    return list(fiscal_year.periods.order_by("month"))


def open_periods() -> list[Period]:
    """The months of every fiscal year that is neither locked nor historical, in time, with their year; one query."""
    found = Period.objects.filter(fiscal_year__locked=False, fiscal_year__historical=False).select_related(
        "fiscal_year"
    )
    return list(found.order_by("fiscal_year__year", "month"))


def month_in_hand(periods: Iterable[Period], today: date) -> Period | None:
    """The month that is being captured, of however many years: the last that has ended, otherwise the first."""
    ordered = _in_time(periods)
    return ([*_ended(ordered, today)][-1:] or ordered[:1] or [None])[0]


def last_months(periods: Iterable[Period], today: date) -> list[Period]:
    """Of each year the last month that has ended; none of a year of which no month has."""
    return list({period.fiscal_year_id: period for period in _ended(_in_time(periods), today)}.values())


def _in_time(periods: Iterable[Period]) -> list[Period]:
    return sorted(periods, key=lambda period: (period.fiscal_year.year, period.month))


def _ended(periods: Iterable[Period], today: date) -> Iterator[Period]:
    """Those whose calendar month, told by the day on which they open, is over."""
    return (period for period in periods if period.opens_on < today.replace(day=1))


def department_months(periods: Sequence[Period], reach: Reach, known: Cover | None = None) -> list[DepartmentMonth]:
    """Each department of the reach that has something due in each of those periods, of one year or more; 3 queries.

    One where ``known`` has read the catalogue of that reach and of those years.
    """
    years = {period.fiscal_year_id for period in periods}
    indicators = Indicator.objects.filter(fiscal_year__in=years)
    captures = Measurement.objects.filter(fiscal_year__in=years, month__in={period.month for period in periods})
    departments = Department.objects.order_by(F("number").asc(nulls_last=True), "prefix")
    if reach != ALL:
        indicators = indicators.filter(action__program__department_id__in=reach)
        captures = captures.filter(indicator__action__program__department_id__in=reach)
        departments = departments.filter(pk__in=reach)
    found: dict[tuple[int, int], DepartmentMonth] = {}
    counts = due_counts(indicators) if known is None else known.due_counts
    for department in departments if known is None else known.departments.values():
        for period in periods:
            due = due_in(period.month, counts.get((period.fiscal_year_id, department.pk), ()))
            if due:
                found[department.pk, period.pk] = DepartmentMonth(department, period, due)
    states = (
        captures.asked_for()
        .order_by()
        .annotate(at=Case(When(state=State.RETURNED, then=F("returned_at"))))
        .values("indicator__action__program__department_id", "period_id", "state", "at")
        .annotate(count=Count("id"))
        .values_list("indicator__action__program__department_id", "period_id", "state", "count", "at")
    )
    for department_id, period_id, state, count, returned_at in states:
        # The months of one year are counted in the others, too.
        if (month := found.get((department_id, period_id))) is not None:
            month.states[state] = month.count(state) + count
            if returned_at is not None:
                month.returned[returned_at] = month.returned.get(returned_at, 0) + count
    return list(found.values())


def waiting_for(access: Access) -> list[WaitingMonth]:
    """What waits for this person's review in every year that is not locked, by department and month; 2 queries.

    The oldest comes first.
    """
    by_them = Measurement.changed_by.through.objects.filter(
        measurement_id=OuterRef("pk"), user_id=access.user.pk if access.user else None
    )
    department = "indicator__action__program__department_id"
    rows = list(
        Measurement.objects.waiting_for(access)
        .filter(fiscal_year__locked=False)
        .annotate(by_them=Exists(by_them))
        .order_by()
        .values(department, "fiscal_year__year", "month")
        .annotate(figures=Count("id"), own=Count("id", filter=Q(by_them=True)), since=Min("submitted_at"))
        .order_by("since", "fiscal_year__year", "month", department)
        .values_list(department, "fiscal_year__year", "month", "figures", "own", "since")
    )
    departments = Department.objects.in_bulk({row[0] for row in rows})
    return [WaitingMonth(departments[row[0]], *row[1:]) for row in rows]


def indicator_for_sheet(fiscal_year: FiscalYear, code: str) -> Indicator | None:
    return (
        Indicator.objects.filter(fiscal_year=fiscal_year, code=code)
        .select_related(
            "fiscal_year__plan",
            "action__program__department",
            "action__program__strategy__objective__axis",
            "previous__fiscal_year",
        )
        .first()
    )


def adjustments_of(indicator: Indicator) -> list[TargetAdjustment]:
    return list(indicator.adjustments.select_related("created_by").order_by("effective_month"))


def registered_words(made: TargetAdjustment, *, with_who: bool) -> str:
    """«12/10/2016, Ana Ruiz»: when it was registered, and by whom for who may read that act in the trail."""
    day = day_text(made.created_at)
    return f"{day}, {made.created_by}" if with_who else day


def instrument_files_of(access: Access, adjustments: Iterable[TargetAdjustment]) -> dict[int, list[InstrumentFile]]:
    """The files that adjusted targets keep of their instruments and this person may read; no query without targets."""
    found: dict[int, list[InstrumentFile]] = {}
    ids = [made.pk for made in adjustments]
    for kept in InstrumentFile.objects.visible_to(access).filter(adjustment_id__in=ids) if ids else ():
        found.setdefault(kept.adjustment_id, []).append(kept)
    return found


def captures_of(indicator: Indicator) -> dict[int, Measurement]:
    """All of an indicator's captures by month; whoever shows them asks the access table about drafts."""
    rows = indicator.measurements.select_related("updated_by", "validated_by", "commitment")
    return {row.month: row for row in rows}


def indicators_of(program: Program) -> list[Indicator]:
    return list(Indicator.objects.filter(action__program=program).select_related("action").order_by("code"))


def adjustments_by_indicator(program: Program) -> dict[int, list[TargetAdjustment]]:
    found: dict[int, list[TargetAdjustment]] = {}
    for made in TargetAdjustment.objects.filter(indicator__action__program=program).order_by("effective_month"):
        found.setdefault(made.indicator_id, []).append(made)
    return found


def captures_by_indicator(program: Program) -> dict[int, dict[int, Measurement]]:
    """All captures of a programme by indicator and month, with their people; who may see drafts is asked elsewhere."""
    found: dict[int, dict[int, Measurement]] = {}
    rows = Measurement.objects.filter(indicator__action__program=program)
    for row in rows.select_related("updated_by", "validated_by", "commitment"):
        found.setdefault(row.indicator_id, {})[row.month] = row
    return found


def evidence_of(indicator: Indicator) -> dict[int, list[tuple[int, str]]]:
    """(id, name) of the files in force of each month, the newest first; who may see them is for the caller to ask."""
    files: dict[int, list[tuple[int, str]]] = {}
    rows = Evidence.objects.in_force().filter(measurements__indicator=indicator)
    for month, pk, name in rows.values_list("measurements__month", "pk", "name"):
        files.setdefault(month, []).append((pk, name))
    return files


def trail_of(
    access: Access, indicator: Indicator, captures: Iterable[Measurement], adjustments: Iterable[TargetAdjustment]
) -> list[TrailEntry]:
    """The latest acts on an indicator, its captures and targets: those of them that this person may read."""
    subjects = (
        Q(subject_type=Indicator._meta.label_lower, subject_id=indicator.pk)
        | Q(subject_type=Measurement._meta.label_lower, subject_id__in=[row.pk for row in captures])
        | Q(subject_type=TargetAdjustment._meta.label_lower, subject_id__in=[row.pk for row in adjustments])
    )
    return list(readable_trail(access).filter(subjects).select_related("actor").order_by("-id")[:TRAIL_ENTRIES_SHOWN])
