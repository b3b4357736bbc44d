"""Whoever writes the catalogue does so one after the other: an import reads all of it before it writes."""

from collections.abc import Iterable

from django.db import connection

from indicators.models import Indicator
from programs.models import FiscalYear

# Any number that no other advisory lock of the database uses: «catalog» in digits.
_ONE_WRITER = 2_282_564


def lock_catalogue() -> None:
    """Wait for the transaction of whoever is writing the catalogue. On SQLite whoever writes is alone anyway.

    Imports and edits wait for each other whatever their year: they share the plan's hierarchy and the departments,
    and a year that does not exist yet cannot be locked.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_WRITER])


def hold_catalogue(years: Iterable[int]) -> None:
    """The same, and besides nobody adds to these years or captures in them until the transaction ends.

    Whoever saves a figure holds its indicator and then refers to the year: in that order here too, or each would wait
    for the other.
    """
    lock_catalogue()
    years = list(years)
    indicators = Indicator.objects.filter(fiscal_year__year__in=years).order_by("pk")
    list(indicators.select_for_update(of=("self",), no_key=True).values_list("pk"))
    wanted = FiscalYear.objects.select_for_update().filter(year__in=years).order_by("year")
    list(wanted.values_list("pk"))
