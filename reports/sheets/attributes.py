"""What the catalogue says of an indicator, line by line, for its ficha técnica: every column of it has a line."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from django.urls import reverse

from catalog.workbook.columns import columns_of
from catalog.workbook.declaring import ColumnSpec
from core.formats import amount
from indicators.calculations import IndicatorSpec
from indicators.models import Direction, Indicator, Mode, TargetKind, month_name
from indicators.results.standards import indicator_thresholds, thresholds_of
from indicators.wording import schedule_words, target_words
from programs.models import Action
from reports.address.cutoff import Cut

# In this order; a column that is not named follows them.
_ORDER = (
    "action_official_key", "official_key", "unit", "numerator_mode", "denominator_mode", "target", "target_kind",
    "direction", "frequency", "starts_in", "considered", "dimension", "baseline", "verification",
    "requires_evidence", "source", "responsible_area",
)  # fmt: skip
# Written in the head of the page, in the formula or beside another one.
_ELSEWHERE = {"action", "indicator", "definition", "numerator", "denominator", "baseline_year", "schedule"}
_ONLY_IF_SAID = {"action_official_key", "official_key"}


@dataclass(frozen=True, slots=True)
class Attribute:
    """One line of the ficha. ``url`` where the value leads somewhere."""

    label: str
    value: str
    url: str = ""


def attributes_of(indicator: Indicator, spec: IndicatorSpec, cut: Cut) -> Iterable[Attribute]:
    action, strategy = indicator.action, indicator.action.program.strategy

    def roll_up(kind: str, pk: int) -> str:
        return reverse("reports:explain_group", args=[cut.fiscal_year.year, kind, pk]) + cut.onward

    objective = strategy.objective
    yield Attribute("Eje rector", objective.axis.name, roll_up("eje", objective.axis_id))
    yield Attribute("Objetivo", objective.name, roll_up("objetivo", strategy.objective_id))
    yield Attribute("Estrategia", strategy.name, roll_up("estrategia", strategy.pk))
    yield Attribute("Acción", f"{action.text} ({action.code})")
    for column in _on_the_sheet():
        said = _SAID.get(column.field, column_words)(indicator, column)
        if said or column.field not in _ONLY_IF_SAID:
            yield Attribute(column.sheet or column.header, said or "—")
        yield from _besides(column.field, indicator, spec)
    if indicator.previous is not None:
        year = indicator.previous.fiscal_year.year
        url = reverse("reports:indicator", args=[year, indicator.previous.code])
        yield Attribute("En el ejercicio anterior", f"{indicator.previous.code} ({year})", url)


@cache
def _on_the_sheet() -> tuple[ColumnSpec, ...]:
    found = [*columns_of(Action), *columns_of(Indicator)]
    places = {name: place for place, name in enumerate(_ORDER)}
    shown = (column for column in found if column.field not in _ELSEWHERE)
    return tuple(sorted(shown, key=lambda column: places.get(column.field, len(places))))


def column_words(indicator: Indicator, column: ColumnSpec) -> str:
    return column.said(indicator.action if column.owner is Action else indicator)


def _besides(field: str, indicator: Indicator, spec: IndicatorSpec) -> Iterable[Attribute]:
    """What the sheet says next to a column and no file has."""
    if field == "target" and spec.target != indicator.target:
        yield Attribute("Meta en vigor al corte", target_words(indicator, spec.target, indicator.action.unit))
    if field == "starts_in" and indicator.retired_from is not None:
        yield Attribute("Retirado desde", month_name(indicator.retired_from))
    if field == "starts_in":
        yield Attribute("Programación", schedule_words(indicator, spec))
        yield Attribute("Umbrales del semáforo", _thresholds_words(indicator))


def _mode_words(mode: str) -> str:
    """«suma: de los meses capturados»."""
    return {
        Mode.SUM: "suma: de todos los meses capturados",
        Mode.LAST: "último: el del mes más reciente con actividad",
    }[Mode(mode)]


def _thresholds_words(indicator: Indicator) -> str:
    year = thresholds_of(indicator.fiscal_year)
    own = indicator_thresholds(indicator, year)
    green, amber, over = (f"{amount(border)} %" for border in own.borders)
    words_ = f"verde desde {green}, amarillo desde {amber}"
    if indicator.direction == Direction.ASCENDING:
        words_ += f", sobrecumplimiento arriba de {over} de la meta anual"
    return f"{words_} ({'los del ejercicio' if own == year else 'propios de este indicador'})"


def _baseline(indicator: Indicator) -> str:
    if indicator.baseline is None:
        return "—"
    unit = indicator.action.unit if indicator.target_kind == TargetKind.ABSOLUTE else "%"
    year = f" ({indicator.baseline_year})" if indicator.baseline_year else ""
    return f"{amount(indicator.baseline)} {unit}{year}"


_SAID: dict[str, Callable[[Indicator, ColumnSpec], str]] = {
    "numerator_mode": lambda indicator, _: _mode_words(indicator.numerator_mode),
    "denominator_mode": lambda indicator, _: _mode_words(indicator.denominator_mode),
    "target": lambda indicator, _: target_words(indicator, indicator.target, indicator.action.unit),
    "baseline": lambda indicator, _: _baseline(indicator),
}
