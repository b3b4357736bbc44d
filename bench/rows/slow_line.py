"""The ten-minute story of forty indicators at 400 ms and 256 kbit/s."""

from bench.figures import Figure, not_measured
from bench.municipality import Run
from tests.support.chromium import find_chromium

LIMIT_SECONDS = 600


def measure(run: Run) -> list[Figure]:
    if find_chromium() is None:
        return [not_measured("ten minutes of 40 indicators", "there is no Chromium on this machine")]
    told = run.child("bench.slow_line", database=run.story)
    note = "cold browser; paste, justify, attach, submit, return, correct, validate"
    return [Figure("ten minutes of 40 indicators at 400 ms, 256 kbit/s", told["seconds"], "s", LIMIT_SECONDS, note)]
