"""A database that stopped answering holds no thread of a page, and is asked by one thread whether it answers again.

PostgreSQL ends a statement that takes too long, which it cannot while its machine or its processes stand still: whoever
asked would wait for ever. Where somebody has waited for a moment, one thread of the process asks for a connection of
its own. A server that does not even begin to answer that stands still: who waits is told so, and who comes too, until
it answers. Whatever else takes too long is given up from this side a little after the database would have ended it;
psycopg2 then says that the connection is lost, as of a server that went away.
"""

import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any

import psycopg2
from psycopg2 import OperationalError
from psycopg2.extensions import connection, cursor

# All in seconds. Above the database's own limit, so that it is the one to say what was slow.
SPARED = 5
LOOKS_EVERY = 0.5
# So long a statement waits before the server is asked whether it answers anybody, and then how often.
SUSPECTED_AFTER, ASKED_EVERY = 1, 2
# A server with far too much to do still takes a connection within this.
ANSWERS_WITHIN = 3
HEALTH = "SELECT 1"  # what Django asks of a connection that was kept
UNANSWERED = "timeout expired"  # libpq's words
_STILL = f"{UNANSWERED}: the database did not answer a moment ago"


@dataclass(frozen=True, slots=True)
class Waiting:
    """``until``: when it is given up (monotonic); ``number``: the file descriptor of its connection."""

    since: float
    until: float
    number: int


class Watch:
    """Who waits for an answer, and until when. One of a process."""

    def __init__(self) -> None:
        self.statement = self.health = 0.0  # seconds; 0: for ever
        self._begin()

    def _begin(self) -> None:
        self.stands_still = False
        self._waiting: dict[int, Waiting] = {}
        self._asked_at = 0.0
        self._dsn = ""
        self._lock = Lock()
        self._thread: Thread | None = None

    # A process that was made by another has none of its threads.
    forked = _begin

    def begin(self, one: Any, seconds: float) -> None:
        """Raises OperationalError where the server is known to stand still."""
        if self.stands_still:
            raise OperationalError(_STILL)
        if not seconds or one.closed:
            return
        now = time.monotonic()
        with self._lock:
            self._dsn = one.asked_with
            self._waiting[id(one)] = Waiting(now, now + seconds, one.fileno())
            self._look_on()

    def end(self, one: Any) -> None:
        # Under the lock: the number of a connection that is closed may be that of another file by now.
        with self._lock:
            self._waiting.pop(id(one), None)

    def unanswered(self, dsn: str) -> None:
        """A connection was asked for with these words, and nobody answered in time."""
        with self._lock:
            self._dsn, self.stands_still = dsn, True
            self._look_on()

    def _look_on(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._look, daemon=True, name="frozen-database")
            self._thread.start()

    def _look(self) -> None:
        while True:
            time.sleep(LOOKS_EVERY)
            self._give_up(lambda one: one.until <= time.monotonic())
            if self._is_to_be_asked():
                self._asked_at = time.monotonic()
                self.stands_still = not _answers(self._dsn)
                if self.stands_still:
                    self._give_up(lambda one: True)

    def _is_to_be_asked(self) -> bool:
        now = time.monotonic()
        if self.stands_still:
            return True
        with self._lock:
            waits = any(one.since + SUSPECTED_AFTER <= now for one in self._waiting.values())
        return waits and self._asked_at + ASKED_EVERY <= now

    def _give_up(self, which: Callable[[Waiting], bool]) -> None:
        with self._lock:
            for key, one in list(self._waiting.items()):
                if which(one):
                    del self._waiting[key]
                    _hang_up(one.number)


watch = Watch()
os.register_at_fork(after_in_child=watch.forked)


def _answers(dsn: str) -> bool:
    """Also who refuses answers: it has no room, or another password by now."""
    try:
        psycopg2.connect(dsn, connect_timeout=ANSWERS_WITHIN).close()
    except psycopg2.Error as error:
        return UNANSWERED not in str(error)
    return True


def _hang_up(number: int) -> None:
    """Nothing more is read or written; the connection itself is its owner's to close."""
    with suppress(OSError):
        found = socket.socket(fileno=number)
        try:
            found.shutdown(socket.SHUT_RDWR)
        finally:
            found.detach()


class WatchedConnection(connection):
    def __init__(self, dsn: str, *args: Any, **kwargs: Any) -> None:
        self.asked_with = dsn  # psycopg2's own ``dsn`` leaves the password out
        if watch.stands_still:
            raise OperationalError(_STILL)
        try:
            super().__init__(dsn, *args, **kwargs)
        except OperationalError as error:
            if UNANSWERED in str(error):
                watch.unanswered(dsn)
            raise

    def commit(self) -> None:
        watch.begin(self, watch.statement)
        try:
            super().commit()
        finally:
            watch.end(self)

    def rollback(self) -> None:
        watch.begin(self, watch.statement)
        try:
            super().rollback()
        finally:
            watch.end(self)


class WatchedCursor(cursor):
    def execute(self, query: Any, vars: Any = None) -> None:
        watch.begin(self.connection, watch.health if query == HEALTH else watch.statement)
        try:
            super().execute(query, vars)
        finally:
            watch.end(self.connection)

    def executemany(self, query: Any, vars_list: Any) -> None:
        """Each of them may take as long as one may."""
        for one in vars_list:
            self.execute(query, one)

    def fetchmany(self, *args: Any, **kwargs: Any) -> Any:
        """Of a cursor with a name (``iterator``) each of these asks the server."""
        watch.begin(self.connection, watch.statement if self.name else 0)
        try:
            return super().fetchmany(*args, **kwargs)
        finally:
            watch.end(self.connection)

    def copy_expert(self, *args: Any, **kwargs: Any) -> None:
        watch.begin(self.connection, watch.statement)
        try:
            super().copy_expert(*args, **kwargs)
        finally:
            watch.end(self.connection)
