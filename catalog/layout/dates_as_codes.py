"""Codes that a spreadsheet took for dates: MAR-01 became 1 March 2001, or 1 March of this year."""

import datetime
from functools import lru_cache

_MONTHS = ("ENE", "FEB", "MAR", "ABR", "MAY", "JUN", "JUL", "AGO", "SEP", "OCT", "NOV", "DIC")


@lru_cache(maxsize=1_000)
def codes_behind(iso: str) -> tuple[str, ...]:
    """The codes that were probably typed, the likeliest first; empty for what is no date.

    «MAR-01» is March 2001 where the sheet thinks of a year, and 1 March of its year where it thinks of a day.
    """
    try:
        day = datetime.date.fromisoformat(iso[:10])
    except ValueError:
        return ()
    month = _MONTHS[day.month - 1]
    of_year, of_day = f"{month}-{day.year % 100:02d}", f"{month}-{day.day:02d}"
    if day.day != 1:
        return (of_day,)
    return tuple(dict.fromkeys((of_day, of_year) if day.year >= 2010 else (of_year, of_day)))
