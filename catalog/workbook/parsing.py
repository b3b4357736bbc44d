"""The catalogue workbook as values: pure, without the database, all its errors at once.

``parse_catalog`` reads what each cell says, what rows say together (codes that belong to each
other, targets and schedules) and what the file says of one thing in several places. What the
database says is for whoever compares.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from catalog.rules import belongs
from catalog.workbook import consistency
from catalog.workbook.cells import IN_PLAN, MAX_YEAR, MIN_YEAR, NO_YEARS, CellError, quoted, written_amount
from catalog.workbook.columns import COLUMNS, HEADERS, LACKING, Lacking
from catalog.workbook.declaring import ColumnSpec
from catalog.workbook.errors import RowError
from catalog.workbook.feet import FOOT
from catalog.workbook.fill_down import FillDown
from catalog.workbook.split_targets import SplitTargets
from core.amounts import Style
from core.spreadsheets import Cell, Kind, Table, nearest, unread_columns
from core.spreadsheets import header_key as _header_key
from core.spreadsheets.decimals import DecimalQuestion, decimals_of
from core.spreadsheets.error_book import ERRORS_HEADER
from core.text import fold
from indicators import calculations

_MISSING = object()
_CODES = frozenset(("program_code", "action_code", "indicator_code"))
_SHOWN_CELLS = 4
_FEW = 2
"""Filled cells that make no indicator, not even below merged ones: a total with its name, a note at the foot."""
_Values = dict[str, Any]
_Read = tuple[ColumnSpec, int, dict[Cell, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRow:
    """A programme with everything above it; alone where it has no actions yet. "" is a blank text.

    ``row``: its number in the spreadsheet. ``program_number``, ``description``, ``objectives``,
    ``department_number`` and the keys are those that any row of the same programme, department or
    hierarchy name gives.
    """

    row: int
    plan: str
    plan_start: int | None
    plan_end: int | None
    year: int
    axis_key: str
    axis: str
    objective_key: str
    objective: str
    strategy_key: str
    strategy: str
    department_number: int | None
    department_prefix: str
    department: str
    program_number: str
    program_code: str
    program: str
    description: str
    objectives: tuple[str, ...]
    # By their fields, the columns of which nothing here or above reads the value by name.
    more: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def value_of(self, name: str) -> Any:
        return self.more[name] if name in self.more else getattr(self, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRow(ProgramRow):
    """An action with its programme; alone where it has no indicators yet."""

    action_code: str
    action: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogRow(ActionRow):
    """One indicator with everything above it; defaults are filled in.

    ``target`` and ``baseline``: percent, or the action's unit for an absolute target. ``target_kind``
    "": neither the cell nor its column says which; nothing is assumed. ``schedule``
    "": by rule 10; ``shares``: twelve accumulated percentages of an explicit schedule.
    ``frequency``: months between two due ones.
    ``starts_in`` None: the row does not say it.
    """

    target: Decimal
    target_kind: str
    indicator_code: str
    indicator: str
    numerator: str
    denominator: str
    numerator_mode: str
    denominator_mode: str
    considered: bool
    frequency: int
    schedule: str
    shares: tuple[Decimal, ...]
    starts_in: int | None
    direction: str
    dimension: str
    baseline: Decimal | None
    baseline_year: int | None


@dataclass(frozen=True, slots=True)
class ParsedCatalog:
    """``rows``: those without an error, in file order; ``errors`` in row order; ``notes``: sentences to show.

    Nothing may be written unless ``errors`` is empty. ``fillable``: how many required hierarchy cells are blank below
    a filled one, and would mean "as above" if that were asked for. ``doubts``: errors of a plan that the catalogue
    does not have yet, with its name; of one that it has it knows the years. ``question``: how the file writes decimals,
    asked once for all of it; it is among the errors.
    """

    rows: list[ProgramRow]
    errors: list[RowError]
    notes: list[str]
    fillable: int = 0
    doubts: Sequence[tuple[str, RowError]] = ()
    question: DecimalQuestion | None = None


def parse_catalog(table: Table, *, fill_down: bool = False, decimal: Style | None = None) -> ParsedCatalog:
    """Parse the sheet "Catálogo". With ``fill_down`` a blank hierarchy cell means "as above".

    ``decimal``: how the file writes decimals, where somebody was asked.
    """
    columns = _find_columns(table)
    columns.notes += _table_notes(table)
    if columns.errors:
        return ParsedCatalog([], columns.errors, columns.notes)
    if not table.rows:
        nothing = RowError(
            None, "", "", "la hoja tiene encabezados pero ningún indicador: escriba uno en cada fila de abajo"
        )
        return ParsedCatalog([], [nothing], columns.notes)
    return _Parser(columns, fill_down, decimal).parse(table)


@dataclass(slots=True)
class _Columns:
    positions: dict[str, int] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


_SHOWN_ROWS = 10


def _table_notes(table: Table) -> list[str]:
    """What of the sheet was read in a way that its owner may not expect."""
    notes = []
    if table.above:
        notes.append(f"El encabezado se encontró en la fila {table.header_row}; lo que está arriba no se lee")
    if table.hidden_rows:
        one = len(table.hidden_rows) == 1
        what = "lee también una fila oculta" if one else "leen también filas ocultas"
        notes.append(f"Se {what}: {_some(table.hidden_rows)}")
    return notes


def _some(rows: Sequence[int]) -> str:
    """The first of these rows, and how many more there are."""
    shown = ", ".join(str(row) for row in rows[:_SHOWN_ROWS])
    return f"{shown} y {len(rows) - _SHOWN_ROWS:,} más" if len(rows) > _SHOWN_ROWS else shown


def _find_columns(table: Table) -> _Columns:
    """Where each known column is; missing and doubled ones are errors, unknown ones notes."""
    found = _Columns()
    known = {_header_key(column.header): column for column in COLUMNS}
    unknown: list[str] = []
    for position, header in enumerate(table.header):
        column = known.get(_header_key(header))
        if column is None:
            if header and _header_key(header) != _header_key(ERRORS_HEADER):
                unknown.append(header)
        elif column.field in found.positions:
            found.errors.append(RowError(None, column.header, header, f"la columna «{column.header}» está dos veces"))
        else:
            found.positions[column.field] = position
    missing = [column for column in COLUMNS if column.field not in found.positions]
    told_of = _report_missing(found, [column for column in missing if column.required], unknown)
    headers = [column.header for column in COLUMNS if not column.required or column.field in found.positions]
    found.notes += unread_columns(table, [*headers, ERRORS_HEADER], told_of)
    return found


def _report_missing(found: _Columns, missing: list[ColumnSpec], unknown: list[str]) -> list[str]:
    """The unknown headers that were probably meant for a missing column: those are told of here."""
    told_of: list[str] = []
    if not missing:
        return told_of
    names = _listed([f"«{column.header}»" for column in missing])
    message = f"faltan las columnas {names}" if len(missing) > 1 else f"falta la columna {names}"
    for column in missing:
        near = nearest(column.header, unknown)
        if near:
            told_of.append(near)
            message += f"; ¿{quoted(near)} es «{column.header}»?"
    found.errors.append(RowError(None, "", "", message))
    return told_of


def _listed(names: list[str]) -> str:
    return " y ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


class _Parser:
    """One run over a table; remembers what each distinct cell of a column says."""

    def __init__(self, columns: _Columns, fill_down: bool, decimal: Style | None) -> None:
        self._style = decimal
        self._fill = FillDown(columns.positions, enabled=fill_down)
        self._plan: list[_Read] = [
            (spec, columns.positions[spec.field], {}) for spec in COLUMNS if spec.field in columns.positions
        ]
        self._defaults = {spec.field: spec.default for spec in COLUMNS if spec.field not in columns.positions}
        self._lacking = [(columns.positions[one.field], one) for one in LACKING if one.field in columns.positions]
        self._code_position = columns.positions["action_code"]
        self._headings: list[int] = []
        self._doubts: list[tuple[str, RowError]] = []
        self._errors: list[RowError] = []
        self._notes = columns.notes
        self._unsaved = 0
        self._positions = columns.positions
        self._split = SplitTargets(columns.positions, decimal)
        self._doubted: dict[str, list[int]] = {}

    def parse(self, table: Table) -> ParsedCatalog:
        parsed, above = [], ""
        self._style, question = decimals_of(self._written_amounts(table), self._style, self._written_shares(table))
        self._split = SplitTargets(self._positions, self._style)
        if question is not None:
            self._errors.append(RowError(None, "", "", str(question).removesuffix(".")))
        for row in table.rows:
            if self._is_no_indicator(row.number, row.cells):
                continue
            if (sheet := getattr(row.number, "sheet", "")) != above:
                above = sheet
                self._fill.begin()  # what is above the first row of a sheet is of another
            split = self._split.apply(self._fill.apply(row.cells))
            values = self._read(row.number, split.cells)
            if split.absolute and values.get("target_kind") == "":
                values["target_kind"] = calculations.ABSOLUTE
            if split.contradiction:
                self._error(row.number, "target", "", split.contradiction)
            if split.doubt:
                self._doubted.setdefault(split.doubt, []).append(row.number)
            self._check(row.number, values)
            parsed.append(values)
        self._note_formulas(table.unsaved_formulas - self._unsaved)
        self._note_headings()
        for doubt, rows in self._doubted.items():
            self._notes.append(f"{'Fila' if len(rows) == 1 else 'Filas'} {_some(rows)} · Meta: {doubt}")
        checker = consistency.Consistency()
        self._errors += checker.check(parsed)
        self._notes += checker.notes
        self._errors.sort(key=lambda error: error.row or 0)
        failed = {error.row for error in self._errors}
        rows = [_row(values) for values in parsed if values["row"] not in failed]
        return ParsedCatalog(rows, self._errors, self._notes, self._fill.fillable, self._doubts, question)

    def _written_amounts(self, table: Table) -> list[tuple[int, str, str]]:
        """Row, header and text of the amounts that somebody wrote as text, each text once."""
        found: dict[str, tuple[int, str, str]] = {}
        for spec, at, _ in self._plan:
            for row in table.rows if spec.amount else ():
                cell = row.cells[at]
                text = (self._split.written(cell) if spec.field == "target" else "") or written_amount(cell)
                if text and text not in found:
                    found[text] = (row.number, spec.header, text)
        return sorted(found.values())

    def _written_shares(self, table: Table) -> set[str]:
        """The percentages of the schedules month by month: they tell the style of the file, too."""
        at = next((at for spec, at, _ in self._plan if spec.field == "schedule"), None)
        texts = {row.cells[at].text for row in table.rows} if at is not None else set()
        return {part.strip().removesuffix("%").strip() for text in texts if ";" in text for part in text.split(";")}

    def _is_no_indicator(self, number: int, cells: list[Cell]) -> bool:
        """Whether the row is passed over: nothing of it is read, it is the heading again, or a total or a note.

        Of these only the last is an error, and one: it lacks nothing, it should not be there.
        """
        code = cells[self._code_position].text
        if code and code[:5].lower() != "clave" and not FOOT.match(code):
            return False  # nearly every row
        filled = [(spec, cells[at]) for spec, at, _ in self._plan if cells[at].kind is not Kind.EMPTY]
        if not filled:
            return True
        if all(_header_key(cell.text) == _header_key(spec.header) for spec, cell in filled):
            self._headings.append(number)
            return True
        if any(spec.field in _CODES and not FOOT.match(cell.text) for spec, cell in filled):
            return False
        if len(filled) > _FEW and not any(FOOT.match(cell.text) for _, cell in filled):
            return False
        told = [quoted(cell.text) for _, cell in filled]
        sentence = _listed(told[:_SHOWN_CELLS]) + (" y más" if len(told) > _SHOWN_CELLS else "")
        message = f"la fila solo tiene {sentence} y no es de un indicador: bórrela, o complétela"
        self._error(number, filled[0][0].field, filled[0][1].text, message)
        return True

    def _read(self, number: int, cells: list[Cell]) -> _Values:
        """What each cell says; a field whose cell is wrong is left out."""
        lacking = self._what_it_lacks(cells)
        if lacking is not None:
            return self._read_above(number, cells, lacking)
        return self._read_fields(number, cells, {"row": number, **self._defaults}, self._plan)

    def _what_it_lacks(self, cells: list[Cell]) -> Lacking | None:
        for position, lacking in self._lacking:
            # Nearly every cell has a code: only the others are looked at closely.
            if "sin" in cells[position].text[:9].lower() and fold(cells[position].text) == lacking.words:
                return lacking
        return None

    def _read_above(self, number: int, cells: list[Cell], lacking: Lacking) -> _Values:
        """What stands above the words, beside which nothing else may."""
        own = [read for read in self._plan if read[0].field in lacking.fields]
        defaults = {name: value for name, value in self._defaults.items() if name in lacking.fields}
        for spec, position, _ in self._plan:
            cell = cells[position]
            if spec.field not in lacking.fields and spec.field != lacking.field and cell.kind is not Kind.EMPTY:
                message = (
                    f"{quoted(cell.text)} sobra: {lacking.the_parent} está «{lacking.words}»; vacíe esta celda, "
                    f"o escriba la clave de {lacking.the_field}"
                )
                self._error(number, spec.field, cell.text, message.replace(" de el ", " del "))
        return self._read_fields(number, cells, {"row": number, "lacking": lacking, **defaults}, own)

    def _read_fields(self, number: int, cells: list[Cell], values: _Values, plan: list[_Read]) -> _Values:
        for spec, position, remembered in plan:
            cell = cells[position]
            answer = remembered.get(cell, _MISSING)
            if answer is _MISSING:
                answer = remembered[cell] = _answer(spec, cell, self._style)
            if answer.__class__ is not CellError:
                values[spec.field] = answer
            elif cell.kind is Kind.EMPTY:
                self._error(number, spec.field, "", self._fill.why_blank(spec, position, cells))
            elif cell.kind is Kind.UNSAVED:
                self._unsaved += 1
                self._error(number, spec.field, "(fórmula sin resultado)", str(answer))
            else:
                self._error(number, spec.field, cell.text, str(answer))
        return values

    def _note_formulas(self, unread: int) -> None:
        """Those without a result that are no error of a row: in a header, a title or a column that is not read."""
        if unread:
            what = "fórmula de la hoja no tiene" if unread == 1 else "fórmulas de la hoja no tienen"
            self._notes.append(
                f"{unread:,} {what} guardado su resultado; abra el libro en su hoja de cálculo y guárdelo otra vez"
            )

    def _note_headings(self) -> None:
        if self._headings:
            rows = _some(self._headings)
            one = len(self._headings) == 1
            self._notes.append(
                f"La fila {rows} repite los encabezados y no se lee"
                if one
                else f"Las filas {rows} repiten los encabezados y no se leen"
            )

    def _error(self, number: int, name: str, value: str, message: str) -> None:
        self._errors.append(RowError(number, HEADERS[name], value, message))

    def _check(self, number: int, values: _Values) -> None:
        """What the cells of one row say together."""
        for check in (_check_codes, _check_target, _check_direction):
            for name, value, message in check(values):
                self._error(number, name, value, message)
        for name, value, message in _doubt_plan(values):
            self._doubts.append((values["plan"].name, RowError(number, HEADERS[name], value, message)))
        target = values.get("target")
        percentage = values.get("target_kind") == calculations.PERCENTAGE
        if target is not None and target.bare and percentage and 0 < target.amount <= 1:
            self._notes.append(tiny_target(number, target.amount))


def tiny_target(row: int, target: Decimal) -> str:
    """Of 1 or less, without its sign, read as a percentage: 100 % is stored as 1 by a spreadsheet."""
    amount, hundredfold = f"{target.normalize():f}", f"{(target * 100).normalize():f}"
    return f"Fila {row} · Meta: {amount} se leyó como {amount} %; si la meta es {hundredfold} %, escríbala con su signo"


def _answer(spec: ColumnSpec, cell: Cell, style: Style | None) -> Any:
    """The cell's value, the column's default, or the error itself."""
    if cell.kind is Kind.EMPTY:
        return CellError("") if spec.required else spec.default
    try:
        return spec.parse(cell, style) if spec.amount else spec.parse(cell)
    except CellError as error:
        return error


_Problems = list[tuple[str, str, str]]


def _doubt_plan(values: _Values) -> _Problems:
    """The years of a plan that is new: its name says them, and they cover the row's."""
    plan, year = values.get("plan"), values.get("year")
    if plan is None:
        return []
    if plan.start_year is None:
        return [("plan", plan.name, f"{quoted(plan.name)} {NO_YEARS}")]
    if not MIN_YEAR <= plan.start_year <= plan.end_year <= MAX_YEAR:
        return [("plan", plan.name, f"{quoted(plan.name)} no tiene sus años en orden; escríbalos como «2014 - 2016»")]
    if year is None or plan.start_year <= year <= plan.end_year:
        return []
    return [
        ("year", str(year), f"«{year}» está fuera de los años del plan, {plan.start_year} a {plan.end_year}; {IN_PLAN}")
    ]


