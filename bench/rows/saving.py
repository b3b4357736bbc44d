"""Saving one cell of the grid, alone and with 50 people at once for a minute."""

from bench.figures import Figure
from bench.municipality import Run

SECONDS = 60


def measure(run: Run) -> list[Figure]:
    told = run.child("bench.saving", str(SECONDS), database=run.real)
    note = f"{told['saved']:.0f} saves by {told['people']:.0f} people"
    return [
        Figure("saving a cell alone: p50", told["alone_p50"], "ms"),
        Figure("saving a cell alone: p95", told["alone_p95"], "ms"),
        Figure("saving a cell, 50 people at once: p50", told["together_p50"], "ms", None, note),
        Figure("saving a cell, 50 people at once: p95", told["together_p95"], "ms"),
        Figure("… saves refused", told["failed"], "rows", 0),
        Figure("… saves lost", told["lost"], "rows", 0),
        Figure("… saves written twice", told["twice"], "rows", 0),
    ]
