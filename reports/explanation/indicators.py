"""An indicator's percentage, compliance and light, step by step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from accounts.access import Access
from accounts.access import Action as Act
from core.formats import amount, four_decimals, percent, precise
from indicators import calculations, wording
from indicators.calculations import LAST, Cell, IndicatorResult, IndicatorSpec, Thresholds
from indicators.models import Indicator, InstrumentFile, Measurement, TargetAdjustment, TargetKind, month_name
from indicators.results.course import indicator_course, result_at
from indicators.results.standards import indicator_thresholds, spec_of, thresholds_of
from indicators.wording import compliance_text, status_text, target_words
from reports import words
from reports.acts.reading import acts_of_indicators
from reports.acts.words import Note, adjustments_notes, correction_notes, rule_notes, sheet_notes
from reports.address.cutoff import Cut
from reports.canonical_numbers import indicator_numbers
from reports.explanation.authors import authors_of
from reports.explanation.months import MonthExplained, cells_until, explain_months, last_active, last_demanded
from reports.explanation.parts import Explanation, Step, header, light_reason, thresholds_numbers
from reports.sheets import reading


@dataclass(frozen=True)
class IndicatorExplanation(Explanation):
    """``value`` is the accumulated percentage, or in words why there is none."""

    code: str
    name: str
    department: str
    program: tuple[str, str]  # what it is called, and the address of its explanation
    sheet_url: str
    numerator_label: str
    denominator_label: str
    months: tuple[MonthExplained, ...]
    months_alone: bool  # whether a month's percentage means something by itself
    steps: tuple[Step, ...]
    target_steps: tuple[Step, ...]
    target_files: tuple[InstrumentFile, ...]  # of the adjusted target in force, as far as this person may read them
    target_notes: tuple[Note, ...]
    thresholds_note: Note | None
    light: str
    light_reason: str
    own_thresholds: bool
    coverage: str
    left_out: str
    entry: str  # of a descending one: what enters, why, and both numbers


def explain_indicator(cut: Cut, code: str, access: Access) -> IndicatorExplanation | None:
    """Taken apart as this person may see it, or None where the year has no such indicator; 6 queries at most."""
    indicator = reading.indicator_for_sheet(cut.fiscal_year, code)
    if indicator is None:
        return None
    program, year = indicator.action.program, cut.fiscal_year.year
    adjustments = reading.adjustments_of(indicator)
    captures = reading.captures_of(indicator)
    worked = Worked.of(indicator, list(captures.values()), adjustments, cut)
    acts = acts_of_indicators(cut.fiscal_year, [indicator.pk], month=cut.month)
    return IndicatorExplanation(
        kind="indicador",
        title=f"{indicator.code} {indicator.name}",
        value=percent(worked.result.percentage, worked.result.aims, empty=status_text(worked.result)),
        numbers={**header("indicator", indicator.code, cut), **worked.numbers},
        code=indicator.code,
        name=indicator.name,
        department=program.department.name,
        program=(str(program), reverse("reports:explain_program", args=[year, program.code]) + cut.onward),
        sheet_url=reverse("reports:indicator", args=[year, indicator.code]) + cut.onward,
        numerator_label=indicator.numerator_label,
        denominator_label=indicator.denominator_label,
        months=explain_months(
            indicator,
            captures,
            cut,
            authors_of(indicator.measurements.all()),
            sees_drafts=access.allows(Act.SEE_DRAFTS, program.department_id),
            corrections=correction_notes(acts, indicator.pk, access, program.department_id),
        ),
        months_alone=wording.stands_alone(indicator),
        steps=tuple(worked.steps()),
        target_steps=tuple(worked.target_steps()),
        target_files=_target_files(access, worked.adjustment),
        target_notes=(
            *adjustments_notes(indicator, indicator.action.unit, adjustments, cut.month),
            *rule_notes(acts, indicator, access, program.department_id),
        ),
        thresholds_note=sheet_notes(acts, cut, access, worked.lights),
        light=worked.result.light,
        light_reason=worked.light_reason,
        own_thresholds=worked.thresholds != thresholds_of(cut.fiscal_year),
        coverage=words.coverage(worked.result),
        left_out=words.left_out_reason(worked.result, missing_as_zero=cut.fiscal_year.missing_as_zero),
        entry=_entry_words(worked.result, worked.spec, cut),
    )


@dataclass(frozen=True, slots=True)
class Worked:
    """An indicator at a cut-off with everything that its result came from."""

    indicator: Indicator
    spec: IndicatorSpec
    thresholds: Thresholds
    cells: list[Cell]
    result: IndicatorResult
    adjustments: Sequence[TargetAdjustment]
    cut: Cut

    @classmethod
    def of(
        cls, indicator: Indicator, captures: Sequence[Measurement], adjustments: Sequence[TargetAdjustment], cut: Cut
    ) -> "Worked":
        spec = spec_of(indicator, month=cut.month, adjustments=adjustments)
        thresholds = indicator_thresholds(indicator, thresholds_of(cut.fiscal_year))
        cells = cells_until(captures, cut)
        result = result_at(cut.month, spec, cells, thresholds)
        return cls(indicator, spec, thresholds, cells, result, adjustments, cut)

    def lights(self, year: Thresholds) -> list[tuple[str, str, str]]:
        """What its light would be by those borders of the year, and what it is."""
        other = result_at(self.cut.month, self.spec, self.cells, indicator_thresholds(self.indicator, year))
        return [(self.indicator.code, other.light, self.result.light)]

    @property
    def numbers(self) -> dict[str, Any]:
        """What JSON can say of it: every pair, every rule that had a part, and what came out."""
        spec = self.spec
        return {
            "pairs": [
                [cell.month, four_decimals(cell.numerator), four_decimals(cell.denominator)] for cell in self.cells
            ],
            "rule": {
                "numerator_mode": spec.numerator_mode,
                "denominator_mode": spec.denominator_mode,
                "considered": spec.considered,
                "target": four_decimals(spec.target),
                "target_kind": spec.target_kind,
                "direction": spec.direction,
                "schedule": spec.schedule,
                "shares": [four_decimals(share) for share in spec.shares],
                "frequency": spec.frequency,
                "retired_from": spec.retired_from,
                "starts_in": spec.starts_in,
                "descending_enters_as": self.thresholds.descending_enters_as,
                "thresholds": thresholds_numbers(self.thresholds),
            },
            "result": indicator_numbers(self.result),
        }

    @property
    def course(self) -> list[IndicatorResult]:
        """Its results from January to each month."""
        year = thresholds_of(self.cut.fiscal_year)
        return indicator_course(
            self.indicator, self.cells, cut_off=self.cut.month, thresholds=year, adjustments=self.adjustments
        )

    @property
    def light_reason(self) -> str:
        result = self.result
        if result.compliance is None:
            return wording.light_reason(result)
        return light_reason(result.light, result.compliance, result.annual_compliance, self.thresholds)

    def steps(self) -> Iterable[Step]:
        """Both sides accumulated, and their division (rule 2)."""
        spec, result, cells = self.spec, self.result, self.cells
        if not cells:
            return
        numerators = [(cell.month, cell.numerator) for cell in cells]
        denominators = [(cell.month, cell.denominator) for cell in cells]
        yield _side_step("Numerador", spec.numerator_mode, numerators, last_active(cells), "numerator")
        yield _side_step("Denominador", spec.denominator_mode, denominators, last_demanded(cells), "denominator")
        pair = f"{amount(result.numerator)} / {amount(result.denominator)} × 100"
        if result.percentage is None:
            yield Step("Porcentaje", pair, f"no se divide entre 0: {status_text(result)}")
            return
        yield Step("Porcentaje", pair, f"{precise(result.percentage, result.aims)} %")
        yield Step("Como se muestra", precise(result.percentage, result.aims), percent(result.percentage, result.aims))

    def target_steps(self) -> Iterable[Step]:
        """The target in force, what was expected by the cut-off, and the compliances (rules 9 to 11)."""
        spec, result = self.spec, self.result
        yield Step("Meta en vigor", self._target_origin(), self._in_unit(amount(spec.target)))
        yield Step(
            "Esperado al corte", self._expected_written(), self._in_unit(precise(result.expected, (result.target,)))
        )
        if result.compliance is None:
            yield Step("Cumplimiento", "—", f"no hay: {wording.light_reason(result)}")
            return
        value = result.numerator if spec.target_kind == calculations.ABSOLUTE else result.percentage
        assert value is not None
        if spec.direction == calculations.DESCENDING:
            written = f"{amount(spec.target)} / {precise(value)} × 100, con tope de 100" if value else "el valor es 0"
            yield Step("Cumplimiento", written, f"{precise(result.compliance, result.borders)} %")
            return
        yield Step(
            "Cumplimiento",
            f"{precise(value)} / {precise(result.expected)} × 100",
            _with_two(result.compliance, result.borders),
        )
        if result.annual_compliance is not None:
            written = f"{precise(value)} / {amount(spec.target)} × 100"
            yield Step("Cumplimiento anual", written, _with_two(result.annual_compliance, result.borders))

    @property
    def adjustment(self) -> TargetAdjustment | None:
        """The adjusted target in force at the cut-off; None where the programmed one is."""
        in_force = [made for made in self.adjustments if made.effective_month <= self.cut.month]
        return max(in_force, key=lambda made: made.effective_month, default=None)

    def _target_origin(self) -> str:
        made = self.adjustment
        if made is None:
            return "la programada"
        programmed = target_words(self.indicator, self.indicator.target, self.indicator.action.unit)
        return f"ajustada desde {month_name(made.effective_month)} ({made.instrument}); la programada era {programmed}"

    def _expected_written(self) -> str:
        spec = self.spec
        until = calculations.last_asked(self.cut.month, spec.retired_from)
        part, whole = calculations.share_at(spec, until)
        target = self._in_unit(amount(spec.target))
        stopped = f", hasta {month_name(until)}" if 0 < until < self.cut.month else ""
        if part is whole:
            return f"la meta completa desde enero{'' if spec.direction == calculations.ASCENDING else ', como máximo'}"
        if whole != calculations.HUNDRED:
            return f"{target} × {amount(part)} / {amount(whole)} (lineal, por meses{stopped})"
        return f"{target} × {amount(part)} / 100 (programación mes por mes{stopped})"

    def _in_unit(self, number: str) -> str:
        absolute = self.indicator.target_kind == TargetKind.ABSOLUTE
        return f"{number} {self.indicator.action.unit}" if absolute else f"{number} %"


def _entry_words(result: IndicatorResult, spec: IndicatorSpec, cut: Cut) -> str:
    """What of a descending indicator enters its programme's global, why, and both numbers (rule 6)."""
    if spec.direction != calculations.DESCENDING or result.advance is None:
        return ""
    percentage, compliance = percent(result.percentage, result.aims), compliance_text(result)
    if result.by_compliance:
        return (
            f"entra su cumplimiento, {compliance}, y no su porcentaje, {percentage}, porque es descendente y su "
            "porcentaje baja cuando las cosas mejoran"
        )
    return (
        f"entra su porcentaje, {percentage}, y no su cumplimiento, {compliance}, porque {cut.year} se cerró con esa "
        "regla para los descendentes"
    )


def _target_files(access: Access, adjustment: TargetAdjustment | None) -> tuple[InstrumentFile, ...]:
    if adjustment is None:
        return ()
    return tuple(reading.instrument_files_of(access, [adjustment]).get(adjustment.pk, ()))


def _with_two(value: Decimal, borders: Sequence[Decimal]) -> str:
    """With the decimals that a hand calculation gives, and as it is shown."""
    shown, exact = percent(value, borders), precise(value, borders)
    return f"{exact} %, se muestra {shown}"


def _side_step(what: str, mode: str, values: Sequence[tuple[int, Decimal]], taken: Cell | None, side: str) -> Step:
    if mode == LAST:
        if taken is None:
            return Step(f"{what} (último)", "ningún mes con actividad", "0")
        return Step(
            f"{what} (último)",
            f"el de {month_name(taken.month)}, el último mes con actividad",
            amount(getattr(taken, side)),
        )
    total = sum((value for _, value in values), calculations.ZERO)
    return Step(f"{what} (suma)", " + ".join(amount(value) for _, value in values), amount(total))
