"""A block copied from a spreadsheet, read cell by cell and laid over the rows of a month. Pure functions.

Excel and LibreOffice copy what they show: cells between tabs, rows between line breaks, quotes around a cell that holds
either. Nothing is guessed: a cell that can mean two things, or that is not a number, says so in its own sentence.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from core.amounts import AmountError, is_date_like, parse_amount
from core.text import fold

MAX_LETTERS = 100_000
MAX_CELLS = 2_000
NUMERATOR, DENOMINATOR = "numerator", "denominator"
SIDES = (NUMERATOR, DENOMINATOR)

CODE = re.compile(r"[A-ZÑ]{2,6}-\d{2,3}-\d{2,3}(-[A-Z])?")
_BLANKED_THOUSANDS = re.compile(r"\d{1,3}( \d{3})+([.,]\d+)?")
# 1.234,5 · 0,25 · 12,5 · 1,23 · 1234,567: whatever no reading with a decimal point explains.
_ONLY_COMMA = re.compile(r"\d{1,3}(\.\d{3})+,\d+|\d+,(\d{1,2}|\d{4,})|\d{4,},\d{3}|0\d*,\d+")
_ONLY_POINT = re.compile(r"\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}|\d+\.(\d{1,2}|\d{4,})|\d{4,}\.\d{3}|0\d*\.\d+")
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_HEADINGS = {
    "numerador": NUMERATOR, "num": NUMERATOR, "denominador": DENOMINATOR, "den": DENOMINATOR, "denom": DENOMINATOR,
}  # fmt: skip
_CODE_HEADINGS = ("clave", "codigo")


class PasteError(ValueError):
    """The block as a whole cannot be laid over the grid; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class PastedCell:
    """One cell: its text, the amount it says (None for a blank, which changes nothing), or why it says none."""

    text: str = ""
    value: Decimal | None = None
    error: str = ""


BLANK = PastedCell()


