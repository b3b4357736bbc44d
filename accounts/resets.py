"""Whose link for a new password waits: the address was changed by somebody else not long ago."""

from datetime import datetime, timedelta

from accounts.models import PendingAct, User

RESET_WAITS = timedelta(hours=24)


def address_changes(user: User, *, now: datetime) -> list[PendingAct]:
    """The changes of the address by somebody else for which a new password still waits, the latest first."""
    recent = PendingAct.objects.filter(person=user, kind=PendingAct.Kind.ADDRESS, confirmed_at__gt=now - RESET_WAITS)
    return list(recent.order_by("-confirmed_at"))


def reset_waits_until(user: User, *, now: datetime) -> datetime | None:
    """From when a link for a new password may be sent; None where it may be sent now."""
    changes = address_changes(user, now=now)
    confirmed = changes[0].confirmed_at if changes else None
    return confirmed + RESET_WAITS if confirmed else None
