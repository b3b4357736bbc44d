"""A database that stopped answering holds no thread of a page for longer than its own limits would have allowed.

PostgreSQL ends a statement that takes too long, which it cannot while its machine or its processes stand still: whoever
asked would wait for ever. One thread looks whether somebody has waited for longer than the database would ever have let
them, and ends that connection from this side; psycopg2 then says that it is lost, as of a server that went away.
"""

import socket
import time
from contextlib import suppress
from threading import Lock, Thread
from typing import Any

from psycopg2 import OperationalError
from psycopg2.extensions import connection, cursor

# Above the database's own limit, so that it is the one to say what was slow.
SPARED = 5
# After a connection that was not answered, nobody tries for so long: each try would hold a thread for seconds.
REFUSED_FOR = 3
HEALTH = "SELECT 1"  # what Django asks of a connection that was kept


class Watch:
    """Who waits for an answer, and until when. One of a process."""

    def __init__(self) -> None:
        self.statement = self.health = 0.0  # seconds; 0: for ever
        self.refusing_until = 0.0
        self._waiting: dict[int, tuple[float, int]] = {}  # connection → when it is given up, file descriptor
        self._lock = Lock()
        self._thread: Thread | None = None

    def begin(self, one: Any, seconds: float) -> None:
        if not seconds or one.closed:
            return
        with self._lock:
            self._waiting[id(one)] = time.monotonic() + seconds, one.fileno()
            if self._thread is None:
                self._thread = Thread(target=self._look, daemon=True, name="frozen-database")
                self._thread.start()

    def end(self, one: Any) -> None:
        # Under the lock: the number of a connection that is closed may be that of another file by now.
        with self._lock:
            self._waiting.pop(id(one), None)

    def _look(self) -> None:
        while True:
            time.sleep(1)
            now = time.monotonic()
            with self._lock:
                for key, (until, number) in list(self._waiting.items()):
                    if until <= now:
                        del self._waiting[key]
                        _hang_up(number)


watch = Watch()


def _hang_up(number: int) -> None:
    """Nothing more is read or written; the connection itself is its owner's to close."""
    with suppress(OSError):
        found = socket.socket(fileno=number)
        try:
            found.shutdown(socket.SHUT_RDWR)
        finally:
            found.detach()


class WatchedConnection(connection):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if time.monotonic() < watch.refusing_until:
            raise OperationalError("timeout expired: the database did not answer a moment ago")
        try:
            super().__init__(*args, **kwargs)
        except OperationalError as error:
            if "timeout expired" in str(error):
                watch.refusing_until = time.monotonic() + REFUSED_FOR
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
