"""How often somebody may ask: one row of the database for each, so that all processes count together.

A row is written by one statement that also says how many there are by now, whatever the others do meanwhile.
django-ratelimit counts in a cache that adds up by itself, which Django's own table does not (README, «Decisions»).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from accounts.models import ApiCount

_KEPT_FOR = timedelta(days=1)
_TABLE = ApiCount._meta.db_table
_COUNT = f"""INSERT INTO {_TABLE} (key, began, requests) VALUES (%s, %s, 1)
ON CONFLICT (key) DO UPDATE SET
    requests = CASE WHEN {_TABLE}.began = excluded.began THEN {_TABLE}.requests + 1 ELSE 1 END,
    began = excluded.began
RETURNING requests"""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in each window of so many seconds. The kind parts what is counted of people and of addresses."""

    kind: str
    requests: int
    seconds: int

    def wait(self, who: str, *, now: datetime) -> int:
        """Count one more request of theirs: 0 where it is within the limit, else in how many seconds to come again."""
        at = int(now.timestamp())
        began = at - at % self.seconds
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [f"{self.kind}:{who}", began])
            (requests,) = cursor.fetchone()
        if requests == 1:
            _forget(at)
        return began + self.seconds - at if requests > self.requests else 0


def hashed(address: str) -> str:
    """An address of the network as it is counted: nobody needs to read it there."""
    return hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()


def _forget(at: int) -> None:
    ApiCount.objects.filter(began__lt=at - int(_KEPT_FOR.total_seconds())).delete()
