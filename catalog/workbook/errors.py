"""One error of an imported file, as it is printed, shown and written into the workbook of errors."""

from dataclasses import dataclass


class PlacedRow(int):
    """A row of one of several sheets that are read together: as a number unlike every other, in words with its sheet.

    ``number``: the one that the spreadsheet shows in ``sheet``.
    """

    sheet: str
    number: int

    def __new__(cls, ordinal: int, sheet: str, number: int) -> "PlacedRow":
        row = super().__new__(cls, ordinal)
        row.sheet, row.number = sheet, number
        return row

    def __str__(self) -> str:
        return f"{self.number} de la hoja «{self.sheet}»"

    def __format__(self, _spec: str) -> str:
        return str(self)

    def __reduce__(self) -> tuple[type["PlacedRow"], tuple[int, str, int]]:
        return PlacedRow, (int(self), self.sheet, self.number)


def told_row(row: int | None) -> int | str | None:
    """A row as a page keeps it: its number, with its sheet where several are read together."""
    return str(row) if isinstance(row, PlacedRow) else row


@dataclass(frozen=True, slots=True)
class RowError:
    """``row``: the number that the spreadsheet shows, None for the file as a whole.

    ``message`` goes on after «fila 7 · Meta: » and names the value: «cien» no es un número.
    """

    row: int | None
    column: str
    value: str
    message: str

    def __str__(self) -> str:
        if self.row is None:
            return self.message
        place = f"fila {self.row}"
        if isinstance(self.row, PlacedRow):
            place = f"hoja «{self.row.sheet}», fila {self.row.number}"
        return f"{place} · {self.column}: {self.message}"
