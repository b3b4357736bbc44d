"""The mean of the plan, an axis, an objective, a strategy or a department: over its programmes (rule 14)."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse

from core.formats import four_decimals, percent, precise
from indicators import calculations
from indicators.results import ProgramSheet, YearResults, load_results, thresholds_of
from indicators.wording import considered_text
from programs.models import Axis, Department, Objective, Program, Strategy
from reports import words
from reports.cutoff import Cut
from reports.explanation.parts import Explanation, Step, header, mean_steps, thresholds_numbers
from reports.numbers import indicator_numbers, program_numbers


@dataclass(frozen=True, slots=True)
class GroupKind:
    """``within`` finds the programmes below one; ``of_plan`` is the lookup of its plan, None for what has none."""

    slug: str
    label: str
    model: type[Model]
    within: str
    of_plan: str | None


GROUP_KINDS = {
    kind.slug: kind
    for kind in (
        GroupKind("eje", "Eje rector", Axis, "strategy__objective__axis", "plan"),
        GroupKind("objetivo", "Objetivo", Objective, "strategy__objective", "axis__plan"),
        GroupKind("estrategia", "Estrategia", Strategy, "strategy", "objective__axis__plan"),
        GroupKind("dependencia", "Dependencia", Department, "department", None),
    )
}


@dataclass(frozen=True, slots=True)
class ProgramTerm:
    """A programme of the group: what it adds to the means, or (``reason``) why it adds nothing."""

    code: str
    name: str
    url: str
    department: str
    global_: str
    considered: str
    compliance: str
    light: str
    reason: str


@dataclass(frozen=True)
class GroupExplanation(Explanation):
    """``value`` is the mean of the globals, «sin datos» without any."""

    group: str
    with_data: str
    terms: tuple[ProgramTerm, ...]
    left_out: tuple[ProgramTerm, ...]
    steps: tuple[Step, ...]
    compliance: str
    compliance_steps: tuple[Step, ...]
    lights: tuple[tuple[str, int], ...]


def explain_plan(cut: Cut) -> GroupExplanation:
    """The whole plan; 4 queries."""
    results = load_results(cut.fiscal_year, month=cut.month, scope=cut.scope)
    return _explain(results, cut, "plan", "plan", "Plan", cut.fiscal_year.plan.name)


def explain_group(cut: Cut, kind: GroupKind, pk: int) -> GroupExplanation | None:
    """None where there is no such group, or it belongs to another plan; 5 queries."""
    found: QuerySet[Any] = kind.model._default_manager.filter(pk=pk)
    if kind.of_plan is not None:
        found = found.filter(**{kind.of_plan: cut.fiscal_year.plan_id})
    group = found.first()
    if group is None:
        return None
    programs = Program.objects.filter(fiscal_year=cut.fiscal_year, **{kind.within: pk})
    results = load_results(cut.fiscal_year, month=cut.month, scope=cut.scope, programs=programs)
    return _explain(results, cut, kind.slug, str(pk), kind.label, str(group))


def _explain(results: YearResults, cut: Cut, kind: str, of: str, label: str, name: str) -> GroupExplanation:
    roll_up = results.plan
    # One address is resolved and the others are made from it: resolving 1,610 costs more than drawing them.
    pattern = reverse("reports:explain_program", args=[cut.fiscal_year.year, "CODE"]) + cut.query
    terms = [_term(sheet, pattern, cut.fiscal_year.missing_as_zero) for sheet in results.programs]
    globals_ = [sheet.result.global_ for sheet in results.programs if sheet.result.global_ is not None]
    compliances = [sheet.result.compliance for sheet in results.programs if sheet.result.compliance is not None]
    lights = Counter(sheet.result.light for sheet in results.programs)
    return GroupExplanation(
        kind=label,
        title=name,
        value=percent(roll_up.global_, empty="sin datos"),
        numbers=_numbers(results, cut, kind, of),
        group=name,
        with_data=f"{roll_up.with_data} de {roll_up.programs} "
        f"{'programa' if roll_up.programs == 1 else 'programas'} con datos",
        terms=tuple(term for term in terms if not term.reason),
        left_out=tuple(term for term in terms if term.reason),
        steps=mean_steps(globals_, roll_up.global_, of_what="globales"),
        compliance=percent(roll_up.compliance, empty="sin datos"),
        compliance_steps=mean_steps(compliances, roll_up.compliance, of_what="cumplimientos"),
        lights=tuple((light, lights[light]) for light in LIGHTS if lights[light]),
    )


LIGHTS = (calculations.GREEN, calculations.AMBER, calculations.RED, calculations.NO_LIGHT)


def _numbers(results: YearResults, cut: Cut, kind: str, of: str) -> dict[str, Any]:
    roll_up = results.plan
    return {
        **header(kind, of, cut),
        "missing_as_zero": cut.fiscal_year.missing_as_zero,
        "thresholds": thresholds_numbers(thresholds_of(cut.fiscal_year)),
        "global": four_decimals(roll_up.global_),
        "compliance": four_decimals(roll_up.compliance),
        "with_data": roll_up.with_data,
        "programs": [
            {
                "code": sheet.code,
                **program_numbers(sheet.result),
                "indicators": [indicator_numbers(indicator) for indicator in sheet.indicators],
            }
            for sheet in results.programs
        ],
    }


def _term(sheet: ProgramSheet, pattern: str, missing_as_zero: bool) -> ProgramTerm:
    result = sheet.result
    return ProgramTerm(
        code=sheet.code,
        name=sheet.name,
        url=pattern.replace("CODE", sheet.code),
        department=sheet.department,
        global_=f"{precise(result.global_)} %" if result.global_ is not None else "sin datos",
        considered=considered_text(result) if result.total else "sin indicadores",
        compliance=f"{precise(result.compliance)} %" if result.compliance is not None else "no tiene",
        light=result.light,
        reason=_why_not(sheet, missing_as_zero) if result.global_ is None else "",
    )


def _why_not(sheet: ProgramSheet, missing_as_zero: bool) -> str:
    """«3 sin captura, 1 sin demanda»: why none of its indicators has a percentage that counts."""
    if not sheet.indicators:
        return "no tiene indicadores"
    reasons = Counter(words.left_out_reason(row, missing_as_zero=missing_as_zero) for row in sheet.indicators)
    return "; ".join(f"{count} {reason}" for reason, count in reasons.items())
