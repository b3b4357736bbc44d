"""A programme's year on one page: its indicators by the twelve months, to read."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from accounts.access import Access
from accounts.access import Action as Act
from indicators import calculations
from indicators.calculations import IndicatorResult
from indicators.models import Indicator, Measurement, month_name
from indicators.results.course import indicator_course
from indicators.results.standards import thresholds_of
from programs.models import Program
from reports import words
from reports.address.cutoff import Cut
from reports.address.links import Addresses
from reports.sheets import reading
from reports.sheets.indicator import month_line
from reports.sheets.month_words import cells_of

# The mark of each state, so that a cell says it in one letter's width; the legend under the table names them.
MARKS = {
    "validated": "✓",
    "submitted": "→",
    "draft": "✎",
    "returned": "↩",
    "open": "…",
    "missing": "–",
    "not-due": "",
}


@dataclass(frozen=True, slots=True)
class YearCell:
    """One indicator in one month; the pair is the one that counts in the page's scope, empty where none does."""

    pair: str
    percentage: str
    accumulated: str
    light: str
    state: str
    state_code: str
    mark: str
    pending: str
    beyond: bool
    history_url: str
    whence: str  # explains the accumulated figure; empty beyond the cut-off


@dataclass(frozen=True, slots=True)
class YearRow:
    code: str
    name: str
    formula: str
    url: str
    cells: tuple[YearCell, ...]


@dataclass(frozen=True, slots=True)
class ProgramYear:
    code: str
    name: str
    department: str
    url: str
    months: tuple[str, ...]
    rows: tuple[YearRow, ...]


def program_year(cut: Cut, code: str, access: Access) -> ProgramYear | None:
    """The year as this person may see it, or None where there is no such programme; 4 queries."""
    program = Program.objects.filter(fiscal_year=cut.fiscal_year, code=code).select_related("department").first()
    if program is None:
        return None
    indicators = reading.indicators_of(program)
    captures = reading.captures_by_indicator(program)
    adjustments = reading.adjustments_by_indicator(program)
    explained, thresholds = Addresses.of("reports:explain_indicator", cut), thresholds_of(cut.fiscal_year)

    def row(indicator: Indicator) -> YearRow:
        known = {month: row for month, row in captures.get(indicator.pk, {}).items() if row.version}
        cells = cells_of(known.values(), cut)
        course = indicator_course(
            indicator, cells, cut_off=cut.month, thresholds=thresholds, adjustments=adjustments.get(indicator.pk, ())
        )
        return YearRow(
            code=indicator.code,
            name=indicator.name,
            formula=f"{indicator.numerator_label} / {indicator.denominator_label}",
            url=reverse("reports:indicator", args=[cut.fiscal_year.year, indicator.code]) + cut.onward,
            cells=tuple(
                _cell(indicator, month, known.get(month), course, cut, program, access, explained)
                for month in calculations.MONTHS
            ),
        )

    return ProgramYear(
        code=program.code,
        name=program.name,
        department=program.department.name,
        url=reverse("reports:program", args=[cut.fiscal_year.year, program.code]) + cut.onward,
        months=tuple(month_name(month) for month in calculations.MONTHS),
        rows=tuple(map(row, indicators)),
    )


def _cell(
    indicator: Indicator,
    month: int,
    capture: Measurement | None,
    course: Sequence[IndicatorResult],
    cut: Cut,
    program: Program,
    access: Access,
    explained: Addresses,
) -> YearCell:
    result = course[month - 1] if month <= len(course) else None
    sees_drafts = access.allows(Act.SEE_DRAFTS, program.department_id)
    line = month_line(month, indicator, capture, None, result, cut, sees_drafts)
    may_read_trail = capture is not None and access.allows(Act.READ_TRAIL, program.department_id)
    return YearCell(
        pair=f"{line.numerator} / {line.denominator}" if line.numerator != "—" else "",
        percentage=line.percentage if line.percentage != "—" else "",
        accumulated=line.accumulated if line.accumulated != "—" else "",
        light=result.light if result and result.months else "",
        state=line.state,
        state_code=line.state_code,
        mark=MARKS.get(line.state_code, ""),
        pending=line.pending,
        beyond=line.beyond_cut_off,
        history_url=reverse("indicators:history", args=[cut.fiscal_year.year, indicator.code, month])
        if may_read_trail
        else "",
        whence=explained.at(indicator.code, month),
    )


def legend(page: ProgramYear) -> list[tuple[str, str]]:
    """The marks that the page uses, with their words."""
    labels = {
        "validated": "validado", "submitted": "enviado, en espera de validación", "draft": "borrador",
        "returned": "observado", "open": words.IN_PROGRESS, "missing": "sin captura",
    }  # fmt: skip
    used = {cell.state_code for row in page.rows for cell in row.cells}
    return [(MARKS[code], label) for code, label in labels.items() if code in used]
