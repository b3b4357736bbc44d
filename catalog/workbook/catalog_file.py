"""The catalogue's file as a whole: read it, write it, and give it back with its errors.

Screen, admin and commands all come through here, so that they cannot answer differently.
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.db.models import Prefetch, QuerySet

from catalog.workbook.columns import COLUMNS, HEADERS, LACKING, OF_ACTION, OF_PROGRAM, Lacking
from catalog.workbook.declaring import ColumnSpec
from catalog.workbook.errors import RowError
from catalog.workbook.parsing import ParsedCatalog, parse_catalog
from core.amounts import Style
from core.spreadsheets import (
    Column,
    Sheet,
    SpreadsheetError,
    Table,
    read_table,
    refuse_spoilt,
    write_csv,
    write_workbook,
)
from core.spreadsheets.reading import MAX_BYTES
from core.text import fold
from core.without_gc import collector_at_rest
from indicators.models import Indicator
from programs.models import Action, FiscalYear, Program, ProgramObjective

SHEET = "Catálogo"


@dataclass(frozen=True, slots=True)
class Source:
    """The file itself: ``name`` as it was called, ``sha256`` of ``data``, and how it was read.

    ``mapping``: how its columns were read where they are not ours, as ``mapa.json`` has it; None where they are.
    ``bundled``: it is a ZIP of several files that were read together.
    """

    name: str
    data: bytes
    sha256: str
    sheet: str = ""
    fill_down: bool = False
    decimal: Style | None = None
    mapping: Mapping[str, Any] | None = None
    bundled: bool = False


@dataclass(frozen=True, slots=True)
class ParsedTable:
    """What a table says, and the ``fields`` whose columns it has."""

    parsed: ParsedCatalog
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class CatalogFile:
    """A file that was read. ``fields``: those whose columns it has; ``table`` is None where it could not be read."""

    name: str
    sha256: str
    parsed: ParsedCatalog
    fields: frozenset[str]
    table: Table | None
    source: Source | None = None

    @property
    def origin(self) -> str:
        """How the trail names it."""
        return f"Archivo «{self.name}», SHA-256 {self.sha256}"


Recode = Callable[[Table], Table]
"""Puts our codes in the place of official keys: see ``catalog.imports.official_keys``."""


def read_catalog(
    file: BinaryIO,
    *,
    name: str,
    sheet: str | None = None,
    fill_down: bool = False,
    decimal: Style | None = None,
    recode: Recode | None = None,
) -> CatalogFile:
    """Read and parse the file; one that cannot be read is a file with one error, and never an exception.

    Except for the sheet: AmbiguousSheetError when several have content and none is named, and SpreadsheetError when
    ``sheet`` is not in the book: those are for who called to correct.
    """
    # One byte more than is accepted is enough to refuse it.
    data = file.read(MAX_BYTES + 1)
    with collector_at_rest():
        return _read_catalog(data, name, sheet, fill_down, decimal, recode)


def _read_catalog(
    data: bytes, name: str, sheet: str | None, fill_down: bool, decimal: Style | None, recode: Recode | None
) -> CatalogFile:
    known = [column.header for column in COLUMNS]
    table = read_table(
        io.BytesIO(data), name=name, sheet=sheet or None, preferred_sheet=SHEET, known_headers=known, spread=True
    )
    refuse_spoilt(table.header, known)
    found = parsed_table(table, fill_down=fill_down, decimal=decimal, recode=recode)
    source = Source(name, data, hashlib.sha256(data).hexdigest(), table.sheet, fill_down, decimal)
    return CatalogFile(name, source.sha256, found.parsed, found.fields, table, source)


def parsed_table(table: Table, *, fill_down: bool, decimal: Style | None, recode: Recode | None = None) -> ParsedTable:
    """What a table with our headers says; ``recode`` None: its keys are codes of ours, or errors."""
    table = recode(table) if recode else table
    headers = {_key(header) for header in table.header}
    fields = frozenset(column.field for column in COLUMNS if _key(column.header) in headers)
    return ParsedTable(parse_catalog(table, fill_down=fill_down, decimal=decimal), fields)


def unreadable(name: str, error: SpreadsheetError) -> CatalogFile:
    """The file that could not be read, as one with that error."""
    sentence = error.message.removesuffix(".")
    return CatalogFile(name, "", ParsedCatalog([], [RowError(None, "", "", sentence)], []), frozenset(), None)


def _key(header: str) -> str:
    return fold(header.replace("*", " "))


# Export


def export_columns() -> list[Column]:
    return [
        Column(
            f"{column.header}*" if column.required else column.header,
            width=40 if column.wide else 16,
            choices=column.listed,
        )
        for column in COLUMNS
    ]


def export_rows(fiscal_year: FiscalYear) -> Iterator[list[Any]]:
    """One row an indicator, in the plan's order; read back they change nothing. A fixed number of queries.

    A programme without actions and an action without indicators have a row each that says so.
    """
    # Programmes and actions once each, and not once an indicator: half the time and a third of the memory.
    programs = (
        Program.objects.filter(fiscal_year=fiscal_year)
        .select_related("department", "strategy__objective__axis__plan")
        .prefetch_related(Prefetch("objectives", ProgramObjective.objects.order_by("position")))
        .order_by(
            "strategy__objective__axis__position",
            "strategy__objective__axis_id",
            "strategy__objective__position",
            "strategy__objective_id",
            "strategy__position",
            "strategy_id",
            "code",
        )
    )
    actions = _below(Action.objects.filter(fiscal_year=fiscal_year), "program_id")
    indicators = _below(Indicator.objects.filter(fiscal_year=fiscal_year), "action_id")
    without_actions, without_indicators = LACKING
    for program in programs:
        program.fiscal_year = fiscal_year
        above = Indicator(action=Action(program=program))
        of_program = _cells(above, _OF_PROGRAM)
        if program.pk not in actions:
            yield _row_above(Action(program=program), without_actions)
        for action in actions.get(program.pk, ()):
            action.program = program
            if action.pk not in indicators:
                yield _row_above(action, without_indicators)
            above.action = action
            of_action = of_program | _cells(above, _OF_ACTION)
            for indicator in indicators.get(action.pk, ()):
                indicator.action = action
                cells = of_action | _cells(indicator, _OF_INDICATOR)
                yield [cells[field] for field in HEADERS]


# What all indicators of a programme, or of an action, have in common is read once of each: a third of the time.
_OF_PROGRAM = [column for column in COLUMNS if column.field in OF_PROGRAM]
_OF_ACTION = [column for column in COLUMNS if column.field in OF_ACTION - OF_PROGRAM]
_OF_INDICATOR = [column for column in COLUMNS if column.field not in OF_ACTION]


def _cells(indicator: Indicator, columns: Sequence[ColumnSpec]) -> dict[str, Any]:
    return {column.field: column.of_indicator(indicator) for column in columns}


def _below(rows: QuerySet[Any], parent: str) -> dict[int, list[Any]]:
    """The rows in the order of their codes, by the key of what they stand below."""
    found: dict[int, list[Any]] = {}
    for row in rows.order_by("code"):
        found.setdefault(getattr(row, parent), []).append(row)
    return found


def _row_above(action: Action, lacking: Lacking) -> list[Any]:
    """What stands above an indicator that there is not, with the words that say so in the place of its code."""
    given = Indicator(action=action)
    return [
        lacking.words
        if column.field == lacking.field
        else column.of_indicator(given)
        if column.field in lacking.fields
        else ""
        for column in COLUMNS
    ]


def write_catalog(fiscal_year: FiscalYear, file: BinaryIO, *, csv: bool = False) -> None:
    """Write the year's catalogue as XLSX, or as CSV."""
    if csv:
        write_csv(export_columns(), export_rows(fiscal_year), file)
    else:
        write_workbook([sheet(export_rows(fiscal_year))], file)


def sheet(rows: Iterable[Sequence[Any]]) -> Sheet:
    """The sheet of the export with these rows."""
    return Sheet(SHEET, export_columns(), rows)


def bytes_of(fiscal_year: FiscalYear, *, csv: bool = False) -> bytes:
    buffer = io.BytesIO()
    write_catalog(fiscal_year, buffer, csv=csv)
    return buffer.getvalue()
