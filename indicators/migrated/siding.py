"""Which sheets with one column a month are numerators and which denominators, and what has to be asked about it."""

from collections.abc import Sequence

from core.spreadsheets import single_line
from indicators.migrated.choosing import told_apart
from indicators.migrated.found import Read, SheetRead, SidesAsked
from indicators.migrated.heads import Side
from indicators.migrated.layouts import Shape
from indicators.workbook import RowError

_PAIR = (Side.NUMERATOR, Side.DENOMINATOR)


def settle_sides(found: Read, chosen: Sequence[SheetRead]) -> list[SheetRead]:
    """Those of the sheets that can be read; what has to be asked stands in ``found.sides`` and among its errors."""
    pairs = [sheet for sheet in chosen if sheet.layout and sheet.layout.pairs]
    lone = [sheet for sheet in chosen if sheet.layout and sheet.layout.shape is Shape.ONE_SIDE]
    unread: list[SheetRead] = []
    if pairs:
        otherwise = any(sheet.layout and sheet.layout.otherwise for sheet in pairs)
        found.sides = SidesAsked((), _example(found, pairs[0]), None if otherwise else Side.NUMERATOR)
    if lone:
        unread += _settle_lone(found, lone)
    if found.sides is not None and found.answers.first is None and found.sides.proposed is None:
        found.errors.append(RowError(0, "", sides_question(found.sides)))
        unread += lone if found.sides.sheets else pairs
    return [sheet for sheet in chosen if sheet not in unread]


def _settle_lone(found: Read, lone: Sequence[SheetRead]) -> list[SheetRead]:
    """Give each of the sheets its side; those that have none are not read."""
    sides = {sheet.number: sheet.layout.of_side for sheet in lone if sheet.layout}
    unnamed = [sheet for sheet in lone if sides[sheet.number] is None]
    if len(lone) == 2 and len(unnamed) == 1:
        [named] = [side for side in sides.values() if side is not None]
        _give(unnamed[0], _other(named))
    elif len(lone) == 2 and len(unnamed) == 2 and found.sides is None:
        found.sides = SidesAsked((told_apart(lone[0], found), told_apart(lone[1], found)))
        first = found.answers.first
        if first is None:
            return []
        _give(lone[0], first)
        _give(lone[1], _other(first))
    elif unnamed:
        for sheet in unnamed:
            found.errors.append(RowError(0, "", _SAYS_NOTHING.format(sheet=_named(sheet, found))))
        return list(lone)
    there = {sheet.layout.of_side for sheet in lone if sheet.layout}
    if len(there) == 1:
        [side] = there
        missing = "denominadores" if side is Side.NUMERATOR else "numeradores"
        own = "numeradores" if side is Side.NUMERATOR else "denominadores"
        found.errors.append(
            RowError(0, "", f"{_named(lone[0], found)} solo tiene {own}: suba también la de {missing} y márquela.")
        )
        return list(lone)
    return []


_SAYS_NOTHING = (
    "{sheet} tiene una sola columna para cada mes y nada dice si son numeradores o denominadores: escríbalo en el "
    "nombre de la hoja («Numeradores», «Denominadores»)."
)


def _named(sheet: SheetRead, found: Read) -> str:
    told = told_apart(sheet, found)
    return f"La {told}" if told.startswith("hoja") else told


def _give(sheet: SheetRead, side: Side) -> None:
    if sheet.layout is not None:
        sheet.layout.of_side = side


def _other(side: Side) -> Side:
    return Side.DENOMINATOR if side is Side.NUMERATOR else Side.NUMERATOR


def _example(found: Read, sheet: SheetRead) -> tuple[str, ...]:
    """The first two rows as the person sees them, without their figures."""
    layout = sheet.layout
    assert layout is not None
    months = {at for month, sides in layout.cells.items() if month for at in sides.values()}
    shown = []
    for row in found.grids[sheet.number].rows[layout.body : layout.body + 2]:
        texts = [single_line(cell.shown) for at, cell in enumerate(row.cells) if at not in months and cell.shown]
        shown.append(f"fila {row.number}: {' · '.join(texts)[:160]}" if texts else f"fila {row.number}")
    return tuple(shown)


def sides_question(asked: SidesAsked) -> str:
    """What is asked of the person."""
    if asked.sheets:
        first, second = asked.sheets
        return f"Cada mes tiene una sola columna: diga cuál es la de numeradores, {first} o {second}."
    return (
        "Cada indicador tiene dos renglones y sus rótulos o sus cifras hacen pensar que el primero es el denominador: "
        "diga cuál de los dos es el numerador."
    )
