"""An indicator's ficha técnica: what the catalogue says, its result, its 12 months, its targets and its trail."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

from django.urls import reverse

from accounts.access import Access, reads_act
from accounts.access import Action as Act
from core.formats import amount
from core.models import TrailEntry
from indicators import calculations
from indicators.calculations import Cell, IndicatorResult, IndicatorSpec, Thresholds
from indicators.history import history_line
from indicators.models import (
    OPEN_STATES,
    Indicator,
    InstrumentFile,
    Measurement,
    Origin,
    Period,
    State,
    TargetAdjustment,
    month_name,
)
from indicators.results.course import indicator_course, result_at
from indicators.results.scope import current_words, is_current, validated_words, words_that_count
from indicators.results.standards import indicator_thresholds, spec_of, thresholds_of
from indicators.wording import expected_words, pair_text, result_text, target_words, words_text
from reports import words
from reports.acts.reading import Acts, acts_of_indicators
from reports.acts.words import Note, adjustments_notes, correction_notes, rule_notes, sheet_notes
from reports.address.cutoff import Cut
from reports.address.links import Addresses
from reports.charts import Chart
from reports.sheets import reading
from reports.sheets.attributes import Attribute, attributes_of
from reports.sheets.drawings import indicator_trend, trend_chart
from reports.sheets.earlier_years import EarlierYears, earlier_years
from reports.sheets.month_words import (
    cell_in_scope,
    cell_text,
    cells_of,
    pending_words,
    state_words,
)
from reports.sheets.program import ResultLine, result_line


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A file that supports the month's figure."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month. The pair is the one that counts in the page's scope; ``pending`` is another one beside it."""

    name: str
    due: bool
    beyond_cut_off: bool
    state: str
    state_code: str
    numerator: str
    denominator: str
    percentage: str
    accumulated_pair: str
    accumulated: str
    pending: str
    notes: tuple[str, ...] = ()
    dates: str = ""
    evidence: tuple[EvidenceLine, ...] = ()
    history_url: str = ""
    correction_url: str = ""
    expected: str = "—"
    coverage: str = "—"
    whence: str = ""  # explains the accumulated figure; empty beyond the cut-off


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    since: str
    target: str
    reason: str
    authorized_by: str
    instrument: str
    files: tuple[InstrumentFile, ...]
    registered: str  # when, and by whom for who may read that


@dataclass(frozen=True, slots=True)
class TrailLine:
    at: str
    actor: str
    capacity: str
    action: str
    subject: str
    changes: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    code: str
    name: str
    definition: str
    numerator_label: str
    denominator_label: str
    program_code: str
    program_name: str
    program_url: str
    department: str
    result: ResultLine
    left_out: str
    trend: Chart
    attributes: tuple[Attribute, ...]
    months: tuple[MonthLine, ...]
    adjustments: tuple[AdjustmentLine, ...]
    target_notes: tuple[Note, ...]  # what of its target or its own thresholds changed in the period
    thresholds_note: Note | None
    target_url: str  # where who may changes the target; empty for everybody else
    trail: tuple[TrailLine, ...]
    earlier: EarlierYears | None


@dataclass(frozen=True, slots=True)
class _Read:
    """What the ficha is made of; files and instruments are those that this person may see."""

    indicator: Indicator
    adjustments: list[TargetAdjustment]
    captures: dict[int, Measurement]  # by month
    periods: dict[int, Period]  # by month
    files: Mapping[int, Sequence[tuple[int, str]]]  # by month
    instruments: dict[int, list[InstrumentFile]]  # by adjustment's id
    cells: list[Cell]
    spec: IndicatorSpec
    course: list[IndicatorResult]
    sees_drafts: bool
    acts: Acts


