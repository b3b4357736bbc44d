"""A programme's page, laid out like the official sheet, with live numbers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from accounts.access import Access
from accounts.access import Action as Act
from core.formats import amount, percent
from core.keeping import Keeper, written
from core.moments import day_text
from indicators import calculations
from indicators.calculations import IndicatorResult, ProgramResult, Thresholds
from indicators.models import Indicator, month_name
from indicators.results.course import indicator_course
from indicators.results.scope import reason_that_counts
from indicators.results.standards import thresholds_of
from indicators.wording import (
    advance_text,
    enters_as_text,
    entry_text,
    expected_words,
    light_reason,
    retired_text,
    target_words,
)
from programs.models import Program
from reports import words
from reports.acts.reading import Acts, acts_of_indicators
from reports.acts.words import Note, adjustments_notes, correction_notes, rule_notes, sheet_notes, thresholds_note
from reports.address.cutoff import Cut
from reports.address.links import Addresses
from reports.charts import Chart
from reports.plan.glance import Figure, figure, since_month, since_year, year_before
from reports.plan.programs import LeftOut, considered_words, entering_words
from reports.sheets.drawings import bars_chart, program_bars, program_chart, program_line
from reports.sheets.global_course import GlobalCourse, global_course
from reports.sheets.month_words import pair_in_scope
from reports.sheets.program_reading import ActionRead, Capture, IndicatorRead, ProgramRead, read_program
from reports.sheets.whose_turn import ProgramTurn, turns


@dataclass(frozen=True, slots=True)
class ResultLine:
    """An indicator's result with its numbers written; ``reason`` says in words why there is no percentage."""

    numerator: str
    denominator: str
    percentage: str
    above_100: bool
    target: str
    expected: str
    compliance: str
    annual_compliance: str
    light: str
    coverage: str
    incomplete: bool
    reason: str
    entry: str  # what of a descending one enters the global, where that is not the percentage


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    code: str
    name: str
    url: str
    whence: str
    numerator_label: str
    denominator_label: str
    result: ResultLine
    left_out: str
    official_key: str
    notes: tuple[str, ...]  # the acts that moved its figures: another target, own thresholds, corrections


@dataclass(frozen=True, slots=True)
class ActionLine:
    code: str
    text: str
    unit: str
    official_key: str
    indicators: list[IndicatorLine]


@dataclass(frozen=True, slots=True)
class OverLine:
    """An indicator that lifts its programme's global above 100: its advance, and how its months explain it."""

    code: str
    name: str
    url: str
    advance: str
    reasons: tuple[str, ...]  # the latest first
    more: int  # months that explain it besides


@dataclass(frozen=True, slots=True)
class GlobalLine:
    """The programme's mean and, beside it, its compliance; ``addends`` are the percentages that it is the mean of."""

    figure: Figure
    considered: str
    entering: str  # the same, said without the rule's word
    addends: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    compliance: Figure
    light: str
    over: tuple[OverLine, ...]  # of a global above 100, the indicators by which it is


@dataclass(frozen=True, slots=True)
class ProgramPage:
    code: str
    number: str
    official_key: str
    name: str
    department: str
    plan: str
    axis: str
    objective: str
    strategy: str
    description: tuple[str, ...]
    retired: str  # since when nothing of it is asked for any more, in words
    objectives: tuple[str, ...]
    actions: tuple[ActionLine, ...]
    global_: GlobalLine
    descending: str  # what they enter the global with; empty where it has none
    charts: tuple[Chart, ...]  # the course of the year and the bars; none without indicators
    turns: tuple[ProgramTurn, ...]
    thresholds_note: Note | None
    moved: str  # its last move to another department, in words
    drawn: dict[str, str] = field(default_factory=dict, compare=False, repr=False)  # what its template made of it


def program_page(cut: Cut, code: str, access: Access, today: date) -> ProgramPage | None:
    """The page as this person may see it, or None where the year has no such programme; 5 queries at most.

    It is made again when something of it changed.
    """
    read = read_program(cut.fiscal_year, code)
    if read is None:
        return None
    sees_drafts = access.allows(Act.SEE_DRAFTS, read.program.department_id)
    waiting = tuple(turns(read, cut, sees_drafts=sees_drafts, today=today))
    acts = acts_of_indicators(cut.fiscal_year, [row.indicator.pk for row in read.indicators], month=cut.month)
    notes = {row.indicator.pk: tuple(_act_notes(row, acts, cut, access, read.program)) for row in read.indicators}
    # Who may read why has another page than who may not.
    told = tuple(notes.items()), str(thresholds_note(acts.of_year, cut, access))
    earlier = year_before(cut)
    made_of = cut.key, read.said, waiting, told, written(earlier) if earlier else None
    return _pages.made(made_of, lambda: _page(read, waiting, cut, access, acts, notes))


_pages: Keeper[ProgramPage] = Keeper(32)  # 0.35 MB each, with what is drawn of it


