"""Setting the page of the first steps aside, for the whole product, and offering it again."""

from datetime import datetime

from django.db import transaction

from accounts.access import Access, Action
from catalog.acts import StartAct
from catalog.models import StartPutAway
from core import trail

ONLY_PLANNING = "Solo Planeación guarda los primeros pasos."


@transaction.atomic
def put_away(*, access: Access, now: datetime) -> None:
    """Nothing happens where somebody did it already."""
    access.require(Action.MANAGE_CATALOG, ONLY_PLANNING)
    row, made = StartPutAway.objects.get_or_create(defaults={"by": access.user, "at": now})
    if made:
        _record(access, row, StartAct.PUT_AWAY, now)


@transaction.atomic
def bring_back(*, access: Access, now: datetime) -> None:
    """Nothing happens where it is offered anyway."""
    access.require(Action.MANAGE_CATALOG, ONLY_PLANNING)
    row = StartPutAway.objects.select_for_update(of=("self",)).first()
    if row is not None:
        _record(access, row, StartAct.BRING_BACK, now)
        row.delete()


def _record(access: Access, row: StartPutAway, act: StartAct, now: datetime) -> None:
    trail.record(
        subject=row,
        label="Primeros pasos",
        action=act,
        actor=access.user,
        at=now,
        capacity=access.capacity(Action.MANAGE_CATALOG, 0),
        changes={},
    )
