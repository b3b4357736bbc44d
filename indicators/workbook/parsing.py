"""Reading the workbook «Capturas» into domain values, without the database."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from typing import BinaryIO

from core import spreadsheets
from core.amounts import AmountError, Style, is_blank, parse_amount
from core.spreadsheets.decimals import DecimalQuestion, decimals_of
from core.spreadsheets.error_book import ERRORS_HEADER
from core.text import fold
from indicators.models import CAPTURED_REASONS, MONTH_NAMES, NoActivity
from indicators.workbook.writing import Source

YEAR, MONTH, CODE = "Ejercicio", "Mes", "Clave del indicador"
NUMERATOR, DENOMINATOR, JUSTIFICATION = "Numerador", "Denominador", "Justificación"
COLUMNS = (YEAR, MONTH, CODE, NUMERATOR, DENOMINATOR, JUSTIFICATION)
REQUIRED_COLUMNS = COLUMNS[:-1]
# Only in the books the system hands out: which version of the figure the row was made from.
VERSION = "Versión"
# Only for people to read, in the books that the system hands out; nobody wonders that they are not read back.
BESIDE = ("Programa", "Indicador", "Fórmula", "Mes anterior", "Estado")
SHEET = "Capturas"
MAX_JUSTIFICATION = 5000

_MONTHS = {fold(name): month for month, name in enumerate(MONTH_NAMES) if month} | {"setiembre": 9}
_WHOLE = re.compile(r"\d{1,4}", re.ASCII)
_VERSION = re.compile(r"\d{1,9}", re.ASCII)
_REASONS = {
    reason: re.compile(re.escape(reason.label).replace(r"\ ", r"\s+") + r"(?!\w)[\s.,:;–-]*", re.IGNORECASE)
    for reason in NoActivity
}


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in one cell; ``row`` is its number in the spreadsheet, 0 for the file as a whole.

    ``sheet`` says in which of several sheets, ``grid`` is its number among those that were read.
    """

    row: int
    column: str
    message: str
    sheet: str = ""
    grid: int = 0

    def __str__(self) -> str:
        if not self.row:
            return self.message
        said = self.message.removesuffix(".")
        return f"{self.sheet}{', ' if self.sheet else ''}fila {self.row} · {self.column}: {said}"


@dataclass(frozen=True, slots=True)
class Where:
    """In which file, sheet and columns a pair stands that is not in the columns of «Capturas».

    ``columns``: what the sheet calls the column of each of ours. ``sheet``: how several sheets are told apart, "" where
    there is one; ``grid`` its number among those that were read.
    """

    source: Source
    sheet: str
    grid: int
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PairRow:
    """One row of the file as domain values. An empty pair is «sin captura»: it changes nothing.

    ``version`` is that of the figure when the book was downloaded, 0 where there was none; None when the file does
    not say.
    """

    number: int
    year: int
    month: int
    code: str
    numerator: Decimal | None
    denominator: Decimal | None
    words: str = ""
    version: int | None = None
    where: Where | None = None

    def error(self, column: str, message: str) -> RowError:
        """One of this row; ``column`` is one of ours."""
        if self.where is None:
            return RowError(self.number, column, message)
        named = self.where.columns.get(column, column)
        return RowError(self.number, named, message, self.where.sheet, self.where.grid)

    @property
    def place(self) -> str:
        """«fila 7»; of several sheets, with the sheet."""
        return f"{self.where.sheet}, fila {self.number}" if self.where and self.where.sheet else f"fila {self.number}"

    @property
    def is_blank(self) -> bool:
        return self.numerator is None and self.denominator is None


