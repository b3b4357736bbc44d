"""The cells of a block.

Excel and LibreOffice copy what they show: cells between tabs, rows between line breaks, quotes around a cell that holds
either.
"""

import csv
import io
from dataclasses import dataclass
from decimal import Decimal

from core.amounts import AmountError, Style, is_ambiguous, is_blank, read_amount, tidy, visible

MAX_LETTERS = 100_000
MAX_CELLS = 2_000
NUMERATOR, DENOMINATOR = "numerator", "denominator"
SIDES = (NUMERATOR, DENOMINATOR)


class PasteError(ValueError):
    """The block as a whole cannot be laid over the grid; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class PastedCell:
    """One cell: its text, the amount it says (None for a blank, which changes nothing), or why it says none.

    ``asked``: it can be two numbers, and how the block writes decimals was not answered yet.
    """

    text: str = ""
    value: Decimal | None = None
    error: str = ""
    asked: bool = False


BLANK = PastedCell()


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
        return [[" ".join(visible(cell).split()) for cell in row] or [""] for row in reader]
    except csv.Error as error:
        raise PasteError("No se entiende lo que pegó: copie otra vez las celdas en su hoja de cálculo.") from error


def read_cell(text: str, style: Style | None = None) -> PastedCell:
    """What one cell says. ``style`` is how the rest of its block writes decimals."""
    if is_blank(text):
        return BLANK
    if is_ambiguous(text, style):
        return PastedCell(text, asked=True)
    return read_as(text, style)


def read_as(text: str, style: Style | None) -> PastedCell:
    """The same where it was answered, and nothing is left to ask."""
    if is_blank(text):
        return BLANK
    try:
        return PastedCell(text, read_amount(text, style).value)
    except AmountError as error:
        return PastedCell(text, error=str(error))


def plain(text: str) -> str:
    """With ordinary digits and blanks, and without what cannot be seen."""
    return tidy(text)
