"""A day as people write it in a cell of a list: 01/10/2016, 1-oct-16, «1 de octubre de 2016», or a date's own cell."""

import re
from datetime import date, timedelta

from core.dates import LIVING
from core.spreadsheets import Cell
from core.spreadsheets.cells import Kind
from core.text import fold

_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ t].*)?")
_NUMBERS = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4}|[0-9]{2})")
_WORDS = re.compile(
    r"([0-9]{1,2})(?:o|ro|er)?\.?[ /.\-]*(?:de )?([a-z]{3,10})\.?[ /.\-,]*(?:de |del )?([0-9]{4}|[0-9]{2})"
)
_OPEN = frozenset(
    {"indefinido", "indefinida", "sin fecha", "a la fecha", "vigente", "actual", "actualidad", "-", "--", "n/a", "na"}
)
_EXCEL_BEGINS = date(1899, 12, 30)
_SHOWN = 60


class NoDay(ValueError):
    """The cell says no day; the sentence says what it says and how days are written."""


def read_day_cell(cell: Cell, *, open_end: bool = False) -> date | None:
    """The day; None for an empty cell and, with ``open_end``, for «indefinido» and its like. Raises NoDay."""
    if cell.kind is Kind.EMPTY:
        return None
    text = fold(cell.text)
    if open_end and text in _OPEN:
        return None
    day = _serial(cell) if cell.kind is Kind.NUMBER else _written(text)
    said = (cell.shown or cell.text)[:_SHOWN]
    if day is None:
        raise NoDay(f"«{said}» no es una fecha; escríbala como 01/10/2016")
    if day not in LIVING:
        raise NoDay(f"«{said}» está fuera de 1950 a 2099")
    return day


def _serial(cell: Cell) -> date | None:
    """A date whose format was lost is the number of its day."""
    number = cell.number
    if number is None or number != int(number) or not 18_264 <= number <= 73_050:
        return None
    return _EXCEL_BEGINS + timedelta(days=int(number))


def _written(text: str) -> date | None:
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := _NUMBERS.fullmatch(text):
        day, month, year = found.groups()
    elif (found := _WORDS.fullmatch(text)) and found[2][:3] in _MONTHS:
        day, year = found[1], found[3]
        month = str(_MONTHS.index(found[2][:3]) + 1)
    elif found and found[2].startswith("set"):
        day, month, year = found[1], "9", found[3]
    else:
        return None
    full = int(year) + (2000 if len(year) == 2 else 0)
    try:
        return date(full, int(month), int(day))
    except ValueError:
        return None
