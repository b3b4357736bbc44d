"""The version that an upgrade made ready in ``.next`` takes the place of the one that served, with its environment.

In that folder: ``python -m pmd.upgrade_switch``. After one that was killed in the middle the same is done again.
"""

import ctypes
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

from pmd import upgrade_mark

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


def switch(new: Path) -> None:
    """Code, environment, and only then the folder goes: from it everything starts meanwhile (``deploy/pmd``)."""
    base = new.parent
    commit = _git(new, "rev-parse", "HEAD")
    (base / ".git" / "index.lock").unlink(missing_ok=True)  # a git that was killed leaves it
    _git(base, "-c", "advice.detachedHead=false", "checkout", "--quiet", "--force", "--detach", commit)
    own, noted = new / ".venv", new / ".environment"
    os.sync()  # what is half written when the power fails is not what starts afterwards
    shutil.rmtree(base / upgrade_mark.FORMER, ignore_errors=True)
    if not own.is_symlink():
        which = str(own.stat().st_ino)
        if not noted.exists():
            noted.write_text(which)
        if noted.read_text() == which:  # otherwise it was exchanged already
            _exchange(own, base / ".venv")
    new.rename(base / upgrade_mark.FORMER)
    mark = base / ".venv" / ".installed"
    if mark.exists():
        mark.touch()  # or it is older than its list, which was only now put here
    os.sync()


def _git(folder: Path, *words: str) -> str:
    """As whoever the code is of: git refuses somebody else's."""
    owner = folder.stat().st_uid
    who: dict[str, object] = {}
    environment = dict(os.environ)
    if os.geteuid() == 0 and owner != 0:
        entry = pwd.getpwuid(owner)
        groups = os.getgrouplist(entry.pw_name, entry.pw_gid)
        who = {"user": owner, "group": entry.pw_gid, "extra_groups": groups}
        environment |= {"HOME": entry.pw_dir, "USER": entry.pw_name}
    command = ["git", *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, **who)  # type: ignore[call-overload]
    if done.returncode:
        sys.exit(done.stderr.strip() or f"git {words[0]}: {done.returncode}")
    return str(done.stdout).strip()


def _exchange(one: Path, other: Path) -> None:
    """At no moment is there none; where this system cannot do that, for the blink of an eye."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename and rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return
    between = other.with_name(f"{other.name}.former")
    shutil.rmtree(between, ignore_errors=True)
    other.rename(between)
    one.rename(other)
    between.rename(one)


if __name__ == "__main__":
    switch(Path.cwd())
