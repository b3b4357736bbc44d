"""The mean of the plan, an axis, an objective, a strategy or a department: over its programmes (rule 14)."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Model, QuerySet

from accounts.access import Access
from core.formats import four_decimals, percent, precise
from indicators.results.standards import thresholds_of
from indicators.results.year import ProgramSheet, YearResults, load_results
from indicators.wording import considered_text
from programs.models import Axis, Department, Objective, Strategy
from reports import words
from reports.acts.reading import PlanActs, acts_of_plan
from reports.acts.words import PlanNotes, plan_notes
from reports.address.cutoff import Cut
from reports.address.dimensions import AXIS, DEPARTMENT, OBJECTIVE, STRATEGY, Dimension
from reports.address.links import Addresses
from reports.canonical_numbers import indicator_numbers, program_numbers
from reports.explanation.coverage import CoverageRow, coverage_rows, coverage_steps
from reports.explanation.parts import Explanation, Step, header, mean_steps, thresholds_numbers
from reports.plan.programs import LIGHTS_SHOWN, undated_of


@dataclass(frozen=True, slots=True)
class GroupKind:
    """``of_plan`` is the lookup of its plan, None for what has none."""

    dimension: Dimension
    model: type[Model]
    of_plan: str | None


GROUP_KINDS = {
    kind.dimension.slug: kind
    for kind in (
        GroupKind(AXIS, Axis, "plan"),
        GroupKind(OBJECTIVE, Objective, "axis__plan"),
        GroupKind(STRATEGY, Strategy, "objective__axis__plan"),
        GroupKind(DEPARTMENT, Department, None),
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


@dataclass(frozen=True, slots=True)
class LightRow:
    """The programmes in one light, each with the address of its explanation."""

    light: str
    programs: tuple[tuple[str, str], ...]

    @property
    def count(self) -> int:
        return len(self.programs)


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
    lights: tuple[LightRow, ...]
    coverage: tuple[CoverageRow, ...]
    undated: str
    coverage_steps: tuple[Step, ...]
    notes: PlanNotes | None = None  # what moved its lights; which of its targets were adjusted and figures corrected


def explain_plan(cut: Cut, access: Access) -> GroupExplanation:
    """The whole plan; 3 queries."""
    results = _load(cut)
    made = _explain(results, cut, "plan", "plan", "Plan", cut.fiscal_year.plan.name)
    return _noted(made, results, acts_of_plan(cut), cut, access)


def _noted(made: GroupExplanation, results: YearResults, acts: PlanActs, cut: Cut, access: Access) -> GroupExplanation:
    return replace(made, notes=plan_notes(acts, cut, access, [sheet.result for sheet in results.programs]))


def explain_group(cut: Cut, kind: GroupKind, pk: int, access: Access) -> GroupExplanation | None:
    """None where there is no such group, or it belongs to another plan; 4 queries."""
    found: QuerySet[Any] = kind.model._default_manager.filter(pk=pk)
    if kind.of_plan is not None:
        found = found.filter(**{kind.of_plan: cut.fiscal_year.plan_id})
    group = found.first()
    if group is None:
        return None
    year, dimension = _load(cut), kind.dimension
    results = replace(year, programs=[sheet for sheet in year.programs if dimension.pk(sheet) == pk])
    made = _explain(results, cut, dimension.slug, str(pk), dimension.label, str(group))
    return _noted(made, results, acts_of_plan(cut).of({sheet.id for sheet in results.programs}), cut, access)


def _load(cut: Cut) -> YearResults:
    """The whole year: only with the lines of its plan are late captures counted."""
    return load_results(cut.fiscal_year, month=cut.month, scope=cut.scope, with_lines=True)


def _explain(results: YearResults, cut: Cut, kind: str, of: str, label: str, name: str) -> GroupExplanation:
    roll_up = results.plan
    address = Addresses.of("reports:explain_program", cut).at
    terms = [_term(sheet, address(sheet.code), cut.fiscal_year.missing_as_zero) for sheet in results.programs]
    globals_ = [sheet.result.global_ for sheet in results.programs if sheet.result.global_ is not None]
    compliances = [sheet.result.compliance for sheet in results.programs if sheet.result.compliance is not None]
    return GroupExplanation(
        kind=label,
        title=name,
        value=percent(roll_up.global_, roll_up.borders, empty="sin datos"),
        numbers=_numbers(results, cut, kind, of),
        group=name,
        with_data=f"{roll_up.with_data} de {roll_up.programs} "
        f"{'programa' if roll_up.programs == 1 else 'programas'} con datos",
        terms=tuple(term for term in terms if not term.reason),
        left_out=tuple(term for term in terms if term.reason),
        steps=mean_steps(globals_, roll_up.global_, of_what="globales", borders=roll_up.borders),
        compliance=percent(roll_up.compliance, roll_up.borders, empty="sin datos"),
        compliance_steps=mean_steps(compliances, roll_up.compliance, of_what="cumplimientos", borders=roll_up.borders),
        lights=tuple(_lights(results.programs, address)),
        undated=words.undated(undated_of(results.programs)),
        coverage=coverage_rows(results.programs, lambda code: f"{address(code)}#coverage"),
        coverage_steps=coverage_steps(results.programs, has_deadlines=not cut.fiscal_year.historical),
    )


def _lights(sheets: Sequence[ProgramSheet], address: Callable[[str], str]) -> Iterable[LightRow]:
    for light in LIGHTS_SHOWN:
        found = tuple(
            (sheet.code, f"{address(sheet.code)}#compliance") for sheet in sheets if sheet.result.light == light
        )
        if found:
            yield LightRow(light, found)


def _numbers(results: YearResults, cut: Cut, kind: str, of: str) -> dict[str, Any]:
    roll_up = results.plan
    return {
        **header(kind, of, cut),
        "missing_as_zero": cut.fiscal_year.missing_as_zero,
        "descending_enters_as": cut.fiscal_year.descending_enters_as,
        "thresholds": thresholds_numbers(thresholds_of(cut.fiscal_year)),
        "global": four_decimals(roll_up.global_),
        "compliance": four_decimals(roll_up.compliance),
        "with_data": roll_up.with_data,
        "programs": [
            {
                "code": sheet.code,
                "late": sheet.late,
                # Only where there are any, so that the fingerprints of before stay.
                **({"undated": sheet.undated} if sheet.undated else {}),
                **program_numbers(sheet.result),
                "indicators": [indicator_numbers(indicator) for indicator in sheet.indicators],
            }
            for sheet in results.programs
        ],
    }


def _term(sheet: ProgramSheet, url: str, missing_as_zero: bool) -> ProgramTerm:
    result = sheet.result
    return ProgramTerm(
        code=sheet.code,
        name=sheet.name,
        url=url,
        department=sheet.department,
        global_=f"{precise(result.global_, result.borders)} %" if result.global_ is not None else "sin datos",
        considered=considered_text(result) if result.total else "sin indicadores",
        compliance=f"{precise(result.compliance, result.borders)} %" if result.compliance is not None else "no tiene",
        light=result.light,
        reason=_why_not(sheet, missing_as_zero) if result.global_ is None else "",
    )


def _why_not(sheet: ProgramSheet, missing_as_zero: bool) -> str:
    """«3 sin captura, 1 sin demanda»: why none of its indicators has a percentage that counts."""
    if not sheet.indicators:
        return "no tiene indicadores"
    reasons = Counter(words.left_out_reason(row, missing_as_zero=missing_as_zero) for row in sheet.indicators)
    return "; ".join(f"{count} {reason}" for reason, count in reasons.items())
