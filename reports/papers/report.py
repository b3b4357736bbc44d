"""The report of a quarter or a month: cover, summary, a sheet for each programme, method, places to sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.access import NOBODY
from core.formats import percent
from indicators import calculations
from indicators.calculations import RollUp
from indicators.models import month_name
from indicators.results.year import ProgramSheet
from reports import words
from reports.acts.words import thresholds_note
from reports.address.cutoff import Cut
from reports.address.dimensions import AXIS, DEPARTMENT, Dimension
from reports.charts import YearLine, YearPoint
from reports.fingerprint import results_fingerprint
from reports.papers.content import Data, change_words, line_data, method, program_data, sheet_data
from reports.papers.reading import Reading, read_papers
from reports.plan.programs import coverage, headline, light_counts
from reports.plan.roll_ups import groups_of
from reports.sheets.drawings import BEYOND

QUARTER, MONTH = "trimestre", "mes"
ROLES = ("Elaboró", "Revisó", "Autorizó")


@dataclass(frozen=True, slots=True)
class Span:
    """What a report is about: the quarter that ends at its cut-off, or its month."""

    kind: str
    month: int

    @property
    def since(self) -> int:
        """The cut-off before it; 0 where there is none in the year."""
        return self.month - (3 if self.kind == QUARTER else 1)

    def title(self, year: str) -> str:
        if self.kind == QUARTER:
            return f"Informe trimestral, {month_name(self.since + 1)}–{month_name(self.month)} {year}"
        return f"Informe mensual, {month_name(self.month)} {year}"


def ends_quarter(month: int) -> bool:
    return month % 3 == 0


def report_data(cut: Cut, span: Span, *, signers: Sequence[str], on: date) -> Data:
    """The data of ``informe.typ``. ``signers`` are names to print under ``ROLES``, empty where they sign by hand."""
    reading = read_papers(cut, since=span.since)
    results = reading.results
    found = [results, *([reading.earlier] if reading.earlier else [])]
    return sheet_data(cut, results_fingerprint(*found)) | {
        "title": span.title(cut.year),
        "earlier": words.span(span.since) if span.since else None,
        "headline": _headline(reading),
        "trend": _plan_trend(reading) if results.programs else None,
        "axes": _rolled_up(AXIS, results.programs),
        "departments": _rolled_up(DEPARTMENT, results.programs),
        "index": [_index_row(sheet, reading) for sheet in results.programs],
        "programs": [program_data(reading, sheet, on=on) for sheet in results.programs],
        "method": [*method(cut.fiscal_year), *_thresholds(reading)],
        "signatures": [
            {"role": role, "name": name or None, "capacity": None} for role, name in zip(ROLES, signers, strict=True)
        ],
    }


def _headline(reading: Reading) -> Data:
    head = headline(reading.results)
    plan, before = reading.results.plan, reading.earlier.plan if reading.earlier else None
    return {
        "with_data": f"{head.with_data:,} de {head.programs:,} programas con datos",
        "mean": head.mean,
        "change": change_words(plan.global_, before.global_ if before else None),
        "compliance": head.compliance,
        "compliance_change": change_words(plan.compliance, before.compliance if before else None),
        "coverage": head.coverage,
        "on_time": f"{head.on_time} ({'; '.join(filter(None, (head.on_time_of, head.undated)))})"
        if head.has_deadlines
        else words.NO_DEADLINES,
        "lights": [{"light": found.light, "count": f"{found.programs:,}"} for found in head.lights],
    }


def _plan_trend(reading: Reading) -> Data:
    """The means of the programmes' compliances and globals at each cut-off (rule 14)."""
    cut = reading.cut
    points = []
    for month in calculations.MONTHS[: cut.month]:
        made = calculations.roll_up(course.results[month - 1] for course in reading.courses.values())
        points.append(_point(month, made))
    rest = [YearPoint(month_name(month)[:3], None, BEYOND) for month in calculations.MONTHS[cut.month :]]
    return line_data(
        YearLine(
            key="plan",
            title=f"El plan corte a corte, {cut.label}",
            description=f"Al corte {cut.label}: cumplimiento promedio {points[-1].now_text}.",
            points=(*points, *rest),
            years=(cut.year, ""),
            borders=(cut.fiscal_year.amber_from, cut.fiscal_year.green_from),
            lines=("Cumplimiento promedio", "Promedio de los globales"),
        )
    )


def _point(month: int, made: RollUp) -> YearPoint:
    return YearPoint(
        label=month_name(month)[:3],
        now=made.compliance,
        now_text=percent(made.compliance, made.borders, empty="sin datos"),
        beside=made.global_,
        beside_text=percent(made.global_, made.borders, empty="sin datos"),
    )


def _rolled_up(dimension: Dimension, sheets: Sequence[ProgramSheet]) -> list[Data]:
    return [
        {
            "name": group.name,
            "mean": percent(group.roll_up.global_, group.roll_up.borders, empty="sin datos"),
            "compliance": percent(group.roll_up.compliance, group.roll_up.borders, empty="sin datos"),
            "with_data": f"{group.roll_up.with_data:,} de {group.roll_up.programs:,}",
            "coverage": "{:,} de {:,}".format(*coverage(group.sheets)),
            "lights": [f"{count.programs:,}" for count in light_counts(group.sheets)],
        }
        for group in groups_of(dimension, sheets, sheets)
    ]


def _index_row(sheet: ProgramSheet, reading: Reading) -> Data:
    result, before = sheet.result, reading.before(sheet.code)
    return {
        "code": sheet.code,
        "name": sheet.name,
        "department": sheet.department,
        "global": percent(result.global_, result.borders, empty="sin datos"),
        "change": change_words(result.compliance, before.compliance if before else None),
        "considered": f"{result.considered} de {result.total}" if result.total else "sin indicadores",
        "compliance": percent(result.compliance, result.borders),
        "light": result.light,
    }


def _thresholds(reading: Reading) -> list[str]:
    """How they changed in the year, and how many lights by it; not why: the paper is one for all readers."""
    results = [sheet.result for sheet in reading.results.programs]
    note = thresholds_note(reading.acts.of_year, reading.cut, NOBODY, results)
    return [str(note)] if note else []
