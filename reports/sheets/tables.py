"""The tables of a programme's and of an indicator's page as files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from accounts.access import Access, reads_act
from accounts.access import Action as Act
from core.lights import LIGHTS
from core.spreadsheets import Column
from core.spreadsheets.writing import Value
from indicators import calculations
from indicators.calculations import Cell, IndicatorResult
from indicators.models import Indicator, Measurement, TargetAdjustment, month_name
from indicators.results.course import indicator_course
from indicators.results.standards import thresholds_of
from indicators.wording import stands_alone, status_text, uncaptured_text
from programs.models import Program
from reports import words
from reports.address.cutoff import Cut
from reports.sheets import reading
from reports.sheets.drawings import BEYOND
from reports.sheets.earlier_years import ComparedYear, years_of
from reports.sheets.indicator import month_line
from reports.sheets.month_words import cell_in_scope, cell_text, cells_of
from reports.sheets.program import indicator_courses, sheet_course
from reports.sheets.program_reading import ActionRead, IndicatorRead, read_program
from reports.sheets.whose_turn import turns
from reports.tables import Table, about, aimed_cell, percent_cell

_PROGRAM_COLUMNS = (
    Column("Clave de la acción", 12), Column("Acción", 45), Column("Unidad", 16), Column("Clave del indicador", 13),
    Column("Indicador", 45), Column("Numerador", 30), Column("Denominador", 30), Column("Tipo de meta", 12),
    Column("Meta al corte", 12), Column("Esperado al corte", 12), Column("Numerador acumulado", 14),
    Column("Denominador acumulado", 14), Column("Avance", 14), Column("Cumplimiento", 14),
    Column("Cumplimiento anual", 14), Column("Semáforo", 18), Column("Meses capturados", 12),
    Column("Meses exigibles", 12), Column("En el global", 26), Column("Entra al global", 14),
    Column("Mes de inicio", 12), Column("Clave oficial de la acción", 16),
    Column("Clave oficial del indicador", 16),
)  # fmt: skip
_MONTH_COLUMNS = (
    Column("Mes", 12), Column("Estado", 22), Column("Numerador", 14), Column("Denominador", 14),
    Column("% del mes", 14), Column("Numerador acumulado", 14), Column("Denominador acumulado", 14),
    Column("% acumulado", 14),
)  # fmt: skip
_NOTES = Column("Notas", 60)
_INDICATOR_COLUMNS = (
    *_MONTH_COLUMNS, Column("Esperado", 14), Column("Meses capturados", 12), Column("Meses exigibles", 12), _NOTES,
)  # fmt: skip
_YEAR_COLUMNS = (
    Column("Clave del indicador", 13), Column("Indicador", 45), *_MONTH_COLUMNS, Column("Semáforo al mes", 16), _NOTES,
)  # fmt: skip
_EARLIER_COLUMNS = (
    Column("Ejercicio", 10), Column("Indicador", 13), Column("Mes", 12), Column("Numerador", 14),
    Column("Denominador", 14), Column("% del mes", 16), Column("% acumulado", 16), Column("Esperado", 14),
    Column("Meta", 14), Column("Cumplimiento", 14), Column("Semáforo", 18), Column("Meses capturados", 12),
    Column("Meses exigibles", 12),
)  # fmt: skip
_COURSE_COLUMNS = (
    Column("Mes", 12), Column("Promedio del mes", 14), Column("Indicadores con porcentaje en el mes", 16),
    Column("Indicador Global desde enero", 16), Column("Considerados", 12), Column("Total de considerados", 12),
    Column("Cumplimiento", 14), Column("Semáforo", 18), Column("Notas", 20),
)  # fmt: skip
_ADJUSTMENT_COLUMNS = (
    Column("Desde", 12), Column("Meta", 14), Column("Tipo de meta", 12), Column("Motivo", 60), Column("Autoriza", 30),
    Column("Instrumento", 40), Column("Archivos", 40), Column("Se registró", 30),
)  # fmt: skip
_TURN_COLUMNS = (
    Column("Mes", 12), Column("Qué falta", 32), Column("Indicadores", 45), Column("Le toca a", 45),
    Column("Cuándo", 24),
)  # fmt: skip


class _Month(NamedTuple):
    """``result`` None after the cut-off."""

    values: list[Value]
    result: IndicatorResult | None
    notes: str


def program_table(cut: Cut, code: str) -> Table | None:
    """Actions, targets and indicators of a programme at the cut-off; None where the year has no such programme."""
    read = read_program(cut.fiscal_year, code)
    if read is None:
        return None
    rows: list[list[Value]] = []
    for action in read.actions:
        rows += [_indicator_values(action, row, cut) for row in action.indicators]
        if not action.indicators:
            blank = [None] * (len(_PROGRAM_COLUMNS) - 5)
            rows.append([action.code, action.text, action.unit, *blank, action.official_key or None, None])
    notes = about(cut, *_of_program(read.program))
    return Table(f"programa-{read.program.code}", "Indicadores", _PROGRAM_COLUMNS, rows, notes)


def program_course_table(cut: Cut, code: str) -> Table | None:
    """What the programme's chart draws, month by month; None where the year has no such programme."""
    read = read_program(cut.fiscal_year, code)
    if read is None:
        return None
    course = sheet_course(read, indicator_courses(read.indicators, cut), cut)
    rows: list[list[Value]] = [
        [
            month_name(month).capitalize(),
            percent_cell(mean, result.borders, empty="sin datos"),
            count,
            percent_cell(result.global_, result.borders, empty="sin datos"),
            result.considered,
            result.total,
            percent_cell(result.compliance, result.borders),
            LIGHTS[result.light][0],
            None,
        ]
        for month, ((mean, count), result) in enumerate(zip(course.months, course.results, strict=True), start=1)
    ]
    for month in range(cut.month + 1, 13):
        rows.append([month_name(month).capitalize(), *[None] * (len(_COURSE_COLUMNS) - 2), BEYOND])
    notes = about(cut, *_of_program(read.program))
    return Table(f"programa-{read.program.code}-curso", "El año mes por mes", _COURSE_COLUMNS, rows, notes)


