"""The page that lists what moved the figures of a period: thresholds, adjusted targets, corrected figures."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.access import Access, reads_act
from core.moments import day_text
from indicators.models import Correction, Indicator, Measurement, TargetAdjustment, month_name
from indicators.wording import pair_text
from programs.models import FiscalYear
from reports.acts.reading import acts_of_plan
from reports.acts.words import Note, adjustments_notes, lines
from reports.address.cutoff import Cut
from reports.address.links import Addresses


@dataclass(frozen=True, slots=True)
class ThresholdsLine:
    day: str
    changes: list[str]
    instrument: str
    why: str


@dataclass(frozen=True, slots=True)
class TargetLine:
    code: str
    name: str
    url: str
    notes: list[Note]


@dataclass(frozen=True, slots=True)
class CorrectedLine:
    code: str
    name: str
    url: str
    department: str
    month: str
    day: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class ActsPage:
    """``figures`` counts what was corrected: a figure may have been more than once."""

    thresholds: list[ThresholdsLine]
    targets: list[TargetLine]
    corrected: list[CorrectedLine]
    figures: int


def acts_page(cut: Cut, access: Access) -> ActsPage:
    """As this person may read it; 3 queries."""
    acts = acts_of_plan(cut)
    reads_rules = reads_act(access, None, FiscalYear._meta.label_lower)
    thresholds = [
        ThresholdsLine(
            day_text(one.at), lines(one.changes), one.instrument, _why(one.reason, one.by if reads_rules else "")
        )
        for one in acts.rules
    ]
    return ActsPage(thresholds, _targets(cut), list(_corrected(cut, access)), acts.corrected)


def _targets(cut: Cut) -> list[TargetLine]:
    made = (
        TargetAdjustment.objects.filter(indicator__fiscal_year=cut.fiscal_year, effective_month__lte=cut.month)
        .select_related("indicator__action")
        .order_by("indicator__code", "effective_month")
    )
    found: dict[int, list[TargetAdjustment]] = {}
    for one in made:
        found.setdefault(one.indicator_id, []).append(one)
    sheets = Addresses.of("reports:indicator", cut)
    rows = []
    for adjusted in found.values():
        indicator: Indicator = adjusted[0].indicator
        notes = adjustments_notes(indicator, indicator.action.unit, adjusted, cut.month)
        rows.append(TargetLine(indicator.code, indicator.name, sheets.at(indicator.code), notes))
    return rows


def _corrected(cut: Cut, access: Access) -> Iterable[CorrectedLine]:
    """The latest correction first."""
    made = (
        Correction.objects.made()
        .filter(measurement__fiscal_year=cut.fiscal_year, measurement__month__lte=cut.month)
        .select_related("measurement__indicator__action__program__department", "corrected_by")
        .order_by("-validated_at", "-id")
    )
    sheets, figure = Addresses.of("reports:indicator", cut), Measurement._meta.label_lower
    for one in made:
        indicator = one.measurement.indicator
        department = indicator.action.program.department
        reads = reads_act(access, department.pk, figure)
        yield CorrectedLine(
            code=indicator.code,
            name=indicator.name,
            url=f"{sheets.at(indicator.code)}#months",
            department=department.name,
            month=month_name(one.measurement.month),
            day=day_text(one.validated_at),
            before=pair_text(one.former_numerator, one.former_denominator),
            after=pair_text(one.numerator, one.denominator),
            why=_why(one.reason, str(one.corrected_by or "")) if reads else "",
        )


def _why(reason: str, by: str) -> str:
    """«Oficio 3 (Paula Peña)»: the column says that it is why."""
    return f"{reason} ({by})" if reason and by else reason or by
