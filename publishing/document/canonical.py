"""The bytes of a document: UTF-8, keys sorted, nothing between. The same content is always the same bytes."""

import hashlib
import json
from typing import Any


def canonical_bytes(document: Any) -> bytes:
    """ValueError for what the form has no writing for (a number that is not a whole one)."""
    _refuse_fractions(document)
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _refuse_fractions(value: Any) -> None:
    """Amounts are texts with 4 decimals: a float would be written in as many ways as there are languages."""
    if isinstance(value, float):
        raise ValueError(f"{value!r} is not written as a number in a document")
    if isinstance(value, dict):
        for name, part in value.items():
            if not isinstance(name, str):
                raise ValueError(f"{name!r} is no key of a document")
            _refuse_fractions(part)
    elif isinstance(value, list | tuple):
        for part in value:
            _refuse_fractions(part)
