"""Who signs which paper: planning says it, with dates, and every paper keeps those of its day."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.access import Access, Action
from core import trail
from publishing.acts import SignerAct
from publishing.models import Signer

FIELDS = ("kind", "name", "office", "position", "starts_on", "ends_on")
ONLY_PLANNING = "Solo Planeación dice quién firma las actas."


def signers_of(kind: str, day: date) -> list[dict[str, str]]:
    """As an acta keeps them, in the order in which they sign."""
    return [{"name": row.name, "office": row.office} for row in Signer.objects.filter(kind=kind).on(day)]


@transaction.atomic
def save_signer(*, access: Access, signer: Signer, given: dict[str, Any], now: datetime) -> Signer:
    """Write a new one, or another state of one that is there. NotAllowed; ValidationError of what does not fit."""
    access.require(Action.CLOSE_MONTHS, ONLY_PLANNING)
    is_new = signer.pk is None
    row = signer if is_new else Signer.objects.select_for_update().get(pk=signer.pk)
    before = {} if is_new else trail.snapshot(row, FIELDS)
    for name in FIELDS:
        setattr(row, name, given[name])
    row.full_clean()
    changes = trail.changes_between(before, trail.snapshot(row, FIELDS))
    if not changes:
        return row
    row.save()
    trail.record(
        subject=row,
        action=SignerAct.ADD if is_new else SignerAct.CHANGE,
        actor=access.user,
        at=now,
        capacity=access.capacity(Action.CLOSE_MONTHS, 0),
        changes=changes,
    )
    return row
