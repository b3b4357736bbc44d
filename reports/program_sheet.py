"""A programme's page, laid out like the official sheet, with live numbers."""

from dataclasses import dataclass

from django.urls import reverse

from core.formats import amount, percent
from indicators import calculations
from indicators.calculations import IndicatorResult, ProgramResult
from indicators.models import Indicator
from indicators.results import results_of, thresholds_of
from indicators.wording import expected_words, status_text, target_words
from programs.models import Action, Program
from reports import words
from reports.charts import Chart
from reports.cutoff import Cut
from reports.dashboard import LeftOut, considered_words
from reports.drawings import bars_chart, program_bars
from reports.queries import actions_for_sheet, program_for_sheet


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


@dataclass(frozen=True, slots=True)
class ActionLine:
    code: str
    text: str
    unit: str
    indicators: list[IndicatorLine]


@dataclass(frozen=True, slots=True)
class GlobalLine:
    """The programme's mean and, beside it, its compliance; ``addends`` are the percentages that it is the mean of."""

    value: str
    considered: str
    addends: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    compliance: str
    light: str


@dataclass(frozen=True, slots=True)
class ProgramPage:
    code: str
    number: str
    name: str
    department: str
    plan: str
    axis: str
    objective: str
    strategy: str
    description: tuple[str, ...]
    objectives: tuple[str, ...]
    actions: tuple[ActionLine, ...]
    global_: GlobalLine
    bars: Chart | None  # None where there are no indicators


def program_page(cut: Cut, code: str) -> ProgramPage | None:
    """The programme's page, or None where the year has no such programme; 5 queries at most."""
    found = program_for_sheet(cut.fiscal_year, code)
    if found is None:
        return None
    program, objectives = found
    actions = actions_for_sheet(program, cut.month)
    indicators = [indicator for action in actions for indicator in action.indicators.all()]
    results = results_of(cut.fiscal_year, indicators, month=cut.month, scope=cut.scope) if indicators else {}
    strategy = program.strategy
    return ProgramPage(
        code=program.code,
        number=program.number,
        name=program.name,
        department=program.department.name,
        plan=strategy.objective.axis.plan.name,
        axis=strategy.objective.axis.name,
        objective=strategy.objective.name,
        strategy=strategy.name,
        description=tuple(_paragraphs(program)),
        objectives=tuple(objectives),
        actions=tuple(_action_line(action, results, cut) for action in actions),
        global_=_global_line([(row, results[row.pk]) for row in indicators], cut),
        bars=_bars(actions, results, cut, program.code) if indicators else None,
    )


def result_line(indicator: Indicator, result: IndicatorResult, unit: str) -> ResultLine:
    """What every place that shows an indicator's result writes, in the target's own unit."""

    return ResultLine(
        numerator=amount(result.numerator),
        denominator=amount(result.denominator),
        percentage=percent(result.percentage),
        above_100=result.percentage is not None and result.percentage > calculations.HUNDRED,
        target=target_words(indicator, result.target, unit),
        expected=expected_words(indicator, result.expected, unit),
        compliance=percent(result.compliance),
        annual_compliance=percent(result.annual_compliance),
        light=result.light,
        coverage=words.coverage(result),
        incomplete=result.months_captured < result.months_due,
        reason=status_text(result) or ("nada programado aún" if result.compliance is None else ""),
    )


def _bars(actions: list[Action], results: dict[int, IndicatorResult], cut: Cut, code: str) -> Chart:
    found = [(row, action.unit, results[row.pk]) for action in actions for row in action.indicators.all()]
    return bars_chart(program_bars(found, code, cut))


def _paragraphs(program: Program) -> list[str]:
    return [line.strip() for line in program.description.splitlines() if line.strip()]


def _action_line(action: Action, results: dict[int, IndicatorResult], cut: Cut) -> ActionLine:
    lines = []
    for indicator in action.indicators.all():
        result = results[indicator.pk]
        lines.append(
            IndicatorLine(
                code=indicator.code,
                name=indicator.name,
                url=reverse("reports:indicator", args=[cut.fiscal_year.year, indicator.code]) + cut.query,
                whence=reverse("reports:explain_indicator", args=[cut.fiscal_year.year, indicator.code]) + cut.query,
                numerator_label=indicator.numerator_label,
                denominator_label=indicator.denominator_label,
                result=result_line(indicator, result, action.unit),
                left_out=words.left_out_reason(result, missing_as_zero=cut.fiscal_year.missing_as_zero),
            )
        )
    return ActionLine(action.code, action.text, action.unit, lines)


def _global_line(found: list[tuple[Indicator, IndicatorResult]], cut: Cut) -> GlobalLine:
    zero = cut.fiscal_year.missing_as_zero
    result: ProgramResult = calculations.program_result(
        [row for _, row in found], missing_as_zero=zero, thresholds=thresholds_of(cut.fiscal_year)
    )
    reasons = [(indicator, row, words.left_out_reason(row, missing_as_zero=zero)) for indicator, row in found]
    return GlobalLine(
        value=percent(result.global_, empty="sin datos"),
        considered=considered_words(result.considered, result.total),
        addends=tuple(percent(row.percentage or calculations.ZERO) for _, row, reason in reasons if not reason),
        left_out=tuple(LeftOut(indicator.code, indicator.name, reason) for indicator, _, reason in reasons if reason),
        compliance=percent(result.compliance),
        light=result.light,
    )
