"""The figures from which a sample is drawn: every validated one of a year up to the cut-off."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from core.lights import LIGHTS, light_word
from indicators.calculations import NO_LIGHT
from indicators.models import Measurement
from indicators.models.measurements import MeasurementQuerySet
from indicators.results.scope import OFFICIAL, captured_in
from indicators.results.year import load_results
from programs.models import Department
from publishing.sampling.asked import LIGHT, Asked, read_asked
from publishing.sampling.drawing import Stratum, Unit, draw, fingerprint, strata_of
from reports.address.cutoff import Cut


@dataclass(frozen=True)
class Sample:
    """What is drawn of a population, or nothing where it cannot be; ``labels`` are what the strata are called."""

    cut: Cut
    asked: Asked
    population: list[Unit]
    labels: dict[str, str]

    @cached_property
    def strata(self) -> list[Stratum]:
        return strata_of(self.population, list(self.labels), self.asked.size or 0)

    @cached_property
    def units(self) -> list[Unit]:
        return draw(self.population, self.strata, self.asked.seed) if self.asked.size else []

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(self.population)

    @property
    def leaves_strata_out(self) -> bool:
        return bool(self.units) and any(not stratum.drawn for stratum in self.strata)


def read_sample(cut: Cut, typed: Mapping[str, str]) -> Sample:
    """What is asked with these words (``read_asked``) of what the database holds; 2 queries, 4 by light."""
    rows = list(
        _rows(cut).values_list("indicator__code", "month", "indicator__action__program__department__prefix", "pk")
    )
    asked = read_asked(typed, population=len(rows))
    if asked.strata == LIGHT:
        programs = load_results(cut.fiscal_year, month=cut.month).programs
        lights = {row.code: row.light for program in programs for row in program.indicators}
        found = [Unit(code, month, lights.get(code, NO_LIGHT), key) for code, month, _, key in rows]
        labels = {code: light_word(code) for code in LIGHTS}
    else:
        found = [Unit(code, month, prefix, key) for code, month, prefix, key in rows]
        departments = sorted(
            Department.objects.all(), key=lambda one: (one.number is None, one.number or 0, one.prefix)
        )
        labels = {department.prefix: department.name for department in departments}
    # Nothing is taken in the database's order, which is not the same on both of them.
    return Sample(cut, asked, sorted(found, key=lambda unit: (unit.code, unit.month)), labels)


def _rows(cut: Cut) -> MeasurementQuerySet:
    rows = Measurement.objects.filter(captured_in(OFFICIAL), fiscal_year=cut.fiscal_year, month__lte=cut.month)
    return rows.order_by()
