"""PostgreSQL's own programs: of those that are installed, the oldest that is not older than the server."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from pmd.backups.refusals import BackupError

# Debian and Ubuntu, Red Hat, Homebrew: none of them puts every version on the path.
FOLDERS = (
    "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
)  # fmt: skip


def find(name: str, server: int) -> Path:
    """``pg_dump`` or ``pg_restore`` for a server of that major version. BackupError with what to install.

    Not simply the newest: what it writes into the archive may be too new for the server into which it is restored.
    """
    there = [(version, path) for path in _candidates(name) if (version := _version(path))]
    usable = [one for one in there if one[0] >= server]
    if usable:
        return min(usable)[1]
    install = f"instale los programas de PostgreSQL {server} (en Debian: apt install postgresql-client-{server})."
    if there:
        newest = max(version for version, _ in there)
        raise BackupError(f"El {name} de esta máquina es de PostgreSQL {newest} y el servidor es {server}: {install}")
    raise BackupError(f"No se encuentra {name}, sin el cual no hay respaldo de PostgreSQL: {install}")


def _candidates(name: str) -> list[Path]:
    found = [path for pattern in FOLDERS for path in Path("/").glob(f"{pattern[1:]}/{name}")]
    on_path = shutil.which(name)
    return [*found, Path(on_path)] if on_path else found


@cache
def _version(path: Path) -> int:
    """Its major version; 0 where it does not run."""
    try:
        shown = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
    except OSError:
        return 0
    found = re.search(r"\d+", shown)
    return int(found.group()) if found else 0
