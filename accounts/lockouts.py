"""Who is locked out after failed sign-ins, and until when: what django-axes has counted, read for people."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from axes.models import AccessAttempt
from django.conf import settings


def locked_until(usernames: Collection[str], *, now: datetime) -> dict[str, datetime]:
    """The moment until which each of these user names is refused from some address; free ones are left out.

    A lock holds a user name and an address together, and ends when the failures of the last 15 minutes are fewer
    than the limit. One query.
    """
    rows = AccessAttempt.objects.filter(username__in=usernames, attempt_time__gt=now - settings.AXES_COOLOFF_TIME)
    failures: dict[tuple[str, str], list[tuple[datetime, int]]] = defaultdict(list)
    found = rows.order_by("attempt_time").values_list("username", "ip_address", "attempt_time", "failures_since_start")
    for username, address, at, number in found:
        failures[username, str(address)].append((at, number))
    ends: dict[str, datetime] = {}
    for (username, _), attempts in failures.items():
        end = _end_of_lock(attempts)
        if end is not None:
            ends[username] = max(end, ends.get(username, end))
    return ends


def _end_of_lock(attempts: list[tuple[datetime, int]]) -> datetime | None:
    """When enough of one address's failures, oldest first, are too old to count; None where they are too few."""
    left = sum(number for _, number in attempts)
    end = None
    for at, number in attempts:
        if left < settings.AXES_FAILURE_LIMIT:
            break
        left -= number
        end = at + settings.AXES_COOLOFF_TIME
    return end
