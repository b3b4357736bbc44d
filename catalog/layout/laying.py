"""The rows of one or more sheets in our columns, as their mapping says; each remembers where it stands."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from catalog.layout.above import said_between, said_of
from catalog.layout.composites import Composites, Doubt
from catalog.layout.finding import Head, candidates, head_at, is_numbering
from catalog.layout.mapping import SheetMapping
from catalog.workbook.columns import HEADERS
from catalog.workbook.errors import PlacedRow
from catalog.workbook.feet import FOOT
from core.spreadsheets import Cell, Grid, Kind, Merged, Row, SpreadsheetError, Table, header_key, spread_down
from core.spreadsheets.cells import EMPTY
from core.spreadsheets.error_book import ERRORS_HEADER

_FEW = 2
"""Filled cells that make no indicator: a title between the rows, a total with its name, a note at the foot."""
_SIGNED = 4
_ORDINAL_STEP = 2_000_000
"""More than a sheet has rows."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the sheets that are read, with its own header and the ``name`` by which it is told apart."""

    grid: Grid
    head: Head
    name: str


@dataclass(slots=True)
class Laid:
    """``table``: in our columns. ``parts``: where its rows stand. ``theirs``: by our header, that of the file.

    ``strays``: rows that seem to be no indicators, with what they say; ``titles``: by field, what such rows say of the
    rows below them. ``unread``: headers of columns that are not
    read though something stands in them. ``doubts``: cells that a person should look at. ``notes``: sentences
    without full stop.
    """

    table: Table
    parts: list[Part]
    theirs: dict[str, str] = field(default_factory=dict)
    strays: list[tuple[int, str]] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def sheet_name(grid: Grid, grids: Sequence[Grid]) -> str:
    """What a sheet is called where a person chooses: with its file where there are several; a CSV by its file."""
    several = len({other.file for other in grids}) > 1
    if not grid.sheet:
        return grid.file
    return f"{grid.file} · {grid.sheet}" if several else grid.sheet


def head_for(grid: Grid, mapping: SheetMapping) -> Head | None:
    """The header of this sheet that the mapping means: its rows as chosen, else the one with most of its columns."""
    wanted = {column.key for column in mapping.columns}
    best, most = None, 0
    if mapping.header:
        best = head_at(grid, *mapping.header)
        most = len(wanted & set(best.keys)) if best else 0
        if most == len(wanted):
            return best
    for head in candidates(grid):
        common = len(wanted & set(head.keys))
        if common > most:
            best, most = head, common
    return best if most else None


def chosen_grids(grids: Sequence[Grid], mapping: SheetMapping) -> list[Grid]:
    """The sheets that the mapping names; where it names none, every visible one that has all of its columns.

    Raises SpreadsheetError for one that is not there, or that cannot be read.
    """
    if mapping.sheets:
        by_name = {sheet_name(grid, grids): grid for grid in grids}
        missing = [name for name in mapping.sheets if name not in by_name]
        if missing:
            raise SpreadsheetError(f"No está la hoja «{missing[0][:60]}» que dice el mapa de columnas.")
        chosen = [by_name[name] for name in mapping.sheets]
    else:
        wanted = {column.key for column in mapping.columns}
        chosen = [
            grid
            for grid in grids
            if grid.rows and grid.visible and (head := head_for(grid, mapping)) and wanted <= set(head.keys)
        ]
        if not chosen:
            raise SpreadsheetError("Ninguna hoja del archivo tiene las columnas que dice el mapa.")
    for grid in chosen:
        if grid.refused:
            raise SpreadsheetError(f"Hoja «{sheet_name(grid, grids)}»: {grid.refused}")
    return chosen


def lay(grids: Sequence[Grid], mapping: SheetMapping) -> Laid:
    """The table of the chosen sheets. Raises SpreadsheetError where a sheet lacks a column of the mapping."""
    chosen = chosen_grids(grids, mapping)
    composites = Composites(mapping)
    fields = composites.fields
    laid = Laid(Table([], "", 1, [HEADERS[name] for name in fields], []), [])
    laid.theirs = composites.theirs
    rows: list[Row] = []
    unread: dict[str, None] = {}
    unsaved = 0
    hidden: list[int] = []
    for position, grid in enumerate(chosen):
        name = sheet_name(grid, grids)
        place = _placed(position, name) if len(chosen) > 1 else int
        head = head_for(grid, mapping)
        if head is None:
            raise SpreadsheetError(f"En la hoja «{name}» no se encuentra el encabezado: diga en qué fila está.")
        at = _positions(head, mapping, name)
        composites.begin(grid.sheet or grid.file.rpartition(".")[0], said_of(grid, head))
        rows += _rows(grid, head, at, mapping, composites, place, laid)
        laid.parts.append(Part(grid, head, name))
        unread.update(dict.fromkeys(_unread(grid, head, at)))
        unsaved += grid.unsaved_formulas
        if len(chosen) == 1:
            hidden = [number for number in grid.hidden_rows if number > head.last_row]
    laid.unread = list(unread)
    laid.doubts = composites.doubts
    first = laid.parts[0]
    sheet = ", ".join(sheet_name(part.grid, grids) for part in laid.parts[:3])
    if len(laid.parts) > 3:
        sheet += f" y {len(laid.parts) - 3:,} más"
    names = [sheet_name(grid, grids) for grid in grids if grid.sheet]
    laid.table = Table(
        names, sheet if names else "", first.head.last_row, laid.table.header, rows, 0, tuple(hidden), unsaved
    )
    return laid