def _page(
    read: ProgramRead,
    waiting: tuple[ProgramTurn, ...],
    cut: Cut,
    access: Access,
    acts: Acts,
    notes: Mapping[int, tuple[str, ...]],
) -> ProgramPage:
    program, strategy = read.program, read.program.strategy
    courses = indicator_courses(read.indicators, cut)
    results = {pk: course[-1] for pk, course in courses.items()}
    course, past = sheet_course(read, courses, cut), past_results(read, cut)
    addresses = Addresses.of("reports:indicator", cut), Addresses.of("reports:explain_indicator", cut)
    global_ = _global_line(read, results, cut, addresses[0], (course.results, past))
    return ProgramPage(
        code=program.code,
        number=program.number,
        official_key=program.official_key,
        name=program.name,
        department=program.department.name,
        plan=strategy.objective.axis.plan.name,
        axis=strategy.objective.axis.name,
        objective=strategy.objective.name,
        strategy=strategy.name,
        description=tuple(_paragraphs(program)),
        retired=retired_text(row.indicator.retired_from for row in read.indicators),
        objectives=tuple(read.objectives),
        actions=tuple(_action_line(action, results, cut, addresses, notes) for action in read.actions),
        global_=global_,
        descending=_descending_words(read, cut),
        charts=_charts(read, courses, cut, course, past) if courses else (),
        turns=waiting,
        thresholds_note=sheet_notes(acts, cut, access, partial(_lights, read, courses, cut, global_)),
        moved=_move_words(read),
    )


def _act_notes(row: IndicatorRead, acts: Acts, cut: Cut, access: Access, program: Program) -> Iterator[str]:
    indicator = row.indicator
    yield from map(str, adjustments_notes(indicator, row.unit, row.adjustments, cut.month))
    yield from map(str, rule_notes(acts, indicator, access, program.department_id))
    for month, told in correction_notes(acts, indicator.pk, access, program.department_id).items():
        yield from (f"{month_name(month).capitalize()}: {text[0].lower()}{text[1:]}" for text in told)


def _lights(
    read: ProgramRead, courses: Mapping[int, Sequence[IndicatorResult]], cut: Cut, now: GlobalLine, year: Thresholds
) -> list[tuple[str, str, str]]:
    """The lights of the programme and of its indicators: by those borders of the year, and as they are."""
    before = {
        row.indicator.pk: indicator_course(
            row.indicator, row.cells(cut), cut_off=cut.month, thresholds=year, adjustments=row.adjustments
        )[-1]
        for row in read.indicators
    }
    zero = cut.fiscal_year.missing_as_zero
    whole = calculations.program_result(before.values(), missing_as_zero=zero, thresholds=year)
    return [
        ("el programa", whole.light, now.light),
        *(
            (row.indicator.code, before[row.indicator.pk].light, courses[row.indicator.pk][-1].light)
            for row in read.indicators
        ),
    ]


def indicator_courses(rows: Iterable[IndicatorRead], cut: Cut) -> dict[int, list[IndicatorResult]]:
    """By indicator id, its results from January to each month: the last is the cut-off's."""
    thresholds = thresholds_of(cut.fiscal_year)
    return {
        row.indicator.pk: indicator_course(
            row.indicator, row.cells(cut), cut_off=cut.month, thresholds=thresholds, adjustments=row.adjustments
        )
        for row in rows
    }


def past_results(read: ProgramRead, cut: Cut) -> Sequence[ProgramResult]:
    """The programme that this one continues at each cut-off of the year before; empty where nothing links to it."""
    earlier = year_before(cut)
    if earlier is None or read.past_year != earlier.pk:
        return ()
    then = replace(cut, fiscal_year=earlier, month=12)
    courses = indicator_courses(read.past, then)
    return global_course(
        ((row.indicator, row.cells(then), courses[row.indicator.pk]) for row in read.past), then
    ).results


def _charts(
    read: ProgramRead,
    courses: dict[int, list[IndicatorResult]],
    cut: Cut,
    course: GlobalCourse,
    past: Sequence[ProgramResult],
) -> tuple[Chart, ...]:
    """The course of the year, and each indicator against its target."""
    code = read.program.code
    found = [(row.indicator, row.unit, courses[row.indicator.pk][-1]) for row in read.indicators]
    line = program_chart(program_line(code, course.results, cut, past), course)
    return line, bars_chart(program_bars(found, code, cut))


def sheet_course(read: ProgramRead, courses: dict[int, list[IndicatorResult]], cut: Cut) -> GlobalCourse:
    """What the programme's chart draws; ``courses`` are its indicators' (``indicator_courses``)."""
    return global_course(((row.indicator, row.cells(cut), courses[row.indicator.pk]) for row in read.indicators), cut)


def _descending_words(read: ProgramRead, cut: Cut) -> str:
    descends = any(row.indicator.direction == calculations.DESCENDING for row in read.indicators)
    return enters_as_text(cut.fiscal_year) if descends else ""


