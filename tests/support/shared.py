"""Rows that many tests begin with are made once for all of them, and every test finds them as they were made.

    @pytest.fixture
    @shared
    def town() -> Town:
        return make_town(3)

Below the transaction of each test that asks for ``town`` stands another one, which holds those rows: what a test writes
is rolled back, what stands below stays for the next test that begins with the same, and goes when the next one begins
with something else. Objects are copied for each test, so that nobody sees what another changed in them.

Whether a test finds the rows depends on what it asks for alone, and not on what ran before it: it runs by itself, in
any order and beside others. A test with real transactions makes the rows itself, as nothing stands below it. Tests of
one file that begin with the same run one after the other.

A shared fixture takes other shared fixtures and ``db``, and nothing else: what depends on settings, files or a clock
that a test has put in its place is made by the test. Before the rows go they are counted, as a test may have left some.
"""

import copy
import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import groupby
from typing import Any

import pytest
from django.db import connection, transaction

from tests.support.emptying import tables

Maker = Callable[..., Any]
_MAKER = "makes_shared_rows"
DATABASE = "db"  # by which whoever asks for the fixture may touch the database


def shared(make: Maker) -> Maker:
    """For a fixture: what it makes is shared with the tests that begin with the same."""

    @functools.wraps(make)
    def fixture(**others: Any) -> Any:
        return _standing.copy_of(make) if _standing.holds(make) else make(**others)

    setattr(fixture, _MAKER, make)
    return fixture


class Standing:
    """What stands in this process below the tests' transactions: of each maker, what it made."""

    def __init__(self) -> None:
        self._made: dict[Maker, Any] = {}
        self._copies: dict[Maker, Any] = {}
        self._counted: dict[str, int] = {}
        self._block = ExitStack()

    def holds(self, make: Maker) -> bool:
        return make in self._made

    def holds_anything(self) -> bool:
        return bool(self._made)

    def is_what(self, makers: dict[str, Maker]) -> bool:
        return set(makers.values()) == set(self._made)

    def copy_of(self, make: Maker) -> Any:
        """All are copied together: a programme of one and a department of another still know each other."""
        if not self._copies:
            self._copies = copy.deepcopy(self._made)
        return self._copies[make]

    def stand(self, makers: dict[str, Maker]) -> None:
        """These and no others, by the names of their fixtures."""
        self._copies = {}
        if self.is_what(makers):
            return
        self.take_away()
        if makers:
            self._block.enter_context(_below())
            try:
                for name in makers:
                    self._make(name, makers)
            except BaseException:
                self._forget()
                raise
            connection.check_constraints()  # nothing of it waits for the end of a transaction
            self._counted = _rows()

    def _make(self, name: str, makers: dict[str, Maker]) -> Any:
        make = makers[name]
        if make not in self._made:
            others = set(inspect.signature(make).parameters)
            if strange := others - {*makers, DATABASE}:
                raise pytest.UsageError(f"the shared fixture «{name}» takes what is not shared: {sorted(strange)}")
            self._made[make] = make(
                **{other: None if other == DATABASE else self._make(other, makers) for other in others}
            )
        return self._made[make]

    def take_away(self) -> None:
        if not self._made:
            return
        now, before, names = _rows(), self._counted, [make.__qualname__ for make in self._made]
        self._forget()
        changed = sorted(table for table in now if now[table] != before[table])
        assert not changed, f"a test left something in what is shared as {names}: {changed}"

    def _forget(self) -> None:
        self._made, self._copies = {}, {}
        self._block.close()


_standing = Standing()


@contextmanager
def _below() -> Iterator[None]:
    """What is written within stands below the tests' transactions."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined] # what must stand in no other transaction stands in it
    with block:
        yield
        transaction.set_rollback(True)


def _rows() -> dict[str, int]:
    """How many each table has."""
    counting = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables(connection.alias))
    with connection.cursor() as cursor:
        cursor.execute(counting)
        return dict(cursor.fetchall())


def stand_below(item: pytest.Item) -> None:
    """What this test begins with; nothing where it has real transactions."""
    _standing.stand(_begins_with(item))


def make_room(next_item: pytest.Item | None) -> None:
    """Nothing is left standing of which the next test makes no use: its modules' fixtures may write, too."""
    if next_item is None or not _standing.is_what(_begins_with(next_item)):
        _standing.take_away()


def transactions_below() -> int:
    return 1 if _standing.holds_anything() else 0


def has_real_transactions(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or bool(marker and marker.kwargs.get("transaction"))


def _begins_with(item: pytest.Item) -> dict[str, Maker]:
    return {} if has_real_transactions(item) else _makers(item)


def keep_together(items: list[pytest.Item]) -> None:
    """Within each file those that begin with the same; which of them come first is left to chance."""
    ordered = []
    for _, of_file in groupby(items, key=lambda item: item.path):
        alike: dict[frozenset[Maker], list[pytest.Item]] = {}
        for item in of_file:
            alike.setdefault(frozenset(_makers(item).values()), []).append(item)
        ordered += [item for tests in alike.values() for item in tests]
    items[:] = ordered


def _makers(item: Any) -> dict[str, Maker]:
    """By name, the makers of the shared fixtures that the test asks for, itself or through others."""
    found = {}
    for name in getattr(item, "fixturenames", ()):
        for definition in item._fixtureinfo.name2fixturedefs.get(name, ())[-1:]:
            if (make := getattr(definition.func, _MAKER, None)) is not None:
                found[name] = make
    return found
