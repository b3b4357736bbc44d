"""A table of the catalogue with our codes in the place of official keys, which are kept in columns of their own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from catalog.layout.dates_as_codes import codes_behind
from catalog.layout.keys import KeyRow, Known, Proposal, Written, as_ours, propose_codes
from catalog.workbook.cells import ACTION, INDICATOR, PROGRAM
from catalog.workbook.columns import BY_FIELD, HEADERS, LACKING
from catalog.workbook.feet import FOOT
from core.spreadsheets import Cell, Kind, Row, Table, header_key
from core.spreadsheets.cells import EMPTY, text_cell
from core.text import fold

_CODES = (
    ("program_code", "program_official_key", "program", PROGRAM),
    ("action_code", "action_official_key", "action", ACTION),
    ("indicator_code", "official_key", "indicator", INDICATOR),
)
_WORDS = {lacking.words for lacking in LACKING}
_UNREAD = (Kind.EMPTY, Kind.ERROR, Kind.UNSAVED)


@dataclass(frozen=True, slots=True)
class Coding:
    """``table``: with our codes. ``asked``: the keys and their codes, as ``keys.propose_codes`` gives them."""

    table: Table
    asked: Sequence[Proposal]

    @property
    def unknown(self) -> bool:
        """Whether some code is new, so that a person should look at it."""
        return any(one.asks for one in self.asked)


def code_table(
    table: Table,
    known: Callable[[], Known],
    stored: Callable[[], Mapping[tuple[str, str], str]],
    chosen: Mapping[str, str],
    *,
    by_name: bool = False,
) -> Coding | None:
    """The table with codes for its official keys; None where all its keys are codes of ours, or it has no such columns.

    ``known`` and ``stored`` are asked only where they are needed; ``stored``: the official keys of the year, by their
    field and the code. ``chosen``: what a person wrote instead of a proposal, by its key. ``by_name``: programmes and
    actions of a table that has no column for their keys are told apart by their names.
    """
    coder = _Coder(table, by_name)
    return coder.coded(known(), stored(), chosen) if coder.is_needed else None


class _Coder:
    def __init__(self, table: Table, by_name: bool) -> None:
        self._table = table
        fields = {header_key(column.header): name for name, column in BY_FIELD.items()}
        self._at: dict[str, int] = {}
        for position, header in enumerate(table.header):
            self._at.setdefault(fields.get(header_key(header), ""), position)
        self._programs_by_name = by_name and "program_code" not in self._at and "program" in self._at
        self._actions_by_name = by_name and "action_code" not in self._at and "action" in self._at
        self._written: dict[tuple[Cell, str], Written | None] = {}

    @property
    def is_needed(self) -> bool:
        """Whether some key is no code of ours."""
        if "department" not in self._at:
            return False
        if self._programs_by_name or self._actions_by_name:
            return True
        if not {"program_code", "action_code"} <= self._at.keys():
            return False
        return any(
            written is not None and written.shown and not _is_exactly(written, what)
            for name, _, _, what in _CODES
            for row in self._table.rows
            for written in (self._key(row, name),)
        )

    def _cell(self, row: Row, name: str) -> Cell:
        position = self._at.get(name)
        return row.cells[position] if position is not None else EMPTY

    def _key(self, row: Row, name: str) -> Written | None:
        """The key of a cell; None where it says none: words of ours, the header again, an error."""
        cell = self._cell(row, name)
        place = cell, name
        if place not in self._written:
            self._written[place] = _written(cell, name)
        return self._written[place]

    def coded(self, known: Known, stored: Mapping[tuple[str, str], str], chosen: Mapping[str, str]) -> Coding:
        rows = self._key_rows()
        found = propose_codes(rows, known, chosen)
        added = [
            name
            for name in (
                "department_prefix",
                "program_code",
                "action_code",
                "indicator_code",
                *(key for _, key, _, _ in _CODES),
            )
            if name not in self._at
        ]
        width = len(self._table.header)
        places = self._at | {name: width + number for number, name in enumerate(added)}
        made = []
        memory: dict[str, Cell] = {"": EMPTY}
        for row in self._table.rows:
            cells = [*row.cells, *[EMPTY] * len(added)]
            coded = found.rows.get(row.number)
            if coded is not None:
                if cells[places["department_prefix"]].kind is Kind.EMPTY:
                    cells[places["department_prefix"]] = _remembered(memory, coded.prefix)
                pairs = zip(
                    _CODES,
                    (coded.program, coded.action, coded.indicator),
                    (coded.program_key, coded.action_key, coded.indicator_key),
                    strict=True,
                )
                for (name, key_name, _, _), code, key in pairs:
                    named = name == "indicator_code" or name not in self._at
                    if code and (named or self._key(row, name) is not None):
                        cells[places[name]] = _remembered(memory, code)
                    own = code or (coded.action if name == "indicator_code" else "")
                    if not own or cells[places[key_name]].kind is not Kind.EMPTY:
                        continue
                    # A column that the file does not have says of no other row that its key is to go.
                    kept = key or (stored.get((key_name, own), "") if key_name in added else "")
                    cells[places[key_name]] = _remembered(memory, kept)
            made.append(Row(row.number, cells))
        header = [*self._table.header, *(HEADERS[name] for name in added)]
        return Coding(replace(self._table, header=header, rows=made), found.asked)

    def _key_rows(self) -> list[KeyRow]:
        """The rows that say a key; what a blank cell leaves out is as above."""
        found: list[KeyRow] = []
        program, action, department = Written(), Written(), ""
        names = {"program": "", "action": ""}
        for row in self._table.rows:
            keys = [self._key(row, name) for name, _, _, _ in _CODES]
            if not any(key is not None and key.shown for key in keys) and not self._is_named(row):
                continue
            own_department = self._cell(row, "department").text
            department = own_department or department
            given = keys[0]
            if given is not None and given.shown:
                given = self._official(row, "program_official_key", given, PROGRAM)
                if given.key != program.key:
                    action = Written()
                program, names["program"] = given, self._cell(row, "program").text
            if keys[1] is not None and keys[1].shown:
                action = self._official(row, "action_official_key", keys[1], ACTION)
                names["action"] = self._cell(row, "action").text
            if self._programs_by_name:
                names["program"] = self._cell(row, "program").text or names["program"]
            if self._actions_by_name:
                names["action"] = self._cell(row, "action").text or names["action"]
            indicator = keys[2] or Written()
            if indicator.shown:
                indicator = self._official(row, "official_key", indicator, INDICATOR)
            lacks = any(fold(self._cell(row, name).text) in _WORDS for name, _, _, _ in _CODES)
            prefix = self._cell(row, "department_prefix").text
            found.append(
                KeyRow(
                    row.number,
                    department,
                    prefix,
                    program,
                    names["program"],
                    Written() if lacks and keys[1] is None else action,
                    names["action"],
                    indicator,
                    self._cell(row, "indicator").text,
                    lacks,
                    self._programs_by_name,
                    self._actions_by_name,
                )
            )
        return found

    def _is_named(self, row: Row) -> bool:
        """Whether a row without keys is one of those that their names tell apart."""
        if not (self._programs_by_name or self._actions_by_name):
            return False
        return all(self._cell(row, name).kind is Kind.TEXT for name in ("program", "action"))

    def _official(self, row: Row, name: str, written: Written, what: str) -> Written:
        """What the column of official keys says, where the code's own cell has no code."""
        cell = self._cell(row, name)
        if cell.kind in _UNREAD or as_ours(written, what):
            return written
        return Written(cell.shown)


def _is_exactly(written: Written, what: str) -> bool:
    return as_ours(written, what) == written.shown


def _written(cell: Cell, name: str) -> Written | None:
    if cell.kind in _UNREAD:
        return None
    text = " ".join(cell.shown.split())
    if fold(text) in _WORDS or FOOT.match(text) or header_key(text) == header_key(HEADERS[name]):
        return None
    is_day = cell.kind is Kind.DATE or (cell.kind is Kind.TEXT and bool(codes_behind(text)))
    return Written(text, cell.text if is_day else "", cell.general and "." in text)


def _remembered(memory: dict[str, Cell], text: str) -> Cell:
    """Equal cells are one object, as those of a table are."""
    if text not in memory:
        memory[text] = text_cell(text)
    return memory[text]
