"""Who signs which paper: planning says it, with dates, and every paper keeps those of its day."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q

from accounts.access import Access, Action
from core import trail
from core.moments import day_text
from publishing.acts import SignerAct
from publishing.models import Signer

FIELDS = ("kind", "name", "office", "position", "starts_on", "ends_on")
ONLY_PLANNING = "Solo Planeación dice quién firma las actas."
# Any number that no other advisory lock of the database uses: «signers» in digits.
_ONE_WRITER = 7_446_637


def signers_of(kind: str, day: date) -> list[dict[str, str]]:
    """As an acta keeps them, in the order in which they sign."""
    return [{"name": row.name, "office": row.office} for row in Signer.objects.filter(kind=kind).on(day)]


def _refuse_shared_place(row: Signer) -> None:
    """Of those who sign a paper on one day each has a place of their own."""
    there = Signer.objects.filter(kind=row.kind, position=row.position).exclude(pk=row.pk)
    there = there.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=row.starts_on))
    if row.ends_on is not None:
        there = there.filter(starts_on__lte=row.ends_on)
    taken = there.first()
    if taken is not None:
        until = f" hasta el {day_text(taken.ends_on)}" if taken.ends_on else ""
        raise ValidationError(
            {
                "position": f"En el lugar {row.position} ya firma {taken} desde el {day_text(taken.starts_on)}{until}: "
                "dé otro lugar u otras fechas."
            }
        )


@transaction.atomic
def save_signer(*, access: Access, signer: Signer, given: dict[str, Any], now: datetime) -> Signer:
    """Write a new one, or another state of one that is there.

    Raises NotAllowed; ValidationError of what does not fit, also where somebody else signs in that place meanwhile.
    """
    access.require(Action.CLOSE_MONTHS, ONLY_PLANNING)
    if connection.vendor == "postgresql":  # of two who give one place at once, the second one sees the first
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_WRITER])
    is_new = signer.pk is None
    row = signer if is_new else Signer.objects.select_for_update().get(pk=signer.pk)
    before = {} if is_new else trail.snapshot(row, FIELDS)
    for name in FIELDS:
        setattr(row, name, given[name])
    row.full_clean()
    _refuse_shared_place(row)
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
