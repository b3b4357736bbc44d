"""From which day on nobody holds an office: a table of cases, without a database."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.cover.gaps import Gap, Office, Window, find_gaps, opened

ON = date(2016, 11, 15)
ENLACE, TITULAR = "liaison", "director"


def day(text: str) -> date:
    """«11-30» of 2016, «2017-01-08» of any year."""
    return date.fromisoformat(text if len(text) > 5 else f"2016-{text}")


def office(who: str, starts: str, ends: str | None = None, role: str = ENLACE, **kwargs: Any) -> Office:
    return Office(1, role, day(starts), day(ends) if ends else None, who, **kwargs)


def window(month: int, first: str, last: str, role: str = ENLACE, department: int = 1) -> Window:
    return Window(department, role, (2016, month), day(first), day(last))


# November and December 2016, captured until the fifth working day of the month after.
YEAR_END = [window(11, "11-01", "12-07"), window(12, "12-01", "2017-01-06")]


def told(gap: Gap) -> tuple[str, str, list[int], str, str]:
    return (
        gap.first.isoformat(),
        gap.last.isoformat() if gap.last else "",
        [month for _, month in gap.months],
        gap.before.who if gap.before else "",
        gap.after.who if gap.after else "",
    )


CASES = [
    ("somebody without end", YEAR_END, [office("Juan", "01-01")], []),
    ("nobody ever", YEAR_END, [], [("2016-11-01", "", [11, 12], "", "")]),
    (
        "a term that ends",
        YEAR_END,
        [office("Juan", "01-01", "11-30")],
        [("2016-12-01", "", [11, 12], "Juan", "")],
    ),
    ("it ends on the last day that is asked", YEAR_END, [office("Juan", "01-01", "2017-01-06")], []),
    (
        "the window goes on after the year",
        YEAR_END,
        [office("Juan", "01-01", "12-31")],
        [("2017-01-01", "", [12], "Juan", "")],
    ),
    ("the next begins the day after", YEAR_END, [office("Juan", "01-01", "11-30"), office("Ana", "12-01")], []),
    (
        "a gap in the middle",
        YEAR_END,
        [office("Juan", "01-01", "11-30"), office("Ana", "12-15")],
        [("2016-12-01", "2016-12-14", [11, 12], "Juan", "Ana")],
    ),
    (
        "one day alone",
        YEAR_END,
        [office("Juan", "01-01", "11-30"), office("Ana", "12-02")],
        [("2016-12-01", "2016-12-01", [11, 12], "Juan", "Ana")],
    ),
    (
        "two gaps",
        YEAR_END,
        [office("Juan", "01-01", "11-19"), office("Ana", "11-25", "12-10")],
        [("2016-11-20", "2016-11-24", [11], "Juan", "Ana"), ("2016-12-11", "", [12], "Ana", "")],
    ),
    (
        "terms that overlap: the longer one counts",
        YEAR_END,
        [office("Juan", "01-01"), office("Ana", "03-01", "11-20")],
        [],
    ),
    (
        "terms that overlap and both end",
        YEAR_END,
        [office("Juan", "01-01", "12-20"), office("Ana", "03-01", "11-20")],
        [("2016-12-21", "", [12], "Juan", "")],
    ),
    (
        "whoever stands in covers the days between two terms",
        YEAR_END,
        [office("Juan", "01-01", "11-30"), office("Sonia", "12-01", "12-14"), office("Ana", "12-15")],
        [],
    ),
    (
        "whoever stands in leaves, too",
        YEAR_END,
        [office("Juan", "01-01", "11-30"), office("Sonia", "12-01", "12-14")],
        [("2016-12-15", "", [12], "Sonia", "")],
    ),
    (
        "a closed account covers nothing, and is named",
        YEAR_END,
        [office("Juan", "01-01", active=False)],
        [("2016-11-01", "", [11, 12], "Juan", "")],
    ),
    (
        "an account that is closed beside one that is not",
        YEAR_END,
        [office("Juan", "01-01", active=False), office("Ana", "02-01")],
        [],
    ),
    ("a gap that is over is not told", YEAR_END, [office("Ana", "11-10")], []),
    (
        "one that is under way keeps its first day",
        YEAR_END,
        [office("Juan", "01-01", "11-04"), office("Ana", "12-01")],
        [("2016-11-05", "2016-11-30", [11], "Juan", "Ana")],
    ),
    ("a month that is over asks for nobody", [window(9, "09-01", "10-07")], [], []),
    (
        "between two windows nobody is missed",
        [window(9, "09-01", "11-16"), window(12, "12-01", "2017-01-06")],
        [office("Juan", "01-01", "11-16"), office("Ana", "12-01")],
        [],
    ),
    (
        "who ends between two windows is missed when the second begins",
        [window(12, "12-01", "2017-01-06")],
        [office("Juan", "01-01", "11-20")],
        [("2016-12-01", "", [12], "Juan", "")],
    ),
    ("an extension asks for somebody", [window(3, "03-01", "11-20")], [], [("2016-03-01", "", [3], "", "")]),
    ("nothing is due, nobody is missed", [], [office("Juan", "01-01", "11-30")], []),
]


@pytest.mark.parametrize(("windows", "offices", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_from_which_day_on(windows: list[Window], offices: list[Office], expected: list[Any]) -> None:
    assert [told(gap) for gap in find_gaps(windows, offices, on=ON)] == expected


def test_each_role_and_department_is_told_for_itself() -> None:
    windows = [*YEAR_END, *(window(11, "11-01", "12-12", TITULAR, number) for number in (1, 2))]
    found = find_gaps(windows, [office("Ana", "01-01")], on=ON)
    assert [(gap.department, gap.role) for gap in found] == [(1, TITULAR), (2, TITULAR)]


def test_what_a_change_opens_is_told_alone() -> None:
    """Another department's gap was there before; a term that is cut short moves its own."""
    windows = [*YEAR_END, window(11, "11-01", "12-07", department=2)]
    before = find_gaps(windows, [office("Juan", "01-01")], on=ON)
    after = find_gaps(windows, [office("Juan", "01-01", "11-30")], on=ON)
    assert [gap.department for gap in before] == [2]
    assert [told(gap)[0] for gap in opened(before, after)] == ["2016-12-01"]
    assert opened(after, before) == []


