"""What an upgrade leaves in the folder of the code while it is under way, so that one that was killed is known.

In that folder, which root or whoever put the code there writes and everybody reads: ``doctor`` is the service's.
Beside the mark the version itself, ``.next``, until it takes the place of the former one, which is ``.former`` for as
long as the restart takes.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

MARK, DIARY, LOCK = ".upgrade.json", ".upgrade.log", ".upgrade.lock"
NEXT, FORMER = ".next", ".former"


@dataclass(frozen=True, slots=True)
class Mark:
    """``before``: the commit that serves; empty where the code was put there by hand. ``restarting``: it may not.

    ``beside``: what serves is whole in its place, and the new one in ``.next`` until it is restarting.
    """

    to: str
    before: str
    began: str
    restarting: bool = False
    beside: bool = False

    def write(self, base: Path) -> None:
        """Whole or not at all."""
        draft = base / f"{MARK}.new"
        draft.unlink(missing_ok=True)
        with draft.open("x") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(0o644)
        draft.rename(base / MARK)

    @property
    def sentence(self) -> str:
        which = f" a {self.to}" if self.to else ""
        return f"La actualización{which} que empezó el {self.began} no terminó."

    @property
    def remedy(self) -> str:
        finish = "Como root, con el dueño de la base: deploy/pmd upgrade la termina"
        if self.restarting:
            return f"La base y el código ya son los nuevos. {finish}."
        if self.beside:
            still = "Sigue la versión de antes, entera, también si se reinicia."
            return f"{still} {finish}; deploy/pmd upgrade --back la quita."
        if not self.before:
            return f"{finish}. Mientras tanto no reinicie nada: sirve el código que estaba en memoria."
        return (
            f"{finish}; deploy/pmd upgrade --back vuelve a poner el código {self.before[:12]}. Mientras tanto no "
            "reinicie nada: sirve el código que estaba en memoria."
        )


def place_of(folder: Path) -> Path:
    """Where the code of that folder belongs: what was cut while it took its place runs beside it."""
    return folder.parent if folder.name == NEXT else folder


def read(base: Path) -> Mark | None:
    """None too where it was written by a version that wrote another one: that one finishes it."""
    with suppress(OSError, ValueError, TypeError):
        return Mark(**json.loads((base / MARK).read_text()))
    return None


def erase(base: Path) -> None:
    (base / MARK).unlink(missing_ok=True)


@contextmanager
def diary(base: Path) -> Iterator[IO[str]]:
    """What the last one said, line by line: whoever lost the connection reads it there."""
    path = base / DIARY
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", buffering=1) as file:
        yield file


@contextmanager
def held(base: Path) -> Iterator[IO[str] | None]:
    """The right to upgrade; None where somebody has it. It lasts as long as any process to which it was handed.

    A file of its own: git puts another one in the place of any of the code's.
    """
    with (base / LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        yield file


def is_under_way(base: Path) -> bool:
    """Also by an upgrade of before, which held a file of the code."""
    for name in (LOCK, "manage.py"):
        with suppress(FileNotFoundError), (base / name).open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
    return False
