"""What a rectification changed, out of the documents alone, and which later closings hold what it changed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from publishing.document.borders import borders_by_figure
from publishing.document.differences import Difference, differences, holds_old_figure
from publishing.document.telling import figures_text, told
from publishing.models import Closing

MOST = 25
"""Differences of a kind that an acta lists; of more it says how many and where they are found."""
_NAMED = 25


def changes_data(after: Closing) -> dict[str, Any] | None:
    """What the acta says of it; None for a first version.

    The later closings are those that there were when it was made, so that an acta prints the same whatever was
    rectified since. Raises DocumentAltered where one of the documents is not what was kept.
    """
    if after.version == 1:
        return None
    of_year = Closing.objects.filter(fiscal_year=after.fiscal_year_id).select_related("fiscal_year")
    before, document = of_year.get(month=after.month, version=after.version - 1), after.content
    found = differences(before.content, document)
    page = reverse("publishing:changes", args=[after.fiscal_year.year, after.month, after.version])
    return {
        "parts": [
            {
                "title": f"{part.title}: {len(part.lines):,}",
                "lines": [[line.what, line.before, line.after] for line in part.lines[:MOST]],
                "rest": _rest(len(part.lines) - MOST, page),
            }
            for part in told(found, borders_by_figure(document))
        ],
        "holding": [
            {"closing": str(closing), "figures": figures_text(old, _NAMED)}
            for closing, old in holding(found, _later_then(of_year.filter(month__gt=after.month), after))
        ],
    }


def holding(found: Sequence[Difference], later: Iterable[Closing]) -> list[tuple[Closing, list[Difference]]]:
    """Of later closings those that have figures as they were before, each with which ones."""
    held = ((closing, holds_old_figure(closing.content, found)) for closing in later)
    return [(closing, old) for closing, old in held if old]


def _later_then(later: Any, after: Closing) -> list[Closing]:
    """Of each later month the version that counted when ``after`` was made."""
    by_month: dict[int, Closing] = {}
    for closing in later.filter(pk__lt=after.pk).order_by("month", "version"):
        by_month[closing.month] = closing
    return list(by_month.values())


def _rest(more: int, page: str) -> str | None:
    if more <= 0:
        return None
    named = "Falta 1 renglón" if more == 1 else f"Faltan {more:,} renglones"
    return f"{named} de esta lista: completa está en la página «Qué cambió» de este cierre, {page}"
