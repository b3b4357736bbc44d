"""The quarterly PDF of a municipality of real size: how long it takes, and the memory of the process that makes it."""

from bench.figures import Figure
from bench.municipality import Run

LIMIT_SECONDS, LIMIT_MEGABYTES = 4, 400


def measure(run: Run) -> list[Figure]:
    told = run.child("bench.papers", database=run.real)
    note = f"161 programmes, {told['size']:.1f} MB"
    return [
        Figure("quarterly PDF", told["seconds"], "s", LIMIT_SECONDS, note),
        Figure("quarterly PDF: peak memory", told["megabytes"], "MB", LIMIT_MEGABYTES),
    ]
