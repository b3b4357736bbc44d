"""The charts of sheets, from results: what is drawn, and in which words."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from core.formats import percent, quantity
from indicators import calculations
from indicators.calculations import Cell, IndicatorResult, ProgramResult
from indicators.models import Indicator, TargetKind, month_name
from indicators.wording import ONLY_ACCUMULATED, light_reason, stands_alone, status_text, uncaptured_text
from reports.address.cutoff import Cut
from reports.address.links import Addresses
from reports.charts import (
    WIDE,
    Bar,
    Bars,
    Chart,
    ChartTable,
    Trend,
    TrendPoint,
    YearLine,
    YearPoint,
    bars,
    bars_table,
    palette,
    trend,
    trend_table,
    year_line,
    year_line_table,
)
from reports.sheets.global_course import GlobalCourse
from reports.sheets.month_words import cell_text

BEYOND = "después del corte"
NO_DATA = "sin datos"
LINES = ("Cumplimiento", "Indicador Global")
# Why the months of an indicator are not drawn.
OTHER_DENOMINATOR = "Sin columnas por mes: el numerador es a la fecha; el denominador, del mes."
TOTAL_TO_DATE = "Sin columnas por mes: cada cifra es ya el total a la fecha."


def trend_chart(data: Trend) -> Chart:
    return Chart(trend(data), trend_table(data))


def bars_chart(data: Bars) -> Chart:
    return Chart(bars(data), bars_table(data))


def value_of(indicator: Indicator, result: IndicatorResult) -> Decimal | None:
    """What is held against the target (rule 11): the percentage, or N of an absolute target; None without either."""
    if result.percentage is None:
        return None
    return result.numerator if indicator.target_kind == TargetKind.ABSOLUTE else result.percentage


def indicator_trend(
    indicator: Indicator, unit: str, cells: Sequence[Cell], course: Sequence[IndicatorResult], cut: Cut
) -> Trend:
    """Its value each month and accumulated, against what was expected: percent, or the unit of an absolute target."""
    write, explained = _writer(indicator, unit), Addresses.of("reports:explain_indicator", cut)
    by_month = {cell.month: cell for cell in cells if cell.month <= cut.month}
    absolute = indicator.target_kind == TargetKind.ABSOLUTE
    drawn = indicator.numerator_mode == calculations.SUM if absolute else stands_alone(indicator)
    points = []
    for month in calculations.MONTHS:
        cell = by_month.get(month)
        result = course[month - 1] if month <= len(course) else None
        monthly = cell and _month_value(indicator, cell) if drawn else None
        value = result and value_of(indicator, result)
        points.append(
            TrendPoint(
                label=month_name(month)[:3],
                monthly=monthly,
                monthly_text=write(monthly, result.aims if result else ())
                if monthly is not None
                else _no_month(month, cell, cut, indicator),
                accumulated=value,
                accumulated_text=write(value, result.aims)
                if result and value is not None
                else (status_text(result) if result else BEYOND),
                expected=result and result.expected,
                expected_text=write(result.expected, (result.target,)) if result else BEYOND,
                url=explained.at(indicator.code, month),
            )
        )
    last = points[cut.month - 1]
    return Trend(
        key="course",
        title=f"{indicator.code}: avance mes a mes de {cut.year}",
        description=f"Al corte {cut.label}: acumulado {last.accumulated_text}, esperado {last.expected_text}. "
        "Cada número está en la tabla.",
        points=tuple(points),
        unit=unit if absolute else "%",
        note="" if drawn else (TOTAL_TO_DATE if absolute else OTHER_DENOMINATOR),
        lines=("Cada mes", "Acumulado desde enero", "Máximo" if _descends(indicator) else "Esperado al corte"),
    )


def program_line(
    code: str,
    course: Sequence[ProgramResult],
    cut: Cut,
    past: Sequence[ProgramResult] = (),
) -> YearLine:
    """The compliance at each cut-off against the year's thresholds, its global beside it, and the year before.

    ``past`` is the programme's own course of the year before, empty where nothing links to it.
    """
    explained, year = Addresses.of("reports:explain_program", cut), cut.fiscal_year
    points = []
    for month in calculations.MONTHS:
        result = course[month - 1] if month <= len(course) else None
        old = past[month - 1] if month <= len(past) else None
        where = explained.at(code, month)
        points.append(
            YearPoint(
                label=month_name(month)[:3],
                now=result and result.compliance,
                now_text=percent(result.compliance, result.borders, empty=NO_DATA) if result else BEYOND,
                before=old and old.compliance,
                before_text=percent(old.compliance, old.borders, empty=NO_DATA) if old else "",
                beside=result and result.global_,
                beside_text=_global_text(result) if result else BEYOND,
                url=f"{where}#compliance" if where else "",
            )
        )
    last = points[cut.month - 1]
    return YearLine(
        key="course",
        title=f"{code}: cumplimiento de enero a cada mes de {cut.year}",
        description=f"Al corte {cut.label}: cumplimiento {last.now_text}, Indicador Global {last.beside_text}. "
        "Cada número está en la tabla.",
        points=tuple(points),
        years=(cut.year, str(year.year - 1)),
        borders=(year.amber_from, year.green_from),
        lines=LINES,
        sheet=WIDE,
    )


def _global_text(result: ProgramResult) -> str:
    """«79.42 % (3 de 4)»: of how many of those considered it is the mean."""
    if result.global_ is None:
        return NO_DATA
    return f"{percent(result.global_, result.borders)} ({result.considered} de {result.total})"


def program_chart(data: YearLine, course: GlobalCourse) -> Chart:
    """Its table has, besides what is drawn, the mean of each month by itself, which enters no global."""
    drawn = year_line_table(data)
    apart = apart_words(course.only_accumulated)
    rows = tuple((*row[:3], _month_text(course, month), *row[3:]) for month, row in enumerate(drawn.rows, start=1))
    headings = (*drawn.headings[:3], "Promedio del mes solo", *drawn.headings[3:])
    caption = f"{drawn.caption}. {apart}".rstrip(". ") + ("." if apart else "")
    return Chart(year_line(data), ChartTable(caption, headings, rows, (True,) * (len(headings) - 1), drawn.links))


def _month_text(course: GlobalCourse, month: int) -> str:
    if month > len(course.results):
        return BEYOND
    result, (mean, count) = course.results[month - 1], course.months[month - 1]
    if mean is not None:
        return f"{percent(mean, result.borders)} ({count} de {result.total})"
    return ONLY_ACCUMULATED if 0 < result.total == len(course.only_accumulated) else NO_DATA


def apart_words(codes: Sequence[str]) -> str:
    """«Sin PRE-02-05 en los meses: solo tiene acumulado.»; empty where all of a programme's indicators have months."""
    if not codes:
        return ""
    named = ", ".join(codes) if len(codes) <= 4 else f"{', '.join(codes[:3])} y {len(codes) - 3} más"
    return f"Sin {named} en los meses: {'solo tiene' if len(codes) == 1 else 'solo tienen'} acumulado."


