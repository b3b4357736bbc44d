"""What a cell of an ODS keeps beside its text, and the cell that it is: a number, a day, a time, yes or no."""

import datetime
import re
from collections.abc import Callable

from core.spreadsheets import cells
from core.spreadsheets.cells import Cell
from core.spreadsheets.errors import SpreadsheetError
from core.spreadsheets.ods_styles import GENERAL, ODF

BROKEN = (
    "El archivo está dañado o no es una hoja de cálculo: ábralo en LibreOffice y guárdelo otra vez como ODS o XLSX."
)
OFFICE = f"{ODF}office:1.0 "
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]{0,400}\.?[0-9]{0,400}(?:[eE][-+]?[0-9]{1,4})?")
_HOURS = re.compile(r"PT([0-9]{1,6})H([0-9]{1,2})M([0-9]{1,2})(?:\.([0-9]{1,9}))?S")


def _number(stored: str, shown: str, _text: str) -> Cell:
    if not _NUMBER.fullmatch(stored) or not any(map(str.isdigit, stored)):
        raise SpreadsheetError(BROKEN)
    return cells.number_cell(int(stored) if _WHOLE.fullmatch(stored) else float(stored), shown)


def _percentage(stored: str, shown: str, text: str) -> Cell:
    return _number(stored, shown if "%" in shown else "0%", text)


def _day(stored: str, shown: str, text: str) -> Cell:
    try:
        return cells.date_cell(datetime.datetime.fromisoformat(stored), "" if shown == GENERAL else shown)
    except ValueError:  # the year 0 and before
        return cells.text_cell(text)


def _hours(stored: str, _shown: str, text: str) -> Cell:
    found = _HOURS.fullmatch(stored)
    if found is None:
        return cells.text_cell(text)
    part = datetime.timedelta(
        hours=int(found[1]),
        minutes=int(found[2]),
        seconds=int(found[3]),
        microseconds=int((found[4] or "0")[:6].ljust(6, "0")),
    )
    if part < datetime.timedelta(days=1):
        return cells.date_cell((datetime.datetime.min + part).time())
    return cells.date_cell(part)


def _boolean(stored: str, _shown: str, _text: str) -> Cell:
    return cells.boolean_cell(stored == "true")


# By the kind of value: what is stored, how it is shown and the text → the cell; and the attribute that stores it.
READERS: dict[str, Callable[[str, str, str], Cell]] = {
    "float": _number, "currency": _number, "percentage": _percentage, "date": _day, "time": _hours, "boolean": _boolean,
}  # fmt: skip
STORED = dict.fromkeys(("float", "currency", "percentage"), OFFICE + "value") | {
    "date": OFFICE + "date-value", "time": OFFICE + "time-value", "boolean": OFFICE + "boolean-value",
}  # fmt: skip