def program_year_table(cut: Cut, code: str, access: Access) -> Table | None:
    """A programme's indicators month by month, one row for each of both; drafts for those who may see them."""
    program = Program.objects.filter(fiscal_year=cut.fiscal_year, code=code).select_related("department").first()
    if program is None:
        return None
    captures = reading.captures_by_indicator(program)
    adjustments = reading.adjustments_by_indicator(program)
    sees_drafts = access.allows(Act.SEE_DRAFTS, program.department_id)
    rows: list[list[Value]] = []
    for indicator in reading.indicators_of(program):
        months = _months(indicator, captures.get(indicator.pk, {}), adjustments.get(indicator.pk, []), cut, sees_drafts)
        for month in months:
            light = LIGHTS[month.result.light][0] if month.result else None
            rows.append([indicator.code, indicator.name, *month.values, light, month.notes])
    notes = about(cut, *_of_program(program))
    return Table(f"programa-{program.code}-meses", "Mes por mes", _YEAR_COLUMNS, rows, notes)


def indicator_table(cut: Cut, code: str, access: Access) -> Table | None:
    """An indicator's twelve months; drafts for those who may see them."""
    indicator = reading.indicator_for_sheet(cut.fiscal_year, code)
    if indicator is None:
        return None
    program = indicator.action.program
    sees_drafts = access.allows(Act.SEE_DRAFTS, program.department_id)
    files = reading.evidence_of(indicator) if sees_drafts else {}
    captures, adjustments = reading.captures_of(indicator), reading.adjustments_of(indicator)
    rows = [
        [*month.values, *_beside(indicator, month.result, cut), month.notes]
        for month in _months(indicator, captures, adjustments, cut, sees_drafts, files)
    ]
    return Table(f"indicador-{indicator.code}", "Doce meses", _INDICATOR_COLUMNS, rows, _of_indicator(indicator, cut))


def earlier_years_table(cut: Cut, code: str) -> Table | None:
    """Both tables of the same months of earlier years: a row for each year and month, with what stood at that month.

    Without earlier years it has no rows; None where the year has no such indicator.
    """
    indicator = reading.indicator_for_sheet(cut.fiscal_year, code)
    if indicator is None:
        return None
    cells = cells_of(reading.captures_of(indicator).values(), cut)
    course = indicator_course(
        indicator,
        cells,
        cut_off=cut.month,
        thresholds=thresholds_of(cut.fiscal_year),
        adjustments=reading.adjustments_of(indicator),
    )
    rows = [
        _earlier_values(year, month)
        for year in years_of(indicator, cells, course, cut)
        for month in range(1, cut.month + 1)
    ]
    notes = _of_indicator(indicator, cut)
    return Table(f"indicador-{indicator.code}-anteriores", "Ejercicios anteriores", _EARLIER_COLUMNS, rows, notes)


def adjustments_table(cut: Cut, code: str, access: Access) -> Table | None:
    """An indicator's adjusted targets of the whole year; None where the year has no such indicator."""
    indicator = reading.indicator_for_sheet(cut.fiscal_year, code)
    if indicator is None:
        return None
    made = reading.adjustments_of(indicator)
    files = reading.instrument_files_of(access, made)
    with_who = reads_act(access, indicator.action.program.department_id, TargetAdjustment._meta.label_lower)
    rows: list[list[Value]] = [
        [
            month_name(row.effective_month).capitalize(),
            aimed_cell(indicator, row.target),
            indicator.get_target_kind_display(),
            row.reason,
            row.authorized_by,
            row.instrument,
            ", ".join(file.name for file in files.get(row.pk, ())),
            reading.registered_words(row, with_who=with_who),
        ]
        for row in made
    ]
    notes = _of_indicator(indicator, cut)
    return Table(f"indicador-{indicator.code}-metas", "Metas ajustadas", _ADJUSTMENT_COLUMNS, rows, notes)


