"""Recomputing the chain: does every entry still read as it did when it was sealed, and is none missing or too many?"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from core.models import SealedWords, TrailEntry, TrailSeal
from core.seals.chain import COLUMNS, seal_of
from core.seals.heads import Head
from core.seals.sealing import Pending, pending
from core.seals.words import ERASED, hash_of, text_at

BATCH = 2000
ERASING = "suprimir datos"  # the act that the trail has of whoever's words were erased


class FaultKind(Enum):
    """What is wrong; the value is its sentence."""

    ALTERED = "El acto {entry} de la bitácora (sello {number}) ya no dice lo que decía cuando se selló."
    ENTRY_MISSING = "Falta el acto {entry} de la bitácora (sello {number}): alguien lo borró."
    SEAL_MISSING = "Falta el sello {number} de la bitácora: alguien lo borró, con su acto o sin él."
    INSERTED = "El acto {entry} de la bitácora (sello {number}) se intercaló en la cadena después de sellarla."
    SEAL_ALTERED = "El sello {number} no es el que se guardó; el acto {entry} de la bitácora, que sella, no cambió."
    WORDS_ALTERED = (
        "El acto {entry} de la bitácora (sello {number}) ya no nombra a quien nombraba cuando se selló, y nadie pidió "
        "suprimir sus datos."
    )
    BROKEN = (
        "El acto {entry} de la bitácora (sello {number}) no sigue al sello que tiene antes: el acto anterior "
        "({before}) se cambió y se rehízo su sello, o entre los dos se quitó o se movió alguno."
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place where the chain does not hold: the seal's number and the entry's.

    ``entry`` is None where only the seal's number is known, ``before`` the entry of the seal before it, if any.
    """

    kind: FaultKind
    number: int
    entry: int | None = None
    before: int | None = None

    def __str__(self) -> str:
        return self.kind.value.format(number=self.number, entry=self.entry, before=self.before or "ninguno")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``checked`` seals hold, one after the other; ``fault`` says where they no longer do.

    ``head`` is the last of those that hold, None where there is none; ``pending`` has no seal yet.
    """

    checked: int
    fault: Fault | None
    head: Head | None
    pending: Pending


@dataclass(frozen=True, slots=True)
class _Link:
    """A seal with its entry, None where that is not there."""

    seal: TrailSeal
    entry: dict[str, Any] | None
    words: list[SealedWords]

    def made_after(self, previous: str) -> str:
        if self.entry is None:
            return ""
        hashes = {one.place: one.sha256 for one in self.words}
        return seal_of(self.entry, hashes, sealed_at=self.seal.sealed_at, previous=previous)

    def says_its_words(self) -> bool:
        """Whether what stands where people are named is what was sealed, or was erased by an act that the trail has."""
        return self.entry is None or all(_is_said(text_at(self.entry, one.place), one) for one in self.words)


def _is_said(text: Any, words: SealedWords) -> bool:
    if words.erased_at is not None:
        return text == ERASED and _was_erased(words.erased_at)
    return isinstance(text, str) and hash_of(words.salt, text) == words.sha256


def _was_erased(at: datetime) -> bool:
    return TrailEntry.objects.filter(action=ERASING, at=at).exists()


def verify() -> Verdict:
    """Recompute every seal from its entry, in constant memory, up to the first one that does not hold."""
    waiting = pending()
    last: list[TrailSeal] = []  # the two before, the latest first
    links = _links()
    for link in links:
        fault = _fault(link, last, links)
        if fault is not None:
            return _verdict(last[1:] if fault.number < link.seal.number else last, fault, waiting)
        last = [link.seal, *last[:1]]
    return _verdict(last, None, waiting)


def _verdict(held: list[TrailSeal], fault: Fault | None, waiting: Pending) -> Verdict:
    if not held:
        return Verdict(0, fault, None, waiting)
    seal = held[0]
    return Verdict(seal.number, fault, Head(seal.sha256, seal.number, seal.sealed_at), waiting)


def _fault(link: _Link, last: list[TrailSeal], links: Iterator[_Link]) -> Fault | None:
    seal = link.seal
    number, previous = (last[0].number, last[0].sha256) if last else (0, "")
    if seal.number != number + 1:
        return Fault(FaultKind.SEAL_MISSING, number + 1)
    if link.entry is None:
        return Fault(FaultKind.ENTRY_MISSING, seal.number, seal.entry_id)
    if seal.sha256 != link.made_after(seal.previous):
        return Fault(_kind(link, previous, next(links, None)), seal.number, seal.entry_id)
    if seal.previous == previous:
        return None if link.says_its_words() else Fault(FaultKind.WORDS_ALTERED, seal.number, seal.entry_id)
    if last and seal.previous == (last[1].sha256 if len(last) > 1 else ""):
        return Fault(FaultKind.INSERTED, last[0].number, last[0].entry_id)
    return Fault(FaultKind.BROKEN, seal.number, seal.entry_id, last[0].entry_id if last else None)


def _kind(link: _Link, previous: str, following: _Link | None) -> FaultKind:
    """Of a seal that does not fit its own entry: what the next one was made after tells which of the two is false."""
    after = following.seal.previous if following else None
    if link.made_after(previous) in (after, link.seal.sha256):
        return FaultKind.SEAL_ALTERED
    return FaultKind.INSERTED if after == previous else FaultKind.ALTERED


def _links() -> Iterator[_Link]:
    """The seals in their order with their entries, some at a time.

    Each time by questions of their own: reading a long chain holds no transaction open.
    """
    after = 0
    while True:
        seals = list(TrailSeal.objects.filter(number__gt=after).order_by("number")[:BATCH])
        keys = [seal.entry_id for seal in seals]
        entries = {entry["id"]: entry for entry in TrailEntry.objects.filter(pk__in=keys).values(*COLUMNS)}
        words = defaultdict(list)
        for one in SealedWords.objects.filter(entry__in=keys).order_by("place"):
            words[one.entry_id].append(one)
        yield from (_Link(seal, entries.get(seal.entry_id), words[seal.entry_id]) for seal in seals)
        if len(seals) < BATCH:
            return
        after = seals[-1].number
