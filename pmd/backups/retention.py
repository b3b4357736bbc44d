"""Old archives go: only ours, by name and by what they hold, and never the newest ones."""

from datetime import datetime, timedelta
from pathlib import Path

from pmd.backups import archive
from pmd.backups.encryption import is_encrypted
from pmd.backups.refusals import BackupError

# So many of the newest stay whatever their day: a clock that jumps ahead makes all of them old.
STAY = 7


def put_away(folder: Path, *, days: int, newest: Path, now: datetime) -> list[Path]:
    """The archives of more than so many days ago, by the day of their name, which are deleted.

    ``newest`` was made and found whole a moment ago, and stays whatever its day; so do the newest of the others, of
    which one is made each night: ``STAY``, or as many as ``days`` where those are fewer.
    """
    limit = (now - timedelta(days=days)).date().isoformat()
    others = [path for path in sorted(folder.iterdir()) if path != newest and _is_ours(path)]
    gone = [path for path in others[: -min(days, STAY)] if path.name[len("pmd-") :][:10] < limit]
    for path in gone:
        path.unlink()
    return gone


def _is_ours(path: Path) -> bool:
    if not archive.NAME.fullmatch(path.name) or path.is_symlink() or not path.is_file():
        return False
    try:
        if path.name.endswith(".age"):
            return is_encrypted(path)
        with path.open("rb") as file:
            return next(archive.members(file)).name == archive.MANIFEST
    except (BackupError, OSError, StopIteration):
        return False
