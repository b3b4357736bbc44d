"""What the mayor's card lists: the indicators furthest behind, and those that fell most between two cut-offs."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from indicators import calculations
from indicators.calculations import AMBER, PERCENTAGE, RED, IndicatorResult
from indicators.models import Commitment, Indicator
from indicators.results.year import ProgramSheet, YearResults, load_results
from reports.address.cutoff import Cut
from reports.papers.reading import capped, latest_commitments

SHOWN = 5  # of each list, so that the card is one page


@dataclass(frozen=True, slots=True)
class Followed:
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
    """9 queries; 6 without an earlier cut-off."""
    now = load_results(cut.fiscal_year, month=cut.month, scope=cut.scope, with_lines=True)
    before = load_results(cut.fiscal_year, month=since, scope=cut.scope) if since else None
    followed = _followed(now, before)
    behind, lost = worst_of(followed), fell_of(followed)
    codes = {row.result.code for row in (*behind[:SHOWN], *lost[:SHOWN])}
    rows = Indicator.objects.filter(fiscal_year=cut.fiscal_year, code__in=codes).select_related("action")
    indicators = {row.code: row for row in rows}
    commitments = latest_commitments(cut, [row.pk for row in indicators.values()])
    return CardReading(cut, since, now, before, followed, behind, lost, indicators, commitments)


def _followed(now: YearResults, before: YearResults | None) -> list[Followed]:
    """The considered indicators still in use that have a compliance, each with the earlier one."""
    known = {row.code: row.compliance for sheet in before.programs for row in sheet.indicators} if before else {}
    kinds = Indicator.objects.filter(fiscal_year=now.fiscal_year).exclude(target_kind=PERCENTAGE)
    by_amount = set(kinds.values_list("code", flat=True))
    return [
        Followed(
            sheet, row, was := known.get(row.code), calculations.distance(row, by_percentage=row.code not in by_amount),
            None if was is None else calculations.change(capped(was), capped(row.compliance)),
        )
        for sheet in now.programs
        for row in sheet.indicators
        if row.considered and row.retired_from is None and row.compliance is not None
    ]  # fmt: skip


def worst_of(followed: Sequence[Followed]) -> list[Followed]:
    """Those in amber or red, the least compliance first; of equal ones, the farthest from what is expected."""
    behind = [found for found in followed if found.result.light in (AMBER, RED)]
    return sorted(behind, key=lambda found: (found.result.compliance, -found.distance, found.result.code))


def fell_of(followed: Sequence[Followed]) -> list[Followed]:
    """Those that lost compliance, the most first; of equal ones, the farthest from what is expected."""
    lost = [(found.change, -found.distance, found.result.code, found) for found in followed]
    fallen = [item for item in lost if item[0] is not None and item[0] < 0]
    return [item[3] for item in sorted(fallen, key=lambda item: item[:3])]
