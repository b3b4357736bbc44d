"""The closings that are published, as their pages and their data read them: documents and nothing else."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

DATA, DOCUMENT = "datos", "cierre.json"
SUMS, INDEX, INDEX_FORMAT = "SHA256SUMS", "cierres.json", "pmd-cierres/1"
DEMO = "Datos de demostración"
_READ_AT_ONCE = 3  # a document of real size is some 30 megabytes once it is read


@dataclass(frozen=True, slots=True)
class Source:
    """A closing as it is kept: how its bytes are read, and how its acta is printed where there is one.

    ``demo``: the captures of its year are generated, which no document says; whatever shows its figures does.
    """

    sha256: str
    year: int
    month: int
    version: int
    closed_on: str
    content: Callable[[], bytes]
    acta: Callable[[], bytes] | None = None
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A closing of the chain and the folder that its files are in: of an earlier version, ``v1/`` below the month's."""

    sha256: str
    year: int
    month: int
    version: int
    closed_on: str
    latest: bool
    demo: bool

    @property
    def folder(self) -> str:
        month = f"{self.year:04d}/{self.month:02d}"
        return month if self.latest else f"{month}/v{self.version}"

    @property
    def document(self) -> str:
        return f"{self.folder}/{DATA}/{DOCUMENT}"


class Chain:
    """Every closing that is published, in the order in which they were made; at least one."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = tuple(sources)
        self.places = tuple(places(self.sources))
        self._by_fingerprint = {one.sha256: one for one in self.sources}
        self._read: dict[str, dict[str, Any]] = {}

    @property
    def shown(self) -> list[Place]:
        """Of each month the version that counts, the newest month last."""
        return sorted((one for one in self.places if one.latest), key=lambda one: (one.year, one.month))

    @property
    def latest(self) -> Place:
        """The newest month that was closed, whenever it was."""
        return self.shown[-1]

    def versions(self, year: int, month: int) -> list[Place]:
        """All of one month, the first one first."""
        found = (one for one in self.places if (one.year, one.month) == (year, month))
        return sorted(found, key=lambda one: one.version)

    def made_before(self, place: Place) -> tuple[Place, ...]:
        """The closings of the chain up to that one, without it. What a page says of others depends on these only."""
        return self.places[: self.places.index(place)]

    def has_acta(self, place: Place) -> bool:
        return self._by_fingerprint[place.sha256].acta is not None

    def document(self, place: Place) -> dict[str, Any]:
        """What its document says; the last few that were asked for are kept."""
        if place.sha256 not in self._read:
            while len(self._read) >= _READ_AT_ONCE:
                del self._read[next(iter(self._read))]
            self._read[place.sha256] = json.loads(self._by_fingerprint[place.sha256].content())
        return self._read[place.sha256]


def places(sources: Iterable[Source]) -> list[Place]:
    """Where each is: the last version of a month in the month's own folder."""
    closings = list(sources)
    latest = {(one.year, one.month): one.sha256 for one in closings}
    return [
        Place(
            one.sha256,
            one.year,
            one.month,
            one.version,
            one.closed_on,
            latest=latest[one.year, one.month] == one.sha256,
            demo=one.demo,
        )
        for one in closings
    ]
