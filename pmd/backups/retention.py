"""Old archives go: only ours, by name and by what they hold, and never the newest one."""

from datetime import datetime, timedelta
from pathlib import Path

from pmd.backups import archive
from pmd.backups.encryption import is_encrypted
from pmd.backups.refusals import BackupError


def put_away(folder: Path, *, days: int, newest: Path, now: datetime) -> list[Path]:
    """The archives of more than so many days ago, by the day of their name, which are deleted.

    ``newest`` was made and found whole a moment ago, and stays whatever its day.
    """
    limit = (now - timedelta(days=days)).date().isoformat()
    gone = []
    for path in sorted(folder.iterdir()):
        if path == newest or not archive.NAME.fullmatch(path.name) or path.is_symlink() or not path.is_file():
            continue
        if path.name[len("pmd-") :][:10] < limit and _is_ours(path):
            path.unlink()
            gone.append(path)
    return gone


def _is_ours(path: Path) -> bool:
    try:
        if path.name.endswith(".age"):
            return is_encrypted(path)
        with path.open("rb") as file:
            return next(archive.members(file)).name == archive.MANIFEST
    except (BackupError, OSError, StopIteration):
        return False
