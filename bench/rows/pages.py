"""Queries and server time of the pages that people live on, against a bare signed-in page of the same project.

Each page is asked for twice in a row: cold, as the first request after somebody saved a figure, and warm. The limits
are those of the cold one.
"""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial

from bench.figures import Figure
from bench.municipality import Run
from bench.pages import BARE, FRAME, PAGES, saver, visitor

LIMIT_QUERIES = {"capture page": 10}
LIMIT_OTHER_QUERIES = 8
# Times the bare page.
LIMITS = {
    "frame": 1.8,
    "plan page": 7,
    "heat map": 13,
    "programme page": 5,
    "capture page": 10,
    "review page": 10,
    "mayor's sheet": 9,
}
LIMIT_SAVING = 7
ROUNDS, WARM_UP = 40, 4


def measure(run: Run) -> list[Figure]:
    return [*_queries(run), *_times()]


def _queries(run: Run) -> list[Figure]:
    real = run.child("bench.pages", database=run.real)
    small = run.child("bench.pages", database=run.small)
    figures = []
    for name in PAGES:
        more = real[name] - small[name]
        figures.append(Figure(f"{name}: queries", real[name], "queries", LIMIT_QUERIES.get(name, LIMIT_OTHER_QUERIES)))
        figures.append(
            Figure(f"{name}: more queries than with 5 programmes", abs(more), "queries", 0, f"{small[name]} with 5")
        )
    return figures


def _times() -> list[Figure]:
    medians = {key: statistics.median(times[WARM_UP:]) for key, times in _in_turns().items()}
    bare, saving = medians["bare"], medians["saving a cell"]
    figures = [Figure("bare signed-in page", bare * 1000, "ms")]
    for name, limit in LIMITS.items():
        figures.append(_against(f"{name}, cold", medians[f"{name}, cold"], bare, limit))
        figures.append(_against(f"{name}, warm", medians[f"{name}, warm"], bare, None))
    return [*figures, _against("saving a cell", saving, bare, LIMIT_SAVING)]


def _against(name: str, seconds: float, bare: float, limit: float | None) -> Figure:
    note = f"{seconds * 1000:.1f} ms against {bare * 1000:.1f} ms"
    return Figure(f"{name}: times a bare page", seconds / bare, "x", limit, note)


def _in_turns() -> dict[str, list[float]]:
    """The seconds of every call, in turns; those of the first rounds load templates and connect."""
    get, save = visitor(), saver()
    taken: dict[str, list[float]] = defaultdict(list)

    def timed(name: str, call: Callable[[], object]) -> None:
        started = time.perf_counter()
        call()
        taken[name].append(time.perf_counter() - started)

    for _ in range(WARM_UP + ROUNDS):
        for name, path in {"frame": FRAME, **PAGES}.items():
            timed("bare", partial(get, BARE))
            timed("saving a cell", save)
            timed(f"{name}, cold", partial(get, path))
            timed(f"{name}, warm", partial(get, path))
    return taken
