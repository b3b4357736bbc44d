"""Who is missing: departments by months, with how far each is. Five queries for any number of departments."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from indicators.deadlines import Deadlines
from indicators.models import Period, Reminder
from indicators.progress import MonthProgress, year_progress
from programs.models import Department, FiscalYear


@dataclass(frozen=True, slots=True)
class BoardMonth:
    """One department's month. ``deadline`` is its extension's date if it has one, else the due date."""

    progress: MonthProgress
    deadline: date
    on: date
    reminded_at: datetime | None = None
    asked: bool = True  # nobody is asked for the months of a historical year

    @property
    def period(self) -> Period:
        return self.progress.period

    @property
    def sent(self) -> int:
        """What has left the enlace's hands: submitted or validated."""
        return self.progress.submitted + self.progress.validated

    @property
    def is_overdue(self) -> bool:
        return self.asked and self.progress.missing > 0 and self.on > self.deadline

    @property
    def has_opened(self) -> bool:
        return self.period.opens_on <= self.on

    @property
    def can_be_reminded(self) -> bool:
        """Somebody there can still capture what is missing."""
        return self.asked and self.progress.needs_work


@dataclass(frozen=True, slots=True)
class BoardRow:
    department: Department
    months: list[BoardMonth]


def board(
    fiscal_year: FiscalYear,
    periods: Sequence[Period],
    departments: Iterable[Department],
    *,
    on: date,
    month: int | None = None,
    deadlines: Deadlines | None = None,
) -> list[BoardRow]:
    """The departments that have something due in the year (in that month), by number."""
    deadlines = deadlines or Deadlines(periods, on=on)
    progress = year_progress(fiscal_year, departments, on=on, periods=periods, deadlines=deadlines)
    reminded = _last_reminders(fiscal_year)
    rows = []
    for department, months in progress.items():
        chosen = [found for found in months if month in (None, found.period.month)]
        if any(found.due for found in chosen):
            rows.append(
                BoardRow(
                    department,
                    [
                        BoardMonth(
                            found,
                            deadline=deadlines.deadline(found.period, department.pk),
                            on=on,
                            reminded_at=reminded.get((department.pk, found.period.pk)),
                            asked=not fiscal_year.historical,
                        )
                        for found in chosen
                    ],
                )
            )
    return rows


def _last_reminders(fiscal_year: FiscalYear) -> dict[tuple[int, int], datetime]:
    """When each department was last told about each month, by the calendar or by hand."""
    rows = (
        Reminder.objects.told()
        .filter(period__fiscal_year=fiscal_year)
        .exclude(occasion=Reminder.Occasion.REVIEW)
        .order_by()
        .values_list("department_id", "period_id")
        .annotate(last=Max("sent_at"))
    )
    return {(department_id, period_id): last for department_id, period_id, last in rows}
