"""Queries and server time of the pages that people live on, against an empty signed-in page of the same project."""

from functools import partial

from bench.figures import Figure, interleaved
from bench.municipality import Run
from bench.pages import EMPTY, PAGES, visitor

LIMIT_QUERIES = {"capture page": 10}
LIMIT_OTHER_QUERIES = 8
LIMIT_TIMES = {"dashboard": 5, "heat map": 12, "programme page": 3}  # times an empty page


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
    get = visitor()
    taken = interleaved({name: partial(get, path) for name, path in {"empty": EMPTY, **PAGES}.items()})
    empty = taken.pop("empty")
    figures = [Figure("empty signed-in page", empty * 1000, "ms")]
    for name, seconds in taken.items():
        note = f"{seconds * 1000:.1f} ms against {empty * 1000:.1f} ms"
        figures.append(Figure(f"{name}: times an empty page", seconds / empty, "x", LIMIT_TIMES.get(name), note))
    return figures
