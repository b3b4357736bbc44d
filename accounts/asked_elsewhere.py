"""What waits for a second person and is no ``PendingAct``: told by the rooms above, for the page of what waits."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskedElsewhere:
    """``at`` as pages say a moment; ``url``: where it is answered, by who may."""

    words: str
    who: str
    at: str
    reason: str
    url: str


_readers: list[Callable[[], list[AskedElsewhere]]] = []


def register(read: Callable[[], list[AskedElsewhere]]) -> None:
    """Once, when the room is ready."""
    if read not in _readers:
        _readers.append(read)


def asked_elsewhere() -> list[AskedElsewhere]:
    return [asked for read in _readers for asked in read()]
