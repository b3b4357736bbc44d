"""How long a page waits for the database, and what it says when that was too long.

Only what serves pages is cut short: migrations, imports and the worker may take as long as they take. One forgotten
transaction then holds whoever wants the same rows for a few seconds, and nobody else: a thread that waits for a lock
serves nobody.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

# PostgreSQL's own numbers (errcodes): they do not change with its language.
LOCKED = {"55P03", "40P01"}  # a lock that did not come in time, two that wait for each other
SLOW = {"57014"}  # a statement that was cancelled
GONE = {"25P03", "57P01", "57P02", "57P03", "53300"}  # the connection was ended, or there is none to have


@dataclass(frozen=True, slots=True)
class Wait:
    """What the page says, and in how many seconds it may be tried again."""

    sentence: str
    seconds: int


OF_A_LOCK = Wait(
    "Otra persona o un proceso está guardando lo mismo y no terminó a tiempo. Espere un momento y envíelo otra vez; si "
    "se repite, avise a Planeación.",
    10,
)
OF_A_STATEMENT = Wait(
    "El servidor tardó demasiado y se detuvo para no hacer esperar a los demás. Espere un momento e intente otra vez; "
    "si se repite, avise a Planeación.",
    30,
)
OF_THE_DATABASE = Wait(
    "El servidor no pudo llegar a su base de datos. Suele durar poco: espere un momento e intente otra vez; si se "
    "repite, avise a quien administra el servidor.",
    30,
)


def cut_waits_short() -> None:
    """Called by what serves pages, before its first connection; what DATABASE_URL itself says in ``options`` wins."""
    for config in connections.settings.values():
        if config["ENGINE"].endswith("postgresql"):
            given = config["OPTIONS"].get("options", "")
            config["OPTIONS"]["options"] = f"{settings.PAGE_WAITS} {given}".strip()
            _watch(config["OPTIONS"], given)


@contextmanager
def waits_cut_short() -> Iterator[None]:
    """The same for one command, whose connections are opened within."""
    before = {alias: dict(config["OPTIONS"]) for alias, config in connections.settings.items()}
    cut_waits_short()
    try:
        yield
    finally:
        for alias, options in before.items():
            connections.settings[alias]["OPTIONS"] = options


def _watch(options: dict[str, Any], given: str) -> None:
    """A database that does not even end what takes too long is given up from this side, a little later."""
    # psycopg2 is there where PostgreSQL is.
    from pmd.frozen import SPARED, WatchedConnection, WatchedCursor, watch

    limit = re.search(r"statement_timeout=(\d+)s\b", settings.PAGE_WAITS)
    seconds = int(limit[1]) if limit and "statement_timeout" not in given else 0
    watch.statement = seconds + SPARED if seconds else 0
    watch.health = float(options.get("connect_timeout") or 0)
    options |= {"connection_factory": WatchedConnection, "cursor_factory": WatchedCursor}


def waited_for(error: BaseException | None) -> Wait | None:
    """What the database did not do in time, None for any other failure."""
    if not isinstance(error, DatabaseError | InterfaceError):
        return None
    code = getattr(error.__cause__, "pgcode", None) or ""
    if code in LOCKED or "database is locked" in str(error):
        return OF_A_LOCK
    if code in SLOW:
        return OF_A_STATEMENT
    if code in GONE or (not code and _is_lost(str(error))):
        return OF_THE_DATABASE
    return None


# Without a connection there is no number: libpq's and psycopg2's own words.
_LOST = ("connection to server", "could not connect", "server closed the connection", "connection already closed",
         "timeout expired", "terminating connection", "could not translate host name")  # fmt: skip


def _is_lost(text: str) -> bool:
    return any(words in text for words in _LOST)
