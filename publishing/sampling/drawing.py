"""The draw: how many figures of each stratum, and which. Pure: the same seed and population draw the same anywhere."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.pdf import canonical


class Unit(NamedTuple):
    """A figure that may be drawn: an indicator in a month. ``key`` is that of its row and no part of the draw."""

    code: str
    month: int
    stratum: str
    key: int = 0

    @property
    def name(self) -> str:
        return f"{self.code}-{self.month:02d}"


@dataclass(frozen=True, slots=True)
class Stratum:
    code: str
    population: int
    drawn: int


def lot(seed: str, unit: Unit) -> str:
    """The number by which a figure is drawn: within a stratum those with the lowest ones are."""
    return hashlib.sha256(f"{seed}\n{unit.code}\n{unit.month}".encode()).hexdigest()


def fingerprint(population: Iterable[Unit]) -> str:
    """The SHA-256 of the population: each figure with its stratum, by code and month."""
    rows = sorted((unit.code, unit.month, unit.stratum) for unit in population)
    return hashlib.sha256(canonical(rows)).hexdigest()


def allocate(populations: Sequence[int], size: int) -> list[int]:
    """How many of each stratum: in proportion, at least one of each that has any, where the size allows for it.

    One after the other goes to the stratum that is furthest below its share; of two alike to the larger one, and of
    two as large to the first. ``size`` is at most the sum, so that no stratum gives more than it has.
    """
    total = sum(populations)
    if not 0 <= size <= total:
        raise ValueError(f"{size} of {total} cannot be drawn")
    there = [place for place, population in enumerate(populations) if population]
    drawn = [0] * len(populations)
    if size >= len(there):
        for place in there:
            drawn[place] = 1

    def below(place: int) -> tuple[int, int, int]:
        return size * populations[place] - drawn[place] * total, populations[place], -place

    for _ in range(size - sum(drawn)):
        drawn[max((place for place in there if drawn[place] < populations[place]), key=below)] += 1
    return drawn


def strata_of(population: Sequence[Unit], order: Sequence[str], size: int) -> list[Stratum]:
    """In the order of ``order``, which names each stratum; those without figures are left out."""
    counts = dict.fromkeys(order, 0)
    for unit in population:
        counts[unit.stratum] += 1
    there = [(code, count) for code, count in counts.items() if count]
    shares = allocate([count for _, count in there], size)
    return [Stratum(code, count, share) for (code, count), share in zip(there, shares, strict=True)]


def draw(population: Sequence[Unit], strata: Sequence[Stratum], seed: str) -> list[Unit]:
    """The figures of the sample, by code and month."""
    by_stratum: dict[str, list[Unit]] = {stratum.code: [] for stratum in strata}
    for unit in population:
        by_stratum[unit.stratum].append(unit)
    drawn: list[Unit] = []
    for stratum in strata:
        drawn += sorted(by_stratum[stratum.code], key=lambda unit: lot(seed, unit))[: stratum.drawn]
    return sorted(drawn, key=lambda unit: (unit.code, unit.month))
