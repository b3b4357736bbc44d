"""What the page of the columns shows: sheets, header, a line for each column, what lacks, the first rows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Max

from catalog.imports.column_form import what_lacks
from catalog.layout.above import TOKENS
from catalog.layout.composites import Doubt
from catalog.layout.finding import Head
from catalog.layout.laying import Laid, lay, sheet_name
from catalog.layout.left_out import NOT_CHOSEN, why_left_out
from catalog.layout.mapping import SheetMapping
from catalog.layout.proposing import Sampled, label_of
from catalog.layout.reading import Proposal, lacking
from catalog.layout.synonyms import COMPOSITES
from catalog.workbook.columns import BY_FIELD, COLUMNS
from core.spreadsheets import Grid, SpreadsheetError, single_line
from indicators.models import Indicator
from programs.models import Action, FiscalYear, Program

SAMPLES, ROWS, HEADER_ROWS, STRAYS, DOUBTS = 3, 3, 30, 12, 30
_SHORT = 60


def page_of(grids: Sequence[Grid], mapping: SheetMapping, proposal: Proposal) -> dict[str, Any]:
    """Plain values; ``mapping`` may still lack something."""
    head = proposal.head
    chosen = set(mapping.sheets or proposal.alike)
    first = next((grid for grid in grids if sheet_name(grid, grids) == proposal.sheet), None)
    targets = {column.key: column.target for column in mapping.columns}
    rows, laid, why = _as_read(grids, mapping)
    strays, doubts = (laid.strays, laid.doubts) if laid else ([], [])
    missing = [*lacking(replace(mapping, constants={}))]
    asked = [
        name
        for name in (*missing, *mapping.constants)
        if name not in _OF_EACH_ROW or mapping.constants.get(name) in TOKENS
    ]
    return {
        "sheets": [
            {"name": sheet_name(grid, grids), "rows": f"{len(grid.rows):,}", "one": len(grid.rows) == 1,
             "chosen": sheet_name(grid, grids) in chosen, "hidden": not grid.visible, "refused": grid.refused,
             "why": "" if sheet_name(grid, grids) in chosen else _why_unchecked(grid, head)}
            for grid in grids if grid.rows or grid.refused
        ],
        "header_rows": _header_rows(first),
        "first_row": head.first_row if head else 0,
        "last_row": head.last_row if head else 0,
        "head": head.fingerprint if head else "",
        "columns": _columns(head, proposal.columns, targets) if head else [],
        "recognised": len(mapping.columns),
        "groups": _groups(),
        "constants": [_constant(name, mapping.constants.get(name, "")) for name in dict.fromkeys(asked)],
        "lacks": what_lacks(mapping),
        "rows": rows,
        "strays": [{"row": str(row), "text": _short(text)} for row, text in strays[:STRAYS]],
        "more_strays": f"{len(strays) - STRAYS:,}" if len(strays) > STRAYS else "",
        "stray_count": f"{len(strays):,}" if strays else "",
        "skips_strays": mapping.skips_strays,
        "doubts": doubt_lines(doubts)[:DOUBTS],
        "doubt_count": f"{len(doubts):,}" if doubts else "",
        "why": why,
    }  # fmt: skip


def _why_unchecked(grid: Grid, head: Head | None) -> str:
    """Why a sheet is not among those that are read; "" where that is only what the person wants, or it is refused."""
    why = why_left_out(grid, {head.fingerprint} if head else ())
    return "" if grid.refused or why == NOT_CHOSEN else why


def why_not(grids: Sequence[Grid], mapping: SheetMapping) -> str:
    """Why the sheets cannot be read like this, a sentence; "" where they can."""
    return _as_read(grids, mapping)[2]


def _header_rows(grid: Grid | None) -> list[dict[str, Any]]:
    """The first rows with content of the sheet, each with what it begins with."""
    return [
        {
            "number": row.number,
            "text": _short(" · ".join(single_line(cell.shown) for cell in row.cells if cell.text), 110),
        }
        for row in (grid.rows[:HEADER_ROWS] if grid else ())
    ]


def _columns(head: Head, columns: Sequence[Sampled], targets: dict[tuple[str, int], str]) -> list[dict[str, Any]]:
    """Those with a header or something below it; one without header cannot be read and says so."""
    found = []
    for position, (name, key, column) in enumerate(zip(head.names, head.keys, columns, strict=True)):
        samples = list(dict.fromkeys(single_line(text) for text in column.written))[:SAMPLES]
        if name or samples:
            found.append(
                {"position": position, "letters": _letters(position + 1), "name": name,
                 "samples": [_short(text) for text in samples], "target": targets.get(key, "") if name else ""}
            )  # fmt: skip
    return found


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Our columns as a person looks for them."""
    owners = {None: "Plan, eje y dependencia", Program: "Programa", Action: "Acción", Indicator: "Indicador"}
    groups: dict[str, list[tuple[str, str]]] = {title: [] for title in owners.values()}
    for column in COLUMNS:
        label = f"{column.header} *" if column.required else column.header
        groups[owners[column.owner]].append((column.field, label))  # type: ignore[index]
    if COMPOSITES:
        groups["Varias en una celda"] = list(COMPOSITES.items())
    return list(groups.items())


def _constant(name: str, value: str) -> dict[str, Any]:
    """What is asked for a column that the file does not have; a plan and a year that exist are offered."""
    column = BY_FIELD[name]
    offered = ""
    if name == "year":
        latest = FiscalYear.objects.aggregate(latest=Max("year"))["latest"]
        offered = f"{latest}" if latest else ""
    elif name == "plan":
        newest = FiscalYear.objects.select_related("plan").order_by("-year").first()
        offered = newest.plan.name if newest else ""
    return {"name": name, "label": label_of(name), "value": value, "offered": offered,
            "help": column.wanted[:1].upper() + column.wanted[1:] if column.wanted else column.help}  # fmt: skip


_OF_EACH_ROW = frozenset(("action", "target", "indicator_code"))
"""What cannot be the same in every row: it is asked for as a column only."""


def _as_read(grids: Sequence[Grid], mapping: SheetMapping) -> tuple[dict[str, Any] | None, Laid | None, str]:
    """The first rows in our columns, all that was laid, and why nothing can be shown."""
    if not mapping.columns:
        return None, None, ""
    try:
        laid = lay(grids, mapping)
    except SpreadsheetError as error:
        return None, None, error.message
    stray = {row for row, _ in laid.strays}
    shown = [row for row in laid.table.rows if row.number not in stray][:ROWS]
    lines = [
        (header, [_short(row.cells[position].shown or row.cells[position].text) for row in shown])
        for position, header in enumerate(laid.table.header)
    ]
    count = len(laid.table.rows) - (0 if mapping.skips_strays else len(laid.strays))
    table = {"numbers": [str(row.number) for row in shown], "lines": lines, "count": f"{count:,}", "one": count == 1}
    return table, laid, ""


def doubt_lines(doubts: Sequence[Doubt]) -> list[list[str]]:
    """Row, column, what it says, what would be read and why that is doubtful; those of equal cells as one line."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for doubt in doubts:
        rows.setdefault((doubt.column, doubt.said, doubt.read, doubt.why), []).append(str(doubt.row))
    return [[", ".join(numbers[:5]) + (f" y {len(numbers) - 5:,} más" if len(numbers) > 5 else ""), *said]
            for said, numbers in rows.items()]  # fmt: skip


def _short(text: str, length: int = _SHORT) -> str:
    text = single_line(text)
    return f"{text[:length]}…" if len(text) > length else text
