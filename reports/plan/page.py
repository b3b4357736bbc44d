"""The plan on one page: its headline, and its programmes or their roll-ups as filtered and sorted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse

from core.formats import percent
from core.keeping import Keeper
from core.lights import LIGHTS
from core.spreadsheets import Column
from core.spreadsheets.writing import Value
from core.text import fold
from indicators import calculations
from indicators.calculations import ProgramResult, RollUp
from indicators.results.course import ProgramCourse, load_results_with_course
from indicators.results.year import ProgramSheet, YearResults, load_results
from reports.acts.reading import PlanActs
from reports.address.cutoff import Choice, Cut, WrongAddress
from reports.address.dimensions import DIMENSIONS, Dimension, line_of
from reports.address.made_of import made_of
from reports.address.selection import ORDER, Control, Head, Selection, read_selection
from reports.plan.glance import Glance, glance, past_course, since_month
from reports.plan.group_rows import GroupRow, columns_of, group_row
from reports.plan.programs import PROGRAM_ORDERS, Headline, ProgramRow, coverage, headline, left_out_of, program_rows
from reports.plan.roll_ups import GROUP_ORDERS, group_columns, group_values, groups_of
from reports.plan.trends import with_trends
from reports.tables import Table, about, file_url, percent_cell

VIEW = "ver"
PROGRAMS = "programas"
_GROUP_VIEWS = {fold(dimension.plural): dimension for dimension in DIMENSIONS}
_PROGRAM_COLUMNS = (
    ("programa", "Programa"), ("cumplimiento", "Cumplimiento"), ("semaforo", "Semáforo"), ("global", "Global"),
    ("", "Indicadores en el global"), ("", "El año"), ("meses", "Meses capturados"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlanPage:
    """``rows`` are programmes, or ``groups`` of the dimension whose view was asked for."""

    plan: str
    programs: int
    headline: Headline
    glance: Glance
    results: list[ProgramResult]  # of every programme, whatever is filtered
    views: list[Choice]
    selection: Selection
    controls: list[Control]
    told: str  # the filters in words
    shown: str
    heads: list[Head]
    rows: list[ProgramRow]
    group_label: str
    groups: list[GroupRow]
    compare_url: str
    xlsx_url: str
    csv_url: str
    drawn: dict[str, str] = field(default_factory=dict, compare=False, repr=False)  # what its template made of it


@dataclass(frozen=True, slots=True)
class _Asked:
    results: YearResults
    dimension: Dimension | None
    selection: Selection
    sheets: list[ProgramSheet]
    course: Sequence[ProgramCourse]  # empty where it was not read: a file does not show it

    @property
    def shown(self) -> RollUp:
        return calculations.roll_up(sheet.result for sheet in self.sheets)


def plan_page(cut: Cut, asked: Mapping[str, str], path: str, acts: PlanActs) -> PlanPage:
    """The page of an address; WrongAddress where it asks for what does not exist. ``acts`` are what moved its figures.

    2 queries, and 2 more where there is a year before. It is made again when something of it changed.
    """
    results, course = load_results_with_course(cut.fiscal_year, month=cut.month, scope=cut.scope)
    past = past_course(cut)
    key = made_of(cut, results.programs, course, past, asked=(path, tuple(asked.items()), tuple(acts.figures.items())))
    return _pages.made(key, lambda: _page(_asked(cut, asked, path, results, course), cut, past, acts))


_pages: Keeper[PlanPage] = Keeper(8)  # 1.5 MB each with 161 programmes, with what is drawn of it


def _page(found: _Asked, cut: Cut, past: Sequence[ProgramCourse] | None, acts: PlanActs) -> PlanPage:
    dimension, selection = found.dimension, found.selection
    rows: list[ProgramRow] = []
    groups: list[GroupRow] = []
    if dimension is None:
        columns: tuple[tuple[str, str], ...] = _PROGRAM_COLUMNS
        rows = with_trends(program_rows(found.results, selection.sorted(found.sheets), cut, acts), found.course)
    else:
        since = since_month(cut.month)
        columns = columns_of(dimension, since)
        made = selection.sorted(groups_of(dimension, found.results.programs, found.sheets))
        courses = {program.code: program for program in found.course}
        groups = [group_row(group, dimension, selection, courses, since) for group in made]
    return PlanPage(
        plan=cut.fiscal_year.plan.name,
        programs=len(found.results.programs),
        headline=headline(found.results),
        glance=glance(cut, found.results, found.course, past, selection),
        results=[sheet.result for sheet in found.results.programs],
        views=_views(dimension, selection),
        selection=selection,
        controls=selection.controls(found.results.programs),
        told=found.selection.told(found.results.programs),
        shown=_shown_words(found),
        heads=selection.heads(columns),
        rows=rows,
        group_label=dimension.plural if dimension else "",
        groups=groups,
        compare_url=f"{reverse('reports:comparison', args=[cut.fiscal_year.year])}{cut.onward}",
        xlsx_url=file_url("dashboard_file", selection, "xlsx"),
        csv_url=file_url("dashboard_file", selection, "csv"),
    )


def plan_table(cut: Cut, asked: Mapping[str, str], path: str) -> Table:
    """What the page lists, as a file."""
    results = load_results(cut.fiscal_year, month=cut.month, scope=cut.scope, with_names=True, with_lines=True)
    found = _asked(cut, asked, path, results)
    dimension, selection = found.dimension, found.selection
    notes = about(cut, *selection.words(found.results.programs))
    if dimension is None:
        rows = [_program_values(sheet, found.results) for sheet in selection.sorted(found.sheets)]
        return Table("plan", "Programas", _FILE_COLUMNS, rows, notes, filters=selection.file_words)
    made = selection.sorted(groups_of(dimension, found.results.programs, found.sheets))
    columns, name = group_columns(dimension), fold(dimension.plural)
    values = [group_values(group, has_deadlines=not cut.fiscal_year.historical) for group in made]
    return Table(name, dimension.plural, columns, values, notes, filters=selection.file_words)


def _asked(
    cut: Cut, asked: Mapping[str, str], path: str, results: YearResults, course: Sequence[ProgramCourse] = ()
) -> _Asked:
    dimension = _read_view(cut, asked, path)
    kept = {VIEW: fold(dimension.plural)} if dimension else {}
    selection = read_selection(asked, path, cut, results.programs, GROUP_ORDERS if dimension else PROGRAM_ORDERS, kept)
    sheets = [sheet for sheet in results.programs if selection.picks(sheet)]
    return _Asked(results, dimension, selection, sheets, course)


def _read_view(cut: Cut, asked: Mapping[str, str], path: str) -> Dimension | None:
    view = asked.get(VIEW, "").strip() or PROGRAMS
    if view != PROGRAMS and view not in _GROUP_VIEWS:
        known = [PROGRAMS, *_GROUP_VIEWS]
        raise WrongAddress(
            f"No existe la vista «{view[:40]}».",
            [(name.capitalize(), f"{path}{cut.query}&{VIEW}={name}") for name in known],
        )
    return _GROUP_VIEWS.get(view)


def _views(dimension: Dimension | None, selection: Selection) -> list[Choice]:
    """The links between the programmes and each roll-up; an order of one means nothing in the other."""
    views = [Choice(selection.link(**{VIEW: "", ORDER: ""}), "Programas", dimension is None)]
    for slug, known in _GROUP_VIEWS.items():
        views.append(Choice(selection.link(**{VIEW: slug, ORDER: ""}), known.plural, known is dimension))
    return views


def _shown_words(found: _Asked) -> str:
    """«14 de 161 programas cumplen los filtros: 13 con datos, promedio 71.20 %»; empty without filters."""
    if not found.selection.filtered:
        return ""
    shown, total = found.shown, len(found.results.programs)
    verb = "programas cumple" if shown.programs == 1 else "programas cumplen"
    message = f"{shown.programs} de {total} {verb} los filtros"
    if not shown.with_data:
        return f"{message}."
    mean = percent(shown.global_, shown.borders)
    return f"{message}: {shown.with_data} con datos, promedio de sus globales {mean}."


_FILE_COLUMNS = (
    Column("Clave", 10), Column("Programa", 50), Column("Dependencia", 32), Column("Eje rector", 32),
    Column("Objetivo", 32), Column("Estrategia", 40), Column("Global", 12), Column("Considerados", 12),
    Column("Total de considerados", 12), Column("Fuera del global", 40), Column("Cumplimiento", 12),
    Column("Semáforo", 14), Column("Meses capturados", 12), Column("Meses exigibles", 12),
)  # fmt: skip


def _program_values(sheet: ProgramSheet, results: YearResults) -> list[Value]:
    line, result = line_of(sheet), sheet.result
    left_out = left_out_of(sheet, results.names, results.fiscal_year.missing_as_zero)
    return [
        sheet.code, sheet.name, sheet.department, line.axis, line.objective, line.strategy,
        percent_cell(result.global_, result.borders, empty="sin datos"), result.considered, result.total,
        "\n".join(f"{out.code}: {out.reason}" for out in left_out), percent_cell(result.compliance, result.borders),
        LIGHTS[result.light][0], *coverage([sheet]),
    ]  # fmt: skip
