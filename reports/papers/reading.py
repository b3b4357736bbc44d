"""What the papers read: results, the months behind them, the catalogue's words and commitments; few, fixed queries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter

from django.db.models import QuerySet

from indicators.calculations import Cell, IndicatorResult, ProgramResult
from indicators.models import Commitment, Indicator, TargetAdjustment
from indicators.results.course import indicator_course
from indicators.results.scope import COUNTED_STATES, Scope
from indicators.results.standards import thresholds_of
from indicators.results.year import ProgramSheet, YearResults, load_cut_offs, month_cells
from programs.models import Program
from reports.acts.reading import Acts, acts_of_indicators
from reports.address.cutoff import Cut
from reports.sheets.global_course import GlobalCourse, global_course


@dataclass(frozen=True)
class Reading:
    """Programmes at a cut-off with all that a paper says of them; ``earlier`` at the cut-off they are compared with."""

    cut: Cut
    results: YearResults
    earlier: YearResults | None
    indicators: Mapping[int, list[Indicator]]  # by programme id, in code order
    cells: Mapping[int, list[Cell]]
    adjustments: Mapping[int, list[TargetAdjustment]]
    commitments: Mapping[int, Commitment]  # by indicator id, the latest
    acts: Acts
    past: Mapping[str, Sequence[ProgramResult]] = field(default_factory=dict)  # the year before, by code, where asked

    def before(self, code: str) -> ProgramResult | None:
        """The programme at the earlier cut-off; None without one."""
        return self._before.get(code)

    @cached_property
    def _before(self) -> dict[str, ProgramResult]:
        return {sheet.code: sheet.result for sheet in self.earlier.programs} if self.earlier else {}

    def pairs(self, sheet: ProgramSheet) -> list[tuple[Indicator, IndicatorResult]]:
        """The programme's indicators, each with its result."""
        return list(zip(self.indicators.get(sheet.id, []), sheet.indicators, strict=True))

    @cached_property
    def courses(self) -> dict[str, GlobalCourse]:
        """By programme code: each month by itself, and the programme at each cut-off so far."""
        return {sheet.code: self._course(sheet) for sheet in self.results.programs}

    def _course(self, sheet: ProgramSheet) -> GlobalCourse:
        thresholds = thresholds_of(self.cut.fiscal_year)
        found = []
        for row in self.indicators.get(sheet.id, []):
            cells, adjusted = self.cells.get(row.pk, []), self.adjustments.get(row.pk, ())
            course = indicator_course(row, cells, cut_off=self.cut.month, thresholds=thresholds, adjustments=adjusted)
            found.append((row, cells, course))
        return global_course(found, self.cut)


def read_papers(cut: Cut, *, since: int | None = None, programs: QuerySet[Program] | None = None) -> Reading:
    """Read the year, or some of its programmes, in 11 queries at most; ``since`` is the cut-off to compare with."""
    year = cut.fiscal_year
    months = (cut.month, since) if since else (cut.month,)
    results, *before = load_cut_offs(year, months, scope=cut.scope, programs=programs, with_lines=programs is None)
    rows = Indicator.objects.filter(fiscal_year=year).select_related("action")
    adjusted = TargetAdjustment.objects.filter(indicator__fiscal_year=year)
    if programs is not None:
        rows = rows.filter(action__program__in=programs)
        adjusted = adjusted.filter(indicator__action__program__in=programs)
    indicators: dict[int, list[Indicator]] = {}
    # Sorted here, as results are: a database has its own order of letters.
    for row in sorted(rows, key=attrgetter("code")):
        indicators.setdefault(row.action.program_id, []).append(row)
    known = [row.pk for members in indicators.values() for row in members]
    adjustments: dict[int, list[TargetAdjustment]] = {}
    for made in adjusted:
        adjustments.setdefault(made.indicator_id, []).append(made)
    return Reading(
        cut=cut,
        results=results,
        earlier=before[0] if before else None,
        indicators=indicators,
        cells=month_cells(known, cut_off=cut.month, scope=cut.scope),
        adjustments=adjustments,
        commitments=_latest_by_indicator(cut, None if programs is None else known),
        acts=acts_of_indicators(year, known, month=cut.month),
    )


def _latest_by_indicator(cut: Cut, indicator_ids: Collection[int] | None) -> dict[int, Commitment]:
    rows = latest_commitments(cut.fiscal_year.pk, cut.month, cut.scope)
    if indicator_ids is not None:
        rows = rows.filter(measurement__indicator_id__in=indicator_ids)
    return {row.measurement.indicator_id: row for row in rows}


def latest_commitments(year: int, month: int, scope: Scope) -> QuerySet[Commitment]:
    """What figures up to the cut-off commit to, by month: the last of each indicator is its latest.

    Only of figures that count in the scope as they stand: what goes with a draft is not for readers.
    """
    rows = Commitment.objects.filter(
        measurement__fiscal_year_id=year, measurement__month__lte=month, measurement__state__in=COUNTED_STATES[scope]
    )
    return rows.select_related("measurement").order_by("measurement__month")
