"""What a form showed is carried along, signed: what somebody else changed meanwhile is told, never overwritten."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.core import signing
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

from catalog.views.common import attempt
from core.trail import ChangedMeanwhile
from indicators.history import change_lines, field_words

SALT = "catalog.seen"
T = TypeVar("T")
Values = Mapping[str, Any]


def sign(seen: Values) -> str:
    return signing.dumps(dict(seen), salt=SALT, compress=True)


def read_seen(request: HttpRequest) -> dict[str, Any]:
    try:
        found: dict[str, Any] = signing.loads(request.POST.get("seen", ""), salt=SALT)
    except signing.BadSignature:
        return {}  # nothing that the row can be equal to: it is told as changed
    return found


def attempt_unless_changed(form: forms.Form, act: Callable[[], T]) -> tuple[T | None, ChangedMeanwhile | None]:
    """As ``attempt``, or what somebody else made of the row since the form was shown."""
    try:
        return attempt(form, act), None
    except ChangedMeanwhile as changed:
        return None, changed


def merged(form: forms.Form, seen: Values, current: Values) -> dict[str, Any]:
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


def told(changed: ChangedMeanwhile, seen: Values, model: type[Model], what: str) -> dict[str, Any]:
    """Who changed ``what`` («este programa») since it was seen, and from what to what."""
    entry = changed.entry
    changes = {
        name: [seen.get(name), value] for name, value in changed.current.items() if name in seen and seen[name] != value
    }
    return {
        "who": str(entry.actor) if entry and entry.actor else "Alguien más",
        "at": f"{timezone.localtime(entry.at):%d/%m/%Y %H:%M}" if entry else "",
        "what": what, "changes": list(change_lines(changes, field_words(model._meta.label_lower))),
    }  # fmt: skip
