"""A programme's global and its compliance, from its indicators and their months."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.urls import reverse

from accounts.access import Access
from accounts.access import Action as Act
from core.formats import percent, precise
from indicators import calculations
from indicators.calculations import ZERO, IndicatorResult, ProgramResult, Thresholds
from indicators.models import Measurement, month_name
from indicators.results.course import month_advances, month_means
from indicators.results.standards import thresholds_of
from indicators.wording import considered_text, enters_as_text, global_text, pair_text, stands_alone
from programs.models import Program
from reports import words
from reports.acts.reading import Acts, acts_of_indicators
from reports.acts.words import Note, adjustments_notes, correction_notes, rule_notes, sheet_notes
from reports.address.cutoff import Cut
from reports.canonical_numbers import program_numbers
from reports.explanation.authors import authors_of
from reports.explanation.coverage import program_steps
from reports.explanation.indicators import Worked
from reports.explanation.months import MonthExplained, explain_months
from reports.explanation.parts import Explanation, Step, header, light_reason, mean_steps, thresholds_numbers
from reports.plan.programs import considered_months
from reports.sheets import reading
from reports.sheets.drawings import apart_words


@dataclass(frozen=True, slots=True)
class Term:
    """An indicator of the programme: what it adds to the mean, or (``reason``) why it adds nothing."""

    code: str
    name: str
    url: str
    pair: str
    percentage: str
    advance: str  # what enters the mean; empty where nothing does
    compliance: str
    coverage: str
    reason: str
    months: tuple[MonthExplained, ...]
    note: str = ""
    acts: tuple[Note, ...] = ()  # adjusted targets, thresholds of its own


@dataclass(frozen=True)
class ProgramExplanation(Explanation):
    """``value`` is the Indicador Global, «sin datos» without any."""

    code: str
    name: str
    department: tuple[str, str]  # its name, and the address of its explanation
    sheet_url: str
    considered: str
    terms: tuple[Term, ...]
    left_out: tuple[Term, ...]
    steps: tuple[Step, ...]
    compliance: str
    exact_compliance: Decimal | None
    compliance_steps: tuple[Step, ...]
    light: str
    light_reason: str
    missing_as_zero: bool
    enters_as: str  # what descending indicators enter with, as a sentence
    every: tuple[Term, ...]
    coverage: str
    coverage_steps: tuple[Step, ...]
    month_steps: tuple[Step, ...]  # the mean of each month by itself, which the chart of the programme shows
    apart: str  # which of its indicators enter no month, and why; empty without any
    thresholds_note: Note | None
    roll_ups: tuple[tuple[str, str, str], ...]  # what it is, its name, and the address of its explanation


def explain_program(cut: Cut, code: str, access: Access) -> ProgramExplanation | None:
    """Taken apart as this person may see it, or None where the year has no such programme; 6 queries."""
    program = (
        Program.objects.filter(fiscal_year=cut.fiscal_year, code=code)
        .select_related("department", "strategy__objective__axis")
        .first()
    )
    if program is None:
        return None
    worked, captures = _work(program, cut)
    sees_drafts = access.allows(Act.SEE_DRAFTS, program.department_id)
    authors = authors_of(Measurement.objects.filter(indicator__action__program=program))
    acts = acts_of_indicators(cut.fiscal_year, [item.indicator.pk for item in worked], month=cut.month)
    every = []
    for item, found in zip(worked, captures, strict=True):
        indicator, of = item.indicator, program.department_id
        corrected = correction_notes(acts, indicator.pk, access, of)
        months = explain_months(indicator, found, cut, authors, sees_drafts=sees_drafts, corrections=corrected)
        notes = adjustments_notes(indicator, indicator.action.unit, item.adjustments, cut.month)
        every.append(_term(item, months, (*notes, *rule_notes(acts, indicator, access, of)), cut))
    made = _explanation(program, worked, every, cut)
    return replace(made, thresholds_note=_thresholds_note(acts, worked, made, cut, access))


def _thresholds_note(
    acts: Acts, worked: Sequence[Worked], made: "ProgramExplanation", cut: Cut, access: Access
) -> Note | None:
    """How the year's borders changed, and whose light on this page with them."""

    def lights(year: Thresholds) -> list[tuple[str, str, str]]:
        before = calculations.program_light(made.exact_compliance, year)
        return [("el programa", before, made.light), *(row for item in worked for row in item.lights(year))]

    return sheet_notes(acts, cut, access, lights)


