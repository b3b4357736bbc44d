"""SQLite into an archive and out of it: a copy of one moment, while others go on writing."""

import gzip
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from django.db import connections
from django.db.utils import load_backend

from core.private_files import PART
from pmd.backups import tables
from pmd.backups.tables import Table


@contextmanager
def frozen(connection: Any, folder: Path) -> Iterator[tuple[dict[str, Table], IO[bytes], int]]:
    """One moment of the database: its tables, its copy and the copy's size. Within, reading sees that moment."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".pmd-", suffix=PART) as place:
        copy = Path(place) / "database.sqlite3"
        connection.ensure_connection()
        with closing(sqlite3.connect(copy)) as target:
            connection.connection.backup(target)
            _empty_left_out(target)
        reader = load_backend(connection.settings_dict["ENGINE"]).DatabaseWrapper(
            {**connection.settings_dict, "NAME": str(copy)}, connection.alias
        )
        connections[connection.alias] = reader
        try:
            found = tables.of_sqlite(str(copy))
            packed = Path(place) / "packed"
            with copy.open("rb") as plain, gzip.open(packed, "wb", compresslevel=6) as target:
                shutil.copyfileobj(plain, target, 2**20)
            with packed.open("rb") as dump:
                yield found, dump, packed.stat().st_size
        finally:
            connections[connection.alias] = connection
            reader.close()


def _empty_left_out(copy: sqlite3.Connection) -> None:
    copy.execute("PRAGMA secure_delete = ON")  # nor among the pages that nothing uses
    for name in tables.LEFT_OUT:
        if copy.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [name]).fetchone():
            copy.execute(f'DELETE FROM "{name}"')
    copy.commit()


def path_of(connection: Any) -> Path:
    return Path(connection.settings_dict["NAME"])


def contents(connection: Any) -> dict[str, Table]:
    path = path_of(connection)
    return tables.of_sqlite(str(path)) if path.exists() else {}


def is_empty(connection: Any) -> bool:
    return not contents(connection)


@contextmanager
def loading(connection: Any) -> Iterator[IO[bytes]]:
    """What is written within becomes the database in one step."""
    path = path_of(connection)
    part = path.with_name(f".{path.name}{PART}")
    connection.close()
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as packed:
            yield packed
            packed.seek(0)
            plain = part.with_suffix(".plano")
            with gzip.open(packed) as source, plain.open("wb") as target:
                shutil.copyfileobj(source, target, 2**20)
                target.flush()
                os.fsync(target.fileno())
        plain.chmod(0o600)
        for beside in ("-wal", "-shm"):  # of the empty file that was there
            with suppress(FileNotFoundError):
                path.with_name(path.name + beside).unlink()
        os.replace(plain, path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
