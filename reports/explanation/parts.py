"""What all explanations are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, reduce
from typing import Any

from core.formats import percent, precise
from core.pdf import canonical, fingerprint
from indicators.calculations import AMBER, CONTEXT, GREEN, OVER, RED, Thresholds
from reports.address.cutoff import Cut

VERSION = 3  # of the canonical numbers: another one when what is in them changes


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the arithmetic: what it is, the numbers as a person would write them down, what comes out."""

    what: str
    written: str
    result: str


@dataclass(frozen=True)
class Explanation:
    """A figure, ``value`` as pages show it, with the numbers that it was computed from (what JSON can say)."""

    kind: str
    title: str
    value: str
    numbers: Mapping[str, Any]

    @cached_property
    def canonical(self) -> bytes:
        return canonical(self.numbers)

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(self.numbers)


def header(kind: str, code: str, cut: Cut) -> dict[str, Any]:
    """Where the canonical numbers of every explanation begin."""
    return {
        "explanation": kind,
        "version": VERSION,
        "of": code,
        "year": cut.fiscal_year.year,
        "month": cut.month,
        "scope": cut.scope,
    }


def mean_steps(
    values: Sequence[Decimal], mean: Decimal | None, *, of_what: str, borders: Sequence[Decimal]
) -> tuple[Step, ...]:
    """The sum of these percentages and its division; nothing without any. ``borders`` as in ``core.formats``."""
    if not values:
        return ()
    total = reduce(CONTEXT.add, values)
    return (
        Step(f"Suma de los {of_what}", " + ".join(map(precise, values)), f"{precise(total)} %"),
        Step(f"Entre cuántos son ({len(values)})", f"{precise(total)} / {len(values)}", f"{precise(mean, borders)} %"),
        Step("Como se muestra", precise(mean, borders), percent(mean, borders)),
    )


def light_reason(light: str, compliance: Decimal, annual: Decimal | None, thresholds: Thresholds) -> str:
    """Why a compliance has its light (rule 12), in words."""
    green, amber, over = (f"{precise(border)} %" for border in thresholds.borders)
    reached = f"{precise(compliance, thresholds.borders)} %"
    return {
        OVER: f"el cumplimiento anual, {precise(annual, thresholds.borders)} %, pasa de {over}",
        GREEN: f"{reached} alcanza el {green} desde el que es verde",
        AMBER: f"{reached} alcanza el {amber} desde el que es amarillo, y no el {green} del verde",
        RED: f"{reached} no alcanza el {amber} desde el que es amarillo",
    }[light]


def thresholds_numbers(thresholds: Thresholds) -> list[str]:
    return [precise(border) for border in thresholds.borders]
