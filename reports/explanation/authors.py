"""Who wrote each pair of a capture, and when: told by the trail, because a row only knows who wrote its current one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from core.models import TrailEntry
from core.moments import stamp_text
from indicators.acts import FigureAct
from indicators.models import Measurement

_PAIR = {"numerator", "denominator"}
_ACTS = (FigureAct.SAVE, FigureAct.CORRECT, FigureAct.VALIDATE)


@dataclass(frozen=True, slots=True)
class Authors:
    """Who wrote the current pair and the last validated one, as «nombre, fecha y hora»; empty where nobody is known."""

    current: str
    validated: str


def authors_of(rows: QuerySet[Measurement]) -> dict[int, Authors]:
    """By capture; only those of which the trail says who wrote a pair. One query."""
    entries = (
        TrailEntry.objects.filter(
            subject_type=Measurement._meta.label_lower, subject_id__in=rows.order_by().values("pk"), action__in=_ACTS
        )
        .select_related("actor")
        .order_by("at", "id")
    )
    found: dict[int, Authors] = {}
    for entry in entries:
        known = found.get(entry.subject_id, Authors("", ""))
        if entry.action == FigureAct.VALIDATE:
            found[entry.subject_id] = Authors(known.current, known.current)
        elif _PAIR & entry.changes.keys():
            found[entry.subject_id] = Authors(named(entry.actor, entry.at), known.validated)
    return found


def authors_in(found: Mapping[int, Authors], row: Measurement) -> Authors:
    """Those of a row; where the trail knows none (figures from elsewhere), what the row itself says."""
    known = found.get(row.pk)
    if known is not None and known.current:
        return known
    current = named(row.updated_by, row.updated_at)
    return Authors(current, "" if row.is_correction else current)


def named(person: object | None, at: datetime | None) -> str:
    if person is None:
        return ""
    return f"{person}, {stamp_text(at)}" if at else str(person)