def _read(cut: Cut, code: str, access: Access) -> _Read | None:
    indicator = reading.indicator_for_sheet(cut.fiscal_year, code)
    if indicator is None:
        return None
    adjustments, captures = reading.adjustments_of(indicator), reading.captures_of(indicator)
    cells = cells_of(captures.values(), cut)
    sees_drafts = access.allows(Act.SEE_DRAFTS, indicator.action.program.department_id)
    return _Read(
        indicator=indicator,
        adjustments=adjustments,
        captures=captures,
        periods={period.month: period for period in reading.periods_of(cut.fiscal_year)},
        # Files are for those who see drafts, until results are published.
        files=reading.evidence_of(indicator) if sees_drafts else {},
        instruments=reading.instrument_files_of(access, adjustments),
        cells=cells,
        spec=spec_of(indicator, month=cut.month, adjustments=adjustments),
        course=indicator_course(
            indicator, cells, cut_off=cut.month, thresholds=thresholds_of(cut.fiscal_year), adjustments=adjustments
        ),
        sees_drafts=sees_drafts,
        acts=acts_of_indicators(cut.fiscal_year, [indicator.pk]),
    )


def indicator_page(cut: Cut, code: str, access: Access) -> IndicatorPage | None:
    """The ficha as this person may see it, or None where the year has no such indicator; 11 queries at most."""
    read = _read(cut, code, access)
    if read is None:
        return None
    indicator, result, year = read.indicator, read.course[-1], cut.fiscal_year.year
    program, unit = indicator.action.program, indicator.action.unit
    changes_target = access.allows(Act.MANAGE_PERIODS)
    with_who = reads_act(access, program.department_id, TargetAdjustment._meta.label_lower)
    return IndicatorPage(
        code=indicator.code,
        name=indicator.name,
        definition=indicator.definition,
        numerator_label=indicator.numerator_label,
        denominator_label=indicator.denominator_label,
        program_code=program.code,
        program_name=program.name,
        program_url=reverse("reports:program", args=[year, program.code]) + cut.onward,
        department=program.department.name,
        result=result_line(indicator, result, unit),
        left_out=words.left_out_reason(result, missing_as_zero=cut.fiscal_year.missing_as_zero),
        trend=trend_chart(indicator_trend(indicator, unit, read.cells, read.course, cut)),
        attributes=tuple(attributes_of(indicator, read.spec, cut)),
        months=_month_lines(read, access, cut),
        adjustments=tuple(
            _adjustment_line(made, indicator, read.instruments.get(made.pk, ()), with_who) for made in read.adjustments
        ),
        target_notes=(
            *adjustments_notes(indicator, unit, read.adjustments, cut.month),
            *rule_notes(read.acts, indicator, access, program.department_id),
        ),
        thresholds_note=sheet_notes(read.acts, cut, access, partial(_lights, read, cut)),
        target_url=reverse("catalog:target", args=[year, indicator.code]) if changes_target else "",
        trail=tuple(map(_trail_line, reading.trail_of(access, indicator, read.captures.values(), read.adjustments))),
        earlier=earlier_years(indicator, read.cells, read.course, cut),
    )


def _lights(read: _Read, cut: Cut, year: Thresholds) -> list[tuple[str, str, str]]:
    """What its light would be by those borders of the year, and what it is."""
    other = result_at(cut.month, read.spec, read.cells, indicator_thresholds(read.indicator, year))
    return [(read.indicator.code, other.light, read.course[-1].light)]


def _month_lines(read: _Read, access: Access, cut: Cut) -> tuple[MonthLine, ...]:
    explained = Addresses.of("reports:explain_indicator", cut)
    department_id = read.indicator.action.program.department_id
    corrections = correction_notes(read.acts, read.indicator.pk, access, department_id)
    found = []
    for month in calculations.MONTHS:
        row, period = read.captures.get(month), read.periods.get(month)
        result = read.course[month - 1] if month <= cut.month else None
        line = month_line(month, read.indicator, row, period, result, cut, read.sees_drafts, read.files)
        links = _links(access, read.indicator, row, cut, month)
        line = replace(line, notes=(*corrections.get(month, ()), *line.notes))
        found.append(replace(line, **links, **_beside(read.indicator, read.course, explained, month)))
    return tuple(found)


def _beside(
    indicator: Indicator, course: Sequence[IndicatorResult], explained: Addresses, month: int
) -> dict[str, str]:
    """What stands beside an accumulated result up to the cut-off: what was expected by then, and its coverage."""
    if month > len(course):
        return {}
    result = course[month - 1]
    return {
        "expected": expected_words(indicator, result, indicator.action.unit),
        "coverage": words.months_captured(result.months_captured, result.months_due),
        "whence": explained.at(indicator.code, month),
    }


