"""Two people wrote in one row at once: where they wrote different fields, what both wrote can stay together.

A merge by field against the figures that the second person had before them. A page says only by a mark which those were
(``forms.fingerprint``); the figures themselves are found in the trail, going back from what is saved now.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from core.formats import plain_amount
from core.models import TrailEntry
from indicators.capture.forms import PAIR, Typed, fingerprint
from indicators.capture.saving import Conflict
from indicators.models import Measurement

_LOOKED_BACK = 50
_SIDES = ("numerator", "denominator")


def both_of(conflict: Conflict, *, seen: str, prefill: tuple[Decimal | None, Decimal | None]) -> Typed | None:
    """The row with what both wrote, as its fields would be typed; None where one field was written by both.

    ``seen``: the mark of what the second person's page showed; ``prefill``: what it showed where nothing was saved yet.
    """
    base = _seen_fields(conflict.current, seen, prefill)
    if base is None:
        return None
    mine, theirs = _texts(conflict.typed), _texts(conflict.current)
    merged: Typed = {}
    for name in PAIR:
        if mine[name] in (base[name], theirs[name]):
            merged[name] = theirs[name]
        elif theirs[name] == base[name]:
            merged[name] = mine[name]
        else:
            return None
    return None if merged in (mine, theirs) or not _fits(merged) else merged


def _fits(fields: Typed) -> bool:
    """A reason for no activity goes with 0/0 alone."""
    return not fields["no_activity"] or all(fields[side] == "0" for side in _SIDES)


def _seen_fields(row: Measurement, seen: str, prefill: tuple[Decimal | None, Decimal | None]) -> Typed | None:
    if not seen:
        return None
    return next((fields for fields in _earlier(row, prefill) if fingerprint(fields) == seen), None)


def _earlier(row: Measurement, prefill: tuple[Decimal | None, Decimal | None]) -> Iterator[Typed]:
    """The row's fields now and before each of its latest acts, back to those of a row in which nothing was saved."""
    fields = _texts(row)
    yield dict(fields)
    entries = TrailEntry.objects.filter(subject_type=row._meta.label_lower, subject_id=row.pk).order_by("-id")
    for changes in entries.values_list("changes", flat=True)[:_LOOKED_BACK]:
        undone = {name: _text(name, changes[name][0]) for name in PAIR if name in changes}
        if undone:
            fields |= undone
            yield dict(fields)
    if not any(fields.values()):
        yield fields | {side: plain_amount(value) for side, value in zip(_SIDES, prefill, strict=True)}


def _texts(row: Any) -> Typed:
    return {name: _text(name, getattr(row, name)) for name in PAIR}


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in _SIDES:
        return plain_amount(Decimal(value))
    return "\n".join(str(value).split("\r\n")).strip()
