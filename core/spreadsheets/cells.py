"""What a table read from a file is made of: rows with their number, cells with text and kind."""

import datetime
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

MAX_CELL_CHARACTERS = 32_767
"""The most characters that Excel keeps in one cell."""

_ESCAPED_RETURN = re.compile(r"_x000[dD]_")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b]")
# Looked for from the first blank of a run alone: from each of them, 30,000 blanks would take three seconds.
_BLANK_BEFORE_BREAK = re.compile(r"(?<![ \t])[ \t]+(?=\n)")
_ODD_BLANKS = str.maketrans(dict.fromkeys("\u00a0\u2007\u202f", " ") | {"\u2028": "\n", "\u2029": "\n", "\x85": "\n"})
_BLANKS = re.compile(r"\s+")
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")


class Kind(StrEnum):
    EMPTY = "empty"
    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    BOOLEAN = "boolean"
    ERROR = "error"
    UNSAVED = "unsaved"


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One cell as a person sees it.

    Equal cells of a table are one object (that is why they compare by identity): whoever parses
    them may remember its answer per cell.

    ``text``: normalised text; of a number its exact decimal (``0.1``); of a percentage the
    number of per cent with its sign (a stored 1 is ``100%``); of a date its ISO form; of an error
    its name (``#DIV/0!``).
    ``number``: the exact decimal of a number, in per cent for a percentage; None for other kinds.
    ``shown``: a number with the decimals of its format (1.1 with format 0.00 is ``1.10``);
    a day as its format shows it (``mar-01``); otherwise the text.
    ``general``: True for a number without a format that fixes its decimals: whether 1.1 was
    typed as 1.10 cannot be known.
    ``day_format``: the format that a day is shown in, "" where its ISO form is shown.
    """

    text: str
    kind: Kind = Kind.TEXT
    number: Decimal | None = None
    shown: str = ""
    general: bool = False
    day_format: str = ""


EMPTY = Cell("", Kind.EMPTY)
UNSAVED = Cell("", Kind.UNSAVED)
"""A formula whose result is not stored: what it says is not known, and it is not a blank."""
NO_RESULT = "la fórmula no tiene guardado su resultado; abra el libro en su hoja de cálculo y guárdelo otra vez"


@dataclass(frozen=True, slots=True)
class Row:
    """One row that has content: its number in the spreadsheet and one cell a column of the header."""

    number: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: the first row with content is the header unless one further down has the known headers; rows without
    content are left out.

    ``header`` and every row's cells have the same length; a column without header has "".
    ``sheet_names`` is empty and ``sheet`` "" for a CSV. ``above``: how many rows with content stand above the header
    (a title), and are not read. ``hidden_rows``: the numbers of rows that are read though the sheet hides them.
    ``unsaved_formulas``: how many formulas of the sheet have no stored result; their cells are ``UNSAVED``.
    """

    sheet_names: list[str]
    sheet: str
    header_row: int
    header: list[str]
    rows: list[Row]
    above: int = 0
    hidden_rows: tuple[int, ...] = ()
    unsaved_formulas: int = 0


def normalize(text: str) -> str:
    """Composed letters (NFC), ordinary blanks, \\n for every new line, nothing invisible at the ends.

    Blanks and new lines inside stay: a description has its paragraphs.
    """
    if _PLAIN.fullmatch(text) and "_x000" not in text:
        return text
    text = _ESCAPED_RETURN.sub("", text).replace("\r\n", "\n").replace("\r", "\n").translate(_ODD_BLANKS)
    text = _BLANK_BEFORE_BREAK.sub("", _CONTROL.sub("", text))
    return unicodedata.normalize("NFC", text).strip()


def single_line(text: str) -> str:
    """The text of a name or code: every run of blanks and new lines is one blank."""
    return _BLANKS.sub(" ", text).strip()


def text_cell(text: str) -> Cell:
    text = normalize(text)
    return Cell(text, shown=text) if text else EMPTY


def date_cell(
    value: datetime.datetime | datetime.date | datetime.time | datetime.timedelta, number_format: str = ""
) -> Cell:
    """The cell of a stored day or hour; ``shown`` is what its format makes of it, where that is a day's."""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    text = str(value)
    shown = _day_shown(value, number_format)
    return Cell(text, Kind.DATE, shown=shown or text, day_format=_first_section(number_format) if shown else "")


_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip
_DAY_FORMAT = re.compile(r"(?:yyyy|yy|mmmm|mmm|mm|m|dd|d|[-/. ])+", re.IGNORECASE)
_DAY_PART = re.compile(r"yyyy|yy|mmmm|mmm|mm|m|dd|d", re.IGNORECASE)


def _day_shown(value: object, number_format: str) -> str:
    """«mar-01» for March 2001 under mmm-yy; "" for what is no day, and for formats with hours."""
    shape = _first_section(number_format)
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime) or not _DAY_FORMAT.fullmatch(shape):
        return ""
    name = _MONTHS[value.month - 1]
    parts = {
        "yyyy": f"{value.year:04d}", "yy": f"{value.year % 100:02d}", "mmmm": name, "mmm": name[:3],
        "mm": f"{value.month:02d}", "m": f"{value.month}", "dd": f"{value.day:02d}", "d": f"{value.day}",
    }  # fmt: skip
    return _DAY_PART.sub(lambda part: parts[part[0].lower()], shape)


def boolean_cell(value: bool) -> Cell:
    text = "VERDADERO" if value else "FALSO"
    return Cell(text, Kind.BOOLEAN, shown=text)


def error_cell(text: str) -> Cell:
    return Cell(text, Kind.ERROR, shown=text)


def number_cell(value: int | float, number_format: str) -> Cell:
    """The cell of a stored number under its number format."""
    number = exact(value)
    if not number.is_finite():
        return error_cell("#¡NUM!")
    if "%" in _first_section(number_format):
        number = number.scaleb(2)
        text = f"{plain(number)}%"
        return Cell(text, Kind.PERCENT, number, text)
    text = plain(number)
    decimals = _decimals(number_format)
    if decimals is None:
        return Cell(text, Kind.NUMBER, number, text, general=True)
    return Cell(text, Kind.NUMBER, number, f"{number:.{decimals}f}")


def exact(value: int | float) -> Decimal:
    """The shortest decimal that is stored as this float: 0.1 for 0.1, and 0.3 for 0.1 + 0.2.

    A float that needs 17 digits comes from a formula; spreadsheets show 15 of them, and so do we.
    """
    if isinstance(value, int):
        return Decimal(value)
    number = Decimal(repr(value))
    if number.is_finite() and len(number.as_tuple().digits) > 16:
        return Decimal(f"{value:.15g}")
    return number


def plain(number: Decimal) -> str:
    """Digits without exponent and without zeros at the end: 100, 12.5."""
    if abs(number.adjusted()) > 30:
        return str(number)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_FIXED_DECIMALS = re.compile(r"[#,]*0(?:\.(0+))?")


def _first_section(number_format: str) -> str:
    return _QUOTED.sub("", number_format).split(";")[0].strip()


def _decimals(number_format: str) -> int | None:
    """How many decimals the format always shows; None when it fixes none."""
    match = _FIXED_DECIMALS.fullmatch(_first_section(number_format))
    return len(match[1] or "") if match else None
