"""What steps are made of: where things lie, files that are whole or not there, and commands of the system."""

import grp
import os
import pwd
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

CODE = Path(__file__).resolve().parent.parent.parent
SERVICE = "pmd"
OWN_DATABASE = ("", "localhost", "127.0.0.1", "::1")
# Where the settings were before there was a folder.
FORMER_SETTINGS = "/etc/pmd.env"

Change = tuple[str, Callable[[], object]]
Steps = Iterator[Change]


class Refused(Exception):
    """One sentence that says what to do."""


@dataclass
class Installation:
    """Where things lie, who owns them and what was given; ``root`` is put before every path but the code's."""

    given: Mapping[str, str]
    root: Path = Path("/")
    code: Path = CODE
    account: str = SERVICE
    # psql as a superuser of the server.
    admin: tuple[str, ...] = ("runuser", "-u", "postgres", "--", "psql")
    database_host: str = "localhost"
    pages: str = "127.0.0.1:8000"
    papers: str = "127.0.0.1:8001"
    container: bool = False
    # Whoever reads units and site reads them once more: one that was killed may have written them and no more.
    again: bool = False
    changed: set[str] = field(default_factory=set)
    # Names of files that were put, and whether there was one before.
    put: dict[str, bool] = field(default_factory=dict)

    def at(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    @property
    def settings_file(self) -> Path:
        return self.at("/etc/pmd/pmd.env")

    @property
    def owner_file(self) -> Path:
        return self.at("/etc/pmd/owner.env")

    def settings(self) -> dict[str, str]:
        """What the file says, or that of before; of the service alone."""
        for path in (self.settings_file, self.at(FORMER_SETTINGS)):
            if path.exists():
                return read_settings(path)
        return {}

    def host(self) -> str:
        written = self.settings()
        return urlsplit(written.get("PMD_SITE_URL", "")).hostname or self.given.get("HOST", "").strip()

    def is_database_here(self) -> bool:
        """PostgreSQL of this machine, also where nothing is said yet; neither SQLite nor another server."""
        url = urlsplit(self.settings().get("DATABASE_URL", "postgresql:///"))
        return url.scheme.startswith("postgres") and url.hostname in (None, *OWN_DATABASE, self.database_host)

    @property
    def is_machine(self) -> bool:
        """Whether accounts are those of what is installed; below another root they are not."""
        return self.root == Path("/") and os.geteuid() == 0

    def own(self, path: Path, owner: str, group: str, mode: int) -> None:
        if self.is_machine:
            os.chown(path, pwd.getpwnam(owner).pw_uid, grp.getgrnam(group).gr_gid)
        path.chmod(mode)

    def is_own(self, path: Path, owner: str, group: str, mode: int) -> bool:
        status = path.stat()
        try:
            owned = not self.is_machine or (
                (status.st_uid, status.st_gid) == (pwd.getpwnam(owner).pw_uid, grp.getgrnam(group).gr_gid)
            )
        except KeyError:
            return False
        return owned and status.st_mode & 0o7777 == mode

    def write(self, path: Path, text: str, *, owner: str = "root", group: str = "root", mode: int = 0o644) -> None:
        """Whole or not at all, and never readable by more than ``mode`` says, not even while it is written."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        self.own(draft, owner, group, mode)
        draft.rename(path)

    def values(self) -> dict[str, str]:
        """What stands in the templates between braces."""
        written = self.settings()
        return {
            "CODE": str(self.code),
            "HOST": self.host(),
            "PAGES": self.pages,
            "PAPERS": self.papers,
            "NAMESERVER": nameserver(self.at("/etc/resolv.conf")),
            "PUBLIC": written.get("PMD_PUBLIC_ROOT", "/srv/pmd-publico"),
            "SETTINGS": str(self.at("/etc/pmd")),
            "TIME_ZONE": written.get("PMD_TIME_ZONE", self.given.get("TIME_ZONE", "")),
        }


def nameserver(resolv_conf: Path) -> str:
    """Who is asked for the names of other containers: the same for all of a network."""
    text = resolv_conf.read_text(encoding="utf-8") if resolv_conf.exists() else ""
    named = re.findall(r"^nameserver\s+([\w.:]+)", text, re.MULTILINE) or ["127.0.0.11"]
    return f"[{named[0]}]" if ":" in named[0] else named[0]


def read_settings(path: Path) -> dict[str, str]:
    """NAME → value, read by a shell, which reads these files as PMD and systemd do."""
    script = 'set -a; . "$1"; env -0'
    done = subprocess.run(
        ["env", "-i", "/bin/sh", "-euc", script, "sh", str(path)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(f"No se entiende {path}: escriba cada ajuste en su línea, así: NOMBRE='valor'.")
    pairs = (line.split("=", 1) for line in done.stdout.split("\0") if "=" in line)
    return {name: value for name, value in pairs if name not in ("PWD", "_", "SHLVL", "OLDPWD")}


def written_settings(values: Mapping[str, str]) -> str:
    for name, value in values.items():
        if "'" in value or not value.isprintable():
            raise Refused(f"{name} no puede llevar comillas simples ni saltos de línea.")
    return "".join(f"{name}='{value}'\n" for name, value in values.items())


def run(*command: str, sees: Mapping[str, str] | None = None, says: str | None = None, cwd: Path = CODE) -> str:
    """What it printed. Refused, with the end of what it said, where it fails."""
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **(sees or {})}, input=says, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-4:]
        raise Refused(f"No se pudo: {' '.join(command[:6])}: {' '.join(said)}")
    return done.stdout


def works(*command: str, sees: Mapping[str, str] | None = None, cwd: Path = CODE) -> bool:
    environment = {**os.environ, **(sees or {})}
    try:
        return not subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=False).returncode
    except FileNotFoundError:
        return False


def has_systemd() -> bool:
    return Path("/run/systemd/system").is_dir()