def _links(access: Access, indicator: Indicator, row: Measurement | None, cut: Cut, month: int) -> dict[str, str]:
    """Where the figure's history and its correction are, for those who may go there."""
    department_id, place = indicator.action.program.department_id, [cut.fiscal_year.year, indicator.code, month]
    if row is None or row.version == 0:
        return {}
    corrects = access.allows(Act.ASK_CORRECTION, department_id) or access.allows(Act.MAKE_CORRECTION, department_id)
    found = {}
    if access.allows(Act.READ_TRAIL, department_id):
        found["history_url"] = reverse("indicators:history", args=place)
    if corrects and row.state == State.VALIDATED:
        found["correction_url"] = reverse("indicators:correction", args=place)
    return found


def month_line(
    month: int,
    indicator: Indicator,
    row: Measurement | None,
    period: Period | None,
    result: IndicatorResult | None,
    cut: Cut,
    sees_drafts: bool,
    files: Mapping[int, Sequence[tuple[int, str]]] = MappingProxyType({}),
) -> MonthLine:
    """``result`` is January to that month; None after the cut-off."""
    due = indicator.is_due_in(month)
    cell = row and cell_in_scope(month, row, cut)
    pair = (cell.numerator, cell.denominator) if cell else None
    state, code = state_words(row, month, indicator, sees_drafts)
    accumulated = result if result is not None and result.months else None
    return MonthLine(
        name=month_name(month).capitalize(),
        due=due,
        beyond_cut_off=month > cut.month,
        state=state,
        state_code=code,
        numerator=amount(pair[0]) if pair else "—",
        denominator=amount(pair[1]) if pair else "—",
        percentage=cell_text(indicator, cell, result.aims if result else ()) if cell else "—",
        accumulated_pair=pair_text(accumulated.numerator, accumulated.denominator) if accumulated else "—",
        accumulated=result_text(accumulated) if accumulated else "—",
        pending=pending_words(row, pair, sees_drafts),
        notes=tuple(_notes(row, cut, sees_drafts)) if row else (),
        dates=f"fecha límite: {period.due_on:%d/%m/%Y}" if period and due else "",
        evidence=tuple(
            EvidenceLine(name, reverse("indicators:evidence", args=[pk])) for pk, name in files.get(month, ())
        ),
    )


def _notes(row: Measurement, cut: Cut, sees_drafts: bool) -> Iterable[str]:
    may_see = sees_drafts or row.state not in OPEN_STATES
    yield from _words(row, cut, may_see)
    if may_see and hasattr(row, "commitment"):
        made = row.commitment
        yield f"Causa: {made.cause}"
        yield f"Acción: {made.action}"
        yield f"Fecha compromiso: {made.committed_on:%d/%m/%Y}"
    if row.late:
        yield "Extemporánea"
    if row.origin != Origin.SCREEN:
        yield row.get_origin_display().capitalize()


def _words(row: Measurement, cut: Cut, may_see: bool) -> Iterable[str]:
    """The words of the pair that counts, then those of the one beside it: whoever may not see a pair reads neither."""
    counted = words_that_count(row, cut.scope)
    yield from words_text(counted)
    if is_current(row.state, cut.scope):
        beside, told = validated_words(row), "De la cifra validada: " if row.is_correction else ""
    else:
        beside, told = current_words(row), "De la corrección: " if row.is_correction else ""
    if may_see and beside != counted:
        yield from (f"{told}{text}" for text in words_text(beside))


def _adjustment_line(
    made: TargetAdjustment, indicator: Indicator, files: Iterable[InstrumentFile], with_who: bool
) -> AdjustmentLine:
    return AdjustmentLine(
        since=month_name(made.effective_month),
        target=target_words(indicator, made.target, indicator.action.unit),
        reason=made.reason,
        authorized_by=made.authorized_by,
        instrument=made.instrument,
        files=tuple(files),
        registered=reading.registered_words(made, with_who=with_who),
    )


def _trail_line(entry: TrailEntry) -> TrailLine:
    line = history_line(entry)
    return TrailLine(line.at, line.who, line.capacity, line.act, line.subject, line.changes, line.reason)
