"""A sheet of the workbook: columns that hold values or formulas, and what the results of the formulas are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from publishing.open_data.columns import AMOUNT, COUNT, Column, value_of

Row = Mapping[str, Any]
Found = float | int | str | None
Others = Callable[[Row, int], dict[str, str]]
HEAD = 1  # rows above the data


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a sheet. ``formula`` is a template of ``formulas``, or answers with one for a row.

    ``value`` is what stands in the cell or, of a formula, what it results in. ``helper``: no other table has it.
    """

    name: str
    value: Callable[[Row], Found]
    formula: str | Callable[[Row], str] = ""
    kind: str = ""
    helper: bool = False


def of_column(column: Column, formula: str | Callable[[Row], str] = "") -> Field:
    """A column of a published table, as a value or computed."""
    return Field(column.name, lambda row: _found(column, row), formula, column.kind)


def _found(column: Column, row: Row) -> Found:
    value = value_of(column, row)
    if value is None:
        return None
    if isinstance(value, list):
        return " | ".join(value)
    return float(Decimal(value)) if column.kind == AMOUNT else value


class _PlainFormulas(Worksheet):
    """Looks for no newer functions in each formula: none of ours is one, and that took half of the time."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


class Page:
    """Where the columns of a sheet are, and how its rows are written."""

    def __init__(self, name: str, fields: Sequence[Field], rows: Iterable[Row], others: Others | None = None) -> None:
        """``others``: of a row and its number, what its formulas name outside of the row."""
        self.name, self.fields, self.rows = name, fields, list(rows)
        self._others = others or (lambda row, number: {})
        self._letters = {field.name: xl_col_to_name(place) for place, field in enumerate(fields)}

    def _cells(self, row: Row, number: int) -> dict[str, str]:
        own = {name: f"{letter}{number + HEAD + 1}" for name, letter in self._letters.items()}
        return {**own, **self._others(row, number)}

    def across(self, first: str, last: str, row: int) -> str:
        """From one column to another in the ``row``-th row, on the same sheet."""
        return f"{self._letters[first]}{row + HEAD + 1}:{self._letters[last]}{row + HEAD + 1}"

    def range(self, name: str, first: int = 0, count: int | None = None) -> str:
        """Those of a column, for formulas of other sheets."""
        count = max(1, len(self.rows)) if count is None else count
        letter = self._letters[name]
        return f"{self.name}!${letter}${first + HEAD + 1}:${letter}${first + HEAD + count}"

    def write(self, book: Any, styles: "Styles") -> None:
        sheet = book.add_worksheet(self.name, worksheet_class=_PlainFormulas)
        sheet.freeze_panes(HEAD, 1)
        for place, field in enumerate(self.fields):
            sheet.write_string(0, place, field.name, styles.helper if field.helper else styles.head(field.formula))
            sheet.set_column(place, place, 40 if field.kind == "" and not field.formula else 14)
        for number, row in enumerate(self.rows):
            cells = self._cells(row, number)
            for place, field in enumerate(self.fields):
                self._write(sheet, number + HEAD, place, field, row, cells, styles)
        sheet.autofilter(0, 0, max(1, len(self.rows)), len(self.fields) - 1)

    def _write(
        self, sheet: Any, line: int, place: int, field: Field, row: Row, cells: dict[str, str], styles: "Styles"
    ) -> None:
        value, style = field.value(row), styles.of(field.kind)
        if field.formula:
            template = field.formula if isinstance(field.formula, str) else field.formula(row)
            sheet.write_formula(line, place, "=" + template.format_map(cells), style, "" if value is None else value)
        elif isinstance(value, str):
            sheet.write_string(line, place, value, style)
        elif value is not None:
            sheet.write_number(line, place, value, style)


class Styles:
    """The formats of a book: what is computed has a head of another colour, what only helps a grey one."""

    def __init__(self, book: Any) -> None:
        head = {"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter"}
        self._given = book.add_format({**head, "bg_color": "#E7EBEF"})
        self._computed = book.add_format({**head, "bg_color": "#DCEBDD"})
        self.helper = book.add_format({**head, "bg_color": "#F4F4F4", "font_color": "#595959", "italic": True})
        self.bold = book.add_format({"bold": True})
        self.text = book.add_format({"num_format": "@", "valign": "top"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._kinds = {
            AMOUNT: book.add_format({"num_format": "0.0000", "valign": "top"}),
            COUNT: book.add_format({"num_format": "0", "valign": "top"}),
        }

    def head(self, formula: object) -> Any:
        return self._computed if formula else self._given

    def of(self, kind: str) -> Any:
        return self._kinds.get(kind, self.text)
