"""A measured figure with its limit, the table of them, and how times are taken."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` and ``limit`` in ``unit``; without a limit it is only shown. ``note`` says what it was made of.

    Without a value nothing was measured, and ``note`` says why: a figure that ``failed`` is never held, one that this
    machine cannot measure (there is no browser) neither holds nor breaks a limit.
    """

    name: str
    value: float | None
    unit: str = ""
    limit: float | None = None
    note: str = ""
    failed: bool = False

    @property
    def met(self) -> bool:
        return not self.failed and (self.limit is None or self.value is None or self.value <= self.limit)


def failure(name: str, why: str) -> Figure:
    """The line of a row that broke off or never ended."""
    return Figure(name, None, note=f"failed: {why}", failed=True)


def not_measured(name: str, why: str) -> Figure:
    """The line of a row that needs what this machine does not have."""
    return Figure(name, None, note=f"not measured: {why}")


def table(figures: Sequence[Figure]) -> str:
    """One line a figure: name, value, limit, held or not, and its note."""
    head = ("figure", "value", "limit", "held", "")
    rows = [(f.name, _text(f.value, f.unit), _limit(f), _verdict(f), f.note) for f in figures]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(4)]
    return "\n".join(_line(row, widths) for row in (head, tuple("-" * width for width in (*widths, 0)), *rows))


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    name, value, limit, met, note = row
    shown = f"{name:<{widths[0]}}  {value:>{widths[1]}}  {limit:>{widths[2]}}  {met:<{widths[3]}}  {note}"
    return shown.rstrip()


def _text(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return f"{value:.0f} {unit}" if unit in ("queries", "MB", "rows") else f"{value:.2f} {unit}"


def _limit(figure: Figure) -> str:
    return "" if figure.limit is None else _text(figure.limit, figure.unit)


def _verdict(figure: Figure) -> str:
    if not figure.met:
        return "NO"
    return "" if figure.limit is None or figure.value is None else "yes"


def interleaved(calls: Mapping[str, Callable[[], object]], *, rounds: int = 50, warm_up: int = 5) -> dict[str, float]:
    """The median seconds of each call, taken in turns so that a busy machine is busy for all of them alike."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(warm_up + rounds):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            elapsed = time.perf_counter() - started
            if turn >= warm_up:
                taken[name].append(elapsed)
    return {name: statistics.median(times) for name, times in taken.items()}