_BEGINS = "la clave empieza con la suya"


def _check_codes(values: _Values) -> _Problems:
    """An action's code begins with its programme's, an indicator's with its action's."""
    problems = []
    program, action = values.get("program_code"), values.get("action_code")
    indicator = values.get("indicator_code")
    if program and action and not belongs(action, program):
        problems.append(("action_code", action, f"«{action}» no pertenece al programa «{program}»; {_BEGINS}"))
    if action and indicator and not belongs(indicator, action):
        problems.append(
            (
                "indicator_code",
                indicator,
                f"«{indicator}» no pertenece a la acción «{action}»; {_BEGINS}",
            )
        )
    elif action and indicator and indicator != action and values.get("indicator") == "":
        problems.append(("indicator", "", f"falta; «{indicator}» es un indicador más de la acción y lleva su nombre"))
    return problems


def _check_target(values: _Values) -> _Problems:
    target = values.get("target")
    if target is None:
        return []
    if target.percent and values.get("target_kind") == "":
        values["target_kind"] = calculations.PERCENTAGE
    problems = []
    written = f"{target.amount.normalize():f}" + ("%" if target.percent else "")
    if target.percent and values.get("target_kind") == calculations.ABSOLUTE:
        message = f"«{written}» es un porcentaje y la meta es absoluta; escriba la cantidad o cambie el tipo de meta"
        problems.append(("target", written, message))
    if target.amount == 0 and values.get("direction") == calculations.ASCENDING:
        problems.append(("target", written, f"«{written}» no puede ser la meta; solo un indicador descendente tiene 0"))
    return problems