def turns_table(cut: Cut, code: str, access: Access, today: date) -> Table | None:
    """What a programme still lacks and whose turn it is; None where the year has no such programme."""
    read = read_program(cut.fiscal_year, code)
    if read is None:
        return None
    sees_drafts = access.allows(Act.SEE_DRAFTS, read.program.department_id)
    rows: list[list[Value]] = [
        [turn.month, turn.what, ", ".join(code for code, _ in turn.indicators), turn.who, turn.when]
        for turn in turns(read, cut, sees_drafts=sees_drafts, today=today)
    ]
    notes = about(cut, *_of_program(read.program))
    return Table(f"programa-{read.program.code}-faltantes", "Qué falta", _TURN_COLUMNS, rows, notes)


def _of_indicator(indicator: Indicator, cut: Cut) -> list[tuple[str, str]]:
    named = ("Indicador", f"{indicator.code} {indicator.name}"), ("Fórmula", indicator.formula)
    return about(cut, *_of_program(indicator.action.program), *named)


def _earlier_values(year: ComparedYear, month: int) -> list[Value]:
    row, result = year.indicator, year.course[month - 1]
    cell = next((cell for cell in year.cells if cell.month == month), None)
    pair: list[Value] = (
        [None, None, uncaptured_text(row, month)] if cell is None else _pair_values(row, cell, result.aims)
    )
    return [
        year.cut.year, row.code, month_name(month).capitalize(), *pair,
        percent_cell(result.percentage, result.aims, empty=status_text(result)), aimed_cell(row, result.expected),
        aimed_cell(row, result.target), percent_cell(result.compliance, result.borders), LIGHTS[result.light][0],
        result.months_captured, result.months_due,
    ]  # fmt: skip


def _beside(indicator: Indicator, result: IndicatorResult | None, cut: Cut) -> list[Value]:
    if result is None:
        return [None, None, None]
    return [aimed_cell(indicator, result.expected), result.months_captured, result.months_due]


def _of_program(program: Program) -> Iterable[tuple[str, str]]:
    return ("Dependencia", program.department.name), ("Programa", f"{program.code} {program.name}")


def _indicator_values(action: ActionRead, read: IndicatorRead, cut: Cut) -> list[Value]:
    indicator = read.indicator
    result = indicator_course(
        indicator,
        read.cells(cut),
        cut_off=cut.month,
        thresholds=thresholds_of(cut.fiscal_year),
        adjustments=read.adjustments,
    )[-1]
    left_out = words.left_out_reason(result, missing_as_zero=cut.fiscal_year.missing_as_zero)
    return [
        action.code, action.text, action.unit, indicator.code, indicator.name, indicator.numerator_label,
        indicator.denominator_label, indicator.get_target_kind_display(),
        aimed_cell(indicator, result.target), aimed_cell(indicator, result.expected),
        result.numerator, result.denominator, percent_cell(result.percentage, result.aims, empty=status_text(result)),
        percent_cell(result.compliance, result.borders), percent_cell(result.annual_compliance, result.borders),
        LIGHTS[result.light][0], result.months_captured, result.months_due,
        left_out or ("sí, con su cumplimiento" if result.by_compliance else "sí"),
        None if left_out else percent_cell(result.advance or calculations.ZERO, result.aims),
        month_name(indicator.starts_in), action.official_key or None, indicator.official_key or None,
    ]  # fmt: skip


def _months(
    indicator: Indicator,
    captures: Mapping[int, Measurement],
    adjustments: Sequence[TargetAdjustment],
    cut: Cut,
    sees_drafts: bool,
    files: Mapping[int, Sequence[tuple[int, str]]] = MappingProxyType({}),
) -> Iterator[_Month]:
    known = {month: row for month, row in captures.items() if row.version}
    cells = cells_of(known.values(), cut)
    course = indicator_course(
        indicator, cells, cut_off=cut.month, thresholds=thresholds_of(cut.fiscal_year), adjustments=adjustments
    )
    for month in calculations.MONTHS:
        row = known.get(month)
        result = course[month - 1] if month <= cut.month else None
        line = month_line(month, indicator, row, None, result, cut, sees_drafts)
        late = [] if month <= cut.month else [BEYOND]
        evidence = [f"Evidencia: {name}" for _, name in files.get(month, ())]
        notes = [*late, *([line.pending] if line.pending else []), *line.notes, *evidence]
        cell = row and cell_in_scope(month, row, cut)
        pair = _pair_values(indicator, cell, result.aims if result else ()) if cell else [None, None, None]
        values = [line.name, line.state, *pair, *_accumulated_values(result)]
        yield _Month(values, result, "\n".join(notes))


def _pair_values(indicator: Indicator, cell: Cell, borders: Sequence[Decimal]) -> list[Value]:
    share = calculations.month_percentage(cell.numerator, cell.denominator) if stands_alone(indicator) else None
    return [cell.numerator, cell.denominator, percent_cell(share, borders, empty=cell_text(indicator, cell))]


def _accumulated_values(result: IndicatorResult | None) -> list[Value]:
    """Empty after the cut-off and before the first capture."""
    if result is None or not result.months:
        return [None, None, None]
    return [
        result.numerator,
        result.denominator,
        percent_cell(result.percentage, result.aims, empty=status_text(result)),
    ]