DAYS = st.integers(0, 120).map(lambda number: date(2016, 10, 1) + timedelta(number))
TERMS = st.lists(st.tuples(DAYS, st.integers(0, 60), st.booleans()), max_size=6)
WINDOWS = st.lists(st.tuples(DAYS, st.integers(0, 40)), min_size=1, max_size=5)


@given(terms=TERMS, asked=WINDOWS)
def test_the_gaps_are_the_days_that_are_asked_and_held_by_nobody(terms: Any, asked: Any) -> None:
    """Counted day by day, which is the long way round."""
    offices = [
        Office(1, ENLACE, first, first + timedelta(length), f"P{n}", active)
        for n, (first, length, active) in enumerate(terms)
    ]
    windows = [
        Window(1, ENLACE, (2016, n + 1), first, first + timedelta(length)) for n, (first, length) in enumerate(asked)
    ]
    late = date(2017, 6, 1)
    alone = {
        one
        for one in (ON + timedelta(n) for n in range(240))
        if any(w.first <= one <= w.last for w in windows)
        and not any(o.active and o.starts_on <= one <= o.ends_on for o in offices if o.ends_on)
    }
    found = find_gaps(windows, offices, on=ON)
    inside = {one for one in alone if any(gap.first <= one <= (gap.last or late) for gap in found)}
    assert inside == alone
    for gap in found:
        assert any(gap.first <= one <= (gap.last or late) for one in alone)
        assert not any(
            o.active and o.ends_on and o.starts_on <= (gap.last or late) and o.ends_on >= gap.first for o in offices
        )
