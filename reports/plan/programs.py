"""What the pages show of each programme and of all: numbers already written, because they print hundreds of rows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from django.utils.safestring import SafeString

from core.formats import percent
from core.text import fold
from indicators import calculations
from indicators.calculations import IndicatorResult, ProgramResult
from indicators.results.year import ProgramFigures, ProgramSheet, YearResults
from reports import words
from reports.acts.reading import PlanActs
from reports.acts.words import corrected_mark
from reports.address.cutoff import Cut
from reports.address.links import Addresses
from reports.address.selection import AS_TEXT, Orders, Sorting
from reports.charts import scale


class LeftOut(NamedTuple):
    """An indicator that is not in its programme's global, and why."""

    code: str
    name: str
    reason: str


class ProgramRow(NamedTuple):
    """One programme. The template unpacks it in this order: looking up names is what costs there.

    ``over`` says by which indicators its global is above 100, empty where it is not.
    ``explanation`` is the address of where its figures come from; ``bar`` draws its compliance, and ``trend`` the
    course of its year where that was read.
    """

    code: str
    name: str
    url: str
    department: str
    global_: str
    considered: str
    over: str
    left_out: tuple[LeftOut, ...]
    compliance: str
    light: str
    coverage: str
    bar: SafeString
    explanation: str
    trend: str = ""
    corrected: str = ""  # how many of its figures were corrected once validated, in words


@dataclass(frozen=True, slots=True)
class LightCount:
    light: str
    programs: int


@dataclass(frozen=True, slots=True)
class Headline:
    """The figures above the table (rule 14: means over programmes, never means of means).

    ``on_time`` is the share of the due months that are captured in scope and were submitted before they were due; it
    counts the months of ``coverage``, so that nothing can be in time that is not captured, without those that were
    migrated: ``undated`` says how many, empty without any.
    """

    programs: int
    with_data: int
    mean: str
    compliance: str
    coverage: str
    on_time: str
    on_time_of: str
    undated: str
    lights: tuple[LightCount, ...]
    has_deadlines: bool  # nobody had to be in time in a historical year

    @property
    def punctuality(self) -> str:
        """«82.00 % a tiempo», or why there is no such thing."""
        return f"{self.on_time} a tiempo" if self.has_deadlines else words.NO_DEADLINES


_COLOURS = (calculations.GREEN, calculations.AMBER, calculations.RED)
LIGHTS_SHOWN = (calculations.GREEN, calculations.AMBER, calculations.RED, calculations.NO_LIGHT)


def program_rows(results: YearResults, sheets: Sequence[ProgramSheet], cut: Cut, acts: PlanActs) -> list[ProgramRow]:
    """These programmes of a year that was loaded ``with_names``, in this order; ``acts`` are what moved its figures."""
    missing_as_zero = results.fiscal_year.missing_as_zero
    page, explanation = Addresses.of("reports:program", cut), Addresses.of("reports:explain_program", cut)
    return [_row(sheet, missing_as_zero, page, explanation, acts.by_program.get(sheet.id, 0)) for sheet in sheets]


def headline(results: YearResults) -> Headline:
    """The whole of what was loaded, ``with_lines``."""
    roll_up = results.plan
    captured, due = coverage(results.programs)
    on_time, all_due = punctuality(results.programs)
    share = calculations.month_percentage(Decimal(on_time), Decimal(all_due))
    return Headline(
        programs=roll_up.programs,
        with_data=roll_up.with_data,
        mean=percent(roll_up.global_, roll_up.borders, empty="sin datos"),
        compliance=percent(roll_up.compliance, roll_up.borders, empty="sin datos"),
        coverage=words.months_of(captured, due),
        on_time=percent(share),
        on_time_of=f"{on_time:,} de {all_due:,} exigibles",
        undated=words.undated(undated_of(results.programs)),
        lights=light_counts(results.programs),
        has_deadlines=not results.fiscal_year.historical,
    )


def light_counts(sheets: Sequence[ProgramSheet]) -> tuple[LightCount, ...]:
    counted = Counter(sheet.result.light for sheet in sheets)
    return tuple(LightCount(light, counted[light]) for light in LIGHTS_SHOWN)


def lights_in_columns(counts: Sequence[LightCount]) -> tuple[LightCount, ...]:
    """Of rows under one another: every colour, also of no programme, and «sin datos» where there are some."""
    return tuple(count for count in counts if count.programs or count.light in _COLOURS)


def punctuality(sheets: Sequence[ProgramSheet]) -> tuple[int, int]:
    """Of the same months as ``coverage``, but for the undated: those captured in scope and in time, and those due."""
    captured, due = coverage(sheets)
    undated = undated_of(sheets)
    return captured - undated - sum(sheet.late for sheet in sheets), due - undated


def undated_of(sheets: Sequence[ProgramSheet]) -> int:
    """How many of the captured months were migrated: nobody knows when they were sent."""
    return sum(sheet.undated for sheet in sheets)


_LIGHT_RANK = {calculations.RED: 0, calculations.AMBER: 1, calculations.GREEN: 2}


