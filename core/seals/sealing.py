"""Sealing what the trail holds, beside the saves: the worker does it every few seconds, and a save waits for nothing.

An entry whose transaction ends late has a lower number than some that are sealed already; it is sealed next.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, router, transaction
from django.db.models import Count, Exists, Min, OuterRef, QuerySet

from core import bulk
from core.models import SealedWords, TrailEntry, TrailSeal
from core.seals.chain import COLUMNS, seal_of
from core.seals.words import hash_of, new_salt, places_of, text_at

BATCH = 1000
_LOCK = 5_147_301_600_771  # of PostgreSQL, for one sealer at a time: any number that nothing else uses


@dataclass(frozen=True, slots=True)
class Pending:
    """How many entries have no seal yet, and when the first of them was written; None where there is none."""

    number: int
    since: datetime | None


def unsealed() -> QuerySet[TrailEntry]:
    return TrailEntry.objects.filter(~Exists(TrailSeal.objects.filter(entry=OuterRef("pk"))))


def pending() -> Pending:
    found = unsealed().aggregate(number=Count("pk"), since=Min("at"))
    return Pending(found["number"], found["since"])


def seal_trail(*, now: datetime) -> int:
    """Seal every entry that has no seal yet, in the order of their numbers, and return how many were.

    In transactions of ``BATCH`` entries, so that a trail of any length takes the same memory and an interrupted run is
    gone on with. Where another process is sealing, it is left to that one.
    """
    sealed, after = 0, 0
    while True:
        batch = _seal_batch(after, now)
        sealed += len(batch)
        if len(batch) < BATCH:
            return sealed
        after = batch[-1].entry_id


@transaction.atomic
def _seal_batch(after: int, now: datetime) -> list[TrailSeal]:
    if not _alone():
        return []
    last = TrailSeal.objects.order_by("-number").first()
    number, previous = (last.number, last.sha256) if last else (0, "")
    seals: list[TrailSeal] = []
    hashes: list[SealedWords] = []
    for entry in unsealed().filter(pk__gt=after).order_by("pk").values(*COLUMNS)[:BATCH]:
        number += 1
        words = [_hashed(entry, place) for place in places_of(entry)]
        hashes += words
        sha256 = seal_of(entry, {one.place: one.sha256 for one in words}, sealed_at=now, previous=previous)
        seals.append(TrailSeal(number=number, entry_id=entry["id"], sha256=sha256, previous=previous, sealed_at=now))
        previous = sha256
    bulk.insert(TrailSeal, seals, numbered=True)
    bulk.insert(SealedWords, hashes)
    return seals


def _hashed(entry: dict[str, Any], place: str) -> SealedWords:
    salt = new_salt()
    return SealedWords(entry_id=entry["id"], place=place, salt=salt, sha256=hash_of(salt, text_at(entry, place)))


def hold_sealers() -> None:
    """Wait for whoever is sealing and keep others from it until this transaction ends; it may seal itself."""
    connection = connections[router.db_for_write(TrailSeal)]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _alone() -> bool:
    """Whether nobody else is sealing, until this transaction ends. SQLite has one writer anyway.

    Two who did not ask would both take the next number, which the database gives once: the chain never forks.
    """
    connection = connections[router.db_for_write(TrailSeal)]
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
