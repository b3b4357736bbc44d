"""Two processes that keep what they read, held against a reading of everything."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from core.keeping import Keeper
from indicators.results import kept, year
from indicators.results.course import load_course, load_cut_offs_with_course
from indicators.results.scope import OFFICIAL, PRELIMINARY, Scope
from programs.models import FiscalYear


class Process:
    """What one process has kept; its threads share it."""

    def __init__(self) -> None:
        self.shelf: Keeper[Any] = Keeper(kept._shelf.most)

    def read(self, fiscal_year: FiscalYear, scope: Scope) -> Any:
        with mock.patch.object(kept, "_shelf", self.shelf):
            return _told(fiscal_year, scope)


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Neither of rows nor of pages."""
    with (
        mock.patch.object(year, "read_whole_year", lambda *_: None),
        mock.patch.object(Keeper, "made", lambda self, key, make: make()),
    ):
        yield


def _told(fiscal_year: FiscalYear, scope: Scope) -> Any:
    """All that pages of the whole plan take."""
    results, course = load_cut_offs_with_course(fiscal_year, (9, 3), scope=scope)
    read = [
        (
            [
                (sheet.id, sheet.code, sheet.name, sheet.department, sheet.line, sheet.figures)
                for sheet in found.programs
            ],
            found.names,
            found.descending,
            found.plan,
        )
        for found in results
    ]
    return read, course, [(program.code, program.course) for program in load_course(fiscal_year, scope=scope)]


class Processes:
    """Two that have read every year before something changes."""

    def __init__(self) -> None:
        self.all = (Process(), Process())
        self.read()

    def read(self) -> None:
        for process in self.all:
            self._read(process)

    def agree(self) -> None:
        """Each process reads what is there now, twice, and one that has just begun as well."""
        for process in (*self.all, *self.all, Process()):
            self._read(process, compare=True)

    def _read(self, process: Process, *, compare: bool = False) -> None:
        for fiscal_year in FiscalYear.objects.order_by("year"):
            for scope in (OFFICIAL, PRELIMINARY):
                found = process.read(fiscal_year, scope)
                if compare:
                    with nothing_kept():
                        assert found == _told(fiscal_year, scope)
