"""Lights that a spreadsheet may decide otherwise, because it counts in doubles: those of figures beside a border."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from publishing.export import verificar
from publishing.export.workbook.formulas import LIGHT_DECIMALS

_NEAR = Fraction(1, 10**LIGHT_DECIMALS)


def on_a_border(document: Mapping[str, Any]) -> list[str]:
    """A sentence for each figure that differs from a border by less than the workbook's formulas can tell."""
    found = [*_indicators(document), *_programs(document)]
    return [f"En la frontera de un semáforo, que aquí puede salir distinto: {one}." for one in found]


def _indicators(document: Mapping[str, Any]) -> Iterator[str]:
    rules = document["rules"]
    for program in document["programs"]:
        for indicator in program["indicators"]:
            green, amber, over = verificar.borders(rules, indicator["thresholds"])
            sides = (("compliance", green), ("compliance", amber), ("annual_compliance", over))
            if not any(indicator[key] == verificar.written(border) for key, border in sides):
                continue  # nothing that differs in its 4 decimals is that near
            exact = verificar.computed_indicator(indicator, document["month"], rules)
            if any(exact[key] is not None and 0 < abs(exact[key] - border) < _NEAR for key, border in sides):
                yield f"indicador {indicator['code']}"


def _programs(document: Mapping[str, Any]) -> Iterator[str]:
    rules = document["rules"]
    green, amber, _ = verificar.borders(rules, None)
    for program in document["programs"]:
        if program["compliance"] not in (verificar.written(green), verificar.written(amber)):
            continue
        results = [
            verificar.computed_indicator(one, document["month"], rules)
            for one in program["indicators"]
            if one["considered"]
        ]
        exact = verificar.computed_program(results, rules)["compliance"]
        if any(0 < abs(exact - border) < _NEAR for border in (green, amber)):
            yield f"programa {program['code']}"
