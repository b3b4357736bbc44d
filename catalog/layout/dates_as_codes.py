"""Codes that a spreadsheet took for dates: MAR-01 became 1 March 2001, or 1 March of this year."""

import datetime
import re
from functools import lru_cache

from core.text import fold

_MONTHS = ("ENE", "FEB", "MAR", "ABR", "MAY", "JUN", "JUL", "AGO", "SEP", "OCT", "NOV", "DIC")


_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T]|$)")
_SHOWN = re.compile(rf"(?P<day>[0-9]{{1,2}})[-/ ](?P<month>{'|'.join(_MONTHS)})\.?", re.IGNORECASE)


@lru_cache(maxsize=1_000)
def codes_behind(iso: str) -> tuple[str, ...]:
    """The codes that were probably typed, the likeliest first; empty for what is no date, nor the text of one.

    «MAR-01» is March 2001 where the sheet thinks of a year, and 1 March of its year where it thinks of a day.
    """
    shown = _SHOWN.fullmatch(fold(iso))
    if shown:
        return (f"{shown['month'].upper()}-{int(shown['day']):02d}",)
    if not _ISO.match(iso):  # 01030501 is a key, and to Python a day of the year 103
        return ()
    try:
        day = datetime.date.fromisoformat(iso[:10])
    except ValueError:
        return ()
    month = _MONTHS[day.month - 1]
    of_year, of_day = f"{month}-{day.year % 100:02d}", f"{month}-{day.day:02d}"
    if day.day != 1:
        return (of_day,)
    return tuple(dict.fromkeys((of_day, of_year) if day.year >= 2010 else (of_year, of_day)))
