"""How long ``generate_demo`` takes for a municipality of real size, as a process of its own."""

from bench.figures import Figure
from bench.municipality import Run

LIMIT_SECONDS = 60


def measure(run: Run) -> list[Figure]:
    return [Figure("generate_demo, 161 programmes, 3 years", run.generation_seconds, "s", LIMIT_SECONDS)]