def _explanation(program: Program, worked: list[Worked], every: list[Term], cut: Cut) -> ProgramExplanation:
    zero, year = cut.fiscal_year.missing_as_zero, cut.fiscal_year.year
    thresholds, results = thresholds_of(cut.fiscal_year), [item.result for item in worked]
    result = calculations.program_result(results, missing_as_zero=zero, thresholds=thresholds)
    advances = [item.result.advance or ZERO for item, term in zip(worked, every, strict=True) if not term.reason]
    compliances = list(_compliances(worked, every))
    return ProgramExplanation(
        kind="programa",
        title=str(program),
        value=global_text(result),
        numbers={
            **header("program", program.code, cut),
            "missing_as_zero": zero,
            "descending_enters_as": cut.fiscal_year.descending_enters_as,
            "thresholds": thresholds_numbers(thresholds),
            "result": program_numbers(result),
            "indicators": [{"code": item.indicator.code, **item.numbers} for item in worked],
        },
        code=program.code,
        name=program.name,
        department=(
            program.department.name,
            reverse("reports:explain_group", args=[year, "dependencia", program.department_id]) + cut.onward,
        ),
        sheet_url=reverse("reports:program", args=[year, program.code]) + cut.onward,
        considered=considered_text(result) if result.total else "sin indicadores",
        terms=tuple(term for term in every if not term.reason),
        left_out=tuple(term for term in every if term.reason),
        steps=mean_steps(advances, result.global_, of_what="avances", borders=result.borders),
        compliance=percent(result.compliance, result.borders, empty="sin datos"),
        exact_compliance=result.compliance,
        compliance_steps=mean_steps(compliances, result.compliance, of_what="cumplimientos", borders=result.borders),
        light=result.light,
        light_reason=_light_reason(result, thresholds),
        missing_as_zero=zero,
        enters_as=enters_as_text(cut.fiscal_year),
        every=tuple(every),
        coverage=words.months_captured(*considered_months(results)),
        coverage_steps=program_steps(results),
        month_steps=tuple(_month_steps(worked, cut)),
        apart=apart_words([at.spec.code for at in worked if at.spec.considered and not stands_alone(at.indicator)]),
        thresholds_note=None,
        roll_ups=roll_ups(program, cut),
    )


def _month_steps(worked: Iterable[Worked], cut: Cut) -> Iterable[Step]:
    borders = thresholds_of(cut.fiscal_year).borders
    considered = [month_advances(item.indicator, item.cells, item.course) for item in worked if item.spec.considered]
    for month, (mean, count) in enumerate(month_means(considered, cut_off=cut.month), start=1):
        if mean is not None:
            addends = " + ".join(precise(advance) for found in considered for at, advance in found if at == month)
            yield Step(month_name(month).capitalize(), f"({addends}) / {count}", percent(mean, borders))


def roll_ups(program: Program, cut: Cut) -> tuple[tuple[str, str, str], ...]:
    """The means that the programme's global enters: kind, name and address of the explanation."""
    objective = program.strategy.objective
    groups = (
        ("Dependencia", program.department),
        ("Estrategia", program.strategy),
        ("Objetivo", objective),
        ("Eje rector", objective.axis),
    )
    year = cut.fiscal_year.year
    found = [
        (label, str(group), reverse("reports:explain_group", args=[year, slug, group.pk]) + cut.onward)
        for (label, group), slug in zip(groups, ("dependencia", "estrategia", "objetivo", "eje"), strict=True)
    ]
    return (*found, ("Plan", str(cut.fiscal_year.plan), reverse("reports:explain_plan", args=[year]) + cut.onward))


def _work(program: Program, cut: Cut) -> tuple[list[Worked], list[dict[int, Measurement]]]:
    """Each of its indicators worked out and, in the same order, its captures by month."""
    indicators = reading.indicators_of(program)
    adjustments = reading.adjustments_by_indicator(program)
    captures = reading.captures_by_indicator(program)
    worked = [
        Worked.of(row, list(captures.get(row.pk, {}).values()), adjustments.get(row.pk, []), cut) for row in indicators
    ]
    return worked, [captures.get(row.pk, {}) for row in indicators]


def _term(item: Worked, months: tuple[MonthExplained, ...], acts: tuple[Note, ...], cut: Cut) -> Term:
    result, indicator = item.result, item.indicator
    reason = words.left_out_reason(result, missing_as_zero=cut.fiscal_year.missing_as_zero)
    as_zero = result.percentage is None and not reason
    percentage = ZERO if as_zero else result.percentage
    return Term(
        code=indicator.code,
        name=indicator.name,
        url=reverse("reports:explain_indicator", args=[cut.fiscal_year.year, indicator.code]) + cut.onward,
        pair=pair_text(result.numerator, result.denominator) if result.numerator is not None else "—",
        percentage=percent(result.percentage, result.aims) if reason else f"{precise(percentage, result.aims)} %",
        advance="" if reason else f"{precise(result.advance or ZERO, result.aims)} %",
        compliance=_compliance_words(item, as_zero),
        coverage=words.coverage(result),
        reason=reason,
        months=months,
        note=_note(result, as_zero),
        acts=acts,
    )


def _note(result: IndicatorResult, as_zero: bool) -> str:
    if as_zero:
        return "sin captura: entra como 0 por regla del ejercicio"
    return "descendente: entra su cumplimiento y no su porcentaje" if result.by_compliance else ""


def _compliance_words(item: Worked, as_zero: bool) -> str:
    compliance, borders = ZERO if as_zero else item.result.compliance, item.result.borders
    if compliance is None:
        return "no tiene"
    if compliance > calculations.HUNDRED:
        return f"100 % (tope; es {precise(compliance, borders)} %)"
    return f"{precise(compliance, borders)} %"


def _compliances(worked: Iterable[Worked], terms: Iterable[Term]) -> Iterable[Decimal]:
    """What rule 13 takes the mean of: the capped compliances of the considered, 0 for whoever enters as 0."""
    for item, term in zip(worked, terms, strict=True):
        if term.reason:
            continue
        if item.result.percentage is None:
            yield ZERO
        elif item.result.compliance is not None:
            yield min(item.result.compliance, calculations.HUNDRED)


def _light_reason(result: ProgramResult, thresholds: calculations.Thresholds) -> str:
    if result.compliance is None:
        return "ningún indicador considerado tiene cumplimiento"
    return light_reason(result.light, result.compliance, None, thresholds)
