"""What a seal is made of: the canonical content of an entry, the moment, and the seal before."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from core.seals.words import with_texts

# Named one by one: a column that is added later is no part of the seals that were made before it.
COLUMNS = (
    "id", "at", "actor_id", "capacity", "action", "subject_type", "subject_id", "subject_label", "scope_id", "changes",
    "reason",
)  # fmt: skip


def seal_of(entry: Mapping[str, Any], words: Mapping[str, str], *, sealed_at: datetime, previous: str) -> str:
    """The SHA-256 of this entry after the seal ``previous``, which is empty for the first one of the chain."""
    return hashlib.sha256(sealed_bytes(entry, words, sealed_at=sealed_at, previous=previous)).hexdigest()


def sealed_bytes(entry: Mapping[str, Any], words: Mapping[str, str], *, sealed_at: datetime, previous: str) -> bytes:
    """What a seal is taken of: as a file, anybody works it out again with ``sha256sum``.

    ``words`` are the salted hashes of what the entry says about people, by place; they stand for the words themselves.
    """
    content = {name: entry[name] for name in COLUMNS} | {"at": _moment(entry["at"])}
    content = with_texts(content, {place: {"sha256": sha256} for place, sha256 in words.items()})
    sealed: dict[str, Any] = {"entry": content, "previous": previous, "sealed_at": _moment(sealed_at)}
    if words:
        sealed["words"] = sorted(words)  # a hash that somebody writes into the entry is no row of hashes
    return json.dumps(sealed, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def _moment(value: datetime | None) -> str | None:
    """The same text on every database; None only where somebody has put something else into the column."""
    return value.astimezone(UTC).isoformat(timespec="microseconds") if value else None
