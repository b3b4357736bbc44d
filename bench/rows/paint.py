"""First contentful paint and layout shift of the pages that a mayor opens, in headless Chromium with an empty cache."""

from bench.figures import Figure, not_measured
from bench.municipality import Run
from tests.support.chromium import find_chromium

LIMIT_SHIFT = 0.1  # what browsers' makers call good


def measure(run: Run) -> list[Figure]:
    if find_chromium() is None:
        return [not_measured("first paint and layout shift", "there is no Chromium on this machine")]
    figures = []
    for name, seen in run.child("bench.paint", database=run.real).items():
        figures.append(Figure(f"{name}: first contentful paint", seen["paint"], "ms"))
        figures.append(Figure(f"{name}: layout shift", seen["shift"], "", LIMIT_SHIFT))
    return figures
