"""The same months of earlier fiscal years, through the indicator's explicit ``previous``: never by an equal code."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString

from core.formats import percent
from indicators.calculations import Cell, IndicatorResult
from indicators.models import Indicator, Measurement, TargetAdjustment, month_name
from indicators.results.course import indicator_course
from indicators.results.standards import thresholds_of
from indicators.wording import expected_words, pair_text, result_text, target_words, uncaptured_text
from reports import words
from reports.address.cutoff import Cut
from reports.charts import Sparkline, sparkline
from reports.sheets.month_words import cell_text, cells_of

SHOWN = 3  # years before this one; a plan has three


class YearLine(NamedTuple):
    """One fiscal year at the same cut-off, the latest first."""

    year: str
    code: str
    url: str
    whence: str
    percentage: str
    expected: str
    target: str
    compliance: str
    light: str
    coverage: str
    drawing: SafeString


class YearMonth(NamedTuple):
    """The month of one of those years: its pair, its percentage, and what had accumulated."""

    pair: str
    percentage: str
    accumulated: str


@dataclass(frozen=True, slots=True)
class EarlierYears:
    years: tuple[YearLine, ...]
    months: tuple[tuple[str, tuple[YearMonth, ...]], ...]  # the month's name, and it in each of the years


@dataclass(frozen=True, slots=True)
class ComparedYear:
    """One fiscal year's indicator, its months and its results from January to each of them."""

    indicator: Indicator
    cut: Cut
    cells: list[Cell]
    course: list[IndicatorResult]


def earlier_years(
    indicator: Indicator, cells: Sequence[Cell], course: Sequence[IndicatorResult], cut: Cut
) -> EarlierYears | None:
    """This year beside those before it, all to the same month; None without ``previous``. 3 queries."""
    years = years_of(indicator, cells, course, cut)
    if not years:
        return None
    return EarlierYears(
        years=tuple(map(_line, years)),
        months=tuple(
            (month_name(month).capitalize(), tuple(_month(year, month) for year in years))
            for month in range(1, cut.month + 1)
        ),
    )


def years_of(
    indicator: Indicator, cells: Sequence[Cell], course: Sequence[IndicatorResult], cut: Cut
) -> list[ComparedYear]:
    """This year and those before it, the latest first; empty without ``previous``. 3 queries."""
    chain = _chain(indicator)
    if not chain:
        return []
    captures: dict[int, list[Measurement]] = {row.pk: [] for row in chain}
    for row in Measurement.objects.filter(indicator__in=chain):
        captures[row.indicator_id].append(row)
    adjustments: dict[int, list[TargetAdjustment]] = {row.pk: [] for row in chain}
    for made in TargetAdjustment.objects.filter(indicator__in=chain):
        adjustments[made.indicator_id].append(made)
    years = [ComparedYear(indicator, cut, list(cells), list(course))]
    for row in chain:
        then = replace(cut, fiscal_year=row.fiscal_year)
        found = cells_of(captures[row.pk], then)
        thresholds = thresholds_of(row.fiscal_year)
        years.append(
            ComparedYear(
                row,
                then,
                found,
                indicator_course(row, found, cut_off=cut.month, thresholds=thresholds, adjustments=adjustments[row.pk]),
            )
        )
    return years


def _chain(indicator: Indicator) -> list[Indicator]:
    """The indicators before it, the latest year first; one query, none where there is no previous one."""
    if indicator.previous_id is None:
        return []
    steps = ["__".join(["previous"] * n) for n in range(1, SHOWN)]
    related = [f"{step}__{name}" for step in steps for name in ("fiscal_year", "action")]
    found = Indicator.objects.select_related("fiscal_year", "action", *related).get(pk=indicator.previous_id)
    chain = [found]
    while len(chain) < SHOWN and chain[-1].previous_id is not None:
        chain.append(chain[-1].previous)  # type: ignore[arg-type]
    return chain


def _line(year: ComparedYear) -> YearLine:
    result, row, number = year.course[-1], year.indicator, year.cut.fiscal_year.year
    label = f"Avance acumulado de enero a {month_name(year.cut.month)} de {number}"
    return YearLine(
        year=str(number),
        code=row.code,
        url=reverse("reports:indicator", args=[number, row.code]) + year.cut.onward,
        whence=reverse("reports:explain_indicator", args=[number, row.code]) + year.cut.onward,
        percentage=result_text(result),
        expected=expected_words(row, result, row.action.unit),
        target=target_words(row, result.target, row.action.unit),
        compliance=percent(result.compliance, result.borders),
        light=result.light,
        coverage=words.coverage(result),
        drawing=sparkline(Sparkline(label, [at.percentage for at in year.course])),
    )


def _month(year: ComparedYear, month: int) -> YearMonth:
    cell = next((cell for cell in year.cells if cell.month == month), None)
    result = year.course[month - 1]
    if cell is None:
        return YearMonth("—", uncaptured_text(year.indicator, month), result_text(result))
    pair = pair_text(cell.numerator, cell.denominator)
    return YearMonth(pair, cell_text(year.indicator, cell, result.aims), result_text(result))
