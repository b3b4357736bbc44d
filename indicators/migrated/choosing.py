"""Which sheets are read: those that hold captures of the year, unless the person chooses others."""

import re

from core.spreadsheets import Grid
from indicators.migrated.found import Read, SheetRead
from indicators.migrated.heads import Column
from indicators.migrated.layouts import Layout, NoLayout, layout_of
from indicators.workbook import RowError

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def look_at(number: int, grid: Grid, found: Read) -> SheetRead:
    """The sheet with its layout, and whether it is read; what speaks against it goes to ``found``."""
    sheet = SheetRead(number, grid.file, grid.sheet)
    if grid.refused:
        sheet.why_not = grid.refused
        sheet.chosen = False
        found.notes.append(f"{_title(sheet)} no se lee: {grid.refused}")
        return sheet
    if not grid.rows:
        sheet.chosen = False
        return sheet
    try:
        sheet.layout = layout_of(grid)
    except NoLayout as refused:
        sheet.why_not, sheet.chosen = refused.sentence, False
        if refused.sentence and found.answers.sheets is None:
            found.errors.append(RowError(0, "", f"{_title(sheet)}: {refused.sentence}"))
        return sheet
    wanted = found.answers.sheets
    # A hidden one may be the copy of another year, and some say so: they are read only where they are chosen.
    other = _other_year(grid, sheet.layout, found.year)
    sheet.chosen = grid.visible and not other if wanted is None else number in wanted
    if other and not sheet.chosen:
        sheet.why_not = f"Dice {other}, y aquí se suben las cifras de {found.year}."
        found.notes.append(f"{_title(sheet)} dice {other} y no se lee con las cifras de {found.year}.")
    return sheet


def _other_year(grid: Grid, layout: Layout, year: int | None) -> int:
    """The one year that the sheet's name and the titles above its figures say, where it is not this one; else 0."""
    if year is None or layout.years or Column.YEAR in layout.columns:
        return 0
    texts = [grid.sheet, *(cell.text for row in grid.rows[: layout.body] for cell in row.cells if cell.text)]
    said = {int(found) for text in texts for found in _YEAR.findall(text)}
    return said.pop() if len(said) == 1 and year not in said else 0


def _title(sheet: SheetRead) -> str:
    return f"La hoja «{sheet.sheet}»" if sheet.sheet else f"El archivo «{sheet.file}»"


def told_apart(sheet: SheetRead, found: Read) -> str:
    """How one of several sheets is told apart in sentences."""
    if not sheet.sheet:
        return f"«{sheet.file}»"
    return f"«{sheet.file}», hoja «{sheet.sheet}»" if len(found.files) > 1 else f"hoja «{sheet.sheet}»"


def why_nothing(found: Read) -> str:
    """Why no sheet is read, in a sentence."""
    lone = [sheet for sheet in found.sheets if sheet.layout is not None and sheet.why_not]
    if found.answers.sheets is None and lone:
        return f"{_title(lone[0])} no se lee: {lone[0].why_not[0].lower()}{lone[0].why_not[1:]}"
    if any(sheet.layout is not None for sheet in found.sheets):
        return "No eligió ninguna hoja con cifras: marque las que se leen."
    return (
        "No se encontraron cifras por mes. Sirven un renglón por indicador con columnas para el numerador y el "
        "denominador de cada mes («ENE N», «ENE D»…), o un renglón por indicador y mes con las columnas «Mes», «Clave "
        "del indicador», «Numerador» y «Denominador»."
    )
