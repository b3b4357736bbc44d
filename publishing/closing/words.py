"""How months and lists of them are named on the pages and papers of closings."""

from collections.abc import Iterable, Sequence

from indicators.models import month_name


def joined(words: Sequence[str]) -> str:
    """«enero, febrero y marzo»."""
    return " y ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def months_text(months: Iterable[int]) -> str:
    return joined([month_name(month) for month in months])


def month_of(year: int, month: int) -> str:
    """«septiembre de 2016»."""
    return f"{month_name(month)} de {year}"