def _placed(position: int, name: str) -> Callable[[int], int]:
    def place(number: int) -> int:
        return PlacedRow(position * _ORDINAL_STEP + number, name, number)

    return place


def _positions(head: Head, mapping: SheetMapping, name: str) -> dict[str, int]:
    """Where each column of the mapping stands in this sheet, by what it is."""
    keys = {key: position for position, key in enumerate(head.keys)}
    found = {}
    for column in mapping.columns:
        if column.key not in keys:
            raise SpreadsheetError(
                f"La hoja «{name}» no tiene la columna «{column.header}»: revise el encabezado, o deje fuera esa hoja."
            )
        found[column.target] = keys[column.key]
    return found


def _rows(
    grid: Grid,
    head: Head,
    at: dict[str, int],
    mapping: SheetMapping,
    composites: Composites,
    place: Callable[[int], int],
    laid: Laid,
) -> Iterator[Row]:
    body = [row for row in grid.rows if row.number > head.last_row]
    while body and is_numbering(body[0]):
        numbered = body.pop(0).number
        laid.notes.append(f"La fila {place(numbered)} solo numera las columnas y no se lee")
    own = {row.number: row.cells for row in body}
    merged: list[Merged] = [area for area in grid.merged if area.first_row > head.last_row]
    columns = sorted(set(at.values()))
    headings = {
        position: {header_key(head.headers[position]), header_key(head.above[position])} for position in columns
    }
    strays: list[int] = []
    for row in spread_down(body, merged):
        cells = row.cells
        width = len(cells)
        filled = [position for position in columns if position < width and cells[position].kind is not Kind.EMPTY]
        if not filled:
            continue
        if all(header_key(cells[position].text) in headings[position] for position in filled):
            laid.notes.append(f"La fila {place(row.number)} repite los encabezados y no se lee")
            continue
        if len(filled) <= _SIGNED < len(columns) and _is_stray(own[row.number], filled, cells):
            stray = place(row.number)
            if composites.title([cell.shown for cell in own[row.number] if cell.kind is not Kind.EMPTY]):
                continue
            laid.titles.update(said_between([cells[position].shown for position in filled]))
            laid.strays.append((stray, " · ".join(cells[position].shown for position in filled)))
            if mapping.skips_strays:
                strays.append(stray)
                continue
            yield Row(stray, composites.laid(stray, cells, at, constants=False))
            continue
        number = place(row.number)
        yield Row(number, composites.laid(number, cells, at, constants=True))
    if strays:
        shown = ", ".join(map(str, strays[:10])) + (f" y {len(strays) - 10:,} más" if len(strays) > 10 else "")
        laid.notes.append(
            f"No se {'leen las filas' if len(strays) > 1 else 'lee la fila'} {shown}: no son de indicadores"
        )


def _is_stray(own: Sequence[Cell], filled: Sequence[int], cells: Sequence[Cell]) -> bool:
    if len(filled) <= _FEW and sum(cell.kind is not Kind.EMPTY for cell in own) <= _SIGNED:
        return True
    first = next((cell.text for cell in own if cell.kind is not Kind.EMPTY), "")
    return any(FOOT.match(text) for text in (first, *(cells[position].text for position in filled[:_FEW])))


def _unread(grid: Grid, head: Head, at: dict[str, int]) -> list[str]:
    """The headers of columns with content that are not read; a column without header by its number."""
    read = set(at.values())
    filled: set[int] = set()
    for row in grid.rows:
        if row.number > head.last_row and len(filled) < grid.width:
            filled.update(position for position, cell in enumerate(row.cells) if cell is not EMPTY)
    errors = header_key(ERRORS_HEADER)
    return [
        name or f"columna número {position + 1}"
        for position, name in enumerate(head.names)
        if position in filled and position not in read and header_key(name) != errors
    ]
