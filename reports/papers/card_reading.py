"""What the mayor's card lists: the indicators furthest behind, and those that fell most between two cut-offs."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from indicators import calculations
from indicators.calculations import AMBER, RED, IndicatorResult
from indicators.models import Commitment, Indicator
from indicators.results.year import ProgramFigures, ProgramSheet, YearResults, load_cut_offs
from reports.address.cutoff import Cut
from reports.papers.reading import capped, latest_commitments

SHOWN = 5  # of each list, so that the card is one page


class Followed(NamedTuple):
    """``was``: its compliance at the earlier cut-off. ``change``: points of compliance, capped at 100, since then."""

    sheet: ProgramSheet
    result: IndicatorResult
    was: Decimal | None
    change: Decimal | None
    by_amount: bool

    @property
    def distance(self) -> Decimal:
        """In its own unit, from what is expected: reckoned for the few that are listed."""
        return calculations.distance(self.result, by_percentage=not self.by_amount)


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
    rows = Indicator.objects.filter(fiscal_year=cut.fiscal_year, code__in=codes).select_related("action")
    indicators = {row.code: row for row in rows}
    commitments = latest_commitments(cut, [row.pk for row in indicators.values()])
    return CardReading(cut, since, now, before, followed, behind, lost, indicators, commitments)


def _followed(now: YearResults, before: YearResults | None) -> list[Followed]:
    """The considered indicators still in use that have a compliance, each with the earlier one."""
    then = {sheet.code: sheet.figures for sheet in before.programs} if before else {}
    return [
        Followed(sheet, *found) for sheet in now.programs for found in _of_program(sheet.figures, then.get(sheet.code))
    ]


@lru_cache(maxsize=512)
def _of_program(now: ProgramFigures, before: ProgramFigures | None) -> list[tuple[Any, ...]]:
    """Of each: its result, the compliance of before, the change since, whether its target is an amount."""
    known = {row.code: row.compliance for row in before.indicators} if before else {}
    return [
        (
            row, was := known.get(row.code),
            None if was is None else calculations.change(capped(was), capped(row.compliance)),
            row.code in now.by_amount,
        )
        for row in now.indicators
        if row.considered and row.retired_from is None and row.compliance is not None
    ]  # fmt: skip


def worst_of(followed: Sequence[Followed]) -> list[Followed]:
    """Those in amber or red, the least compliance first; of equal ones, the farthest from what is expected."""
    behind = [found for found in followed if found.result.light in (AMBER, RED)]
    return sorted(behind, key=lambda found: (found.result.compliance, -found.distance, found.result.code))


def fell_of(followed: Sequence[Followed]) -> list[Followed]:
    """Those that lost compliance, the most first; of equal ones, the farthest from what is expected."""
    fallen = [(found.change, found) for found in followed if found.change is not None and found.change < 0]
    return [found for _, found in sorted(fallen, key=lambda item: (item[0], -item[1].distance, item[1].result.code))]