def result_line(indicator: Indicator, result: IndicatorResult, unit: str) -> ResultLine:
    """What every place that shows an indicator's result writes, in the target's own unit."""

    return ResultLine(
        numerator=amount(result.numerator),
        denominator=amount(result.denominator),
        percentage=percent(result.percentage, result.aims),
        above_100=result.percentage is not None and result.percentage > calculations.HUNDRED,
        target=target_words(indicator, result.target, unit),
        expected=expected_words(indicator, result, unit),
        compliance=percent(result.compliance, result.borders),
        annual_compliance=percent(result.annual_compliance, result.borders),
        light=result.light,
        coverage=words.coverage(result),
        incomplete=result.months_captured < result.months_due,
        entry=entry_text(result),
        reason=light_reason(result),
    )


def _move_words(read: ProgramRead) -> str:
    """«Pasó de X a Y el 12/08/2016»; an empty text where it always was of its department."""
    if read.move is None:
        return ""
    return f"Pasó de {read.move.before} a {read.move.after} el {day_text(read.move.at)}"


def _paragraphs(program: Program) -> list[str]:
    return [line.strip() for line in program.description.splitlines() if line.strip()]


def _action_line(
    action: ActionRead,
    results: dict[int, IndicatorResult],
    cut: Cut,
    addresses: tuple[Addresses, Addresses],
    notes: Mapping[int, tuple[str, ...]],
) -> ActionLine:
    sheets, explained = addresses
    lines = []
    for row in action.indicators:
        indicator, result = row.indicator, results[row.indicator.pk]
        lines.append(
            IndicatorLine(
                code=indicator.code,
                name=indicator.name,
                url=sheets.at(indicator.code),
                whence=explained.at(indicator.code),
                numerator_label=indicator.numerator_label,
                denominator_label=indicator.denominator_label,
                result=result_line(indicator, result, action.unit),
                left_out=words.left_out_reason(result, missing_as_zero=cut.fiscal_year.missing_as_zero),
                official_key=indicator.official_key,
                notes=notes[indicator.pk],
            )
        )
    return ActionLine(action.code, action.text, action.unit, action.official_key, lines)


def _global_line(
    read: ProgramRead,
    results: dict[int, IndicatorResult],
    cut: Cut,
    sheets: Addresses,
    courses: tuple[Sequence[ProgramResult], Sequence[ProgramResult]],
) -> GlobalLine:
    """``courses`` are those of this year and of the year before."""
    zero = cut.fiscal_year.missing_as_zero
    found = [(row.indicator, results[row.indicator.pk]) for row in read.indicators]
    result: ProgramResult = calculations.program_result(
        [row for _, row in found], missing_as_zero=zero, thresholds=thresholds_of(cut.fiscal_year)
    )
    reasons = [(indicator, row, words.left_out_reason(row, missing_as_zero=zero)) for indicator, row in found]
    earlier = earlier_results(*courses, cut)
    return GlobalLine(
        figure=figure(result, earlier, "global_"),
        considered=considered_words(result.considered, result.total),
        entering=entering_words(result.considered, result.total),
        addends=tuple(advance_text(row) for _, row, reason in reasons if not reason),
        left_out=tuple(LeftOut(indicator.code, indicator.name, reason) for indicator, _, reason in reasons if reason),
        compliance=figure(result, earlier, "compliance"),
        light=result.light,
        over=tuple(_over_lines(read, calculations.lifts_above_100([row for _, row in found], result), cut, sheets)),
    )


def earlier_results(
    course: Sequence[ProgramResult], past: Sequence[ProgramResult], cut: Cut
) -> list[tuple[ProgramResult | None, str]]:
    """The month before and the same month a year ago, each with its words; None where there is none."""
    month = cut.month
    before = course[month - 2] if month > 1 else None
    return [(before, since_month(month)), (past[month - 1] if past else None, since_year(cut))]


REASONS_SHOWN = 2


def _over_lines(
    read: ProgramRead, lifting: Iterable[IndicatorResult], cut: Cut, sheets: Addresses
) -> Iterable[OverLine]:
    """Why each of them is above 100, by the justifications of the months whose numerator passes the denominator."""
    by_code = {row.indicator.code: row for row in read.indicators}
    for result in lifting:
        row = by_code[result.code]
        reasons = [
            f"{month_name(month)}: «{text}»"
            for month, capture in sorted(row.captures.items(), reverse=True)
            if month <= cut.month and (text := _justification(capture, cut))
        ]
        shown = tuple(reasons[:REASONS_SHOWN])
        advance, more = advance_text(result), len(reasons) - len(shown)
        yield OverLine(result.code, row.indicator.name, sheets.at(result.code), advance, shown, more)


def _justification(capture: Capture, cut: Cut) -> str:
    """What is said of the pair that counts where it is above 100."""
    pair = pair_in_scope(capture, cut)
    if pair is None or not calculations.needs_justification(*pair):
        return ""
    return reason_that_counts(cut.scope, capture.state, capture.justification, capture.validated_justification)