@dataclass(slots=True)
class Parsed:
    """A file that was read: the rows that can be understood and the errors of the others.

    ``question`` is asked once for the whole file; ``decimal`` is the answer with which it was read. ``unread``: a
    sentence without its full stop for each column that is not read. ``data``: the file itself.
    """

    source: Source
    question: DecimalQuestion | None = None
    decimal: Style | None = None
    rows: list[PairRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    table: spreadsheets.Table | None = None
    positions: dict[str, int] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    data: bytes = field(default=b"", repr=False)

    def shown_at(self, row: int, column: str) -> str:
        """What the person sees in that cell of their file; empty where there is no such cell."""
        position = self.positions.get(column)
        if self.table is None or position is None:
            return ""
        return next((found.cells[position].shown for found in self.table.rows if found.number == row), "")


def parse(file: BinaryIO, *, name: str, decimal: Style | None = None) -> Parsed:
    """Read an XLSX, ODS or CSV. Never raises for what is in the file: whatever is wrong is among ``errors``.

    ``decimal``: how the file writes decimals, where somebody was asked.
    """
    data = file.read(spreadsheets.reading.MAX_BYTES + 1)
    parsed = Parsed(Source(name, hashlib.sha256(data).hexdigest()), decimal=decimal, data=data)
    try:
        parsed.table = spreadsheets.read_table(BytesIO(data), name=name, preferred_sheet=SHEET)
        spreadsheets.refuse_spoilt(parsed.table.header, COLUMNS)
        parsed.positions = positions = _positions(parsed.table.header)
    except spreadsheets.AmbiguousSheetError:
        parsed.errors.append(RowError(0, "", f"El libro tiene varias hojas con datos: llame «{SHEET}» a la que vale."))
        return parsed
    except spreadsheets.SpreadsheetError as error:
        parsed.errors.append(RowError(0, "", error.message))
        return parsed
    parsed.unread = spreadsheets.unread_columns(parsed.table, (*COLUMNS, VERSION, ERRORS_HEADER, *BESIDE))
    style = _style(parsed)
    seen: dict[tuple[int, int, str], int] = {}
    for row in parsed.table.rows:
        cells = {column: row.cells[position] for column, position in positions.items()}
        if all(cell.kind == spreadsheets.Kind.EMPTY for column, cell in cells.items() if column != VERSION):
            continue
        made = _parse_row(row.number, cells, style, parsed.errors)
        if made is None:
            continue
        first = seen.setdefault((made.year, made.month, made.code), made.number)
        if first == made.number:
            parsed.rows.append(made)
        else:
            parsed.errors.append(
                RowError(made.number, CODE, f"«{made.code}» en {MONTH_NAMES[made.month]} ya está en la fila {first}")
            )
    return parsed


def _style(parsed: Parsed) -> Style | None:
    """How the file writes decimals; asks where it does not say."""
    told, parsed.question = decimals_of(_written_amounts(parsed), parsed.decimal)
    if parsed.question is not None:
        parsed.errors.append(RowError(0, "", str(parsed.question)))
    return told


def _written_amounts(parsed: Parsed) -> Iterator[tuple[int, str, str]]:
    """Row, column and text of the amounts that somebody wrote as text."""
    for row in parsed.table.rows if parsed.table else ():
        for column in (NUMERATOR, DENOMINATOR):
            cell = row.cells[parsed.positions[column]]
            if cell.kind is spreadsheets.Kind.TEXT:
                yield row.number, column, cell.text


def _positions(header: Sequence[str]) -> dict[str, int]:
    """Where each column is; SpreadsheetError names all that are missing, or one that is there twice."""
    known = {fold(column): column for column in (*COLUMNS, VERSION)}
    positions: dict[str, int] = {}
    for position, text in enumerate(header):
        column = known.get(fold(text.strip().removesuffix("*")))
        if column in positions:
            raise spreadsheets.SpreadsheetError(f"La columna «{column}» está dos veces: deje solo una.")
        if column:
            positions[column] = position
    missing = [column for column in REQUIRED_COLUMNS if column not in positions]
    if missing:
        names = [f"«{column}»" for column in missing]
        which = f"las columnas {', '.join(names)}" if len(names) > 1 else f"la columna {names[0]}"
        unknown = [text for text in header if text and fold(text) not in known]
        near = [(found, column) for column in missing if (found := spreadsheets.nearest(column, unknown))]
        hints = "".join(f" ¿«{found[:40]}» es «{column}»?" for found, column in near)
        raise spreadsheets.SpreadsheetError(f"El archivo no tiene {which}.{hints}")
    return positions


def _parse_row(
    number: int, cells: Mapping[str, spreadsheets.Cell], style: Style | None, errors: list[RowError]
) -> PairRow | None:
    """The row as values; None when a cell cannot be understood, each such cell with its error."""
    before = len(errors)
    for column, cell in cells.items():
        if cell.kind is spreadsheets.Kind.UNSAVED:
            errors.append(RowError(number, column, spreadsheets.NO_RESULT))
    if len(errors) > before:
        return None

    def refuse(column: str, message: str) -> None:
        errors.append(RowError(number, column, message))

    year = _year(cells[YEAR].text)
    if year is None:
        refuse(YEAR, _lacking(cells[YEAR].text, "no es un año", "Falta el ejercicio, por ejemplo 2016."))
    month = _month(cells[MONTH].text)
    if month is None:
        lacking = "Falta el mes: escriba de 1 a 12 o su nombre."
        refuse(MONTH, _lacking(cells[MONTH].text, "no es un mes: escriba de 1 a 12 o su nombre", lacking))
    code = spreadsheets.single_line(cells[CODE].text).upper()
    if not code:
        refuse(CODE, "Falta la clave del indicador.")
    pair = {}
    for column in (NUMERATOR, DENOMINATOR):
        try:
            pair[column] = _amount(cells[column], style)
        except AmountError as error:
            refuse(column, str(error))
    words = cells[JUSTIFICATION].text if JUSTIFICATION in cells else ""
    if len(words) > MAX_JUSTIFICATION:
        refuse(JUSTIFICATION, f"Tiene {len(words):,} caracteres; caben hasta {MAX_JUSTIFICATION:,}.")
    if len(errors) > before or year is None or month is None:
        return None
    return PairRow(number, year, month, code, pair[NUMERATOR], pair[DENOMINATOR], words, _version(cells.get(VERSION)))


def _lacking(text: str, wrong: str, missing: str) -> str:
    return f"«{text[:40]}» {wrong}" if text else missing


def _year(text: str) -> int | None:
    return int(text) if _WHOLE.fullmatch(text) and len(text) == 4 else None


def _month(text: str) -> int | None:
    """1–12 or the Spanish month's name."""
    month = int(text) if _WHOLE.fullmatch(text) else _MONTHS.get(fold(text), 0)
    return month if 1 <= month <= 12 else None


def _version(cell: spreadsheets.Cell | None) -> int | None:
    """None also for anything but a whole number: a column of that name in a file made by hand means something else."""
    return int(cell.text) if cell is not None and _VERSION.fullmatch(cell.text) else None


def _amount(cell: spreadsheets.Cell, style: Style | None) -> Decimal | None:
    if cell.kind is spreadsheets.Kind.EMPTY or (cell.kind is spreadsheets.Kind.TEXT and is_blank(cell.text)):
        return None
    return parse_amount(cell.text, style if cell.kind is spreadsheets.Kind.TEXT else Style.POINT)


def split_reason(words: str, known: Collection[NoActivity] = CAPTURED_REASONS) -> tuple[str, str]:
    """The reason of 0/0 with which the words begin ("" when with none), and the words after it.

    ``known``: nobody captures that a reason was not on record; only what is migrated may say it.
    """
    for reason in known:
        pattern = _REASONS[reason]
        found = pattern.match(words)
        if found:
            return reason.value, words[found.end() :].strip()
    return "", words


def join_reason(no_activity: str, justification: str) -> str:
    """The cell «Justificación» from which ``split_reason`` gives these two back."""
    reason = NoActivity(no_activity).label if no_activity else ""
    return ": ".join(filter(None, (reason, justification)))
