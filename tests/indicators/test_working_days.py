"""Working days in Mexico: tables of dates, without a database."""

from datetime import date

import pytest

from indicators.working_days import add_working_days, due_date, is_working_day, official_holidays, review_due_date

EASTER_BREAK = frozenset(date(2016, 3, day) for day in range(21, 32)) | {date(2016, 4, 1)}


@pytest.mark.parametrize(
    "day",
    [
        # 2016, and 2026, in which the same rules fall on other days.
        date(2016, 1, 1), date(2016, 2, 1), date(2016, 3, 21), date(2016, 9, 16), date(2016, 11, 21),
        date(2026, 1, 1), date(2026, 2, 2), date(2026, 3, 16), date(2026, 5, 1), date(2026, 9, 16), date(2026, 11, 16),
        date(2026, 12, 25), date(2024, 10, 1),  # the federal government changes
        date(2016, 10, 1), date(2016, 10, 2),  # Saturday, Sunday
    ],
)  # fmt: skip
def test_days_of_rest(day: date) -> None:
    assert not is_working_day(day)


@pytest.mark.parametrize("day", [date(2016, 2, 5), date(2016, 3, 24), date(2016, 5, 5), date(2026, 2, 5)])
def test_days_that_many_take_off_but_the_law_does_not(day: date) -> None:
    assert is_working_day(day)


def test_the_law_has_seven_days_and_one_every_six_years() -> None:
    assert (len(official_holidays(2016)), len(official_holidays(2026)), len(official_holidays(2024))) == (7, 7, 8)


@pytest.mark.parametrize(
    "year, month, expected",
    [
        (2016, 1, date(2016, 2, 8)),  # Monday the 1st of February is a holiday
        (2016, 2, date(2016, 3, 7)),
        (2016, 4, date(2016, 5, 6)),
        (2016, 8, date(2016, 9, 7)),
        (2016, 9, date(2016, 10, 7)),
        (2016, 12, date(2017, 1, 6)),
        (2026, 1, date(2026, 2, 9)),
        (2026, 4, date(2026, 5, 8)),  # the 1st of May is a Friday
        (2026, 12, date(2027, 1, 8)),
    ],
)
def test_a_month_is_due_on_the_fifth_working_day_of_the_next(year: int, month: int, expected: date) -> None:
    assert due_date(year, month) == expected


@pytest.mark.parametrize(
    "year, month, own, expected",
    [
        (2016, 9, {date(2016, 10, 5)}, date(2016, 10, 10)),
        (2016, 9, {date(2016, 10, 1), date(2016, 10, 8)}, date(2016, 10, 7)),  # a Saturday, and a day after
        (2016, 3, EASTER_BREAK, date(2016, 4, 8)),
        (2016, 12, {date(2017, 1, day) for day in range(2, 7)}, date(2017, 1, 13)),
    ],
)
def test_own_days_off_do_not_count(year: int, month: int, own: set[date], expected: date) -> None:
    assert due_date(year, month, own) == expected


@pytest.mark.parametrize(
    "due_on, submitted_on, own, expected",
    [
        (date(2016, 10, 7), None, (), date(2016, 10, 12)),
        (date(2016, 10, 7), date(2016, 10, 4), (), date(2016, 10, 12)),
        (date(2016, 10, 7), date(2016, 10, 20), (), date(2016, 10, 25)),
        (date(2016, 10, 7), None, (date(2016, 10, 12),), date(2016, 10, 13)),
        (date(2016, 9, 14), None, (), date(2016, 9, 20)),  # over the 16th of September
    ],
)
def test_validation_is_due_three_working_days_later(due_on, submitted_on, own, expected) -> None:
    assert review_due_date(due_on, submitted_on, own) == expected


def test_days_are_counted_to_the_end_of_the_calendar_and_no_further() -> None:
    """Old rows may hold 31/12/9999: what is reckoned from it stays on it."""
    assert add_working_days(date.max, 5) == date.max == review_due_date(date.max)
    assert add_working_days(date(9999, 12, 29), 5) == date.max
    assert add_working_days(date(2016, 10, 10), 0) == date(2016, 10, 10)


def test_five_days_to_correct_do_not_count_the_day_of_the_return() -> None:
    assert add_working_days(date(2016, 10, 10), 5) == date(2016, 10, 17)
    assert add_working_days(date(2016, 10, 10), 5, {date(2016, 10, 12), date(2016, 10, 13)}) == date(2016, 10, 19)
