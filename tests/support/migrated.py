"""The database as its migrations leave it: made once, kept beside pytest's own notes, and copied by every worker.

Its name says what it was made of: every migration, whatever of ours a migration leads to, and the versions of all the
rest. It is put in its place whole, so that a run that is killed leaves nothing behind; what is kept may be deleted at
any time. A worker migrates its copy all the same, which finds nothing to do.
"""

import ast
import contextlib
import fcntl
import hashlib
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg2

from tests.support.owner import APPLICATION, OWNER, make_roles, working_as
from tests.support.postgres import another_database, private_server, version

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / ".pytest_cache" / "migrated"
MOST = 3  # of each database, for whoever goes to another branch and back
VARIABLE = "PMD_TEST_MIGRATED"  # how the workers hear of it: a file of SQLite, a database of the server
TEMPLATE = "pmd_migrated"


def sqlite(environment: Mapping[str, str]) -> str:
    """The path of the migrated file; empty where the migrations fail, which the tests then tell."""

    def make(made: Path) -> None:
        _migrate(f"sqlite:///{made}", environment)
        with contextlib.closing(sqlite3.connect(made)) as file:
            file.execute("PRAGMA journal_mode=DELETE")  # a database in memory knows no other file beside it

    return str(_kept(f"{_fingerprint(sqlite3.sqlite_version)}.sqlite3", make) or "")


def cluster(environment: Mapping[str, str]) -> Path | None:
    """A server's folder with the migrated database, packed; None where the migrations fail, as above."""

    def make(made: Path) -> None:
        with private_server(keep_as=made) as url:
            make_roles(url)
            with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
                connection.autocommit = True
                cursor.execute(f"CREATE DATABASE {TEMPLATE} OWNER {OWNER}")
            _migrate(working_as(another_database(url, TEMPLATE), OWNER), environment)

    return _kept(f"{_fingerprint(version(), APPLICATION, OWNER)}.tar", make)


def begin_with(connection: Any) -> Any:
    """The database that is made next is a copy; on SQLite it is there as long as what this gives is held."""
    migrated = os.environ.get(VARIABLE)
    if not migrated:
        return None
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated
        return None
    held = sqlite3.connect(connection.creation._get_test_db_name(), uri=True)
    with contextlib.closing(sqlite3.connect(f"file:{migrated}?mode=ro", uri=True)) as file:
        file.backup(held)
    return held


def _migrate(url: str, environment: Mapping[str, str]) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=ROOT,
        env={**os.environ, **environment, "DATABASE_URL": url},
        check=True,
        capture_output=True,
    )


def _kept(name: str, make: Callable[[Path], None]) -> Path | None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / name
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two runs that begin together one makes it
        if not path.exists():
            with tempfile.TemporaryDirectory(prefix="pmd-migrated-") as place:
                made = Path(place) / name
                try:
                    make(made)
                except subprocess.CalledProcessError:
                    return None
                _put(made, path)
        os.utime(path)
        by_use = sorted(FOLDER.glob(f"*{path.suffix}"), key=lambda kept: kept.stat().st_mtime)
        for former in by_use[:-MOST]:
            former.unlink()
    return path


def _put(made: Path, path: Path) -> None:
    beside = path.with_suffix(".part")
    beside.write_bytes(made.read_bytes())
    beside.replace(path)


def _fingerprint(*more: str) -> str:
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    digest.update("\0".join((sys.version, platform.machine(), *more)).encode())
    return digest.hexdigest()[:32]


def _sources() -> set[Path]:
    """Every migration, and what it imports, what that imports, and so on, as far as it is ours."""
    found = {ROOT / "requirements.txt", ROOT / "requirements-dev.txt"}
    waiting = [
        *ROOT.glob("*/migrations/*.py"),
        ROOT / "pmd" / "settings.py",
        ROOT / "core/management/commands/migrate.py",
    ]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _of_modules(_imported(ast.parse(path.read_bytes())))
    return found


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{one.name}" for one in node.names)


def _of_modules(names: Iterable[str]) -> Iterator[Path]:
    """The files of those modules and of the packages in which they lie."""
    for name in names:
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            place = ROOT.joinpath(*parts[:length])
            yield from (file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file())
