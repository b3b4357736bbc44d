"""What the mayor's sheet lists: programmes and indicators that are behind, and promises whose day has passed.

Programmes come first, by compliance as everywhere. Indicators are told apart by how badly they stand (``severity``),
because by compliance alone one complaint in 60,000 services is as bad as half of them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache, partial
from itertools import zip_longest
from typing import Any, NamedTuple

from django.db.models import QuerySet

from core.compiled import Compiled, Value
from core.keeping import Keeper, Same
from indicators import calculations
from indicators.calculations import AMBER, RED, IndicatorResult
from indicators.models import Commitment, Indicator
from indicators.results.course import ProgramCourse, load_cut_offs_with_course
from indicators.results.scope import OFFICIAL, PRELIMINARY, Scope
from indicators.results.year import ProgramFigures, ProgramSheet, YearResults
from reports.address.cutoff import Cut
from reports.papers.reading import latest_commitments
from reports.plan.programs import furthest_behind

SHOWN = 5  # of each list of programmes, so that the sheet is one page
INDICATORS_SHOWN = 4
OVERDUE_SHOWN = 3
SAME_SHOWN = 3  # so many indicators of zero tolerance are ranked with the others; more are one line


class Followed(NamedTuple):
    """``was``: its compliance at the earlier cut-off. ``severity``: how badly it stands, to rank it.

    ``change``: points of compliance, capped at 100, since then. ``zero``: it allows nothing, and has a case.
    """

    sheet: ProgramSheet
    result: IndicatorResult
    was: Decimal | None
    severity: Decimal
    change: Decimal | None
    zero: bool


class Fallen(NamedTuple):
    """A programme that lost compliance: ``change`` in points, ``was`` what it had."""

    sheet: ProgramSheet
    change: Decimal
    was: Decimal


@dataclass(frozen=True)
class CardReading:
    """January to the cut-off and to ``since`` (0: nothing to compare with), and from them what the sheet lists.

    ``programs`` are behind, ``fallen`` lost compliance since. ``followed`` are the indicators that could be listed, of
    them ``behind`` all in amber or red but those of ``zero``, which are one line. ``overdue`` have the latest promise
    of an indicator that is still behind, once its day has passed; the longest ago first. ``promised`` are the first of
    them that are not among the indicators shown above. Of those that are shown
    ``indicators`` (by code) and ``commitments`` (by indicator's id) are read; ``told`` are those of the whole year.
    """

    cut: Cut
    since: int
    now: YearResults
    before: YearResults | None
    course: Sequence[ProgramCourse]
    programs: list[ProgramSheet]
    fallen: list[Fallen]
    followed: list[Followed]
    behind: list[Followed]
    zero: list[Followed]
    overdue: list[tuple[date, Followed]]
    promised: list[tuple[date, Followed]]
    indicators: dict[str, Indicator]
    commitments: dict[int, Commitment]
    told: tuple[Any, ...]

    @property
    def overdue_above(self) -> int:
        """How many of the overdue are among the indicators that are shown anyway."""
        above = {found.result.code for found in self.behind[:INDICATORS_SHOWN]}
        return sum(found.result.code in above for _, found in self.overdue)

    def before_of(self, code: str) -> Decimal | None:
        """The programme's compliance at the earlier cut-off; None without one."""
        return self._before.get(code)

    @cached_property
    def _before(self) -> dict[str, Decimal | None]:
        return {sheet.code: sheet.result.compliance for sheet in self.before.programs} if self.before else {}


class _Ranked(NamedTuple):
    """What follows from the results alone; fields as those of ``CardReading``, ``worst`` with those of ``zero``."""

    programs: list[ProgramSheet]
    fallen: list[Fallen]
    followed: list[Followed]
    worst: list[Followed]
    behind: list[Followed]
    zero: list[Followed]


_rankings: Keeper[_Ranked] = Keeper(8)


def read_card(cut: Cut, since: int, *, on: date) -> CardReading:
    """4 queries."""
    months = (cut.month, since) if since else (cut.month,)
    (now, *earlier), course = load_cut_offs_with_course(cut.fiscal_year, months, scope=cut.scope)
    before = earlier[0] if earlier else None
    compared = (now.programs, before.programs if before else ())
    ranked = _rankings.made(
        compared if isinstance(now.programs, Same) else None,
        lambda: _rank(now, before),
    )
    told = tuple(_told[cut.scope](year=cut.fiscal_year.pk, month=cut.month))
    latest = {code: made for code, *made in told}
    overdue = _overdue(latest, ranked.worst, on)
    above = {found.result.code for found in ranked.behind[:INDICATORS_SHOWN]}
    promised = [item for item in overdue if item[1].result.code not in above][:OVERDUE_SHOWN]
    shown = (*ranked.behind[:INDICATORS_SHOWN], *(found for _, found in promised))
    indicators = {
        row.code: row for row in _shown(year=cut.fiscal_year.pk, **_places({row.result.code for row in shown}))
    }
    commitments = {
        row.pk: Commitment(committed_on=made[0], cause=made[1], action=made[2])
        for row in indicators.values()
        if (made := latest.get(row.code))
    }
    return CardReading(
        cut, since, now, before, course, ranked.programs, ranked.fallen, ranked.followed, ranked.behind, ranked.zero,
        overdue, promised, indicators, commitments, told,
    )  # fmt: skip


def _rank(now: YearResults, before: YearResults | None) -> _Ranked:
    followed = _followed(now, before)
    worst = worst_of(followed)
    zero = [found for found in worst if found.zero]
    zero = zero if len(zero) > SAME_SHOWN else []
    behind = [found for found in worst if not (zero and found.zero)]
    return _Ranked(furthest_behind(now.programs), fallen_of(now, before), followed, worst, behind, zero)


_PLACES = [f"place_{number}" for number in range(INDICATORS_SHOWN + OVERDUE_SHOWN)]


def _places(codes: Collection[str]) -> dict[str, Value]:
    """Named for a query that is written for as many as the sheet can show; nothing has an empty code."""
    return dict(zip_longest(_PLACES, codes, fillvalue=""))


def _shown_of(year: int, **codes: str) -> QuerySet[Indicator]:
    return Indicator.objects.filter(fiscal_year_id=year, code__in=codes.values()).select_related("action").order_by()


_shown: Compiled[Indicator] = Compiled(_shown_of)


def _told_of(year: int, month: int, scope: Scope) -> Any:
    """Which are behind is not known to the database: all of the year."""
    rows = latest_commitments(year, month, scope).select_related(None)
    return rows.values_list("measurement__indicator__code", "committed_on", "cause", "action")


_told: dict[Scope, Compiled[tuple[str, date, str, str]]] = {
    scope: Compiled(partial(_told_of, scope=scope)) for scope in (OFFICIAL, PRELIMINARY)
}


def _overdue(latest: Mapping[str, Sequence[Any]], behind: Sequence[Followed], on: date) -> list[tuple[date, Followed]]:
    """The day of each indicator's latest promise."""
    found = [(made[0], row) for row in behind if (made := latest.get(row.result.code)) is not None and made[0] < on]
    return sorted(found, key=lambda item: (item[0], -item[1].severity, item[1].result.code))


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
            calculations.severity(
                row, by_percentage=row.code not in now.by_amount, descending=row.code in now.descending
            ),
            None if was is None else calculations.change(calculations.capped(was), calculations.capped(row.compliance)),
            calculations.breaks_zero_tolerance(row),
        )
        for row in now.indicators
        if row.considered and row.retired_from is None and row.compliance is not None
    ]


def worst_of(followed: Sequence[Followed]) -> list[Followed]:
    """Those in amber or red, those that stand worst first."""
    behind = [found for found in followed if found.result.light in (AMBER, RED)]
    return sorted(behind, key=lambda found: (-found.severity, found.result.compliance, found.result.code))


def fallen_of(now: YearResults, before: YearResults | None) -> list[Fallen]:
    """The programmes that lost compliance, the most first."""
    then = {sheet.code: sheet.result.compliance for sheet in before.programs} if before else {}
    found = []
    for sheet in now.programs:
        was = then.get(sheet.code)
        change = calculations.change(was, sheet.result.compliance)
        if was is not None and change is not None and change < 0:
            found.append(Fallen(sheet, change, was))
    return sorted(found, key=lambda one: (one.change, one.sheet.code))
