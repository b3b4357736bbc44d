"""The programmes' globals of a year's end as they would be: worked out in memory, before anything is written."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from indicators import calculations
from indicators.calculations import Cell, IndicatorResult, ProgramResult, accumulate, indicator_result
from indicators.migrated.found import GlobalSaid
from indicators.models import MONTH_NAMES, Indicator
from indicators.results.scope import OFFICIAL
from indicators.results.standards import indicator_thresholds, spec_of, thresholds_of
from indicators.results.year import month_cells, with_target_in_force
from indicators.workbook.writing import Recording
from programs.models import FiscalYear

CUT_OFF = len(MONTH_NAMES) - 1


@dataclass(frozen=True, slots=True)
class ProgramOutcome:
    """A programme at the end of the year: as it stands, and with the figures that are brought, where it is ``touched``.

    ``said``: its global as the file has it, None where it does not say; ``agrees``: whether that is what comes out,
    with the decimals of the file.
    """

    code: str
    name: str
    before: ProgramResult
    after: ProgramResult
    touched: bool = False
    said: str = ""
    agrees: bool | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """All programmes of the year in code order."""

    programs: tuple[ProgramOutcome, ...]

    @property
    def compared(self) -> int:
        """Of how many the file says the global."""
        return sum(row.agrees is not None for row in self.programs)

    @property
    def differ(self) -> int:
        return sum(row.agrees is False for row in self.programs)


def outcome_of(fiscal_year: FiscalYear, recordings: Iterable[Recording], said: Sequence[GlobalSaid] = ()) -> Outcome:
    """January to December, official, as every page computes it; 2 queries."""
    indicators = list(
        with_target_in_force(Indicator.objects.filter(fiscal_year=fiscal_year), CUT_OFF)
        .select_related("action__program")
        .order_by("code")
    )
    stands = month_cells([indicator.pk for indicator in indicators], cut_off=CUT_OFF, scope=OFFICIAL)
    brought: dict[int, dict[int, Cell]] = defaultdict(dict)
    for row in recordings:
        if row.numerator is not None and row.denominator is not None:
            month = row.period.month
            brought[row.indicator.pk][month] = Cell(month, row.numerator, row.denominator, row.no_activity)
    year = thresholds_of(fiscal_year)
    touched: set[int] = set()
    before: dict[int, list[IndicatorResult]] = defaultdict(list)
    after: dict[int, list[IndicatorResult]] = defaultdict(list)
    programs = {}
    for indicator in indicators:
        program = indicator.action.program
        programs[program.pk] = program
        spec = spec_of(indicator, month=CUT_OFF)
        if (adjusted := indicator.adjusted_target) is not None:  # type: ignore[attr-defined]
            spec = replace(spec, target=adjusted)
        limits = indicator_thresholds(indicator, year)
        cells = stands[indicator.pk]
        standing = _result(spec, cells, limits)
        before[program.pk].append(standing)
        own = brought.get(indicator.pk)
        if own:
            touched.add(program.pk)
            cells = [*(cell for cell in cells if cell.month not in own), *own.values()]
        after[program.pk].append(_result(spec, cells, limits) if own else standing)
    by_key = _said_by_program(said, indicators)
    rows = []
    for pk, program in sorted(programs.items(), key=lambda item: item[1].code):
        old, new = (
            calculations.program_result(results[pk], missing_as_zero=fiscal_year.missing_as_zero, thresholds=year)
            for results in (before, after)
        )
        told = by_key.get(program.code)
        rows.append(
            ProgramOutcome(
                program.code, program.name, old, new, pk in touched,
                told.text if told else "", _agrees(told, new.global_) if told else None,
            )
        )  # fmt: skip
    return Outcome(tuple(rows))


def _result(
    spec: calculations.IndicatorSpec, cells: Iterable[Cell], thresholds: calculations.Thresholds
) -> IndicatorResult:
    sides = accumulate(cells, numerator_mode=spec.numerator_mode, denominator_mode=spec.denominator_mode)
    return indicator_result(spec, sides, CUT_OFF, thresholds)


def _said_by_program(said: Iterable[GlobalSaid], indicators: Iterable[Indicator]) -> dict[str, GlobalSaid]:
    """By the programme's code; the first of several. A global beside an indicator is that of its programme."""
    program_of = {row.code: row.action.program.code for row in indicators}
    codes = set(program_of.values())
    found: dict[str, GlobalSaid] = {}
    for one in said:
        code = one.key if one.key in codes else program_of.get(one.key, "")
        if code:
            found.setdefault(code, one)
    return found


def _agrees(said: GlobalSaid, computed: Decimal | None) -> bool:
    """With the decimals that the file shows; of a plain number both 0.88 and 88 are 88 %."""
    if computed is None:
        return False
    step = Decimal(1).scaleb(-said.decimals)
    if abs(said.number - computed) <= step / 2:
        return True
    return not said.text.endswith("%") and abs(said.number - computed / 100) <= step / 2
