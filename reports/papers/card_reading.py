"""What the mayor's card lists: the indicators furthest behind, and those that fell most between two cut-offs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from itertools import zip_longest
from typing import Any, NamedTuple

from django.db.models import QuerySet

from core.compiled import Compiled, Value, keys
from indicators import calculations
from indicators.calculations import AMBER, RED, IndicatorResult
from indicators.models import Commitment, Indicator
from indicators.results.scope import OFFICIAL, PRELIMINARY, Scope
from indicators.results.year import ProgramFigures, ProgramSheet, YearResults, load_cut_offs
from reports.address.cutoff import Cut
from reports.papers.reading import latest_commitments

SHOWN = 5  # of each list, so that the card is one page


class Followed(NamedTuple):
    """``was``: its compliance at the earlier cut-off. ``distance``: in its own unit, from what is expected.

    ``change``: points of compliance, capped at 100, since then.
    """

    sheet: ProgramSheet
    result: IndicatorResult
    was: Decimal | None
    distance: Decimal
    change: Decimal | None


@dataclass(frozen=True, slots=True)
class CardReading:
    """January to the cut-off and to ``since`` (0: nothing to compare with), and from them what the card lists.

    ``followed`` are all that could be listed; of ``behind`` and ``lost`` the card shows the first ``SHOWN``, whose
    ``indicators`` (by code) and ``commitments`` (by indicator's id) are read.
    """

    cut: Cut
    since: int
    now: YearResults
    before: YearResults | None
    followed: list[Followed]
    behind: list[Followed]
    lost: list[Followed]
    indicators: dict[str, Indicator]
    commitments: dict[int, Commitment]


def read_card(cut: Cut, since: int) -> CardReading:
    """4 queries."""
    months = (cut.month, since) if since else (cut.month,)
    now, *earlier = load_cut_offs(cut.fiscal_year, months, scope=cut.scope, with_lines=True)
    before = earlier[0] if earlier else None
    followed = _followed(now, before)
    behind, lost = worst_of(followed), fell_of(followed)
    codes = {row.result.code for row in (*behind[:SHOWN], *lost[:SHOWN])}
    indicators = {row.code: row for row in _shown(year=cut.fiscal_year.pk, **_places(codes))}
    ids = keys(row.pk for row in indicators.values())
    told = _commitments[cut.scope](year=cut.fiscal_year.pk, month=cut.month, ids=ids)
    commitments = {row.measurement.indicator_id: row for row in told}
    return CardReading(cut, since, now, before, followed, behind, lost, indicators, commitments)


_PLACES = [f"place_{number}" for number in range(2 * SHOWN)]


def _places(codes: Collection[str]) -> dict[str, Value]:
    """Named for a query that is written for as many as the card can show; nothing has an empty code."""
    return dict(zip_longest(_PLACES, codes, fillvalue=""))


def _shown_of(year: int, **codes: str) -> QuerySet[Indicator]:
    return Indicator.objects.filter(fiscal_year_id=year, code__in=codes.values()).select_related("action").order_by()


_shown: Compiled[Indicator] = Compiled(_shown_of)


def _commitments_of(year: int, month: int, scope: Scope, ids: str) -> QuerySet[Commitment]:
    return latest_commitments(year, month, scope).filter(measurement__indicator__among=ids)


_commitments: dict[Scope, Compiled[Commitment]] = {
    scope: Compiled(partial(_commitments_of, scope=scope)) for scope in (OFFICIAL, PRELIMINARY)
}


def _followed(now: YearResults, before: YearResults | None) -> list[Followed]:
    """The considered indicators still in use that have a compliance, each with the earlier one."""
    then = {sheet.code: sheet.figures for sheet in before.programs} if before else {}
    return [
        Followed(sheet, *found) for sheet in now.programs for found in _of_program(sheet.figures, then.get(sheet.code))
    ]


@lru_cache(maxsize=512)
def _of_program(now: ProgramFigures, before: ProgramFigures | None) -> list[tuple[Any, ...]]:
    """Of each what ``Followed`` says beside the programme, worked out again where the programme's figures changed."""
    known = {row.code: row.compliance for row in before.indicators} if before else {}
    return [
        (
            row,
            was := known.get(row.code),
            calculations.distance(row, by_percentage=row.code not in now.by_amount),
            None if was is None else calculations.change(calculations.capped(was), calculations.capped(row.compliance)),
        )
        for row in now.indicators
        if row.considered and row.retired_from is None and row.compliance is not None
    ]


def worst_of(followed: Sequence[Followed]) -> list[Followed]:
    """Those in amber or red, the least compliance first; of equal ones, the farthest from what is expected."""
    behind = [found for found in followed if found.result.light in (AMBER, RED)]
    return sorted(behind, key=lambda found: (found.result.compliance, -found.distance, found.result.code))


def fell_of(followed: Sequence[Followed]) -> list[Followed]:
    """Those that lost compliance, the most first; of equal ones, the farthest from what is expected."""
    fallen = [(found.change, found) for found in followed if found.change is not None and found.change < 0]
    return [found for _, found in sorted(fallen, key=lambda item: (item[0], -item[1].distance, item[1].result.code))]
