"""What lies around a month's dates: extensions, planning's own days off and whom to ask. Read when first needed.

A page or a save makes one ``Deadlines`` for its months, so that nothing is asked of the database once a row.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TypeVar

from django.utils import timezone

from accounts.access import Action, holders
from core.compiled import Compiled
from indicators.models import DayOff, Extension, Measurement, Period, State
from indicators.openings import Opening, opening
from indicators.working_days import CORRECTING_WORKING_DAYS, add_working_days, review_due_date

CONTACTS_SHOWN = 3
T = TypeVar("T")


def days_between(starts_on: date, ends_on: date) -> frozenset[date]:
    """Both ends count."""
    return frozenset(starts_on + timedelta(days=n) for n in range((ends_on - starts_on).days + 1))


def due_now_first(found: Iterable[T], deadline: Callable[[T], date], on: date) -> list[T]:
    """What is due now (its deadline is nearest, past or to come) before the rest, which keeps its order."""
    ordered = list(found)
    if ordered:
        ordered.insert(0, ordered.pop(min(range(len(ordered)), key=lambda n: _distance(deadline(ordered[n]), on))))
    return ordered


def _distance(deadline: date, on: date) -> tuple[int, bool]:
    return abs((deadline - on).days), deadline < on


def own_days_off() -> frozenset[date]:
    """Planning's own non-working days, one query."""
    return frozenset(day for first, last in _days_off() for day in days_between(first, last))


_days_off: Compiled[tuple[date, date]] = Compiled(lambda: DayOff.objects.values_list("starts_on", "ends_on"))


class Deadlines:
    """The extensions of these months, the days off and planning's names; at most one query for each."""

    def __init__(self, periods: Iterable[Period], *, on: date) -> None:
        self.on = on
        self._periods = [period.pk for period in periods]
        self._review_due: dict[tuple[date, date | None], date] = {}

    @classmethod
    def of_department(cls, period: Period, department_id: int, *, on: date) -> "Deadlines":
        """For one department's month; a period read by ``with_extension_of`` brings its extension along."""
        deadlines = cls([period], on=on)
        if hasattr(period, "extension_until"):
            until = period.extension_until
            deadlines._extensions = {} if until is None else {(period.pk, department_id): until}
        return deadlines

    def know(self, *, extensions: dict[tuple[int, int], date], days_off: frozenset[date]) -> None:
        """Take over what somebody has read with another query: what ``_extensions`` and ``days_off`` would ask for."""
        self._extensions, self.days_off = extensions, days_off

    @cached_property
    def _extensions(self) -> dict[tuple[int, int], date]:
        """The last day of the longest extension that was not ended, by period and department."""
        rows = Extension.objects.filter(period_id__in=self._periods, ended_at__isnull=True).order_by("until")
        return {
            (period, department): until
            for period, department, until in rows.values_list("period_id", "department_id", "until")
        }

    @cached_property
    def days_off(self) -> frozenset[date]:
        return own_days_off()

    @cached_property
    def whom_to_ask(self) -> str:
        """«Planeación (Paula Peña, planeacion@durango.example)»; the office alone where nobody is named to it."""
        rows = holders(Action.MANAGE_PERIODS, 0, on=self.on).order_by("starts_on", "id")
        people = list(dict.fromkeys(row.user for row in rows))[:CONTACTS_SHOWN]
        named = [", ".join(filter(None, (str(person), person.email))) for person in people]
        return f"Planeación ({'; '.join(named)})" if named else "Planeación"

    def extended_until(self, period: Period, department_id: int) -> date | None:
        """The department's extension of that month that still runs (its last day counts), None where there is none."""
        until = self._extensions.get((period.pk, department_id))
        return until if until is not None and self.on <= until else None

    def deadline(self, period: Period, department_id: int) -> date:
        """Against which lateness is judged: the extension's date if there is one, else the due date.

        An extension that has run out still counts; one that planning ended does not. It never shortens the month.
        """
        return max(period.due_on, self._extensions.get((period.pk, department_id), period.due_on))

    def is_late(self, period: Period, department_id: int) -> bool:
        return self.on > self.deadline(period, department_id)

    def opening(
        self, period: Period, department_id: int, returned_at: datetime | None = None, *, locked: bool | None = None
    ) -> Opening:
        """Whether the department may write in that month, or correct what was returned then; ``openings.opening``.

        ``locked``: whether the year is, where the period does not come with it.
        """
        return opening(
            period,
            on=self.on,
            locked=period.fiscal_year.locked if locked is None else locked,
            extension_until=lambda: self._extensions.get((period.pk, department_id)),
            returned_at=returned_at,
            correcting_until=self.correcting_until,
        )

    def opening_of(self, period: Period, department_id: int, row: Measurement | None) -> Opening:
        """The same for one figure."""
        returned_at = row.returned_at if row is not None and row.state == State.RETURNED else None
        return self.opening(period, department_id, returned_at)

    def correcting_until(self, returned_at: datetime) -> date:
        return add_working_days(timezone.localdate(returned_at), CORRECTING_WORKING_DAYS, self.days_off)

    def review_due(self, period: Period, submitted_at: datetime | None) -> date:
        """When a figure's validation is due: 3 working days after the month is, or after it came in, if later."""
        submitted_on = timezone.localdate(submitted_at) if submitted_at else None
        key = (period.due_on, submitted_on)  # a month is sent on few days
        if key not in self._review_due:
            self._review_due[key] = review_due_date(*key, self.days_off)
        return self._review_due[key]
