"""Installations side by side: each has a database and a folder of files of its own, and the two roles of production.

The commands look at whichever is ``at`` work. What they do is committed, and a place goes away with its database.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command
from django.db import connections
from django.db.utils import load_backend

from tests.support.owner import APPLICATION, OWNER, PASSWORD, of_server, own_schema


@dataclass
class Place:
    files: Path
    wrapper: Any
    owner: dict[str, Any] | None
    settings: Any

    @contextmanager
    def at_work(self) -> Iterator[None]:
        before = connections["default"]
        connections["default"] = self.wrapper
        storage = {"BACKEND": "core.private_files.PrivateStorage", "OPTIONS": {"location": str(self.files)}}
        wanted = {
            "FILES_ROOT": self.files, "OWN_FILES_ROOT": False, "PMD_DATABASE_OWNER": self.owner,
            "STORAGES": self.settings.STORAGES | {"evidence": storage},
        }  # fmt: skip
        for name, value in wanted.items():
            # Each setting that a test writes lies upon the one before it, and Python goes only so deep.
            if getattr(self.settings, name) != value:
                setattr(self.settings, name, value)
        try:
            yield
        finally:
            self.wrapper.close()
            connections["default"] = before

    def run(self, *command: Any) -> tuple[int, str]:
        """Exit status of a command at this place, and everything that it said."""
        out = StringIO()
        with self.at_work():
            try:
                call_command(*map(str, command), stdout=out, stderr=out)
            except SystemExit as ended:
                return int(ended.code or 0), out.getvalue()
            except CommandError as error:
                return 1, f"{out.getvalue()}{error}"
        return 0, out.getvalue()

    @contextmanager
    def as_owner(self) -> Iterator[Any]:
        """A cursor of whoever may do everything."""
        with self.at_work():
            config = {**self.wrapper.settings_dict, **(self.owner or {})}
            with closing(load_backend(config["ENGINE"]).DatabaseWrapper(config, "default")) as theirs:
                yield theirs.cursor()


@contextmanager
def made(name: str, tmp_path: Path, settings: Any, *, empty: bool) -> Iterator[Place]:
    """``empty``: as ``createdb`` leaves it; otherwise with the tables of the tests' own database."""
    files = tmp_path / f"{name}-files"
    files.mkdir(mode=0o700)
    ours = connections["default"]
    if ours.vendor == "sqlite":
        path = tmp_path / f"{name}.sqlite3"
        if not empty:
            ours.ensure_connection()
            with closing(sqlite3.connect(path)) as target:
                ours.connection.backup(target)
        config, owner = {**ours.settings_dict, "NAME": str(path)}, None
        yield Place(files, _wrapper(config), owner, settings)
        return
    database = f"{ours.settings_dict['NAME']}_{name}"
    template = "template0" if empty else ours.settings_dict["NAME"]
    ours.close()
    if not empty:
        _end_sessions(template)
    of_server(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
    try:
        config, owner = _of_roles(ours.settings_dict, database)
        if empty:
            _give_schema(config)
        yield Place(files, _wrapper(config), owner, settings)
    finally:
        of_server(f'DROP DATABASE "{database}" WITH (FORCE)')


def _end_sessions(database: str) -> None:
    """Nobody may be in what is copied, not even a thread of an earlier test that left without closing."""
    others = "FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    config = connections["default"].settings_dict
    with _wrapper(config)._nodb_cursor() as cursor:
        cursor.execute("SET ROLE NONE")  # as who signed in, whose sessions they are
        cursor.execute(f"SELECT pg_terminate_backend(pid) {others}", [database])
        for _ in range(100):
            cursor.execute(f"SELECT count(*) {others}", [database])
            if not cursor.fetchone()[0]:
                return
            time.sleep(0.05)


def _of_roles(given: dict[str, Any], database: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Sessions that begin as the application's or the owner's, as in production."""
    options = {name: value for name, value in given["OPTIONS"].items() if name != "options"}
    both = {**given, "NAME": database, "PASSWORD": PASSWORD, "OPTIONS": options}
    owner = {**both, "USER": OWNER}
    return {**both, "USER": APPLICATION}, {key: owner[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}


def _give_schema(config: dict[str, Any]) -> None:
    superuser = {
        **config,
        **{key: connections["default"].settings_dict[key] for key in ("USER", "PASSWORD", "OPTIONS")},
    }
    with closing(_wrapper(superuser)) as theirs:
        theirs.ensure_connection()
        own_schema(theirs)


def _wrapper(config: dict[str, Any]) -> Any:
    return load_backend(config["ENGINE"]).DatabaseWrapper(config, "default")
