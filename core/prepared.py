"""A query that PostgreSQL reads once a connection and soon plans no more, instead of in every request.

PostgreSQL plans the five small queries of a page's frame for longer than it runs them. A connection that lives
(CONN_MAX_AGE) keeps a statement that it was told to PREPARE, also when the transaction of that moment is rolled back.

Which plan it uses is PostgreSQL's own choice (``plan_cache_mode = auto``): the first five times it plans for the values
given, then for any value, if that plan promises to cost no more than those did with their planning.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import Enum, auto
from hashlib import sha256
from threading import Event
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DatabaseError

Rows = TypeVar("Rows")
logger = logging.getLogger(__name__)

# PostgreSQL's own numbers (errcodes).
CHANGED = "0A000"  # a column has another type than when the statement was prepared
LOST = {"26000", "42P05"}  # there is no statement of this name, or there is one that this connection never prepared

# As what a value comes in. A text becomes what stands beside it, as a quoted one does: a code, or an array of keys.
_TYPES: dict[type, str] = {date: "date", int: "bigint", str: "unknown"}


class _State(Enum):
    ASKED = auto()  # once: a connection that asks no second time has nothing to gain
    PREPARED = auto()
    OUTDATED = auto()


# By psycopg2's connection, not Django's: that one opens another when it was closed.
_statements: WeakKeyDictionary[Any, dict[str, _State]] = WeakKeyDictionary()
# Nothing more is prepared in this process, whatever the settings say.
_lost = Event()


class Prepared:
    """``places`` of ``sql``: the name of a value, or "" and what stands there every time; ``kinds`` of the values."""

    def __init__(self, table: str, sql: str, places: Sequence[tuple[str, Any]], kinds: Mapping[str, type]) -> None:
        self._sql = sql
        self._places = tuple(places)
        self._values = tuple(dict.fromkeys(name for name, _ in places if name))
        self._types = ", ".join(_TYPES[kinds[name]] for name in self._values)
        # Named after what it says: under one name, no process ever finds another's query.
        said = repr((sql, self._places, self._types))
        self._name = f"pmd_{sha256(said.encode()).hexdigest()[:16]}_{table}"[:63]
        given = ", ".join(["%s"] * len(self._values))
        self._execute = f"EXECUTE {self._name} ({given})" if given else f"EXECUTE {self._name}"

    def ask(self, values: Mapping[str, Any], connection: Any, fetch: Callable[[str, tuple[Any, ...]], Rows]) -> Rows:
        """What ``fetch`` makes of the statement and its values, or of the SQL itself where that was not prepared."""
        if settings.PMD_PREPARED and not _lost.is_set():
            try:
                if self._is_prepared(connection):
                    return fetch(self._execute, tuple(values[name] for name in self._values))
            except DatabaseError as error:
                # A failure breaks the transaction around it: then there is nothing more to ask.
                if not self._was_unusable(error, connection) or not connection.get_autocommit():
                    raise
        return fetch(self._sql, tuple(values[name] if name else value for name, value in self._places))

    def _is_prepared(self, connection: Any) -> bool:
        """Not the first time: a connection that asks no second time has nothing to gain."""
        # As Django's cursor does: what follows is about the connection that the query will go to.
        connection.close_if_health_check_failed()
        connection.ensure_connection()
        statements = _statements.setdefault(connection.connection, {})
        state = statements.get(self._name)
        if state is None:
            statements[self._name] = _State.ASKED
            return False
        if state is not _State.PREPARED:
            self._prepare(connection, is_there=state is _State.OUTDATED)
            statements[self._name] = _State.PREPARED
        return True

    def _was_unusable(self, error: DatabaseError, connection: Any) -> bool:
        """Did the statement fail for what it is, and not for what it asks? Then it is not used again."""
        code = getattr(error.__cause__, "pgcode", None)
        if code == CHANGED:
            statements = _statements[connection.connection]
            was_prepared = statements.get(self._name) is _State.PREPARED
            if was_prepared:
                statements[self._name] = _State.OUTDATED
            return was_prepared
        if code not in LOST:
            return False
        _lost.set()
        logger.warning(
            "PostgreSQL does not know %s as this connection left it (%s): this process prepares nothing more. Behind a "
            "pooler that shares its connections set PMD_PREPARED=off.",
            self._name,
            code,
        )
        return True

    def _prepare(self, connection: Any, *, is_there: bool) -> None:
        """Past Django's cursor: what is logged and counted is the query."""
        connection.validate_no_broken_transaction()
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            if is_there:
                cursor.execute(f"DEALLOCATE {self._name}")
            cursor.execute(self._preparing(cursor))

    def _preparing(self, cursor: Any) -> str:
        numbers = {name: f"${number}" for number, name in enumerate(self._values, start=1)}
        written = [numbers[name] if name else cursor.mogrify("%s", [value]).decode() for name, value in self._places]
        types = f" ({self._types})" if self._types else ""
        return f"PREPARE {self._name}{types} AS {self._sql % tuple(written)}"
