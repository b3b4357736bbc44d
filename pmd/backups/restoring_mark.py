"""A mark in the folder of files while a restoring is under way, so that the same archive may go on with it."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from core.private_files import PART

NAME = f".restauracion{PART}"


@dataclass(frozen=True, slots=True)
class Mark:
    """``archive`` is the name of its file, ``id`` tells it from every other."""

    archive: str
    id: str


def read(root: Path) -> Mark | None:
    try:
        return Mark(**json.loads((root / NAME).read_text()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError):
        return Mark("?", "")


def write(root: Path, mark: Mark) -> None:
    with os.fdopen(os.open(root / NAME, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(json.dumps(asdict(mark)))
        file.flush()
        os.fsync(file.fileno())


def remove(root: Path) -> None:
    (root / NAME).unlink()
