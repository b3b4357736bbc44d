"""One error of an imported file, as it is printed, shown and written into the workbook of errors."""

from dataclasses import dataclass


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
        return f"fila {self.row} · {self.column}: {self.message}"
