"""First contentful paint and layout shift of the pages that a mayor opens, in headless Chromium with an empty cache."""

from bench.figures import Figure
from bench.municipality import Run

LIMIT_SHIFT = 0.1  # what browsers' makers call good


def measure(run: Run) -> list[Figure]:
    figures = []
    for name, seen in run.child("bench.paint", database=run.real).items():
        figures.append(Figure(f"{name}: first contentful paint", seen["paint"], "ms"))
        figures.append(Figure(f"{name}: layout shift", seen["shift"], "", LIMIT_SHIFT))
    return figures
