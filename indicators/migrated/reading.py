"""Reading the sheets of one or several files into pairs, without the database."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from types import MappingProxyType

from core import spreadsheets
from core.amounts import AmountError, Style, is_blank, parse_amount, read_amount
from core.spreadsheets import Cell, Kind, single_line, spread_down
from core.spreadsheets.cells import EMPTY, Row
from core.spreadsheets.decimals import decimals_of
from core.spreadsheets.error_book import ERRORS_HEADER
from core.text import fold
from indicators.migrated import one_column
from indicators.migrated.choosing import look_at, told_apart, why_nothing
from indicators.migrated.found import UNANSWERED, Answers, GlobalSaid, Read, SheetRead
from indicators.migrated.heads import NOTHING, Column, Side, head_of
from indicators.migrated.layouts import Shape
from indicators.migrated.siding import settle_sides
from indicators.workbook import CODE, DENOMINATOR, JUSTIFICATION, MONTH, NUMERATOR, YEAR, RowError
from indicators.workbook.parsing import MAX_JUSTIFICATION, PairRow, Where
from indicators.workbook.writing import Source

_NO_DATA = {
    "n/a", "na", "n.a.", "n.a", "n/d", "nd", "n.d.", "n.d", "s/d", "sd", "s.d.", "s.d", "s/i", "sin dato", "sin datos",
    "sin informacion", "no aplica", "no disponible", "no hay dato", "no corresponde", "no reporto", "sin captura",
}  # fmt: skip
_DASHES = set("-–—−_")
_TOTALS = ("total", "subtotal", "suma", "promedio", "gran total", "sumatoria")
_SHOWN = 20


def read(files: Sequence[tuple[str, bytes]], *, year: int | None, answers: Answers = UNANSWERED) -> Read:
    """Read the captures of all the files; ``year`` is that of figures which do not say it themselves, None where every
    one must. Never raises for what is in the files: whatever is wrong is among ``errors``.
    """
    sources = {name: Source(name, hashlib.sha256(data).hexdigest()) for name, data in files}
    found = Read(_whole(list(sources.values())), year, answers, files=dict(files), sources=sources)
    try:
        found.grids = spreadsheets.read_grids([(name, BytesIO(data)) for name, data in files])
    except spreadsheets.SpreadsheetError as error:
        found.errors.append(RowError(0, "", error.message))
        return found
    found.sheets = [look_at(number, grid, found) for number, grid in enumerate(found.grids)]
    chosen = [sheet for sheet in found.sheets if sheet.layout is not None and sheet.chosen]
    if not chosen:
        if not found.errors:  # which say it of a sheet
            found.errors.append(RowError(0, "", why_nothing(found)))
        return found
    style, found.decimal_question = decimals_of(_amounts(found, chosen), answers.decimal)
    if found.decimal_question is not None:
        found.errors.append(RowError(0, "", str(found.decimal_question)))
    several = len(chosen) > 1
    lone = []
    for sheet in settle_sides(found, chosen):
        reader = _SheetReader(found, sheet, style, told_apart(sheet, found) if several else "")
        if reader.layout.shape is Shape.ONE_SIDE:
            lone.append(reader)
        else:
            reader.read()
    _join_sides(lone)
    if found.no_data and not answers.no_data:
        found.errors.append(RowError(0, "", no_data_question(found)))
    return found


def no_data_question(found: Read) -> str:
    places, more = found.no_data[:3], len(found.no_data) - 3
    where = "; ".join(places) + (f" y {more:,} más" if more > 0 else "")
    count = len(found.no_data)
    told = "Una celda dice" if count == 1 else f"{count:,} celdas dicen"
    return f"{told} que no hay dato ({where}): confirme que es «sin captura»."


def _whole(sources: Sequence[Source]) -> Source:
    """One for all: that of a single file, else their names and the digest of their digests."""
    if len(sources) == 1:
        return sources[0]
    together = hashlib.sha256("\n".join(source.sha256 for source in sources).encode()).hexdigest()
    return Source(", ".join(source.name for source in sources), together)


def _amounts(found: Read, sheets: Sequence[SheetRead]) -> Iterator[tuple[int, str, str]]:
    """Row, column and text of the amounts that somebody wrote as text."""
    for sheet in sheets:
        layout = sheet.layout
        if layout is None:
            continue
        columns = [at for sides in layout.cells.values() for side, at in sides.items() if side in _PAIR]
        for row in found.grids[sheet.number].rows[layout.body :]:
            for at in columns:
                if at < len(row.cells) and (cell := row.cells[at]).kind is Kind.TEXT and not is_no_data(cell):
                    yield row.number, layout.label(at), cell.text


def is_no_data(cell: Cell) -> bool:
    """Whether it says in words, or with a dash, that there is no figure."""
    if cell.kind is not Kind.TEXT:
        return False
    text = fold(cell.text)
    return text in _NO_DATA or (bool(text) and set(text) <= _DASHES)


_PAIR = (Side.NUMERATOR, Side.DENOMINATOR)
_OURS = {Side.NUMERATOR: NUMERATOR, Side.DENOMINATOR: DENOMINATOR}


def _join_sides(readers: "Sequence[_SheetReader]") -> None:
    """Numerators of some sheets with the denominators of others, by their keys."""
    of_side = {
        side: [(reader, reader.by_key()) for reader in readers if reader.layout.of_side is side] for side in _PAIR
    }
    denominators: dict[str, tuple[_SheetReader, Row]] = {}
    for reader, rows in of_side[Side.DENOMINATOR]:
        for key, row in rows.items():
            denominators.setdefault(key, (reader, row))
    for reader, rows in of_side[Side.NUMERATOR]:
        for key, row in rows.items():
            other, second = denominators.pop(key, (reader, None))
            reader.add_joined(row, other, second)
    for reader, row in denominators.values():
        reader.add_alone(row)


class _SheetReader:
    """Reads the rows of one sheet into the pairs and errors of ``found``."""

    def __init__(self, found: Read, sheet: SheetRead, style: Style | None, called: str) -> None:
        assert sheet.layout is not None
        self.found, self.sheet, self.layout = found, sheet, sheet.layout
        self.style, self.called = style, called
        self.grid = found.grids[sheet.number]
        self.source = found.sources[sheet.file]
        self.errors_before = len(found.errors)
        self._remembered: dict[Cell, Decimal | str | None] = {}
        self._where: dict[int, Where] = {month: self._where_of(month) for month in (self.layout.months or [0])}
        self._key = self.layout.columns.get(Column.KEY)
        self._official = self.layout.columns.get(Column.OFFICIAL)

    def _where_of(self, month: int) -> Where:
        layout, sides = self.layout, self.layout.cells.get(month, {})
        key = layout.columns.get(Column.KEY, layout.columns.get(Column.OFFICIAL))
        columns = {CODE: layout.label(key)} if key is not None else {}
        columns |= {ours: layout.label(sides[side]) for side, ours in _OURS.items() if side in sides}
        words = sides.get(Side.WORDS, layout.cells.get(0, {}).get(Side.WORDS))
        numerator = sides.get(Side.NUMERATOR)
        columns[JUSTIFICATION] = layout.label(words if words is not None else numerator or 0)
        at = layout.columns.get(Column.MONTH, numerator if month else None)
        columns |= {MONTH: layout.label(at)} if at is not None else {}
        year = layout.columns.get(Column.YEAR, at)
        columns |= {YEAR: layout.label(year)} if year is not None else {}
        if layout.shape in (Shape.TWO_ROWS, Shape.ONE_SIDE) and numerator is not None:
            columns[DENOMINATOR] = layout.label(numerator)
        return Where(self.source, self.called, self.sheet.number, MappingProxyType(columns))

    def read(self) -> None:
        if not self._is_of_the_year():
            return
        self._tell_unread()
        rows = self._body()
        self._tell_globals(rows)
        if self.layout.shape is Shape.LONG:
            self._read_long(rows)
        elif self.layout.pairs:
            self._read_pairs(rows)
        elif self.layout.shape is Shape.TWO_ROWS:
            self._read_two_rows(rows)
        else:
            self._read_wide(rows)

    def _is_of_the_year(self) -> bool:
        said, year = self.layout.years, self.found.year
        if len(said) > 1 or (said and year is not None and said != {year}):
            listed = ", ".join(map(str, sorted(said)))
            wanted = f"aquí solo se sube {year}" if year is not None else "una hoja tiene un solo año"
            self._refuse(self.layout.header_row, "encabezado", f"Sus meses son de {listed}: {wanted}.")
            return False
        if year is None and not said and Column.YEAR not in self.layout.columns:
            self.found.errors.append(RowError(0, "", "El archivo no dice de qué ejercicio es: indíquelo."))
            return False
        return True

    def _tell_unread(self) -> None:
        names = [name for name in dict.fromkeys(self.layout.unread) if fold(name) != fold(ERRORS_HEADER)]
        if names:
            listed = ", ".join(f"«{name[:60]}»" for name in names[:_SHOWN])
            more = f" y {len(names) - _SHOWN} más" if len(names) > _SHOWN else ""
            where = f"{self.called}: " if self.called else ""
            plural = "No se leen las columnas" if len(names) > 1 else "No se lee la columna"
            self.found.notes.append(f"{where}{plural} {listed}{more}.")

    def _body(self) -> list[Row]:
        """The rows below the head; a key that is merged over several rows is each one's."""
        keys = {at + 1 for at in (self._key, self._official, self.layout.side) if at is not None}
        merged = [area for area in self.grid.merged if area.first_column in keys]
        return spread_down(self.grid.rows[self.layout.body :], merged)

    def _cell(self, row: Row, at: int | None) -> Cell:
        return row.cells[at] if at is not None and at < len(row.cells) else EMPTY

    def _text(self, row: Row, at: int | None) -> str:
        cell = self._cell(row, at)
        return single_line(cell.shown or cell.text)

    def _keys(self, row: Row) -> tuple[str, str]:
        return self._text(row, self._key).upper(), self._text(row, self._official)

    def _refuse(self, number: int, column: str, message: str) -> None:
        self.found.errors.append(RowError(number, column, message, self.called, self.sheet.number))

    def _has_figures(self, row: Row, months: Collection[int]) -> bool:
        return any(
            self._cell(row, at).kind is not Kind.EMPTY
            for month in months
            for side, at in self.layout.cells[month].items()
            if side in _PAIR
        )

    def _passes(self, row: Row, key: str, official: str) -> bool:
        """Whether a row with figures is one of an indicator; a total is told, a missing key is an error."""
        first = next((fold(cell.text) for cell in row.cells if cell.kind is Kind.TEXT), "")
        if first.startswith(_TOTALS) and not (key and any(letter.isdigit() for letter in key)):
            where = f"{self.called}, " if self.called else ""
            self.found.notes.append(f"{where}fila {row.number}: dice «{first[:40]}» y no se lee.".capitalize())
            return False
        if not key and not official:
            at = self._key if self._key is not None else self._official
            self._refuse(row.number, self.layout.label(at or 0), "Falta la clave del indicador.")
            return False
        return True

    def _read_wide(self, rows: Sequence[Row]) -> None:
        months = self.layout.months
        own_words = self.layout.cells.get(0, {}).get(Side.WORDS)
        for row in rows:
            if not self._has_figures(row, months):
                continue
            key, official = self._keys(row)
            if not self._passes(row, key, official):
                continue
            year = self._year(row)
            for month in months:
                sides = self.layout.cells[month]
                numerator, denominator = (self._cell(row, sides[side]) for side in _PAIR)
                if numerator is EMPTY and denominator is EMPTY:
                    continue
                words = self._text(row, sides.get(Side.WORDS, own_words))
                self._add(row, row, year, month, (key, official), (numerator, denominator), words)

    def _read_two_rows(self, rows: Sequence[Row]) -> None:
        """The rows of one key that follow each other, by the side that each says it holds."""
        months = self.layout.months
        pending: dict[Side, Row] = {}
        keys = ("", "")
        for row in [*rows, None]:
            side = (head_of(self._cell(row, self.layout.side)) or NOTHING).side if row is not None else None
            if row is not None and side not in _PAIR:
                if self._has_figures(row, months) and side is None and self._passes(row, *self._keys(row)):
                    at = self.layout.label(self.layout.side or 0)
                    self._refuse(row.number, at, "No dice si el renglón es del numerador o del denominador.")
                continue
            own = self._keys(row) if row is not None else ("", "")
            if row is None or (own != ("", "") and own != keys) or side in pending:
                self._add_two_rows(pending, keys, months)
                pending, keys = {}, own
            if row is not None and side is not None:
                pending[side] = row

    def _add_two_rows(self, rows: Mapping[Side, Row], keys: tuple[str, str], months: Sequence[int]) -> None:
        if not rows or not any(self._has_figures(row, months) for row in rows.values()):
            return
        first = min(rows.values(), key=lambda row: row.number)
        if not self._passes(first, *keys):
            return
        own_words = self.layout.cells.get(0, {}).get(Side.WORDS)
        words = next((text for row in rows.values() if (text := self._text(row, own_words))), "")
        for month in months:
            at = self.layout.cells[month][Side.NUMERATOR]
            cells = tuple(self._cell(rows[side], at) if side in rows else EMPTY for side in _PAIR)
            if cells[0] is EMPTY and cells[1] is EMPTY:
                continue
            pair_rows = tuple(rows.get(side, first) for side in _PAIR)
            self._add(pair_rows[0], pair_rows[1], self._year(first), month, keys, (cells[0], cells[1]), words)

    def _read_pairs(self, rows: Sequence[Row]) -> None:
        """Two rows of a key that follow each other; the first is the numerator's unless somebody said otherwise."""
        months = self.layout.months
        columns = [self.layout.cells[month][Side.NUMERATOR] for month in months]
        key = self._key if self._key is not None else self._official
        asked = self.found.sides
        first = self.found.answers.first or (asked.proposed if asked is not None else None)
        order = _PAIR if first is not Side.DENOMINATOR else tuple(reversed(_PAIR))
        for block in one_column.blocks(rows, key or 0, columns):
            keys = next((own for row in block if any(own := self._keys(row))), ("", ""))
            if len(block) == 2:
                self._add_two_rows(dict(zip(order, block, strict=True)), keys, months)
            elif self._passes(block[0], *keys):
                said = f"Tiene {len(block)} renglones con cifras y no dos: nada dice cuál es el numerador."
                if len(block) == 1:
                    said = "Tiene un solo renglón con cifras y no dos: falta el numerador o el denominador."
                self._refuse(block[0].number, self.layout.label(key or 0), said)

    def by_key(self) -> dict[str, Row]:
        """The rows of a sheet of one side, by their key."""
        found: dict[str, Row] = {}
        if not self._is_of_the_year():
            return found
        self._tell_unread()
        rows = self._body()
        self._tell_globals(rows)
        for row in rows:
            keys = self._keys(row)
            if not self._has_figures(row, self.layout.months) or not self._passes(row, *keys):
                continue
            first = found.setdefault(keys[0] or fold(keys[1]), row)
            if first is not row:
                at = self._key if self._key is not None else self._official
                said = f"«{keys[0] or keys[1]}» ya está en la fila {first.number}."
                self._refuse(row.number, self.layout.label(at or 0), said)
        return found

    def add_joined(self, row: Row, other: "_SheetReader", second: Row | None) -> None:
        """The pairs of a row of numerators and, in another sheet, of one of denominators."""
        words_at = self.layout.cells.get(0, {}).get(Side.WORDS)
        for month in sorted({*self.layout.months, *other.layout.months}):
            cells = self._of_month(row, month), other._of_month(second, month) if second is not None else EMPTY
            if cells[0] is not EMPTY or cells[1] is not EMPTY:
                keys, words = self._keys(row), self._text(row, words_at)
                self._add(row, second or row, self._year(row), month, keys, cells, words, other if second else None)

    def add_alone(self, row: Row) -> None:
        """A row of denominators whose numerators nobody has: the check of the pairs tells each."""
        for month in self.layout.months:
            if (cell := self._of_month(row, month)) is not EMPTY:
                self._add(row, row, self._year(row), month, self._keys(row), (EMPTY, cell), "")

    def _of_month(self, row: Row, month: int) -> Cell:
        return self._cell(row, self.layout.cells.get(month, {}).get(Side.NUMERATOR))

    def _read_long(self, rows: Sequence[Row]) -> None:
        sides = self.layout.cells[0]
        month_at = self.layout.columns[Column.MONTH]
        for row in rows:
            numerator, denominator = (self._cell(row, sides[side]) for side in _PAIR)
            if numerator is EMPTY and denominator is EMPTY:
                continue
            key, official = self._keys(row)
            if not self._passes(row, key, official):
                continue
            text = self._text(row, month_at)
            head = head_of(self._cell(row, month_at))
            if head is None or head.month is None or head.side is not None:
                lacking = f"«{text[:40]}» no es un mes: escriba de 1 a 12 o su nombre" if text else "Falta el mes."
                self._refuse(row.number, self.layout.label(month_at), lacking)
                continue
            year = self._year(row) if Column.YEAR in self.layout.columns else head.year or self._year(row)
            words = self._text(row, sides.get(Side.WORDS))
            self._add(row, row, year, head.month, (key, official), (numerator, denominator), words)

    def _year(self, row: Row) -> int | None:
        """That of the row, of its heads or of the page; None, with its error, where it is none."""
        at = self.layout.columns.get(Column.YEAR)
        text = self._text(row, at)
        if text:
            if len(text) == 4 and text.isascii() and text.isdigit():
                return int(text)
            self._refuse(row.number, self.layout.label(at or 0), f"«{text[:40]}» no es un año")
            return None
        if self.layout.years:
            return next(iter(self.layout.years))
        if self.found.year is None:
            self._refuse(row.number, self.layout.label(at or 0), "Falta el ejercicio, por ejemplo 2016.")
        return self.found.year

    def _add(
        self, row: Row, second: Row, year: int | None, month: int, keys: tuple[str, str], cells: tuple[Cell, Cell],
        words: str, other: "_SheetReader | None" = None,
    ) -> None:  # fmt: skip
        """The pair, or the errors of its cells. ``second`` is the row of the denominator, of the ``other`` sheet."""
        where = self._where.get(month) or next(iter(self._where.values()))
        values: list[Decimal | None] = []
        sound = year is not None
        for cell, at_row, reader, column in zip(
            cells, (row, second), (self, other or self), _PAIR_COLUMNS, strict=True
        ):
            value = self._value(cell)
            if isinstance(value, str):
                at = reader._where.get(month, where).columns[column]
                if is_no_data(cell):
                    self.found.no_data.append(reader._place(at_row, at, cell))
                    value = None
                else:
                    reader._refuse(at_row.number, at, value)
                    sound, value = False, None
            values.append(value)
        if len(words) > MAX_JUSTIFICATION:
            said = f"Tiene {len(words):,} caracteres; caben hasta {MAX_JUSTIFICATION:,}."
            self._refuse(row.number, where.columns[JUSTIFICATION], said)
            sound = False
        if not sound or year is None or values == [None, None]:
            return
        if self.found.year is not None and year != self.found.year:
            said = f"La fila es del ejercicio {year}: aquí solo se sube {self.found.year}."
            self._refuse(row.number, where.columns[YEAR], said)
            return
        key, official = keys
        self.sheet.rows += 1
        if official:
            self.found.official[len(self.found.rows)] = official
        self.found.rows.append(PairRow(row.number, year, month, key, *values, words, where=where))

    def _place(self, row: Row, column: str, cell: Cell) -> str:
        return f"{self.called}{', ' if self.called else ''}fila {row.number}, {column}: «{cell.text[:20]}»"

    def _value(self, cell: Cell) -> Decimal | str | None:
        """The amount, None for a blank, a sentence for what is none."""
        if cell not in self._remembered:
            self._remembered[cell] = self._amount(cell)
        return self._remembered[cell]

    def _amount(self, cell: Cell) -> Decimal | str | None:
        if cell.kind is Kind.UNSAVED:
            return spreadsheets.NO_RESULT
        if cell.kind is Kind.EMPTY or (cell.kind is Kind.TEXT and is_blank(cell.text)):
            return None
        try:
            return parse_amount(cell.text, self.style if cell.kind is Kind.TEXT else Style.POINT)
        except AmountError as error:
            return str(error)

    def _tell_globals(self, rows: Sequence[Row]) -> None:
        at = self.layout.columns.get(Column.GLOBAL)
        if at is None:
            return
        unread = []
        for row in rows:
            cell = self._cell(row, at)
            said = self._global(cell)
            if said is not None:
                key = self._text(row, self.layout.columns.get(Column.PROGRAM)) or self._text(row, self._key)
                self.found.globals.append(GlobalSaid(key.upper(), *said))
            elif not (cell.kind is Kind.EMPTY or is_no_data(cell) or (cell.kind is Kind.TEXT and is_blank(cell.text))):
                shown = "fórmula sin resultado guardado" if cell.kind is Kind.UNSAVED else f"«{cell.text[:20]}»"
                unread.append(f"fila {row.number} {shown}")
        if unread:
            where = f"{self.called}: " if self.called else ""
            more = f" y {len(unread) - _SHOWN:,} más" if len(unread) > _SHOWN else ""
            listed = ", ".join(unread[:_SHOWN])
            name = self.layout.label(at)[:60]
            self.found.notes.append(f"{where}«{name}» no se compara donde no dice un número: {listed}{more}.")

    def _global(self, cell: Cell) -> tuple[str, Decimal, int] | None:
        """What is seen, the number and its decimals; «88.5 %» as text is a percentage, too. None for no number."""
        if cell.number is not None:
            return cell.shown, cell.number, len(cell.shown.removesuffix("%").partition(".")[2])
        if cell.kind is not Kind.TEXT:
            return None
        text = single_line(cell.text)
        sign = "%" if text.endswith("%") else ""
        plain = text.removesuffix("%").rstrip()
        try:
            amount = read_amount(plain, self.style)
        except AmountError:
            return None
        # The value has four decimals, however few were written.
        return plain + sign, amount.value, len((amount.shown or plain).partition(".")[2])


_PAIR_COLUMNS = (NUMERATOR, DENOMINATOR)
