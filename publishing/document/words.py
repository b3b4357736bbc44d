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


def span(month: int) -> str:
    """«de enero a septiembre», «de enero»: what a closing of that month holds."""
    return "de enero" if month == 1 else f"de enero a {month_name(month)}"


def span_of(year: int, month: int) -> str:
    """«de enero a septiembre de 2016»."""
    return f"{span(month)} de {year}"
