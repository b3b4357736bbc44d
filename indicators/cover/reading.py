"""Where a department's months lack an enlace or a titular, from the database: a fixed number of queries."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from django.db.models import BigIntegerField, Count, DateField, F, Q, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from accounts.models import Membership, PendingAct, Role, called
from indicators import calculations
from indicators.cover.gaps import Gap, Office, Window, find_gaps, opened
from indicators.deadlines import Deadlines, days_between, own_days_off
from indicators.models import DayOff, Extension, Indicator, Measurement, Period, State
from indicators.models.periods import HISTORICAL
from indicators.progress import due_in
from indicators.working_days import due_date, opening_date
from programs.models import Department, FiscalYear

# What every department needs, in the order in which pages say it.
NEEDED = (Role.LIAISON, Role.DIRECTOR)
# For so long an overdue month that nobody has closed is taken to go on asking for people.
STILL_ASKED = timedelta(days=30)
Reach = Literal["all"] | Collection[int]
_Asked = tuple[int, str, tuple[int, int]]  # department, role, year and month
_TERM, _EXTENSION, _DAY_OFF, _ASKED = "term", "extension", "day off", "asked"
_COLUMNS = (
    "of_kind", "of_key", "place", "first_day", "last_day", "what", "may_enter", "who", "given", "surname", "entry",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Missing:
    """A department that lacks somebody, with how many indicators the touched months ask of it.

    ``asked``: the terms that somebody asked for and a second person has not confirmed, by the key of the act.
    ``gaps``: one, or that of its enlace and of its titular where both begin and end on the same days.
    """

    department: Department
    gaps: tuple[Gap, ...]
    indicators: int
    asked: tuple[Office, ...] = ()

    @property
    def first(self) -> date:
        return self.gaps[0].first

    @property
    def roles(self) -> tuple[Role, ...]:
        return tuple(Role(gap.role) for gap in self.gaps)

    @property
    def months(self) -> tuple[tuple[int, int], ...]:
        return tuple(sorted({month for gap in self.gaps for month in gap.months}))


def months_at_work() -> list[Period]:
    """The months of every year that is neither locked nor historical, in time, with their year; one query."""
    found = Period.objects.filter(fiscal_year__locked=False, fiscal_year__historical=False)
    return list(found.select_related("fiscal_year").order_by("fiscal_year__year", "month"))


def read_missing(
    periods: Iterable[Period], *, on: date, reach: Reach = "all", deadlines: Deadlines | None = None
) -> list[Missing]:
    """Which of these departments lack somebody in these months on that day or later, the first to begin first."""
    return Cover(periods, on=on, reach=reach, deadlines=deadlines).missing()


class Cover:
    """The months, departments and terms of that day, read once: at most 3 queries.

    Months that are closed are asked of nobody but departments with an extension; a month that is overdue asks for
    somebody these weeks as long as something of it is not sent (the titular: not validated).
    """

    def __init__(
        self,
        periods: Iterable[Period],
        *,
        on: date,
        reach: Reach = "all",
        catalogue_of: Mapping[int, int] | None = None,
        deadlines: Deadlines | None = None,
    ) -> None:
        """``deadlines``: those of the months, where whoever asks has them.

        ``catalogue_of``: by the id of a year, that of the year whose indicators stand for its own.
        """
        self.on = on
        self._periods = [
            period for period in periods if not (period.fiscal_year.locked or period.fiscal_year.historical)
        ]
        self._deadlines = deadlines or Deadlines(self._periods, on=on)
        self._borrowed = bool(catalogue_of)
        self._years = {period.fiscal_year_id: period.fiscal_year_id for period in self._periods} | dict(
            catalogue_of or {}
        )
        # By ids of year and department, as ``progress.due_counts`` has them; departments by number.
        self.due_counts: dict[tuple[int, int], list[tuple[int, int | None, int, int]]] = {}
        self.departments: dict[int, Department] = {}
        if self._periods:
            self._read_catalogue(reach)
        self._asked_for: list[Office] = []  # terms that wait for a second person, by the key of the act
        self.offices = self._read_people_and_calendar() if self.departments else []
        self._windows = self._open_windows()

    def missing(self, offices: Iterable[Office] | None = None) -> list[Missing]:
        """With other terms than those that there are, where some are given."""
        return self._told(self.gaps(offices))

    def opened_by(self, changed: Callable[[Office], Office | None]) -> list[Missing]:
        """What would be missing besides if each term were as ``changed`` makes it; None takes it away."""
        terms = [term for office in self.offices if (term := changed(office)) is not None]
        return self._told(opened(self.gaps(), self.gaps(terms)))

    def gaps(self, offices: Iterable[Office] | None = None) -> list[Gap]:
        held = self.offices if offices is None else list(offices)
        found = find_gaps(self._windows, held, on=self.on)
        overdue = {period.pk for period in self._periods if self._is_overdue(period)}
        lacking = {gap.department for gap in found}
        if not (overdue and lacking):
            return found
        finished = self._finished(overdue, lacking)
        windows = [one for one in self._windows if (one.department, one.role, one.month) not in finished]
        return find_gaps(windows, held, on=self.on)

    def _told(self, gaps: Iterable[Gap]) -> list[Missing]:
        together: dict[tuple[int, date, date | None], list[Gap]] = {}
        for gap in gaps:
            together.setdefault((gap.department, gap.first, gap.last), []).append(gap)
        found = [
            Missing(
                self.departments[pk],
                tuple(alike),
                self._asked(pk, {month for gap in alike for month in gap.months}),
                tuple(office for office in self._asked_for if any(_would_fill(office, gap) for gap in alike)),
            )
            for (pk, *_), alike in together.items()
        ]
        return sorted(found, key=lambda one: (max(one.first, self.on), one.department.prefix, one.first))

    def _asked(self, department: int, months: Collection[tuple[int, int]]) -> int:
        """How many indicators of the department are due in any of these months."""
        years = {(period.fiscal_year.year, period.month): period.fiscal_year_id for period in self._periods}
        by_year: dict[int, set[int]] = defaultdict(set)
        for month in months:
            by_year[years[month]].add(month[1])
        return max(
            sum(
                number
                for *schedule, number in self.due_counts[self._years[year], department]
                if any(calculations.is_due(month, *schedule) for month in asked)
            )
            for year, asked in by_year.items()
        )

    def _read_catalogue(self, reach: Reach) -> None:
        indicators = Indicator.objects.filter(fiscal_year_id__in=set(self._years.values()))
        if self._borrowed:
            indicators = indicators.filter(retired_from=None)  # what is retired is not carried on
        if reach != "all":
            indicators = indicators.filter(action__program__department_id__in=reach)
        at = "action__program__department"
        rows = (
            indicators.order_by(F(f"{at}__number").asc(nulls_last=True), f"{at}__prefix")
            .values_list(
                "fiscal_year_id", at, f"{at}__number", f"{at}__prefix", f"{at}__name", "frequency", "retired_from",
                "starts_in",
            )
            .annotate(indicators=Count("pk"))
        )  # fmt: skip
        for year, pk, number, prefix, name, *schedule in rows:
            self.departments.setdefault(pk, Department(pk=pk, number=number, prefix=prefix, name=name))
            self.due_counts.setdefault((year, pk), []).append(tuple(schedule))

    def _read_people_and_calendar(self) -> list[Office]:
        """The terms of these departments and, by the same query, the extensions and days off of the months."""
        terms = (
            Membership.objects.filter(department_id__in=self.departments, role__in=NEEDED)
            .annotate(of_kind=Value(_TERM), of_key=F("pk"), place=F("department_id"))
            .annotate(first_day=F("starts_on"), last_day=F("ends_on"), what=F("role"))
            .annotate(may_enter=F("user__is_active"), who=F("user_id"))
            .annotate(given=F("user__first_name"), surname=F("user__last_name"), entry=F("user__username"))
        )
        nobody = {"what": Value(""), "may_enter": Value(True), "who": Value(0)}
        nobody |= {column: Value("") for column in ("given", "surname", "entry")}
        extensions = (
            Extension.objects.filter(period__in=self._periods, ended_at__isnull=True)
            .annotate(of_kind=Value(_EXTENSION), of_key=F("period_id"), place=F("department_id"))
            .annotate(first_day=F("until"), last_day=F("until"), **nobody)
        )
        days_off = DayOff.objects.annotate(of_kind=Value(_DAY_OFF), of_key=F("pk"), place=Value(0)).annotate(
            first_day=F("starts_on"), last_day=F("ends_on"), **nobody
        )
        asked = (
            PendingAct.objects.waiting()
            .filter(kind=PendingAct.Kind.APPOINTMENT, data__role__in=NEEDED)
            .annotate(of_kind=Value(_ASKED), of_key=F("pk"), place=Cast(KT("data__department"), BigIntegerField()))
            .annotate(first_day=Cast(KT("data__starts_on"), DateField()))
            .annotate(last_day=Cast(KT("data__ends_on"), DateField()), what=KT("data__role"))
            .annotate(may_enter=F("person__is_active"), who=F("person_id"))
            .annotate(given=F("person__first_name"), surname=F("person__last_name"), entry=F("person__username"))
        )
        read = [rows.order_by().values_list(*_COLUMNS) for rows in (terms, extensions, days_off, asked)]
        offices, extended, off = [], {}, set()
        for kind, key, place, first, last, role, active, person, *names in sorted(
            read[0].union(*read[1:], all=True), key=lambda row: (row[3], row[1])
        ):
            if kind == _TERM:
                offices.append(Office(place, role, first, last, called(*names), bool(active), key, person))
            elif kind == _ASKED:
                self._asked_for.append(Office(place, role, first, last, called(*names), bool(active), key, person))
            elif kind == _EXTENSION:
                extended[key, place] = last  # in time: the longest one stays
            else:
                off |= days_between(first, last)
        self._deadlines.know(extensions=extended, days_off=frozenset(off))
        return offices

    def _due(self, period: Period, department: int) -> int:
        return due_in(period.month, self.due_counts.get((self._years[period.fiscal_year_id], department), ()))

    def _open_windows(self) -> list[Window]:
        return [
            Window(pk, role, (period.fiscal_year.year, period.month), period.opens_on, last)
            for pk in self.departments
            for role in NEEDED
            for period in self._periods
            if (last := self._last_day(period, pk, role)) is not None and self._due(period, pk)
        ]

    def _last_day(self, period: Period, department: int, role: Role) -> date | None:
        """Until when the month asks for them; None for a closed month, but for whoever has an extension."""
        if period.closed_on is not None:
            return self._deadlines.extended_until(period, department)
        last = self._deadlines.deadline(period, department)
        if role == Role.DIRECTOR:
            last = max(last, self._deadlines.review_due(period, None))
        return max(last, self.on + STILL_ASKED) if last < self.on else last

    def _is_overdue(self, period: Period) -> bool:
        return period.closed_on is None and period.due_on < self.on

    def _finished(
        self, periods: Collection[int], departments: Collection[int]
    ) -> set[tuple[int, str, tuple[int, int]]]:
        """Of these months what asks for nobody any more: all is sent (for the titular: validated); one query."""
        department = "indicator__action__program__department_id"
        rows = (
            Measurement.objects.filter(period_id__in=periods, **{f"{department}__in": departments})
            .asked_for()
            .order_by()
            .values_list(department, "period_id")
            .annotate(
                sent=Count("pk", filter=Q(state__in=(State.SUBMITTED, State.VALIDATED))),
                validated=Count("pk", filter=Q(state=State.VALIDATED)),
            )
        )
        by_key = {period.pk: period for period in self._periods}
        finished = set()
        for pk, period_id, sent, validated in rows:
            period = by_key[period_id]
            due, month = self._due(period, pk), (period.fiscal_year.year, period.month)
            done = ((Role.LIAISON, sent), (Role.DIRECTOR, validated))
            finished |= {(pk, str(role), month) for role, number in done if number >= due}
        return finished


def _would_fill(office: Office, gap: Gap) -> bool:
    """Whether that term would hold the role on some day of the gap."""
    here = (office.department, office.role) == (gap.department, gap.role)
    return (
        here
        and (gap.last is None or office.starts_on <= gap.last)
        and (office.ends_on is None or office.ends_on >= gap.first)
    )


def ended(key: int, ends_on: date) -> Callable[[Office], Office | None]:
    """For ``opened_by``: that term with another last day."""
    return lambda office: replace(office, ends_on=ends_on) if office.key == key else office


def closed(person: int) -> Callable[[Office], Office | None]:
    """For ``opened_by``: that person with a closed account."""
    return lambda office: replace(office, active=False) if office.person == person else office


def if_open(fiscal_year: FiscalYear, *, on: date, month: int | None = None) -> list[Missing]:
    """What is missing of a year (of one month of it) that is locked, historical or closed, if it were open."""
    year = copy(fiscal_year)
    year.locked = year.historical = False
    periods = list(Period.objects.filter(fiscal_year=fiscal_year, **({"month": month} if month else {})))
    for period in periods:
        period.fiscal_year = year
        if month or period.close_reason == HISTORICAL:
            period.closed_on = None
    return Cover(periods, on=on).missing()


def in_new_year(year: int, source: FiscalYear, *, on: date, reach: Reach = "all") -> list[Missing]:
    """What would be missing in a year that asks what ``source`` asks, whether or not that year is there already."""
    periods = list(Period.objects.filter(fiscal_year__year=year).select_related("fiscal_year").order_by("month"))
    if not periods:
        coming = FiscalYear(pk=0, year=year)
        days_off = own_days_off()
        periods = [
            Period(
                pk=-month, fiscal_year=coming, month=month, opens_on=opening_date(year, month),
                due_on=due_date(year, month, days_off),
            )
            for month in calculations.MONTHS
        ]  # fmt: skip
    return Cover(periods, on=on, reach=reach, catalogue_of={periods[0].fiscal_year_id: source.pk}).missing()
