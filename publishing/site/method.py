"""``metodo.html``: how everything is computed, in few words, with the numbers of one real indicator."""

from decimal import Decimal
from typing import Any

from core.formats import amount
from core.lights import light_word
from indicators.calculations import ASCENDING, PERCENTAGE, SUM
from publishing.document.borders import percent_text
from publishing.site.reading import Cut, Row
from publishing.site.words import borders_for, indicator_sentence, percentage_text, plain, target_text

_LEAST, _MOST = 5, 500  # of its denominator: numbers that one follows without paper


def example_of(cut: Cut) -> dict[str, Any] | None:
    """The indicator by which it is explained: the first one of the plainest kind; None where there is none."""
    found = [
        (_oddness(program, indicator), program, indicator)
        for program in cut.programs
        for indicator in program["indicators"]
        if indicator["compliance"] is not None and program["compliance"] is not None
    ]
    if not found:
        return None
    _, program, indicator = min(found, key=lambda one: (one[0], one[2]["code"]))
    borders = borders_for(cut.document, indicator)
    return {
        "code": indicator["code"],
        "name": indicator["name"],
        "target": cut.indicator_target(indicator),
        "sentence": indicator_sentence(cut.document, indicator),
        "numerator": amount(Decimal(indicator["numerator"])),
        "denominator": amount(Decimal(indicator["denominator"])),
        "numerator_label": plain(indicator["numerator_label"]) or "numerador",
        "denominator_label": plain(indicator["denominator_label"]) or "denominador",
        "percentage": percentage_text(cut.document, indicator),
        "expected": target_text(indicator, "expected"),
        "compliance": percent_text(indicator["compliance"], borders),
        "light": indicator["light"],
        "light_word": light_word(indicator["light"]),
        "program": program["code"],
        "program_target": cut.program_target(program),
        "global_": percent_text(program["global"], cut.borders),
        "considered": program["considered"],
        "program_compliance": percent_text(program["compliance"], cut.borders),
        "cut": cut.name_of_cut,
    }


def _oddness(program: Row, indicator: Row) -> int:
    """How much of it is not of the plainest kind."""
    plainest = (
        indicator["direction"] == ASCENDING,
        indicator["target_kind"] == PERCENTAGE,
        (indicator["numerator_mode"], indicator["denominator_mode"]) == (SUM, SUM),
        indicator["considered"],
        indicator["thresholds"] is None,
        _LEAST <= Decimal(indicator["denominator"]) <= _MOST,
        indicator["expected"] == "100.0000",
        indicator["percentage"] != indicator["expected"],
        indicator["light"] != "over",
        indicator["months_captured"] == indicator["months_due"],
        1 < program["considered"] <= 6,
        bool(indicator["numerator_label"] and indicator["denominator_label"]),
    )
    return len(plainest) - sum(plainest)
