"""What the tests of closings share: closing a month as planning does, and making a closing's row by hand."""

from datetime import datetime
from typing import Any

from accounts.models import Role, User
from programs.models import FiscalYear
from publishing.closing.closing import close_month
from publishing.models import Closing
from tests.factories import NOW, make_user


def planner() -> User:
    return User.objects.filter(username="planeacion").first() or make_user("planeacion", Role.PLANNING)


def close(fiscal_year: FiscalYear, month: int = 9, *, now: datetime = NOW, **kwargs: Any) -> Closing:
    """By planning. Read anew, as whoever comes after sees it."""
    made = close_month(fiscal_year=fiscal_year, month=month, **{"actor": planner(), "now": now, **kwargs})
    return Closing.objects.select_related("fiscal_year").get(pk=made.pk)
