"""Programmes by the twelve months of a year: each cell is the compliance at that cut-off, and its light."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from core.formats import percent
from core.keeping import Keeper
from core.lights import LIGHTS
from core.spreadsheets import Column
from core.spreadsheets.writing import Value
from indicators import calculations
from indicators.calculations import ProgramResult
from indicators.models import month_name
from indicators.results.course import Course, ProgramCourse, load_course
from reports.address.cutoff import Cut
from reports.address.dimensions import line_of
from reports.address.links import Addresses
from reports.address.made_of import made_of
from reports.address.selection import Control, Head, Selection, read_selection
from reports.address.tabs import kept
from reports.plan.programs import LIGHTS_SHOWN, LISTED_ORDERS
from reports.tables import Table, about, file_url, percent_cell

NO_DATA = "s. d."
_BEYOND = '<span aria-hidden="true">—</span><span class="visually-hidden">después del corte</span>'
_EMPTY = f'<td class="heat-beyond">{_BEYOND}</td>'
# Colour, shape and number in each cell, the light's word for who hears the page.
_BEFORE = {light: f'<td class="heat light-{light}"><a href="' for light in LIGHTS}
_AFTER = {
    light: f'<span class="light-shape" aria-hidden="true"> {shape}</span><span class="visually-hidden"> {word}</span>'
    for light, (word, shape) in LIGHTS.items()
}


class HeatRow(NamedTuple):
    """One programme; ``cells`` are its twelve table cells, written here because a page has thousands."""

    code: str
    name: str
    url: str
    department: str
    cells: SafeString


@dataclass(frozen=True, slots=True)
class HeatMap:
    months: tuple[str, ...]
    programs: int
    selection: Selection
    controls: list[Control]
    told: str  # the filters in words
    head: Head
    lights: tuple[str, ...]
    rows: list[HeatRow]
    results: list[ProgramResult]  # of every programme at the cut-off, whatever is filtered
    xlsx_url: str
    csv_url: str
    drawn: dict[str, str] = field(default_factory=dict, compare=False, repr=False)  # what its template made of it


@dataclass(frozen=True, slots=True)
class _Asked:
    programs: Sequence[ProgramCourse]
    selection: Selection

    @property
    def shown(self) -> list[ProgramCourse]:
        return self.selection.sorted(program for program in self.programs if self.selection.picks(program))


def heat_map(cut: Cut, asked: Mapping[str, str], path: str) -> HeatMap:
    """The months up to the cut-off; the later ones stay empty, because nothing of them counts at the cut-off.

    It is made again when something of it changed.
    """
    programs = _programs(cut)
    key = made_of(cut, programs, asked=(path, tuple(asked.items())))
    return _maps.made(key, lambda: _map(_asked(cut, asked, path, programs), cut))


_maps: Keeper[HeatMap] = Keeper(8)  # 1.5 MB each with 161 programmes, with what is drawn of it


def _map(found: _Asked, cut: Cut) -> HeatMap:
    page = Addresses.of("reports:program", cut)
    months = [_in_html(Addresses.of("reports:program", replace(cut, month=month))) for month in range(1, cut.month + 1)]
    return HeatMap(
        months=_MONTHS,
        programs=len(found.programs),
        selection=found.selection,
        controls=found.selection.controls(found.programs),
        told=found.selection.told(found.programs),
        head=found.selection.heads([("programa", "Programa")])[0],
        lights=LIGHTS_SHOWN,
        rows=[_row(program, page, months) for program in found.shown],
        results=[program.course[-1] for program in found.programs],
        xlsx_url=file_url("heat_map_file", found.selection, "xlsx"),
        csv_url=file_url("heat_map_file", found.selection, "csv"),
    )


def heat_map_table(cut: Cut, asked: Mapping[str, str], path: str) -> Table:
    """What the page lists, as a file: of each month its number, its light and of how many indicators it is."""
    found = _asked(cut, asked, path, _programs(cut))
    columns = (
        Column("Clave", 10), Column("Programa", 50), Column("Dependencia", 32), Column("Eje rector", 32),
        *(column for month in _MONTHS for column in _month_columns(month)),
    )  # fmt: skip
    notes = about(cut, *found.selection.words(found.programs), ("Cifras", "Cumplimiento y global de enero a cada mes"))
    rows = [_values(program) for program in found.shown]
    return Table("mapa", "Mapa", columns, rows, notes, frozen=2, filters=found.selection.file_words)


def _month_columns(month: str) -> tuple[Column, ...]:
    return (
        Column(f"Cumplimiento a {month}", 13), Column(f"Semáforo a {month}", 13), Column(f"Global a {month}", 13),
        Column(f"Indicadores a {month}", 13),
    )  # fmt: skip


def _programs(cut: Cut) -> Sequence[ProgramCourse]:
    return load_course(cut.fiscal_year, scope=cut.scope, cut_off=cut.month, with_lines=True)


def _asked(cut: Cut, asked: Mapping[str, str], path: str, programs: Sequence[ProgramCourse]) -> _Asked:
    return _Asked(programs, read_selection(asked, path, cut, programs, LISTED_ORDERS, kept(cut)))


def _in_html(addresses: Addresses) -> Addresses:
    """The same as they are written into a page, escaped once for all the cells of a month."""
    return replace(addresses, query=escape(addresses.query))


def _row(program: ProgramCourse, page: Addresses, months: Sequence[Addresses]) -> HeatRow:
    """Codes hold capital letters, digits and hyphens only (a constraint of the database)."""
    code = program.code
    cells = [
        f"{before}{month.at(code)}{after}"
        for (before, after), month in zip(_cells(program.course), months, strict=True)
    ]
    cells += [_EMPTY] * (12 - len(cells))
    return HeatRow(code, program.name, page.at(code), program.department, mark_safe("".join(cells)))


@lru_cache(maxsize=512)
def _cells(course: Course) -> list[tuple[str, str]]:
    """Of each month what comes before its address and after it; numbers have digits and signs only."""
    return [_cell(result) for result in course]


def _cell(result: ProgramResult) -> tuple[str, str]:
    light = result.light
    number = NO_DATA if result.compliance is None else percent(result.compliance, result.borders)[:-2]
    few = "" if result.considered == result.total else f"<small>{result.considered} de {result.total}</small>"
    return _BEFORE[light], f'">{number}{_AFTER[light]}{few}</a></td>'


def _values(program: ProgramCourse) -> list[Value]:
    months: list[Value] = []
    for result in program.results:
        months += [
            percent_cell(result.compliance, result.borders, empty="sin datos"), LIGHTS[result.light][0],
            percent_cell(result.global_, result.borders, empty="sin datos"), f"{result.considered} de {result.total}",
        ]  # fmt: skip
    later: list[Value] = [None] * (
        4 * len(_MONTHS) - len(months)
    )  # nothing of the months after the cut-off counts at it
    return [program.code, program.name, program.department, line_of(program).axis, *months, *later]


_MONTHS = tuple(month_name(month) for month in calculations.MONTHS)
