"""Writing tables that people open in a spreadsheet; no text in them ever becomes a formula."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import zip_longest
from typing import Any, BinaryIO, NamedTuple

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from core.spreadsheets.cells import MAX_CELL_CHARACTERS, exact, plain

_FORMULA_START = re.compile(r"'*[=+\-@\t\r]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_THREE_DECIMALS = re.compile(r"^\d{1,3}\.\d{3}(?=%?$)", re.ASCII)
_PERCENT_FORMAT = "0.####%"
_WHOLE_PERCENT_FORMAT = "0%"
_DATE_FORMAT = "dd/mm/yyyy"
_MAX_LIST_CHARACTERS = 255
_LISTS = "Listas"
_MAX_AMOUNT = 999_999_999_999.9999


class Percent(NamedTuple):
    """A percentage, in per cent: Percent(Decimal(100)) is written as 100%, with ``places`` 4 as 100.0000%."""

    value: Decimal
    places: int | None = None


Plain = str | int | Decimal | Percent | bool | date | None


class Look(StrEnum):
    """How a cell looks: ``OPEN`` is to be filled in and alone can be changed, ``CLOSED`` is greyed.

    ``DOUBTED`` is yellow: a person has to look at it.
    """

    OPEN = "open"
    CLOSED = "closed"
    DOUBTED = "doubted"


class Marked(NamedTuple):
    """A value, which may be empty, in a cell that looks so; a CSV has the value alone."""

    value: Plain
    look: Look


Value = Plain | Marked


@dataclass(frozen=True)
class Column:
    """A column: its header, width in characters, allowed values and the comment on its header.

    ``choices`` are offered as a list; with ``free`` any other text may be written without a warning. ``amounts`` takes
    only numbers of 0 or more.
    """

    header: str
    width: float = 18
    choices: Sequence[str] = ()
    comment: str = ""
    free: bool = False
    amounts: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet to write; rows may be a generator and have one value a column.

    In a ``protected`` one only the cells marked OPEN can be changed; it has no password, so that nobody is locked out.
    ``frozen`` is how many columns stay in sight beside the header; ``filtered`` puts a filter on the header.
    ``list_rows``: at least so many rows offer the choices of their columns, for a sheet that people fill in.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    protected: bool = False
    frozen: int = 0
    filtered: bool = True
    list_rows: int = 1


def write_workbook(
    sheets: Sequence[Sheet], file: BinaryIO, *, created: datetime | None = None, constant_memory: bool = False
) -> None:
    """Write an XLSX. With a fixed ``created`` the same sheets give the same bytes.

    ``constant_memory`` keeps one row at a time, for exports of many rows. Text is always text;
    an amount that a spreadsheet's number cannot hold exactly is written as text as well.
    """
    options = {"in_memory": not constant_memory, "constant_memory": constant_memory}
    book = xlsxwriter.Workbook(file, options)
    if created is not None:
        book.set_properties({"created": created})
    styles, lists = _Styles(book), _Lists()
    for sheet in sheets:
        _write_sheet(book, sheet, styles, lists)
    lists.write(book)
    book.close()


def write_csv(columns: Sequence[Column], rows: Iterable[Sequence[Value]], file: BinaryIO) -> None:
    """Write a CSV with comma and BOM, so that Excel shows its accents; leaves the file open."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    writer = csv.writer(text)
    writer.writerow([safe_csv_text(column.header) for column in columns])
    for row in rows:
        writer.writerow([_csv_value(value) for value in row])
    text.flush()
    text.detach()


def csv_pieces(columns: Sequence[Column], rows: Iterable[Sequence[Value]], *, size: int = 500) -> Iterator[bytes]:
    """The same in pieces of so many rows, for an answer that leaves while its rows are read."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([safe_csv_text(column.header) for column in columns])
    yield codecs.BOM_UTF8
    for number, row in enumerate(rows, start=1):
        writer.writerow([_csv_value(value) for value in row])
        if number % size == 0:
            yield _taken(text)
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    written = text.getvalue()
    text.seek(0)
    text.truncate()
    return written.encode("utf-8", errors="replace")


def safe_csv_text(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if _FORMULA_START.match(text) else text


def unsafe_csv_text(text: str) -> str:
    """What was handed to ``safe_csv_text``: exactly one such apostrophe is taken off."""
    return text[1:] if text.startswith("'") and _FORMULA_START.match(text) else text


_LOOKS: dict[Look | None, dict[str, Any]] = {
    None: {},
    Look.OPEN: {"locked": False, "bg_color": "#FFF8DC", "border": 1, "border_color": "#B9A86A"},
    Look.CLOSED: {"bg_color": "#EEEEEE", "font_color": "#595959", "border": 1, "border_color": "#D0D0D0"},
    Look.DOUBTED: {"bg_color": "#FFF2A8", "border": 1, "border_color": "#B9A86A"},
}
_KINDS: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@", "text_wrap": True},
    "number": {},
    "percent": {"num_format": _PERCENT_FORMAT},
    "whole_percent": {"num_format": _WHOLE_PERCENT_FORMAT},
    "date": {"num_format": _DATE_FORMAT},
    # What is typed into an empty cell decides itself whether it is a number or a text.
    "blank": {"text_wrap": True},
}


class _Styles:
    """The formats of a book, each made when it is first used."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, Look | None], Any] = {}
        self.header = book.add_format(
            {"bold": True, "bg_color": "#E7EBEF", "border": 1, "text_wrap": True, "valign": "vcenter"}
        )

    def of(self, kind: str, look: Look | None) -> Any:
        """``kind`` is one of those above, or a number format itself."""
        if (kind, look) not in self._made:
            known = _KINDS.get(kind, {"num_format": kind})
            made = self._book.add_format({"valign": "top", **known, **_LOOKS[look]})
            self._made[kind, look] = made
        return self._made[kind, look]


