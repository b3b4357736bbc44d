"""The ten-minute story of forty indicators at 400 ms and 256 kbit/s."""

from bench.figures import Figure
from bench.municipality import Run

LIMIT_SECONDS = 600


def measure(run: Run) -> list[Figure]:
    told = run.child("bench.slow_line", database=run.story)
    note = "cold browser; paste, justify, attach, submit, return, mend, validate"
    return [Figure("ten minutes of 40 indicators at 400 ms, 256 kbit/s", told["seconds"], "s", LIMIT_SECONDS, note)]
