"""Saving one cell of the grid, alone and with 50 people at once for a minute."""

from bench.figures import Figure
from bench.municipality import Run

SECONDS = 60


def measure(run: Run) -> list[Figure]:
    told = run.child("bench.saving", str(SECONDS), database=run.real)
    note = f"{told['saved']:.0f} saves by {told['people']:.0f} people"
    whole = f"{told['whole_sealed_new']:.0f} acts, {told['whole_memory']:.0f} MB more memory"
    return [
        Figure("saving a cell alone: p50", told["alone_p50"], "ms"),
        Figure("saving a cell alone: p95", told["alone_p95"], "ms"),
        Figure("saving a cell, 50 people at once: p50", told["together_p50"], "ms", None, note),
        Figure("saving a cell, 50 people at once: p95", told["together_p95"], "ms"),
        Figure("saving a cell alone while the trail is sealed: p50", told["beside_p50"], "ms", None, "by turns"),
        Figure("saving a cell alone while the trail is sealed: p95", told["beside_p95"], "ms"),
        Figure("oldest act without a seal meanwhile", told["lag"], "s", 60, f"{told['a_second']:.0f} saves a second"),
        Figure("sealing a trail that has no seal", told["whole_sealing"], "s", None, whole),
        Figure("verifying its chain", told["whole_verifying"], "s"),
        Figure("… saves refused", told["failed"], "rows", 0),
        Figure("… saves lost", told["lost"], "rows", 0),
        Figure("… saves written twice", told["twice"], "rows", 0),
    ]
