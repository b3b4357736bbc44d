"""Workbooks as municipalities kept their captures."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl

from indicators import migrated
from indicators.migrated import Answers, Read
from indicators.models import MONTH_NAMES

Rows = Sequence[Sequence[Any]]
SHORT = [name[:3].upper() for name in MONTH_NAMES if name]


def book(sheets: Mapping[str, Rows], merged: Mapping[str, Sequence[str]] | None = None) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        for area in (merged or {}).get(title, ()):
            sheet.merge_cells(area)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def wide(*rows: Sequence[Any], title: str = "2016", months: int = 12) -> bytes:
    """One row an indicator: its key, then both sides of each month; short rows end early."""
    heads = [name for month in SHORT[:months] for name in (month, None)]
    return book({title: [["CLAVE", *heads], [None, *["N", "D"] * months], *rows]})


def read(content: bytes, *, year: int | None = 2016, name: str = "historia.xlsx", **answers: Any) -> Read:
    return migrated.read([(name, content)], year=year, answers=Answers(**answers))


def pairs(found: Read) -> dict[tuple[str, int], tuple[int, ...]]:
    """By key and month, with whole numbers."""
    return {
        (row.code, row.month): tuple(int(value) for value in (row.numerator, row.denominator) if value is not None)
        for row in found.rows
    }


def told(found: Read) -> list[str]:
    return [str(error) for error in found.errors]
