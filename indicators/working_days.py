"""Working days in Mexico: when a month is due and until when a returned figure may be corrected."""

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

from holidays.countries.mexico import Mexico  # `country_holidays` would read it on the first day that is asked for

DUE_WORKING_DAY = 5
CORRECTING_WORKING_DAYS = 5
REVIEW_WORKING_DAYS = 3


@lru_cache(maxsize=64)
def official_holidays(year: int) -> frozenset[date]:
    """The official days of rest of the Ley Federal del Trabajo in that year."""
    return frozenset(Mexico(years=year))


def is_working_day(day: date, own_days_off: Collection[date] = ()) -> bool:
    return not why_not_working(day, own_days_off)


def add_working_days(start: date, days: int, own_days_off: Collection[date] = ()) -> date:
    """The ``days``-th working day after ``start``, not counting ``start`` itself; at most the last day there is."""
    current = start
    while days > 0 and current < date.max:
        current += timedelta(days=1)
        days -= is_working_day(current, own_days_off)
    return current


def why_not_working(day: date, own_days_off: Collection[date] = ()) -> str:
    """«es sábado», «es día de descanso oficial»; empty for a working day."""
    if day.weekday() >= 5:
        return "es sábado" if day.weekday() == 5 else "es domingo"
    if day in official_holidays(day.year):
        return "es día de descanso oficial"
    return "está entre los días inhábiles del calendario" if day in own_days_off else ""


def opening_date(year: int, month: int) -> date:
    return date(year, month, 1)


def due_date(year: int, month: int, own_days_off: Collection[date] = ()) -> date:
    """The 5th working day of the month after."""
    last_day = (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return add_working_days(last_day, DUE_WORKING_DAY, own_days_off)


def review_due_date(due_on: date, submitted_on: date | None = None, own_days_off: Collection[date] = ()) -> date:
    """The 3rd working day after the month is due; whoever received the figures later has the same 3 days."""
    return add_working_days(max(due_on, submitted_on or due_on), REVIEW_WORKING_DAYS, own_days_off)
