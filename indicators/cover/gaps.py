"""From when on nobody holds an office that a department's months need. Plain days and names, no database.

A department's month needs an enlace while it may be captured and a titular until it is to be validated. Whoever
stands in covers as a holder does; a person whose account is closed covers nothing, whatever their dates say.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Office:
    """Somebody's term in a department; both days count, ``ends_on`` None is a term without end."""

    department: int
    role: str
    starts_on: date
    ends_on: date | None
    who: str
    active: bool = True  # whether they may sign in
    key: int = 0
    person: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """The days, both included, in which a month of a year asks a department for somebody with that role."""

    department: int
    role: str
    month: tuple[int, int]  # year and month
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Gap:
    """From ``first`` on nobody holds the role, until the day before ``after`` begins; None: nobody is named to follow.

    ``first`` does not move with the day on which one asks, so that a gap is the same one tomorrow. ``before`` is whose
    term ended or whose account is closed; None where the role was nobody's. ``months`` are those that it touches.
    """

    department: int
    role: str
    first: date
    months: tuple[tuple[int, int], ...]
    before: Office | None = None
    after: Office | None = None

    @property
    def last(self) -> date | None:
        return self.after.starts_on - _DAY if self.after else None


def find_gaps(windows: Iterable[Window], offices: Iterable[Office], *, on: date) -> list[Gap]:
    """The gaps of that day and later, by department and role in the order of the windows, then in time."""
    needed: dict[tuple[int, str], list[Window]] = defaultdict(list)
    for window in windows:
        if window.last >= on:
            needed[window.department, window.role].append(window)
    held: dict[tuple[int, str], list[Office]] = defaultdict(list)
    for office in offices:
        held[office.department, office.role].append(office)
    return [gap for place, asked in needed.items() for gap in _gaps_of(place, asked, held[place], on)]


def opened(before: Iterable[Gap], after: Iterable[Gap]) -> list[Gap]:
    """Those of ``after`` that were not there before, or began later or ended sooner."""
    known = {(gap.department, gap.role, gap.first, gap.last) for gap in before}
    return [gap for gap in after if (gap.department, gap.role, gap.first, gap.last) not in known]


def _gaps_of(place: tuple[int, str], asked: Sequence[Window], held: Sequence[Office], on: date) -> Iterable[Gap]:
    for begins, after in _uncovered([office for office in held if office.active]):
        ends = after.starts_on - _DAY if after else date.max
        touched = [
            window
            for window in asked
            if min(window.last, ends) >= max(window.first, begins) and min(window.last, ends) >= on
        ]
        if touched:
            first = min(max(window.first, begins) for window in touched)
            yield Gap(
                *place,
                first=first,
                months=tuple(sorted(window.month for window in touched)),
                before=_last_before(held, first, ends),
                after=after,
            )


def _uncovered(held: Sequence[Office]) -> Iterable[tuple[date, Office | None]]:
    """Each stretch of days on which nobody of them holds office: its first day, and whose term ends it."""
    begins = date.min
    for office in sorted(held, key=lambda office: office.starts_on):
        if office.starts_on > begins:
            yield begins, office
        if office.ends_on is None:
            return
        begins = max(begins, office.ends_on + _DAY)
    yield begins, None


def _last_before(held: Sequence[Office], first: date, ends: date) -> Office | None:
    """Who would still hold it if their account were not closed, else who held it last."""
    closed = [
        office
        for office in held
        if not office.active and office.starts_on <= ends and (office.ends_on is None or office.ends_on >= first)
    ]
    over = [office for office in held if office.active and office.ends_on is not None and office.ends_on < first]
    if closed:
        return max(closed, key=lambda office: office.starts_on)
    return max(over, key=lambda office: (office.ends_on, office.starts_on), default=None)
