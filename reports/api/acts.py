"""The trail as rows: the acts that this person may read, searched with the parameters of its page."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils import timezone

from accounts.access import Access, Action
from accounts.api_access import Refused
from indicators.history import history_line
from reports.api.asked import refuse_unknown
from reports.api.tables import Row
from reports.home.trail import every_act
from reports.home.trail_search import FIELDS, Asked, asked_trail


def acts_asked(request: HttpRequest, access: Access) -> Asked:
    """Refused: 403 for who reads no trail, 400 for what the page would complain of."""
    if not access.allows(Action.READ_TRAIL):
        raise Refused(403, "Su función no lee la bitácora.")
    refuse_unknown(request, FIELDS)
    asked = asked_trail(access, request.GET)
    if asked.complaints:
        raise Refused(400, asked.complaints[0])
    return asked


def act_rows(asked: Asked) -> Iterator[Row]:
    """The latest first, read in pieces while they leave."""
    for entry in every_act(asked.entries):
        line = history_line(entry)
        at = timezone.localtime(entry.at).isoformat()
        yield entry.pk, at, line.who, line.capacity, entry.action, line.act, line.subject, line.changes, line.reason
