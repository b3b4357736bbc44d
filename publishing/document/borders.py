"""What the percentages of a document are held against where they are shown (rule 16 of the calculation)."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from core.formats import percent
from publishing.document.differences import Document, indicators_of

Borders = tuple[Decimal, ...]
NAMES = ("green_from", "amber_from", "over_above")


def borders_of(held: Mapping[str, Any]) -> Borders:
    """Of a document's ``rules``, or of an indicator's own ``thresholds``."""
    return tuple(Decimal(held[name]) for name in NAMES)


def borders_by_figure(document: Document) -> Callable[[str], Borders]:
    """By a figure's code: the thresholds of its own, where an indicator has some, or those of the year."""
    of_year = borders_of(document["rules"])
    own = {code: borders_of(row["thresholds"]) for code, row in indicators_of(document).items() if row["thresholds"]}
    return lambda figure: own.get(figure, of_year)


def percent_text(value: str | None, borders: Borders) -> str:
    """A percentage as documents write it; one that does not reach a border is never shown as it."""
    return percent(None if value is None else Decimal(value), borders, empty="sin datos")