def part(counted: int, due: int) -> Fraction | None:
    """What part of the due months, for sorting; None where none is due."""
    return Fraction(counted, due) if due else None


# Ways of sorting what any page of the plan lists, and the months that only a sheet with its indicators has.
LISTED_ORDERS: Orders = {
    "programa": Sorting("Programa", lambda sheet: sheet.code, AS_TEXT),
    "dependencia": Sorting("Dependencia", lambda sheet: fold(sheet.department), AS_TEXT),
    "global": Sorting("Global", lambda sheet: sheet.result.global_, right=True),
    "cumplimiento": Sorting("Cumplimiento", lambda sheet: sheet.result.compliance, right=True),
    "semaforo": Sorting(
        "Semáforo", lambda sheet: _LIGHT_RANK.get(sheet.result.light), ("de rojo a verde", "de verde a rojo")
    ),
}
# What is furthest behind comes first.
PROGRAM_ORDERS: Orders = {
    "cumplimiento": LISTED_ORDERS["cumplimiento"],
    **LISTED_ORDERS,
    "meses": Sorting("Meses capturados", lambda sheet: part(*coverage([sheet]))),
}


def furthest_behind(sheets: Iterable[ProgramSheet]) -> list[ProgramSheet]:
    """The programmes in red or amber, the furthest behind first."""
    found = [
        (sheet.result.compliance, sheet)
        for sheet in sheets
        if sheet.result.compliance is not None and sheet.result.light in (calculations.RED, calculations.AMBER)
    ]
    return [sheet for _, sheet in sorted(found, key=lambda pair: (pair[0], pair[1].code))]


def considered_words(sheet_considered: int, total: int) -> str:
    """«3 de 4 considerados»: rule 6 shows it with every global."""
    if not total:
        return "sin indicadores"
    return f"{sheet_considered} de {total} {'considerado' if total == 1 else 'considerados'}"


def entering_words(considered: int, total: int) -> str:
    """«10 de 10 indicadores entran»: the same under the figures of a programme, for who never heard of rule 6."""
    if not total:
        return "sin indicadores"
    what = "indicador" if total == 1 else "indicadores"
    return f"{considered} de {total} {what} {'entra' if considered == 1 else 'entran'}"


def over_100(found: Iterable[IndicatorResult], result: ProgramResult) -> str:
    """«mayor que 100 % por PRE-02-03 y 2 más»; empty where the global is not."""
    codes = [row.code for row in calculations.lifts_above_100(found, result)]
    if not codes:
        return ""
    return f"mayor que 100 % por {codes[0]}" + (f" y {len(codes) - 1} más" if len(codes) > 1 else "")


def _row(
    sheet: ProgramSheet, missing_as_zero: bool, page: Addresses, explanation: Addresses, corrected: int
) -> ProgramRow:
    code, told = sheet.code, _told(sheet.figures, missing_as_zero)
    mark = corrected_mark(corrected)
    return ProgramRow(code, sheet.name, page.at(code), sheet.department, *told, explanation.at(code), "", mark)  # type: ignore[arg-type]


# As the figures themselves: written out once, and again where one of them changed.
@lru_cache(maxsize=1024)
def _told(figures: ProgramFigures, missing_as_zero: bool) -> tuple[object, ...]:
    """The columns of ``ProgramRow`` from its global to its coverage, in order."""
    result = figures.result
    return (
        percent(result.global_, result.borders, empty="sin datos"),
        considered_words(result.considered, result.total),
        over_100(figures.indicators, result),
        tuple(_left_out(figures.indicators, dict(figures.names), missing_as_zero)),
        percent(result.compliance, result.borders),
        result.light,
        words.months_of(figures.captured, figures.due) if figures.indicators else "—",
        scale.bar(result.compliance, result.borders[:1], result.light, percent(result.compliance, result.borders)),
    )


def left_out_of(sheet: ProgramSheet, names: dict[str, str], missing_as_zero: bool) -> list[LeftOut]:
    """The indicators that are not in the programme's global, each with its reason (rules 6 and 7)."""
    return list(_left_out(sheet.indicators, names, missing_as_zero))


def _left_out(
    indicators: Iterable[IndicatorResult], names: Mapping[str, str], missing_as_zero: bool
) -> Iterator[LeftOut]:
    for indicator in indicators:
        if indicator.percentage is None or not indicator.considered:
            reason = words.left_out_reason(indicator, missing_as_zero=missing_as_zero)
            if reason:
                yield LeftOut(indicator.code, names[indicator.code], reason)


def coverage(sheets: Sequence[ProgramSheet]) -> tuple[int, int]:
    """Months captured and due of the indicators on which the globals rest: those that the catalogue considers."""
    return sum(sheet.captured for sheet in sheets), sum(sheet.due for sheet in sheets)


def considered_months(indicators: Iterable[IndicatorResult]) -> tuple[int, int]:
    captured = due = 0
    for indicator in indicators:
        if indicator.considered:
            captured += indicator.months_captured
            due += indicator.months_due
    return captured, due
