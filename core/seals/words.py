"""The words about people that entries hold: what is sealed of them is a salted hash.

The law may ask that somebody's name and address go. Whoever erases them leaves the hash, of which nobody can work the
words out once its salt is gone, and the seal of the entry still holds. A row of ``SealedWords`` for each such text says
where it stands; the seal is made over those rows, so that none can be added, changed or taken away.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

ERASED = "dato suprimido"
_LABEL, _CAPACITY, _CHANGES = "subject_label", "capacity", "changes"
_STANDING_IN = " en suplencia de "

_types: set[str] = set()
_fields: set[str] = set()


def about_people(*, types: Iterable[str], fields: Iterable[str]) -> None:
    """A room says of which of its types the label names somebody, and which fields of any entry do."""
    _types.update(types)
    _fields.update(fields)


def places_of(entry: Mapping[str, Any]) -> Iterator[str]:
    """Where an entry that is sealed now has words about people: columns, and sides of a change («changes.email.1»)."""
    if entry["subject_type"] in _types and entry[_LABEL]:
        yield _LABEL
    if _STANDING_IN in entry[_CAPACITY]:
        yield _CAPACITY
    changes = entry[_CHANGES]
    if not isinstance(changes, dict) or _fields.isdisjoint(changes):
        return
    for field in sorted(_fields.intersection(changes)):
        sides = changes[field] if isinstance(changes[field], list) else []
        yield from (f"{_CHANGES}.{field}.{side}" for side, text in enumerate(sides) if text and isinstance(text, str))


def text_at(entry: Mapping[str, Any], place: str) -> Any:
    """What stands there; None where there is no such place."""
    column, *inside = place.split(".")
    if not inside:
        return entry.get(column)
    changes, (field, side) = entry[column], inside
    sides = changes.get(field) if isinstance(changes, dict) else None
    return sides[int(side)] if isinstance(sides, list) and int(side) < len(sides) else None


def with_texts(entry: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Any]:
    """The entry with something else at each of these places."""
    made = dict(entry)
    if isinstance(made[_CHANGES], dict):
        made[_CHANGES] = {
            field: list(pair) if isinstance(pair, list) else pair for field, pair in made[_CHANGES].items()
        }
    for place, text in texts.items():
        column, *inside = place.split(".")
        if not inside:
            made[column] = text
        elif text_at(made, place) is not None:
            made[column][inside[0]][int(inside[1])] = text
    return made


def new_salt() -> str:
    return secrets.token_hex(16)


def hash_of(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}:{text}".encode("utf-8", "surrogatepass")).hexdigest()
