"""What a database holds, table by table: how many rows, and the SHA-256 of all of them in the order of their key."""

import hashlib
import json
import sqlite3
from dataclasses import asdict, dataclass
from typing import Any

# How values are written must not depend on whose session it is.
_PLAIN = (
    "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex'; "
    "SET extra_float_digits = 1"
)
# Texts sort as their bytes: another server may have another language.
_KEY = (
    "SELECT a.attname, a.attcollation <> 0 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid "
    "AND a.attnum = ANY (i.indkey) WHERE i.indisprimary AND i.indrelid = %s::regclass "
    "ORDER BY array_position(i.indkey::int2[], a.attnum)"
)


@dataclass(frozen=True, slots=True)
class Table:
    rows: int
    sha256: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


# Whoever had this could sign in as others without their password: everybody signs in again after a restoring.
LEFT_OUT = ("django_session",)


def without_left_out(found: dict[str, Table]) -> dict[str, Table]:
    """As they are in the archive."""
    empty = Table(0, hashlib.sha256().hexdigest())
    return {name: empty if name in LEFT_OUT else table for name, table in found.items()}


class _Copied:
    """What COPY writes: a line a row."""

    def __init__(self) -> None:
        self.rows, self.digest = 0, hashlib.sha256()

    def write(self, piece: bytes) -> None:
        self.rows += piece.count(b"\n")
        self.digest.update(piece)


def of_postgresql(connection: Any) -> dict[str, Table]:
    """Of the schema in which the product works. One pass over each table, nothing of it in memory."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN)
        for name in sorted(connection.introspection.table_names(cursor)):
            quoted = connection.ops.quote_name(name)
            cursor.execute(_KEY, [quoted])
            keys = [
                connection.ops.quote_name(column) + (' COLLATE "C"' if is_text else "")
                for column, is_text in cursor.fetchall()
            ]
            order = ", ".join(keys) or 'whole::text COLLATE "C"'
            copied = _Copied()
            cursor.copy_expert(f"COPY (SELECT * FROM {quoted} AS whole ORDER BY {order}) TO STDOUT", copied)
            found[name] = Table(copied.rows, copied.digest.hexdigest())
    return found


def of_sqlite(path: str) -> dict[str, Table]:
    found = {}
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    # Whatever bytes a text has.
    connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    try:
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        for (name,) in connection.execute(names).fetchall():
            quoted = '"' + name.replace('"', '""') + '"'
            columns = connection.execute(f"PRAGMA table_info({quoted})").fetchall()
            keys = [f'"{column[1]}"' for column in sorted(columns, key=lambda one: one[5]) if column[5]]
            rows, digest = 0, hashlib.sha256()
            for row in connection.execute(f"SELECT * FROM {quoted} ORDER BY {', '.join(keys) or 'rowid'}"):
                rows += 1
                digest.update(json.dumps(row, default=bytes.hex).encode())
            found[name] = Table(rows, digest.hexdigest())
    finally:
        connection.close()
    return found