def program_bars(found: Sequence[tuple[Indicator, str, IndicatorResult]], code: str, cut: Cut) -> Bars:
    """Each (indicator, unit, result) against its target at the cut-off."""
    explained = Addresses.of("reports:explain_indicator", cut)
    return Bars(
        key="targets",
        title=f"{code}: cada indicador contra su meta, {cut.label}",
        description="La barra y su número son el avance como parte de la meta anual vigente; la raya, lo que debía "
        "llevar al corte. "
        "Cada número está en la tabla.",
        bars=tuple(_bar(indicator, unit, result, explained.at(indicator.code)) for indicator, unit, result in found),
    )


def _bar(indicator: Indicator, unit: str, result: IndicatorResult, url: str) -> Bar:
    write = _writer(indicator, unit)
    value = value_of(indicator, result)
    return Bar(
        code=indicator.code,
        name=indicator.name,
        value=value,
        value_text=write(value, result.aims) if value is not None else status_text(result),
        target=result.target,
        target_text=write(result.target),
        expected=result.expected,
        expected_text=write(result.expected, (result.target,)),
        light=result.light,
        light_text=palette.word(result.light) if result.compliance is not None else light_reason(result),
        ceiling=_descends(indicator),
        url=url,
        borders=result.borders,
    )


def _writer(indicator: Indicator, unit: str) -> Callable[..., str]:
    """Of a value in the target's unit and, where there are any, the borders that it is told from."""
    if indicator.target_kind == TargetKind.ABSOLUTE:
        return lambda value, borders=(): f"{quantity(value, borders)} {unit}"
    return percent


def _descends(indicator: Indicator) -> bool:
    return indicator.direction == calculations.DESCENDING


def _month_value(indicator: Indicator, cell: Cell) -> Decimal | None:
    if indicator.target_kind == TargetKind.ABSOLUTE:
        return cell.numerator
    return calculations.month_percentage(cell.numerator, cell.denominator)


def _no_month(month: int, cell: Cell | None, cut: Cut, indicator: Indicator) -> str:
    """Why a month has nothing to draw."""
    if cell is not None:
        why = cell_text(indicator, cell)
        return ONLY_ACCUMULATED if cell.denominator else why
    return BEYOND if month > cut.month else uncaptured_text(indicator, month)
