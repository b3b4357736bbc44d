"""What a form showed is carried along, signed: what somebody else changed meanwhile is told, never overwritten."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django import forms
from django.core import signing
from django.db.models import Model
from django.http import HttpRequest

from catalog.http import attempt
from core.moments import moment_text
from core.trail import ChangedMeanwhile
from indicators.history import change_lines, field_words

SALT = "catalog.seen"
T = TypeVar("T")
Form = TypeVar("Form", bound=forms.Form)
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Edited(Generic[Form, T]):
    """A form over a row that others may change, too, after one request.

    ``saved`` is what the act returned, None where nothing was written; ``told`` what somebody else changed.
    """

    form: Form
    seen: Values
    told: dict[str, Any] | None = None
    saved: T | None = None

    @property
    def context(self) -> dict[str, Any]:
        """What the page shows of it."""
        return {"form": self.form, "seen": _signed(self.seen), "meanwhile": self.told}


def edited(
    request: HttpRequest,
    *,
    state: Values,
    build: Callable[..., Form],
    act: Callable[[Form, Values], T],
    model: type[Model],
    what: str,
) -> Edited[Form, T]:
    """Show the form, or do the ``act`` with what was typed and what had been seen; a refusal stays in the form.

    ``build`` makes the form, of data or with ``initial``; ``what`` is what was changed: «este programa».
    """
    if request.method != "POST":
        return Edited(build(initial=state), state)
    form, seen = build(request.POST), _read_seen(request)
    if not form.is_valid():
        return Edited(form, seen)
    try:
        return Edited(form, seen, saved=attempt(form, lambda: act(form, seen)))
    except ChangedMeanwhile as changed:
        told = _told(changed, seen, model, what)
        return Edited(build(_merged(form, seen, changed.current)), changed.current, told)


def _signed(seen: Values) -> str:
    return signing.dumps(dict(seen), salt=SALT, compress=True)


def _read_seen(request: HttpRequest) -> dict[str, Any]:
    try:
        found: dict[str, Any] = signing.loads(request.POST.get("seen", ""), salt=SALT)
    except signing.BadSignature:
        return {}  # nothing that the row can be equal to: it is told as changed
    return found


def _merged(form: forms.Form, seen: Values, current: Values) -> dict[str, Any]:
    """What was typed where something was typed, otherwise what the other person left."""
    data = {}
    for name in form.fields:
        typed = form[name].value()
        untouched = name in seen and _same(typed, seen[name])
        value = current[name] if untouched else typed
        if value not in (None, False):
            data[name] = value
    return data


def _same(typed: Any, state: Any) -> bool:
    if isinstance(typed, bool) or isinstance(state, bool):
        return bool(typed) == bool(state)
    return _plain(typed) == _plain(state)


def _plain(value: Any) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _told(changed: ChangedMeanwhile, seen: Values, model: type[Model], what: str) -> dict[str, Any]:
    """Who changed ``what`` («este programa») since it was seen, and from what to what."""
    entry = changed.entry
    changes = {
        name: [seen.get(name), value] for name, value in changed.current.items() if name in seen and seen[name] != value
    }
    return {
        "who": str(entry.actor) if entry and entry.actor else "Alguien más",
        "at": moment_text(entry.at) if entry else "",
        "what": what, "changes": list(change_lines(changes, field_words(model._meta.label_lower))),
    }  # fmt: skip
