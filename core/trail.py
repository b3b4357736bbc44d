"""Writing the audit trail. A service that changes something writes its entries in the same transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from django.db import models

from core import bulk
from core.models import TrailEntry

Snapshot = dict[str, Any]
_LOOKED_BACK = 50


class Act(StrEnum):
    """What the trail records, as an enumeration of each wing: ``NAME = label, sentence``.

    The label is what is stored, in entries from years ago too, and what the lists of the administration show: it never
    changes. The sentence is what pages say that somebody did («Guardó la captura»).
    """

    sentence: str

    def __new__(cls, label: str, sentence: str) -> "Act":
        made = str.__new__(cls, label)
        made._value_, made.sentence = label, sentence
        return made


_Acts = TypeVar("_Acts", bound=type[Act])
_enumerations: set[type[Act]] = set()
_acts: dict[str, Act] = {}


def register(acts: _Acts) -> _Acts:
    """Decorator: the acts of this enumeration may be recorded, and pages have their sentences."""
    longest = TrailEntry._meta.get_field("action").max_length or 0
    found: dict[str, Act] = {}
    for act in acts.__members__.values():  # two names of one act too
        if act.value in _acts or act.value in found:
            raise ValueError(f"{act!r} is registered already")
        if not 0 < len(act.value) <= longest or not act.sentence:
            raise ValueError(f"{act!r} has no sentence, or does not fit the column")
        found[act.value] = act
    _acts.update(found)
    _enumerations.add(acts)
    return acts


def registered_acts() -> tuple[Act, ...]:
    return tuple(_acts.values())


def sentence_of(action: str) -> str:
    """What an entry says that somebody did; one whose act is no longer recorded, as it is stored."""
    act = _acts.get(action)
    return act.sentence if act else action[:1].upper() + action[1:]


class ChangedMeanwhile(Exception):
    """Somebody else changed the row since it was seen; nothing was written.

    ``current`` is how it is now; ``entry`` the act that made it differ, None where the trail does not have it.
    """

    def __init__(self, current: Snapshot, entry: TrailEntry | None) -> None:
        super().__init__("Otra persona cambió esto mientras usted escribía.")
        self.current, self.entry = current, entry


def refuse_if_changed(subject: models.Model, current: Snapshot, seen: Mapping[str, Any]) -> None:
    """ChangedMeanwhile where the (locked) row is not as the person had it before them; nothing seen never is."""
    if current == dict(seen):
        return
    differing = {name for name, value in current.items() if name not in seen or seen[name] != value}
    entries = TrailEntry.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)
    latest = entries.select_related("actor").order_by("-id")[:_LOOKED_BACK]
    raise ChangedMeanwhile(current, next((one for one in latest if differing & set(one.changes)), None))


def snapshot(instance: models.Model, fields: Iterable[str]) -> Snapshot:
    """The named fields as plain values that JSON keeps exactly (amounts as text, references as their text)."""
    return {field: _plain(getattr(instance, field)) for field in fields}


_PLAIN = frozenset((str, int, bool, type(None)))


def _plain(value: Any) -> Any:
    if type(value) in _PLAIN:  # nearly all; a large import asks some hundred thousand times
        return value
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """``{field: [from, to]}`` of the fields that differ; a missing side is None."""
    fields = dict.fromkeys([*before, *after])
    pairs = {field: [before.get(field), after.get(field)] for field in fields}
    return {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}


def cited_in(changes: Mapping[str, Any]) -> str:
    """The instrument that an entry's act cites; empty without one."""
    return (changes.get("instrument") or ("", ""))[1] or ""


def citing(changes: Mapping[str, list[Any]], instrument: str) -> dict[str, list[Any]]:
    """The same changes and, where the act cites an instrument, which one."""
    return {**changes, **({"instrument": [None, instrument.strip()]} if instrument.strip() else {})}


def entry(
    *,
    subject: models.Model,
    action: Act,
    actor: Any,
    at: datetime,
    changes: Mapping[str, list[Any]],
    label: str = "",
    capacity: str = "",
    reason: str = "",
    scope_id: int | None = None,
) -> TrailEntry:
    """An entry that is not saved yet: bulk writers collect theirs and hand them to ``write``.

    TypeError for an act that nobody registered.
    """
    if action.__class__ not in _enumerations:  # what a bulk write asks some hundred thousand times
        raise TypeError(f"{action!r} is not a registered act of the trail")
    return TrailEntry(
        at=at,
        actor=actor,
        capacity=capacity,
        action=action.value,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_label=(label or str(subject))[:200],
        scope_id=scope_id,
        changes=dict(changes),
        reason=reason,
    )


Hearer = Callable[[Sequence[TrailEntry]], None]
_hearers: list[Hearer] = []


def hear(hearer: Hearer) -> None:
    """Whatever is written is told to it too, within the transaction: it may not write, nor fail."""
    _hearers.append(hearer)


def write(entries: Iterable[TrailEntry]) -> None:
    written = list(entries)
    bulk.insert(TrailEntry, written)
    for hearer in _hearers:
        hearer(written)


def record(**kwargs: Any) -> TrailEntry:
    """Write one entry; same arguments as ``entry``."""
    made = entry(**kwargs)
    made.save(force_insert=True)
    for hearer in _hearers:
        hearer([made])
    return made
