"""Which days a person may mean: a slip of the keyboard (9999, 1900, 0001) is told, whatever the date is for.

Every date that somebody types goes through here: fields of forms, addresses, commands and the columns of models.
"""

from dataclasses import dataclass
from datetime import MAXYEAR, date

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date


@dataclass(frozen=True, slots=True)
class Span:
    """The days from ``first`` to ``last``, both included, and the sentence for a day that lies outside."""

    first: date
    last: date
    refusal: str

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


# Whoever works in a town hall was named to it after 1950, and nothing there is arranged for the next century.
LIVING = Span(date(1950, 1, 1), date(2099, 12, 31), "Escriba una fecha entre 1950 y 2099.")


def near_year(year: int) -> Span:
    """The days of a fiscal year and of the next one, in which its last months are due and reviewed."""
    following = min(year + 1, MAXYEAR)
    return Span(date(year, 1, 1), date(following, 12, 31), f"Escriba un día de {year} o {following}.")


def living_day(day: date) -> None:
    """The validator of a model's date."""
    if day not in LIVING:
        raise ValidationError(LIVING.refusal, code="far")


def read_day(text: str) -> date | None:
    """A day written as AAAA-MM-DD, as addresses and commands have it; None for what is no day or none of ``LIVING``."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day is not None and day in LIVING else None
