"""Who has what to do, on one day: the reminders' reads. A fixed number of queries for any number of departments."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.models import Membership, Role, User
from indicators import calculations
from indicators.deadlines import Deadlines
from indicators.models import Indicator, Measurement, Period, Reminder, State
from indicators.openings import Opening, Turn, whose_turn
from programs.models import Department

Occasion = Reminder.Occasion


@dataclass(frozen=True, slots=True)
class Notice:
    """What one person is told of one department's month: the figures to capture, or those to validate.

    ``deadline`` is the last day in time; ``lines`` are «PRE-01-01 Solicitudes atendidas (sin captura)».
    ``inherited``: it was due before they were named there, and nobody is told as if they had let it pass.
    """

    user: User
    period: Period
    department: Department
    occasion: str
    deadline: date
    lines: tuple[str, ...]
    inherited: bool = False

    @property
    def key(self) -> tuple[int, int, int, str]:
        """By which a reminder of the calendar is sent once."""
        return (self.user.pk, self.period.pk, self.department.pk, self.occasion)


@dataclass(slots=True)
class Plan:
    """What there is to send, and who could not be reached: «Presidencia Municipal: no tiene enlace ni director…»."""

    notices: list[Notice] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Row:
    """What the reminders need of a measurement."""

    pk: int
    state: str
    returned_at: datetime | None
    submitted_at: datetime | None


class Situation:
    """The months, figures and people of that day, read once."""

    def __init__(self, periods: Iterable[Period], *, on: date, department: Department | None = None) -> None:
        self.on = on
        self.periods = list(periods)
        self.deadlines = Deadlines(self.periods, on=on)
        years = {period.fiscal_year_id for period in self.periods}
        indicators = Indicator.objects.filter(fiscal_year_id__in=years)
        rows = Measurement.objects.filter(period__in=self.periods)
        if department is not None:
            indicators = indicators.of_department(department.pk)
            rows = rows.of_department(department.pk)
        self._by_department: dict[tuple[int, int], list[tuple[int, str, str, int, int | None, int]]] = {}
        found = indicators.order_by("code").values_list(
            "action__program__department_id",
            "fiscal_year_id",
            "pk",
            "code",
            "name",
            "frequency",
            "retired_from",
            "starts_in",
        )
        for department_id, year_id, *indicator in found:
            self._by_department.setdefault((department_id, year_id), []).append(tuple(indicator))
        self._rows = {
            (indicator_id, period_id): _Row(*rest)
            for indicator_id, period_id, *rest in rows.order_by().values_list(
                "indicator_id", "period_id", "pk", "state", "returned_at", "submitted_at"
            )
        }
        self.departments = Department.objects.in_bulk({key[0] for key in self._by_department})
        self._people = self._read_people()

    def months(self) -> Iterable[tuple[Period, Department]]:
        """Every department that has something due in each month, by month and then number."""
        for period in self.periods:
            for department in sorted(self.departments.values(), key=lambda row: (row.number or 10_000, row.prefix)):
                if (department.pk, period.fiscal_year_id) in self._by_department:
                    yield period, department

    def unfinished(self, period: Period, department: Department) -> list[str]:
        """What the enlace still can and has to do: capture, finish or correct; nothing in a month closed to them."""
        return [
            f"{code} {name} ({_STILL[row.state] if row else 'sin captura'})"
            for code, name, row in self._due(period, department)
            if self._turn(period, department, row) is Turn.LIAISON
        ]

    def _turn(self, period: Period, department: Department, row: _Row | None) -> Turn:
        found = self._opening(period, department, row)
        return whose_turn(row.state if row else None, found, historical=period.fiscal_year.historical)

    def _opening(self, period: Period, department: Department, row: _Row | None) -> Opening:
        returned_at = row.returned_at if row is not None and row.state == State.RETURNED else None
        return self.deadlines.opening(period, department.pk, returned_at)

    def last_day(self, period: Period, department: Department) -> date:
        """The last day in time of what is unfinished: where the month is closed, that of the first to be corrected."""
        correcting = [
            found.correcting_until
            for _, _, row in self._due(period, department)
            if (found := self._opening(period, department, row)).correcting_until is not None
        ]
        return min(correcting, default=None) or self.deadlines.deadline(period, department.pk)

    def waiting(self, period: Period, department: Department) -> list[tuple[int, str, date]]:
        """Submitted figures: id, «code name» and when their validation is due."""
        return [
            (row.pk, f"{code} {name}", self.deadlines.review_due(period, row.submitted_at))
            for code, name, row in self._due(period, department)
            if row is not None and self._turn(period, department, row) is Turn.DIRECTOR
        ]

    def changed_by(self) -> set[tuple[int, int]]:
        """(measurement, person) of the submitted figures: nobody is asked to review a figure that they changed."""
        through = Measurement.changed_by.through.objects
        rows = through.filter(measurement__period__in=self.periods, measurement__state=State.SUBMITTED)
        return set(rows.values_list("measurement_id", "user_id"))

    def people(self, role: str, department: Department | None) -> list[User]:
        """Who holds the role that day, in that department or (planning) in none; with an address to write to.

        Also of what was due before they were named: it is theirs to do now, as their first page and the list of
        departments without anybody say, and there is nobody else to ask.
        """
        return self._people.get((role, department.pk if department else None), [])

    def is_inherited(self, user: User, department: Department | None, deadline: date) -> bool:
        """Whether that day had passed before they were first named there."""
        return self._named_on[user.pk, department.pk if department else None] > deadline

    def _due(self, period: Period, department: Department) -> Iterable[tuple[str, str, _Row | None]]:
        for pk, code, name, *schedule in self._by_department.get((department.pk, period.fiscal_year_id), ()):
            if calculations.is_due(period.month, *schedule):
                yield code, name, self._rows.get((pk, period.pk))

    def _read_people(self) -> dict[tuple[str, int | None], list[User]]:
        found: dict[tuple[str, int | None], list[User]] = {}
        self._named_on: dict[tuple[int, int | None], date] = {}  # the first of all their offices there
        rows = Membership.objects.filter(user__is_active=True, starts_on__lte=self.on).exclude(user__email="")
        wanted = rows.filter(role__in=(Role.LIAISON, Role.DIRECTOR, Role.PLANNING)).select_related("user")
        for row in wanted.order_by("user_id", "id"):
            place = (row.user_id, row.department_id)
            self._named_on[place] = min(row.starts_on, self._named_on.get(place, row.starts_on))
            people = found.setdefault((row.role, row.department_id), [])
            if row.user not in people and (row.ends_on is None or row.ends_on >= self.on):
                people.append(row.user)
        return found


_STILL = {State.DRAFT: "en borrador", State.RETURNED: "observado, por corregir"}


def by_calendar(*, on: date, days_before: int) -> Plan:
    """The reminders of that day that were not sent yet: enlaces around their date, directors and planning to review.

    Each occasion comes once: some day within ``days_before`` days of the date, on the date, and once after it; for
    reviewers once a month and department.
    """
    situation = Situation(_months_at_work(on), on=on)
    sent = set(
        Reminder.objects.told()
        .filter(period__in=situation.periods)
        .exclude(occasion=Occasion.BY_HAND)
        .values_list("user_id", "period_id", "department_id", "occasion")
    )
    plan = Plan()
    changed_by = situation.changed_by()
    for period, department in situation.months():
        _add_capture(plan, situation, period, department, days_before)
        _add_review(plan, situation, period, department, changed_by)
    plan.notices = [notice for notice in plan.notices if notice.key not in sent]
    return plan


def by_hand(*, period: Period, department: Department, on: date) -> Plan:
    """What planning tells the enlaces and directors of one department of one month, whatever the date."""
    situation = Situation([period], on=on, department=department)
    lines = situation.unfinished(period, department)
    plan = Plan()
    if lines:
        people = [person for role in (Role.LIAISON, Role.DIRECTOR) for person in situation.people(role, department)]
        _tell(plan, situation, list(dict.fromkeys(people)), period, department, Occasion.BY_HAND, lines)
    return plan


def _months_at_work(on: date) -> Sequence[Period]:
    periods = Period.objects.filter(
        fiscal_year__locked=False, fiscal_year__historical=False, opens_on__lte=on
    ).select_related("fiscal_year")
    return list(periods.order_by("fiscal_year__year", "month"))


def _add_capture(plan: Plan, situation: Situation, period: Period, department: Department, days_before: int) -> None:
    occasion = _occasion(situation.deadlines.deadline(period, department.pk), situation.on, days_before)
    lines = situation.unfinished(period, department) if occasion else []
    if occasion and lines:
        # Where nobody is named enlace, the director is whom it concerns.
        people = situation.people(Role.LIAISON, department) or situation.people(Role.DIRECTOR, department)
        _tell(plan, situation, people, period, department, occasion, lines)


def _occasion(deadline: date, on: date, days_before: int) -> str:
    """Which reminder the day asks for, empty when none does."""
    if on > deadline:
        return Occasion.AFTER
    if on == deadline:
        return Occasion.DUE
    return Occasion.BEFORE if on + timedelta(days=days_before) >= deadline else ""


def _tell(
    plan: Plan,
    situation: Situation,
    people: Sequence[User],
    period: Period,
    department: Department,
    occasion: str,
    lines: Sequence[str],
) -> None:
    deadline = situation.last_day(period, department)
    for user in people:
        inherited = situation.is_inherited(user, department, deadline)
        plan.notices.append(Notice(user, period, department, occasion, deadline, tuple(lines), inherited))
    if not people:
        plan.unreachable.append(f"{department.name}, {period}: no tiene enlace ni director con correo")


def _add_review(
    plan: Plan,
    situation: Situation,
    period: Period,
    department: Department,
    changed_by: Collection[tuple[int, int]],
) -> None:
    """Directors as soon as something waits for them, planning once its validation is overdue."""
    waiting = situation.waiting(period, department)
    overdue = [item for item in waiting if situation.on > item[2]]
    if not waiting:
        return
    directors = situation.people(Role.DIRECTOR, department)
    planning = situation.people(Role.PLANNING, None)
    told: list[tuple[User, Department | None, list[tuple[int, str, date]]]]
    told = [(user, department, waiting) for user in directors]
    told += [(user, None, overdue) for user in planning if user not in directors]
    for user, place, items in told:
        theirs = [item for item in items if (item[0], user.pk) not in changed_by]
        if theirs:
            lines = tuple(text for _, text, _ in theirs)
            deadline = min(item[2] for item in theirs)
            inherited = situation.is_inherited(user, place, deadline)
            plan.notices.append(Notice(user, period, department, Occasion.REVIEW, deadline, lines, inherited))
