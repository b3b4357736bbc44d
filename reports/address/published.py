"""Which cut-offs were closed, and since when: told by the room that closes them, which stands above this one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Expression


@dataclass(frozen=True, slots=True)
class Published:
    """The closing that counts of a cut-off; pages of it are named by year, month and version."""

    closed_on: date
    version: int


@dataclass(frozen=True, slots=True)
class Closings:
    """``closed_months`` is read with each year: for each closed month, 2 raised to its number, and their sum.

    So a page at a cut-off that is not closed asks nothing more, and any other asks ``of`` (year's key, month) once.
    """

    closed_months: Callable[[], Expression]
    of: Callable[[int, int], Published | None]


_told: list[Closings] = []


def register(closings: Closings) -> None:
    _told[:] = [closings]


def annotations() -> dict[str, Expression]:
    return {"closed_months": _told[0].closed_months()} if _told else {}


def published(year: int, month: int, closed_months: float | None) -> Published | None:
    if not _told or not int(closed_months or 0) >> month & 1:
        return None
    return _told[0].of(year, month)
