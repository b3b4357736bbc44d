"""What a check says, and who asks it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Flag, auto


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence that says what is wrong, and one that says what to do.

    ``grave``: the installation should not be worked with as it is; otherwise something to know. ``code`` is that of
    ``check --deploy``, by which a warning is silenced.
    """

    sentence: str
    remedy: str = ""
    grave: bool = True
    code: str = ""

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}".strip()


class Door(Flag):
    """Who asks: ``doctor`` always."""

    DOCTOR = auto()
    DEPLOY = auto()
    HEALTH = auto()


@dataclass(frozen=True, slots=True)
class Check:
    """``told``: the word of the health page where it finds something. ``reads``: it needs a migrated database.

    ``silent``: it asks what may never answer, and this is said then; ``disks``: it reads folders that others tell of.
    """

    ask: Callable[[datetime], Iterator[Finding]]
    doors: Door = Door.DOCTOR
    reads: bool = False
    told: str = ""
    silent: str = ""
    disks: bool = False
    patience: float = 10.0  # seconds
