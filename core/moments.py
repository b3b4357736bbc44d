"""How days and moments are written for people: as in Mexico, in the municipality's own time; "" where there is none."""

from datetime import date, datetime, tzinfo
from functools import lru_cache

from django.utils import timezone


def day_text(day: date | None) -> str:
    """«07/10/2016»; of a moment, its day."""
    if day is None:
        return ""
    return f"{timezone.localtime(day) if isinstance(day, datetime) else day:%d/%m/%Y}"


def moment_text(at: datetime | None) -> str:
    """«07/10/2016 12:34», as lists and sentences have it."""
    return "" if at is None else _moment(at, timezone.get_default_timezone())


@lru_cache(maxsize=4096)
def _moment(at: datetime, zone: tzinfo) -> str:
    """Kept by all that it depends on: a row has two of them, and nobody's zone is another than the town's."""
    return f"{timezone.localtime(at, zone):%d/%m/%Y %H:%M}"


def stamp_text(at: datetime | None) -> str:
    """«07/10/2016, 12:34 h», as papers have it and what is quoted from them."""
    return "" if at is None else f"{timezone.localtime(at):%d/%m/%Y, %H:%M} h"


def clock_text(at: datetime | None) -> str:
    """«12:34»."""
    return "" if at is None else f"{timezone.localtime(at):%H:%M}"
