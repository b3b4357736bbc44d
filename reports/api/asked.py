"""What an address of the data asks for: year, cut-offs, scope and filters, as the pages read theirs.

A program reads no page, so whatever it writes wrongly is refused instead of being passed over: a parameter that does
not exist would otherwise answer with other figures than were meant.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.http import HttpRequest

from accounts.api_access import Refused
from indicators.calculations import MONTHS
from programs.models import FiscalYear
from reports.address.cutoff import Cut, WrongAddress, read_cut, years_of
from reports.words import SCOPE_SLUGS

MONTH, SCOPE = "mes", "alcance"
EVERY_MONTH = "todos"
SCOPES = tuple(SCOPE_SLUGS)
Item = TypeVar("Item")


def refuse_unknown(request: HttpRequest, known: Sequence[str]) -> None:
    """Refused (400) for a parameter that this address does not have, and for one that is said twice."""
    for name, values in request.GET.lists():
        if name not in known:
            have = f"los que tiene son {', '.join(known)}" if known else "no tiene ninguno"
            raise Refused(400, f"Esta dirección no tiene el parámetro «{name[:40]}»: {have}.")
        if len(values) > 1:
            raise Refused(400, f"El parámetro «{name}» va una sola vez.")


def year_of(request: HttpRequest, year: int) -> FiscalYear:
    """Refused (404) for a year that does not exist."""
    found = next((one for one in years_of(request) if one.year == year), None)
    if found is None:
        raise Refused(404, f"No existe el ejercicio {year}.")
    return found


def cuts_of(request: HttpRequest, year: int) -> list[Cut]:
    """The cut-off that is asked for, each month's with «mes=todos», and the pages' own where none is named.

    Refused: 404 for a year that does not exist, 400 for a month or scope that does not.
    """
    every = request.GET.get(MONTH) == EVERY_MONTH
    if every:
        query = request.GET.copy()
        query[MONTH] = str(max(MONTHS))
        request.GET = query  # type: ignore[assignment]
    try:
        cut = read_cut(request, year)
    except WrongAddress as wrong:
        exists = any(found.year == year for found in years_of(request))
        raise Refused(400 if exists else 404, wrong.message) from wrong
    return [replace(cut, month=month) for month in MONTHS] if every else [cut]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A filter: its parameter, what a programme is by it, and how a refusal calls it."""

    parameter: str
    of: Callable[[Any], str]
    called: str


def narrowed(request: HttpRequest, items: Iterable[Item], by: Sequence[Narrowing], year: FiscalYear) -> list[Item]:
    """Those that the parameters choose, all without any. Refused (400) where a parameter names nothing of the year."""
    everything = found = list(items)
    for one in by:
        wanted = request.GET.get(one.parameter, "")
        if wanted and all(one.of(item) != wanted for item in everything):
            raise Refused(400, f"En {year} no hay {one.called} «{wanted[:40]}».")
        found = [item for item in found if not wanted or one.of(item) == wanted]
    return found


def one_of(request: HttpRequest, name: str, known: Sequence[str]) -> str:
    """The value of a parameter, the first one where it is not said. Refused (400) for any other."""
    value = request.GET.get(name) or known[0]
    if value not in known:
        raise Refused(400, f"«{value[:40]}» no es un valor de «{name}»: use {', '.join(known)}.")
    return value