def _check_direction(values: _Values) -> _Problems:
    schedule = values.get("schedule")
    if values.get("direction") != calculations.DESCENDING or schedule is None:
        return []
    if schedule.kind in ("", calculations.FLAT):
        return []
    return [("schedule", "", "un indicador descendente siempre tiene programación constante")]


_NAMED = {one: frozenset(given.name for given in fields(one)) for one in (ProgramRow, ActionRow, CatalogRow)}


def _row(values: _Values) -> ProgramRow:
    rest = dict(values)
    plan, lacking = rest.pop("plan"), rest.pop("lacking", None)
    rest |= {"plan": plan.name, "plan_start": plan.start_year, "plan_end": plan.end_year}
    if lacking is not None:
        return _made(ActionRow if "action_code" in rest else ProgramRow, rest)
    schedule = rest.pop("schedule")
    rest |= {"schedule": schedule.kind, "shares": schedule.shares, "target": rest["target"].amount}
    rest["indicator_code"] = rest["indicator_code"] or rest["action_code"]
    rest["indicator"] = rest["indicator"] or rest["action"]
    return _made(CatalogRow, rest)


def _made(kind: type[ProgramRow], values: _Values) -> ProgramRow:
    named = _NAMED[kind]
    more = {name: values.pop(name) for name in tuple(values) if name not in named}
    return kind(**values, more=more)