class _Lists:
    """Choices that do not fit into a rule: they stand in a hidden sheet of their own, behind all others."""

    def __init__(self) -> None:
        self._columns: list[tuple[str, ...]] = []

    def reference(self, choices: Sequence[str]) -> str:
        """The range in which they will stand."""
        listed = tuple(choices)
        if listed not in self._columns:
            self._columns.append(listed)
        letter = xl_col_to_name(self._columns.index(listed), True)
        return f"={_LISTS}!{letter}$1:{letter}${len(listed)}"

    def write(self, book: Any) -> None:
        if not self._columns:
            return
        page = book.add_worksheet(_LISTS)
        for number, row in enumerate(zip_longest(*self._columns)):
            for position, choice in enumerate(row):
                if choice is not None:
                    page.write_string(number, position, choice)
        page.hide()


def _write_sheet(book: Any, sheet: Sheet, styles: _Styles, lists: _Lists) -> None:
    page = book.add_worksheet(sheet.name)
    page.freeze_panes(1, sheet.frozen)
    for position, column in enumerate(sheet.columns):
        page.set_column(position, position, column.width)
        page.write_string(0, position, column.header, styles.header)
        if column.comment:
            page.write_comment(0, position, column.comment, {"x_scale": 2, "y_scale": 1.5})
    last = 0
    for last, row in enumerate(sheet.rows, start=1):
        for position, value in enumerate(row):
            _write_value(page, last, position, value, styles)
    for position, column in enumerate(sheet.columns):
        _validate_column(page, position, column, max(last, sheet.list_rows), lists)
    if sheet.filtered:
        page.autofilter(0, 0, max(last, 1), max(len(sheet.columns) - 1, 0))
    if sheet.protected:
        page.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})


def _validate_column(page: Any, position: int, column: Column, last: int, lists: _Lists) -> None:
    """Say which values a column takes: a list of choices, or amounts."""
    rule: dict[str, Any] = {"ignore_blank": True}
    if column.amounts:
        rule |= {
            "validate": "decimal", "criteria": "between", "minimum": 0, "maximum": _MAX_AMOUNT,
            "error_title": column.header[:32], "error_message": "Escriba un número, 0 o más, sin signos ni letras.",
        }  # fmt: skip
    elif column.choices:
        fit = len(",".join(column.choices)) <= _MAX_LIST_CHARACTERS and not any("," in one for one in column.choices)
        # A warning, not a prohibition: the import says everything that is wrong at once.
        source = list(column.choices) if fit else lists.reference(column.choices)
        rule |= {"validate": "list", "source": source, "error_type": "warning"}
        rule |= {"show_error": not column.free}
    else:
        return
    page.data_validation(1, position, last, position, rule)


def _write_value(page: Any, row: int, column: int, value: Value, styles: _Styles) -> None:
    value, look = value if isinstance(value, Marked) else (value, None)
    if value is None or value == "":
        if look is not None:
            page.write_blank(row, column, None, styles.of("blank", look))
    elif isinstance(value, bool):
        _write_text(page, row, column, "sí" if value else "no", styles, look)
    elif isinstance(value, Percent):
        _write_percent(page, row, column, value, styles, look)
    elif isinstance(value, date):
        page.write_datetime(row, column, value, styles.of("date", look))
    elif isinstance(value, int | Decimal) and exact(float(value)) == value:
        page.write_number(row, column, float(value), styles.of("number", look))
    else:
        _write_text(page, row, column, _plain_text(value), styles, look)


def _write_percent(page: Any, row: int, column: int, percent: Percent, styles: _Styles, look: Look | None) -> None:
    value = percent.value
    stored = float(value.scaleb(-2))
    if exact(stored).scaleb(2) != value:
        _write_text(page, row, column, _percent_text(percent), styles, look)
        return
    page.write_number(row, column, stored, styles.of(_percent_kind(percent), look))


def _percent_kind(percent: Percent) -> str:
    if percent.places is not None:
        return f"0.{'0' * percent.places}%"
    return "whole_percent" if percent.value == percent.value.to_integral_value() else "percent"


def _percent_text(percent: Percent) -> str:
    number = plain(percent.value) if percent.places is None else f"{percent.value:.{percent.places}f}"
    return f"{number}%"


def _write_text(page: Any, row: int, column: int, text: str, styles: _Styles, look: Look | None) -> None:
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > MAX_CELL_CHARACTERS:
        raise ValueError(f"Row {row + 1}, column {column + 1}: {len(text)} characters do not fit in a cell")
    page.write_string(row, column, text, styles.of("text", look))


def _csv_value(value: Value) -> str:
    if isinstance(value, str):  # first, because nearly all are
        return safe_csv_text(value)
    if isinstance(value, Marked):
        value = value.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, str):
        return safe_csv_text(value)
    return _told_apart(_percent_text(value) if isinstance(value, Percent) else _plain_text(value))


def _told_apart(number: str) -> str:
    """«1.125» alone can be a thousand too, and whoever reads a CSV would ask; «1.1250» cannot."""
    return _THREE_DECIMALS.sub(r"\g<0>0", number)


def _plain_text(value: Plain) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)
