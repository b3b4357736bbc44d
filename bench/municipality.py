"""The databases of a run: of real size, of five programmes and two empty ones, in a private PostgreSQL."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tests.support.owner import APPLICATION, OWNER, make_roles, of_the_server, signed_in_as
from tests.support.postgres import private_server

ROOT = Path(__file__).resolve().parent.parent
HOST = "localhost"
YEARS = 3
FIRST_YEAR = 2014
INDICATORS = 1280
REAL_SIZE = ("--programs", "161", "--indicators", str(INDICATORS))
CHILD_PATIENCE = 300  # seconds
SMALL = ("--programs", "5", "--indicators", "40")


class ChildFailed(Exception):
    """A process of the bench ended badly, printed no figures, or never ended; the message says which."""


@dataclass(frozen=True, slots=True)
class Run:
    """What the rows measure on, as the application's role. Django of this process is set up with ``real``."""

    real: str
    small: str
    empty: str
    story: str
    directory: Path
    generation_seconds: float

    def child(self, module: str, *arguments: str, database: str) -> Any:
        """Run a module of the bench in a process of its own on a database; what it prints is JSON."""
        command = [sys.executable, "-m", "bench.alone", module, *arguments]
        # A session of its own: what the child started (web processes, a browser) ends with it.
        process = subprocess.Popen(
            command,
            env=environment(database, self.directory),
            cwd=ROOT,
            start_new_session=True,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            printed, complaints = process.communicate(timeout=CHILD_PATIENCE)
        except subprocess.TimeoutExpired:
            raise ChildFailed(f"{module} did not end in {CHILD_PATIENCE} s") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        sys.stderr.write(complaints)
        if process.returncode:
            sys.stderr.write(printed)
            last = [line for line in (complaints or printed).splitlines() if line.strip()][-1:]
            raise ChildFailed(f"{module} ended with {process.returncode}: {' '.join(last)}")
        try:
            return json.loads(printed)
        except json.JSONDecodeError:
            sys.stderr.write(printed)
            raise ChildFailed(f"{module} printed no figures") from None


def environment(url: str, directory: Path) -> dict[str, str]:
    """The settings of production, as the README documents them, on this database."""
    return {
        **os.environ,
        "DATABASE_URL": url,
        "PMD_DATABASE_OWNER_URL": "",
        "DJANGO_SETTINGS_MODULE": "pmd.settings",
        "DEBUG": "false",
        "PMD_DEMO": "false",
        "PMD_PROXY_COUNT": "0",
        "SECRET_KEY": "only-for-the-benchmarks-" + "0123456789" * 4,
        "ALLOWED_HOSTS": HOST,
        "PMD_ENV_FILE": "",
        "PMD_MUNICIPALITY": "Municipio de Durango",
        "PMD_TIME_ZONE": "America/Monterrey",
        # What a worker does in production is measured where it is asked for.
        "PMD_TASKS": "immediate",
        "PMD_STATIC_ROOT": str(directory / "static"),
        "PMD_FILES_ROOT": str(directory / "files"),
        "PMD_PUBLIC_ROOT": str(directory / "publico"),
    }


@contextlib.contextmanager
def prepared() -> Iterator[Run]:
    """Start the server, fill the databases and set up Django on the one of real size."""
    with tempfile.TemporaryDirectory(prefix="pmd-bench-") as name, private_server() as server:
        directory = Path(name)
        for folder in ("files", "publico"):
            (directory / folder).mkdir()  # production never creates them
        make_roles(server)
        _ask(server, f'ALTER DATABASE "{urlsplit(server).path.lstrip("/")}" OWNER TO {OWNER}')
        url = signed_in_as(server, APPLICATION)
        manage(url, directory, "migrate", "--verbosity=0", owner=signed_in_as(url, OWNER))
        manage(url, directory, "collectstatic", "--no-input", "--verbosity=0")
        small, empty, story = (copy(url, name) for name in ("small", "empty", "story"))
        _generate(small, directory, SMALL)
        started = time.perf_counter()
        _generate(url, directory, REAL_SIZE)
        seconds = time.perf_counter() - started
        _set_up(environment(url, directory))
        yield Run(url, small, empty, story, directory, seconds)


def manage(url: str, directory: Path, *command: str, owner: str = "") -> None:
    subprocess.run(
        [sys.executable, "manage.py", *command],
        env=environment(url, directory) | {"PMD_DATABASE_OWNER_URL": owner},
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _generate(url: str, directory: Path, size: tuple[str, ...]) -> None:
    years = ("--first-year", str(FIRST_YEAR), "--years", str(YEARS), "--seed", "7")
    manage(url, directory, "generate_demo", *size, *years)
    # The application's role may not; a server that lives has done it long since.
    _ask(of_the_server(url), "VACUUM (ANALYZE)")


def copy(url: str, name: str) -> str:
    """Another database of the server, with the same tables of the same owner."""
    parts = urlsplit(url)
    server = of_the_server(urlunsplit(parts._replace(path="/postgres")))
    _ask(server, f'CREATE DATABASE "{name}" TEMPLATE "{parts.path.lstrip("/")}" OWNER {OWNER}')
    return urlunsplit(parts._replace(path=f"/{name}"))


def _ask(url: str, statement: str) -> None:
    import psycopg2

    connection = psycopg2.connect(url)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(statement)


def _set_up(values: Mapping[str, str]) -> None:
    os.environ.update(values)
    import django

    django.setup()
