"""A process of its own that carries a whole year into the next and prints times, queries and memory as JSON.

Everything is undone, so the database stays as it was.
"""

import contextlib
import json
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 11, 25, 18, tzinfo=UTC)
YEAR = 2017  # beyond the plan of the generated years: the hierarchy is copied too


class _Undo(Exception):
    """Leaves the database as it was."""


def measure() -> dict[str, Any]:
    """The latest year of the database, all of its programmes, into a new plan; and the comparison of both."""
    from django.db import transaction

    from accounts.access import access_for
    from accounts.models import User
    from catalog.years.comparing import compare_years
    from catalog.years.lifecycle import NewPlan
    from catalog.years.rollover.proposal import Wish, propose
    from catalog.years.rollover.writing import roll_over
    from programs.models import FiscalYear, Program

    source = FiscalYear.objects.select_related("plan").latest("year")
    codes = frozenset(Program.objects.filter(fiscal_year=source).values_list("code", flat=True))
    wish = Wish(source, YEAR, NewPlan("Plan siguiente", YEAR, YEAR + 2), codes)
    access = access_for(User.objects.get(username="planeacion"), on=NOW.date())
    found: dict[str, Any] = {}
    with contextlib.suppress(_Undo), transaction.atomic():
        proposal = _timed(found, "preview", lambda: propose(wish))
        fingerprint = proposal.fingerprint
        _timed(found, "confirm", lambda: roll_over(access=access, wish=wish, fingerprint=fingerprint, now=NOW))
        target = FiscalYear.objects.get(year=YEAR)
        _timed(found, "compare", lambda: compare_years(source, target))
        found["indicators"] = len(proposal.indicators)
        raise _Undo
    found["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def _timed(found: dict[str, Any], name: str, act: Callable[[], Any]) -> Any:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        started = time.perf_counter()
        result = act()
        found[name] = time.perf_counter() - started
    found[f"{name}_queries"] = len(captured)
    return result


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(measure()))
