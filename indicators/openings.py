"""Whether a month is open to a department, until when, and whose turn a figure is: one answer for every page.

Capture refuses by it (``writing.why_not_open``), reminders are sent by it, and pages say it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, auto
from functools import cached_property
from typing import Protocol

from indicators.models import State


class MonthDates(Protocol):
    @property
    def opens_on(self) -> date: ...
    @property
    def due_on(self) -> date: ...
    @property
    def closed_on(self) -> date | None: ...


class Standing(Enum):
    """How a month stands for one department on one day."""

    NOT_YET = auto()  # it has not opened
    OPEN = auto()
    EXTENDED = auto()  # closed, with an extension that runs
    CORRECTING = auto()  # closed, but for a returned figure that may still be corrected
    CLOSED = auto()
    LOCKED = auto()  # with its year


@dataclass(frozen=True)
class Opening:
    """``until``: the last day in time; of a closed month the day on which correcting ended, None where nothing did.

    Worked out when it is asked for: an open month takes captures whatever its extensions say.
    """

    standing: Standing
    reckon_until: Callable[[], date | None] = field(default=lambda: None, compare=False)

    @cached_property
    def until(self) -> date | None:
        return self.reckon_until()

    @property
    def takes_captures(self) -> bool:
        """Any of the department's figures, not only a returned one."""
        return self.standing in (Standing.OPEN, Standing.EXTENDED)

    @property
    def correcting_until(self) -> date | None:
        """Until when what was returned may be corrected, where that is all that the month still takes."""
        return self.until if self.standing is Standing.CORRECTING else None


def opening(
    month: MonthDates,
    *,
    on: date,
    locked: bool,
    extension_until: Callable[[], date | None],
    returned_at: datetime | None,
    correcting_until: Callable[[datetime], date],
) -> Opening:
    """``extension_until``: the last day of the longest extension, also one that has run out.

    ``returned_at``: of the figure that is asked about (of the last one, for a month), None unless it is returned.
    In a closed month a department writes until its extension's last day, and corrects for 5 working days.
    """
    if locked:
        return Opening(Standing.LOCKED)
    if month.closed_on is None:
        if month.opens_on > on:
            return Opening(Standing.NOT_YET)
        return Opening(Standing.OPEN, lambda: max(month.due_on, extension_until() or month.due_on))
    extended = extension_until()
    if extended is not None and on <= extended:
        return Opening(Standing.EXTENDED, lambda: max(month.due_on, extended))
    ends = correcting_until(returned_at) if returned_at is not None else None
    return Opening(Standing.CORRECTING if ends is not None and on <= ends else Standing.CLOSED, lambda: ends)


class Turn(Enum):
    """Who has to act on a figure."""

    NOBODY = auto()  # it is validated, its year is locked, or nobody is asked for it
    NOT_YET = auto()
    LIAISON = auto()
    DIRECTOR = auto()
    PLANNING = auto()  # an extension or a correction: the department may write it no more


def whose_turn(state: str | None, found: Opening, *, historical: bool = False) -> Turn:
    """Of a figure in that state (None where nothing is captured), ``found`` being the opening for that figure."""
    if state == State.VALIDATED or historical or found.standing is Standing.LOCKED:
        return Turn.NOBODY
    if state == State.SUBMITTED:
        return Turn.DIRECTOR
    if found.takes_captures or (found.standing is Standing.CORRECTING and state == State.RETURNED):
        return Turn.LIAISON
    return Turn.NOT_YET if found.standing is Standing.NOT_YET else Turn.PLANNING
