"""The panel that says what an act changes, before it happens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from indicators import wording
from indicators.results.effect import Figures, IndicatorEffect, Pairs, ProgramEffect
from indicators.results.year import Scope

SCOPE_WORDS: dict[Scope, str] = {"preliminary": "preliminar", "official": "oficial"}


class Correcting(NamedTuple):
    """A validated figure that is corrected: both pairs and why, and the file of its instrument where there is one."""

    text: str
    file_name: str = ""
    file_url: str = ""


NO_CORRECTIONS: Mapping[int, Correcting] = {}


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure of the act: its pair, and what its accumulated result was and will be."""

    code: str
    name: str
    pair: str
    before: str
    after: str
    light_before: str
    light_after: str
    light_reason: str
    entry: str  # what of a descending indicator enters the global, where that is not the percentage
    correction: Correcting | None = None

    @property
    def same(self) -> bool:
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class ProgramLine:
    """«PRE-02: el global pasa de 72.40 % a 75.10 %, 3 de 4 considerados; cumplimiento 70.00 % → 74.00 %», in parts."""

    code: str
    name: str
    before: str
    after: str
    considered: str
    compliance_before: str
    compliance: str
    light: str
    figures: tuple[FigureLine, ...]

    @property
    def same(self) -> bool:
        return self.before == self.after

    @property
    def same_compliance(self) -> bool:
        return self.compliance_before == self.compliance

    @property
    def sentence(self) -> str:
        change = f"queda en {self.after}" if self.same else f"pasa de {self.before} a {self.after}"
        was = "" if self.same_compliance else f"{self.compliance_before} → "
        return f"{self.code}: el global {change}, {self.considered}; cumplimiento {was}{self.compliance}"


@dataclass(frozen=True, slots=True)
class Panel:
    scope: str
    programs: tuple[ProgramLine, ...]


def panel(
    figures: Figures, scope: Scope, pairs: Pairs, corrections: Mapping[int, Correcting] = NO_CORRECTIONS
) -> Panel:
    """The programmes that have a figure in the act; those whose global moves come first.

    ``corrections`` are those of the act, by indicator.
    """
    lines = [_program(effect, pairs, corrections) for effect in figures.effect(scope, pairs) if _touched(effect, pairs)]
    return Panel(SCOPE_WORDS[scope], tuple(sorted(lines, key=lambda line: line.same)))


def _touched(effect: ProgramEffect, pairs: Pairs) -> bool:
    return any(item.indicator.pk in pairs for item in effect.indicators)


def _program(effect: ProgramEffect, pairs: Pairs, corrections: Mapping[int, Correcting]) -> ProgramLine:
    return ProgramLine(
        code=effect.program.code,
        name=effect.program.name,
        before=wording.global_text(effect.before),
        after=wording.global_text(effect.after),
        considered=wording.considered_text(effect.after),
        compliance_before=wording.compliance_text(effect.before, "sin datos"),
        compliance=wording.compliance_text(effect.after, "sin datos"),
        light=effect.after.light,
        figures=tuple(_figures(effect.indicators, pairs, corrections)),
    )


def _figures(
    effects: Iterable[IndicatorEffect], pairs: Pairs, corrections: Mapping[int, Correcting]
) -> Iterable[FigureLine]:
    for item in effects:
        cell = pairs.get(item.indicator.pk)
        if cell is not None:
            yield FigureLine(
                code=item.indicator.code,
                name=item.indicator.name,
                pair=wording.pair_text(cell.numerator, cell.denominator),
                before=wording.result_text(item.before),
                after=wording.result_text(item.after),
                light_before=item.before.light,
                light_after=item.after.light,
                light_reason=wording.light_reason(item.after),
                entry=wording.entry_text(item.after),
                correction=corrections.get(item.indicator.pk),
            )
