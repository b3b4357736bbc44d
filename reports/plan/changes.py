"""Two moments side by side: two cut-offs of a year, or two years through the explicit ``previous`` links.

What rose or fell is compliance (rules 11 and 13): a global of the year so far rises by itself from month to month, also
of a programme that falls behind what it planned, and falls where a descending indicator does better.

What a programme or indicator was in an earlier year is never guessed from its code.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from indicators import calculations
from indicators.models import Indicator
from indicators.results.year import ProgramSheet, YearResults
from programs.models import Program

FELL, ROSE, SAME, APPEARED, DISAPPEARED, NO_DATA = "bajo", "subio", "igual", "aparecio", "desaparecio", "sin-datos"


class Kind(NamedTuple):
    """What may happen between two moments: to one («bajó»), to several («bajaron»), and its mark."""

    word: str
    label: str
    mark: str


KINDS = {
    FELL: Kind("bajó", "bajaron", "↓"),
    ROSE: Kind("subió", "subieron", "↑"),
    SAME: Kind("siguió igual", "siguieron igual", "="),
    APPEARED: Kind("apareció", "aparecieron", "+"),
    DISAPPEARED: Kind("desapareció", "desaparecieron", "−"),
    NO_DATA: Kind("sin cumplimiento en ambos", "sin cumplimiento en ambos", "○"),
}
Links = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Moment:
    """A programme (or indicator) at one of the two cut-offs, its figures in percent.

    ``compliance`` is capped at 100 (rule 13), ``advance`` its global (or percentage, which is never capped).
    ``borders`` and ``aims`` are what each is told from where it is shown (rule 16). ``zero``: an indicator that allows
    nothing, and has a case. ``program`` is the id of whose it is.
    """

    code: str
    name: str
    compliance: Decimal | None
    advance: Decimal | None
    light: str
    borders: tuple[Decimal, ...] = ()
    aims: tuple[Decimal, ...] = ()
    zero: bool = False
    program: int = 0

    @property
    def lack(self) -> str:
        """What it has not, where it has no compliance: a month may have figures before anything is expected of them."""
        return "sin datos" if self.advance is None else "sin cumplimiento"


@dataclass(frozen=True, slots=True)
class Pair:
    """What became of one: ``before`` or ``after`` is None where it did not exist or nothing links to it.

    ``sheet`` is the programme by which it is filtered: the later one where there is one.
    """

    sheet: ProgramSheet
    before: Moment | None
    after: Moment | None

    @property
    def shown(self) -> Moment:
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def change(self) -> Decimal | None:
        """In points of compliance, None unless there is one on both sides."""
        if self.before is None or self.after is None:
            return None
        return calculations.change(self.before.compliance, self.after.compliance)

    @property
    def advance_change(self) -> Decimal | None:
        """In percentage points of the global (or percentage), which may go the other way."""
        if self.before is None or self.after is None:
            return None
        return calculations.change(self.before.advance, self.after.advance)

    @property
    def kind(self) -> str:
        change = self.change
        if change is not None:
            return FELL if change < 0 else ROSE if change > 0 else SAME
        if self.after is not None and self.after.compliance is not None:
            return APPEARED
        return DISAPPEARED if self.before is not None and self.before.compliance is not None else NO_DATA

    @property
    def why(self) -> str:
        """Why there is no change to tell; empty where there is one, or nothing at either moment."""
        if self.before is None:
            return "sin antecedente ligado"
        if self.after is None:
            return "nada lo continúa"
        known = self.before.compliance is not None, self.after.compliance is not None
        if known == (False, True):
            return f"antes {self.before.lack}"
        return f"ahora {self.after.lack}" if known == (True, False) else ""


def compare(before: YearResults, after: YearResults, links: Links | None, *, by_indicator: bool) -> list[Pair]:
    """Everything of both moments. ``links`` lead from a later code to the earlier one; None within one year."""
    earlier, later = dict(_moments(before, by_indicator)), dict(_moments(after, by_indicator))
    pairs, continued = [], set()
    for code, (sheet, moment) in later.items():
        old = code if links is None else links.get(code, "")
        continued.add(old)
        found = earlier.get(old)
        pairs.append(Pair(sheet, found[1] if found else None, moment))
    gone = [Pair(sheet, moment, None) for code, (sheet, moment) in earlier.items() if code not in continued]
    return pairs + gone


def _moments(results: YearResults, by_indicator: bool) -> Iterator[tuple[str, tuple[ProgramSheet, Moment]]]:
    for sheet in results.programs:
        if not by_indicator:
            result = sheet.result
            moment = Moment(
                sheet.code, sheet.name, result.compliance, result.global_, result.light, result.borders, result.borders,
                program=sheet.id,
            )  # fmt: skip
            yield sheet.code, (sheet, moment)
            continue
        for found in sheet.indicators:
            name, compliance = results.names[found.code], calculations.capped(found.compliance)
            moment = Moment(
                found.code, name, compliance, found.percentage, found.light, found.borders, found.aims,
                calculations.breaks_zero_tolerance(found), sheet.id,
            )  # fmt: skip
            yield found.code, (sheet, moment)


def links_between(earlier: int, later: int, *, by_indicator: bool) -> dict[str, str]:
    """By code of the later year, the code of the earlier one to which the ``previous`` links lead; one query."""
    model: type[Indicator] | type[Program] = Indicator if by_indicator else Program
    rows = model._default_manager.filter(
        fiscal_year__year__gt=earlier, fiscal_year__year__lte=later, previous__isnull=False
    ).values_list("fiscal_year__year", "code", "previous__fiscal_year__year", "previous__code")
    steps = {(year, code): (before, previous) for year, code, before, previous in rows}
    return dict(_walk(steps, earlier, later))


def _walk(steps: Mapping[tuple[int, str], tuple[int, str]], earlier: int, later: int) -> Iterator[tuple[str, str]]:
    for year, code in steps:
        if year == later:
            place = (year, code)
            while place[0] > earlier and place in steps:
                place = steps[place]
            if place[0] == earlier:
                yield code, place[1]


def counted(pairs: Iterable[Pair]) -> dict[str, int]:
    """How many of each kind, in the order in which they are told."""
    found = dict.fromkeys(KINDS, 0)
    for pair in pairs:
        found[pair.kind] += 1
    return found


def sheets_of(pairs: Sequence[Pair]) -> list[ProgramSheet]:
    """The programmes by which the pairs are filtered, each once."""
    return list({pair.sheet.id: pair.sheet for pair in pairs}.values())