@dataclass(frozen=True, slots=True)
class PastedRow:
    """One row of the block for one row of the grid; ``code`` is empty where it found none, ``error`` says why."""

    number: int
    code: str
    label: str
    cells: Mapping[str, PastedCell]
    error: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.error and all(cell == BLANK for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class Layout:
    """The block over the grid. ``by_code``: each row found its indicator by itself."""

    rows: list[PastedRow] = field(default_factory=list)
    by_code: bool = False


def read_block(text: str) -> list[list[str]]:
    """Rows of cells. PasteError for nothing at all and for more than a month can hold."""
    if len(text) > MAX_LETTERS:
        raise PasteError(f"Pegó demasiado texto: caben {MAX_LETTERS:,} letras. Copie solo las filas de este mes.")
    clean = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    rows = _cells(clean)
    while rows and not any(rows[-1]):
        rows.pop()
    cells = sum(len(row) for row in rows)
    if cells > MAX_CELLS:
        raise PasteError(f"Pegó {cells:,} celdas; caben hasta {MAX_CELLS:,}. Copie solo las filas de este mes.")
    if not rows:
        raise PasteError("No pegó nada: copie en su hoja las celdas con los números y péguelas aquí.")
    width = max(len(row) for row in rows)
    return [row + [""] * (width - len(row)) for row in rows]


def _cells(text: str) -> list[list[str]]:
    """Between tabs; without any tab, between semicolons where every row has them."""
    lines = [line for line in text.split("\n") if line.strip()]
    semicolons = "\t" not in text and bool(lines) and all(";" in line for line in lines)
    try:
        reader = csv.reader(io.StringIO(text), delimiter=";" if semicolons else "\t", strict=False)
        return [[" ".join(cell.split()) for cell in row] or [""] for row in reader]
    except csv.Error as error:
        raise PasteError("No se entiende lo que pegó: copie otra vez las celdas en su hoja de cálculo.") from error


def comma_is_decimal(cells: Collection[str]) -> bool | None:
    """How the block writes decimals: with commas, with points (False), or None where nothing in it says."""
    texts = [_plain(cell) for cell in cells]
    comma = any(_ONLY_COMMA.fullmatch(text) for text in texts)
    point = any(_ONLY_POINT.fullmatch(text) for text in texts)
    return comma if comma != point else None if not comma else False


def read_cell(text: str, *, comma_decimal: bool | None = None) -> PastedCell:
    """What one cell says. ``comma_decimal`` is how the rest of its block writes decimals."""
    plain = _plain(text)
    if not plain:
        return BLANK
    try:
        return PastedCell(text, _amount(text, plain, comma_decimal))
    except AmountError as error:
        return PastedCell(text, error=str(error))


def _amount(text: str, plain: str, comma_decimal: bool | None) -> Decimal:
    if _BLANKED_THOUSANDS.fullmatch(plain):
        plain = plain.replace(" ", "")
    if _EITHER.fullmatch(plain) and (comma_decimal or (comma_decimal is None and "." in plain)):
        raise AmountError(
            f"«{text}» puede ser miles o decimales: escríbalo sin separador de miles y con punto para los decimales."
        )
    if _ONLY_COMMA.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    return parse_amount(plain)


def _plain(text: str) -> str:
    """With ordinary digits and blanks: Excel's thousands may be a hard or a narrow blank."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def lay_out(block: Sequence[Sequence[str]], *, codes: Sequence[str], start: str = "", side: str = NUMERATOR) -> Layout:
    """The block over the grid's rows, whose codes are given in order.

    With codes in it each row finds its indicator, in any order of rows and columns; without them it lies from the cell
    ``start``/``side`` on. PasteError where the columns cannot be told apart.
    """
    columns = list(zip(*block, strict=True))
    code_column = _code_column(columns)
    if code_column is None:
        return _by_place(block, codes, start, side)
    return _by_code(block, columns, code_column, set(codes))


def _code_column(columns: Sequence[Sequence[str]]) -> int | None:
    """The column in which most cells are codes."""
    for place, column in enumerate(columns):
        found = sum(bool(CODE.fullmatch(_code(text))) for text in column)
        if found and found * 2 >= sum(bool(text) for text in column[1:]):
            return place
    return None


def _code(text: str) -> str:
    return text.strip().upper().replace("–", "-").replace("—", "-")


def _by_code(
    block: Sequence[Sequence[str]], columns: Sequence[Sequence[str]], code_column: int, codes: Collection[str]
) -> Layout:
    heading = block[0] if not CODE.fullmatch(_code(block[0][code_column])) else None
    body = block[1:] if heading is not None else block
    sides = _sides_by_heading(heading) if heading else {}
    if not sides:
        sides = _sides_by_content([column[1:] if heading else column for column in columns], {code_column})
    commas = comma_is_decimal([row[place] for row in body for place in sides.values()])
    texts = [place for place in range(len(columns)) if place != code_column and place not in sides.values()]
    seen: dict[str, int] = {}
    rows = []
    for number, row in enumerate(body, start=2 if heading else 1):
        if not any(row):
            continue
        code = _code(row[code_column])
        cells = {side: read_cell(row[place], comma_decimal=commas) for side, place in sides.items()}
        error = _code_error(code, codes, seen.setdefault(code, number), number)
        label = " ".join(row[place] for place in texts if row[place])
        rows.append(PastedRow(number, "" if error else code, label or code, cells, error))
    return Layout(rows, by_code=True)


def _code_error(code: str, codes: Collection[str], first: int, number: int) -> str:
    if not code:
        return "Esta fila no trae la clave del indicador."
    if code not in codes:
        return f"«{code[:40]}» no está entre los indicadores de esta página."
    return f"«{code}» ya está en la fila {first} de lo que pegó." if first != number else ""


def _sides_by_heading(heading: Sequence[str]) -> dict[str, int]:
    """Where «Numerador» and «Denominador» are; nothing unless both are there once."""
    found: dict[str, list[int]] = {}
    for place, text in enumerate(heading):
        side = _HEADINGS.get(fold(text).strip(" *:."))
        if side:
            found.setdefault(side, []).append(place)
    if set(found) != set(SIDES) or any(len(places) > 1 for places in found.values()):
        return {}
    return {side: found[side][0] for side in SIDES}


def _sides_by_content(columns: Sequence[Sequence[str]], but: Collection[int]) -> dict[str, int]:
    """The two columns with numbers, the left one being the numerator."""
    places = [place for place, column in enumerate(columns) if place not in but and _has_numbers(column)]
    blank = [place for place, column in enumerate(columns) if place not in but and not any(column)]
    if len(places) == len(blank) == 1:  # a pair of which one side is blank everywhere
        places = sorted(places + blank)
    if len(places) != 2:
        many = "una sola columna" if len(places) == 1 else f"{len(places)} columnas"
        raise PasteError(
            f"Lo que pegó tiene {many} con números además de la clave. Deje solo el numerador y el denominador, o "
            "incluya el renglón de encabezados con «Numerador» y «Denominador»."
        )
    return dict(zip(SIDES, places, strict=True))


def _has_numbers(column: Sequence[str]) -> bool:
    """Whether somebody meant numbers there: a digit, a percent or what a sheet shows instead; words are words.

    One or two letters («ab», «ND») say neither.
    """
    told = [plain for text in column if (plain := _plain(text)) and not (plain.isalpha() and len(plain) < 3)]
    meant = [text for text in told if _is_number_like(text)]
    return bool(meant) and len(meant) * 2 >= len(told)


def _is_number_like(text: str) -> bool:
    read = read_cell(text, comma_decimal=True)
    return read.value is not None or not re.search(r"[^\W\d_]{3,}", text) or is_date_like(text)


def _by_place(block: Sequence[Sequence[str]], codes: Sequence[str], start: str, side: str) -> Layout:
    heading = block[0] if _sides_by_heading(block[0]) or _is_heading(block[0]) else None
    body = block[1:] if heading else block
    if not body:
        raise PasteError("Lo que pegó no tiene números.")
    columns = list(zip(*body, strict=True))
    texts = [place for place, column in enumerate(columns) if any(column) and not _has_numbers(column)]
    used = [place for place, column in enumerate(columns) if place not in texts and any(column)]
    named = _sides_by_heading(heading) if heading else {}
    sides = named or _sides_by_place(used, side)
    commas = comma_is_decimal([row[place] for row in body for place in sides.values()])
    first = codes.index(start) if start in codes else 0
    rows = []
    for step, row in enumerate(body):
        if not any(row):
            continue
        number = step + (2 if heading else 1)
        code = codes[first + step] if first + step < len(codes) else ""
        cells = {name: read_cell(row[place], comma_decimal=commas) for name, place in sides.items()}
        label = " ".join(row[place] for place in texts if row[place])
        rows.append(PastedRow(number, code, label, cells, "" if code else "Ya no hay filas para esta: sobra."))
    return Layout(rows)


def _sides_by_place(used: Sequence[int], side: str) -> dict[str, int]:
    free = SIDES[SIDES.index(side) :]
    if not used:
        raise PasteError("Lo que pegó no tiene números.")
    if len(used) > len(free):
        where = "desde el denominador cabe una columna" if len(free) == 1 else "caben dos: numerador y denominador"
        raise PasteError(f"Lo que pegó tiene {len(used)} columnas con números; {where}.")
    return dict(zip(free, used, strict=False))


def _is_heading(row: Sequence[str]) -> bool:
    """A first row of words over numbers."""
    told = [fold(text) for text in row if text]
    return any(text.strip(" *:.") in _HEADINGS or text.startswith(_CODE_HEADINGS) for text in told)


def without(row: PastedRow, error: str) -> PastedRow:
    """The row with a reason why it changes nothing."""
    return replace(row, error=error)
