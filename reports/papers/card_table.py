"""The mayor's sheet as a table: its lists as they are shown, with numbers that can be computed with."""

from datetime import date

from core.lights import LIGHTS
from core.spreadsheets import Column
from core.spreadsheets.writing import Value
from indicators import calculations
from indicators.models import TargetKind
from indicators.results.year import ProgramSheet
from reports import words
from reports.address.cutoff import Cut
from reports.papers.card import ORDER
from reports.papers.card_reading import INDICATORS_SHOWN, SHOWN, CardReading, Followed, read_card
from reports.tables import Table, about, aimed_cell, change_cell, percent_cell

_COLUMNS = (
    Column("Lista", 22), Column("Lugar", 8), Column("Clave", 13), Column("Indicador", 45), Column("Programa", 40),
    Column("Dependencia", 32), Column("Qué cuenta el numerador", 30), Column("Numerador", 14),
    Column("Qué cuenta el denominador", 30), Column("Denominador", 14), Column("Avance o global", 14),
    Column("Esperado al corte", 14), Column("Unidad de la meta", 16), Column("Cumplimiento", 14),
    Column("Semáforo", 18), Column("Cumplimiento antes", 14), Column("Cambio, en puntos de cumplimiento", 14),
    Column("Causa", 45), Column("Acción", 45), Column("Fecha compromiso", 14),
)  # fmt: skip


def card_table(cut: Cut, since: int, *, on: date) -> Table:
    """What the sheet shows at the cut-off against January to ``since`` (0: there is nothing to compare with)."""
    reading = read_card(cut, since, on=on)
    programs = (
        ("Programas más atrasados", reading.programs[:SHOWN]),
        ("Programas que más bajaron", [found.sheet for found in reading.fallen[:SHOWN]]),
    )
    indicators = (
        ("Indicadores más atrasados", reading.behind[:INDICATORS_SHOWN]),
        ("Compromisos vencidos", [found for _, found in reading.promised]),
    )
    rows = [
        [title, place, *_program(reading, sheet)]
        for title, found in programs
        for place, sheet in enumerate(found, start=1)
    ] + [
        [title, place, *_indicator(reading, row)]
        for title, found in indicators
        for place, row in enumerate(found, start=1)
    ]
    notes = about(
        cut,
        ("Comparado con", f"{words.span(since)} {cut.year}" if since else "nada: enero es el primer corte del año"),
        ("Cambio", "Puntos de cumplimiento, con tope de 100."),
        ("Orden", ORDER),
    )
    return Table("tarjeta", "Tarjeta", _COLUMNS, rows, notes, frozen=3)


def _program(reading: CardReading, sheet: ProgramSheet) -> list[Value]:
    result = sheet.result
    was = reading.before_of(sheet.code)
    return [
        sheet.code, None, f"{sheet.code} {sheet.name}", sheet.department, *[None] * 4,
        percent_cell(result.global_, result.borders), None, None, percent_cell(result.compliance, result.borders),
        LIGHTS[result.light][0], percent_cell(was, result.borders),
        change_cell(calculations.change(was, result.compliance)), *[None] * 3,
    ]  # fmt: skip


def _indicator(reading: CardReading, row: Followed) -> list[Value]:
    result, indicator = row.result, reading.indicators[row.result.code]
    made = reading.commitments.get(indicator.pk)
    return [
        indicator.code, indicator.name, f"{row.sheet.code} {row.sheet.name}", row.sheet.department,
        indicator.numerator_label, result.numerator, indicator.denominator_label, result.denominator,
        percent_cell(result.percentage, result.aims),
        aimed_cell(indicator, result.expected),
        "porcentaje" if indicator.target_kind == TargetKind.PERCENTAGE else indicator.action.unit,
        percent_cell(result.compliance, result.borders), LIGHTS[result.light][0],
        percent_cell(row.was, result.borders), change_cell(row.change),
        *((made.cause, made.action, made.committed_on) if made else (None, None, None)),
    ]  # fmt: skip
