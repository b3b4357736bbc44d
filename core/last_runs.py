"""When something that runs by itself ran for the last time: one row a name, written anew each time."""

from datetime import datetime
from typing import Final

from core.models import LastRun

REMINDERS: Final = "reminders"
# What the health page writes, to know that a write would not fail.
HEALTH: Final = "health"


def note(name: str, at: datetime) -> None:
    """One query on both databases, whether there is a row or not."""
    LastRun.objects.bulk_create(
        [LastRun(name=name, at=at)], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
    )


def last(name: str) -> datetime | None:
    """None where it never ran to its end."""
    return LastRun.objects.filter(name=name).values_list("at", flat=True).first()
