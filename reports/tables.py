"""A page's table as a file: the same rows, filtered and sorted alike, with numbers that can be computed with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO

from django.urls import reverse

from core.formats import beside, four_decimals
from core.spreadsheets import Column, Percent, Sheet, write_csv, write_workbook
from core.spreadsheets.writing import Value
from indicators.calculations import HUNDRED, ZERO
from indicators.models import Indicator, TargetKind
from reports.address.cutoff import Cut
from reports.address.selection import Selection
from reports.address.way_back import PARAMETER
from reports.context import DEMO_BANNER

FORMS = ("xlsx", "csv")


@dataclass(frozen=True, slots=True)
class Table:
    """``name`` begins the file's name and titles the sheet; ``about`` says in a second sheet what was asked for."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    about: Sequence[tuple[str, str]]
    frozen: int = 1
    filters: str = ""  # what narrows it, in a few letters for the file's name


def percent_cell(value: Decimal | None, borders: Iterable[Decimal] = (), *, empty: str = "") -> Value:
    """A percentage with 4 decimals, half up, and as many more as tell it from the ``borders`` and from 100 (rule 16).

    ``empty`` says why there is none.
    """
    if value is None:
        return empty
    shown = beside(value, (*borders, HUNDRED), places=4)
    return Percent(shown, places=-shown.as_tuple().exponent)  # type: ignore[operator]


def number_cell(value: Decimal | None) -> Value:
    """A number that was computed, with at most 4 decimals, half up."""
    text = four_decimals(value)
    return None if text is None else Decimal(text)


def change_cell(change: Decimal | None) -> Value:
    """A change in points: as many decimals more as tell it from none."""
    return None if change is None else beside(change, (ZERO,), places=4)


def aimed_cell(indicator: Indicator, value: Decimal) -> Value:
    """A target, or the part of it that is expected, in its own unit."""
    return percent_cell(value) if indicator.target_kind == TargetKind.PERCENTAGE else number_cell(value)


def about(cut: Cut, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """What every file says of the figures in it."""
    told = [
        ("Plan", cut.fiscal_year.plan.name),
        ("Ejercicio", cut.year),
        ("Corte", cut.label),
        ("Alcance", f"{cut.scope_label}: {cut.scope_meaning}"),
        ("Descendentes", cut.enters_as),
        *more,
    ]
    return [*told, ("Advertencia", DEMO_BANNER)] if cut.fiscal_year.demo_data else told


def file_name(table: Table, cut: Cut, form: str) -> str:
    """«plan-2016-09-oficial-semaforo-rojo.xlsx»: the cut-off, what narrows it, and whether it is a demonstration's.

    A CSV has no other place to say it.
    """
    narrowed = f"-{table.filters}" if table.filters else ""
    mark = "-demostracion" if cut.fiscal_year.demo_data else ""
    return f"{table.name}-{cut.year}-{cut.month:02d}-{cut.scope_slug}{narrowed}{mark}.{form}"


def file_url(name: str, selection: Selection, form: str) -> str:
    """The address of the file with what the selection lists; a file leads nowhere back."""
    year = selection.cut.fiscal_year.year
    return reverse(f"reports:{name}", kwargs={"year": year, "form": form}) + selection.link(**{PARAMETER: ""})


def bytes_of(table: Table, form: str) -> bytes:
    """As «xlsx», with the second sheet, or as «csv», the table alone."""
    buffer = BytesIO()
    if form == "csv":
        write_csv(table.columns, table.rows, buffer)
    else:
        _write_book([table], buffer)
    return buffer.getvalue()


def book_of(tables: Sequence[Table]) -> bytes:
    """All of them in one XLSX, a sheet each, and what the first says of itself."""
    buffer = BytesIO()
    _write_book(tables, buffer)
    return buffer.getvalue()


def _write_book(tables: Sequence[Table], buffer: BytesIO) -> None:
    notes = Sheet("Acerca de", [Column("Dato", 22), Column("Valor", 100)], tables[0].about, filtered=False)
    sheets = [Sheet(table.title, table.columns, table.rows, frozen=table.frozen) for table in tables]
    write_workbook([*sheets, notes], buffer)
