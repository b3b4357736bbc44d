"""What the first page tells of departments that lack an enlace or a titular, or soon will."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from accounts.access import ALL, Access
from accounts.access import Action as Act
from indicators.cover.reading import Cover
from indicators.cover.words import MissingLine, line_of
from indicators.deadlines import Deadlines
from indicators.models import Period

# Two months before is time enough to name somebody; what begins later stands on the board.
SOON = timedelta(days=60)
SHOWN = 5


@dataclass(frozen=True, slots=True)
class CoverPart:
    """``more``: how many stand on the board besides; ``names`` says that this person may name whoever is missing."""

    lines: list[MissingLine]
    more: int
    board_url: str
    names: bool


def read_cover(access: Access, periods: Sequence[Period], deadlines: Deadlines) -> Cover | None:
    """Of the departments whose drafts they see; None for who sees nobody's. At most 3 queries.

    ``periods`` are the months of the years that are neither locked nor historical, with their ``deadlines``.
    """
    reach = access.department_ids(Act.SEE_DRAFTS)
    if not reach:
        return None
    return Cover(periods, on=deadlines.on, reach="all" if reach == ALL else reach, deadlines=deadlines)


def cover_part(access: Access, cover: Cover | None) -> CoverPart | None:
    """None where nobody will be missing soon."""
    found = cover.missing() if cover else []
    soon = [one for one in found if cover and one.first <= cover.on + SOON][:SHOWN]
    if not (cover and soon):
        return None
    return CoverPart(
        lines=[line_of(one, on=cover.on) for one in soon],
        more=len(found) - len(soon),
        board_url=reverse("indicators:board", args=[soon[0].months[-1][0]]) + "#falta-gente",
        names=access.allows(Act.MANAGE_CATALOG),
    )
