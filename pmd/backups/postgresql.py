"""PostgreSQL into an archive and out of it, with its own programs.

The application's role may read every table and sequence, which is all that a backup needs: the owner's password stays
out of what runs every night. Restoring makes tables and is the owner's.
"""

import errno
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import psycopg2.extensions
from django.db import connections

from core import manual
from pmd.backups import programs, tables
from pmd.backups.refusals import BackupError
from pmd.backups.tables import Table

# In the languages of servers here: pg_restore tells no number.
_NOT_ALLOWED = re.compile("permission denied|must be owner|permiso denegado|debe ser dueño")
_HOW = manual.RESTORING
_SAID = 3  # lines of what a program complained about that are told


def server_version(connection: Any) -> int:
    return int(connection.pg_version) // 10000


@contextmanager
def frozen(connection: Any, folder: Path) -> Iterator[tuple[dict[str, Table], IO[bytes], int]]:
    """One moment of the database: its tables, its dump and the dump's size. Within, reading sees that moment.

    The program and our own reading share a snapshot; nobody waits for it.
    """
    program = programs.find("pg_dump", server_version(connection))
    reader = connection.copy()
    connections[connection.alias] = reader
    try:
        with reader.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        with tempfile.TemporaryFile(dir=folder) as dump:
            without = [f"--exclude-table-data={name}" for name in tables.LEFT_OUT]
            run(program, reader, ["--format=custom", f"--snapshot={snapshot}", *without], stdout=dump)
            size = dump.seek(0, os.SEEK_END)
            dump.seek(0)
            yield tables.without_left_out(contents(reader)), dump, size
    finally:
        connections[connection.alias] = connection
        reader.close()


def contents(connection: Any) -> dict[str, Table]:
    return tables.of_postgresql(connection)


def is_empty(connection: Any) -> bool:
    return not connection.introspection.table_names()


@contextmanager
def loading(connection: Any) -> Iterator[IO[bytes]]:
    """What is written within becomes the database, all of it or nothing."""
    program = programs.find("pg_restore", server_version(connection))
    arguments, environment = _reached_by(connection)
    command = [str(program), "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", *arguments]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stderr=said, stdout=said)
        assert process.stdin is not None
        try:
            try:
                yield process.stdin
            except BrokenPipeError:
                pass  # it stopped by itself, and says why
            except BaseException:
                process.kill()  # its transaction goes with it
                raise
            finally:
                with suppress(BrokenPipeError):
                    process.stdin.close()
        finally:
            process.wait()
        if process.returncode:
            complaint = _complaint(said)
            if _NOT_ALLOWED.search(complaint):
                complaint += (
                    f" Restaurar es del dueño de la base: ponga su dirección en PMD_DATABASE_OWNER_URL ({_HOW})."
                )
            raise BackupError(f"PostgreSQL no aceptó la base del respaldo y quedó vacía: {complaint}")


def settle(connection: Any) -> None:
    """What the planner knows is not in an archive."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def run(program: Path, connection: Any, options: list[str], *, stdout: IO[bytes]) -> None:
    arguments, environment = _reached_by(connection)
    with tempfile.TemporaryFile() as said:
        done = subprocess.run([str(program), *options, *arguments], env=environment, stdout=stdout, stderr=said)
        if done.returncode:
            complaint = _complaint(said)
            if os.strerror(errno.ENOSPC) in complaint:
                raise BackupError(f"No hay espacio para la copia de la base de datos: haga lugar. ({complaint})")
            raise BackupError(f"{program.name} no pudo leer la base de datos: {complaint}")


def _reached_by(connection: Any) -> tuple[list[str], dict[str, str]]:
    """How libpq reaches the database of this connection; the password is in no list of processes."""
    given = {name: value for name, value in connection.get_connection_params().items() if isinstance(value, str | int)}
    password = given.pop("password", "")
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    return ["--no-password", f"--dbname={psycopg2.extensions.make_dsn(**given)}"], environment


def _complaint(said: IO[bytes]) -> str:
    said.seek(0)
    lines = [line.strip() for line in said.read().decode(errors="replace").splitlines() if line.strip()]
    return " ".join(lines[:_SAID]) or "no dijo por qué."
