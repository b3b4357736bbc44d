"""Reading a list of people from a workbook: each row becomes a ``Wanted``, and every error is told at once."""

import difflib
import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.enrolling import Source
from accounts.enrolment import DEPARTMENT, EMAIL, ENDS_ON, NAME, ROLE, STARTS_ON, Refusal, Wanted
from accounts.models import Role
from accounts.names import split_name
from accounts.roles import DEPARTMENT_ROLES
from catalog.people.book.columns import (
    BY_FIELD,
    FIRST_FAMILY,
    LAST_NAME,
    ROLE_WORDS,
    SECOND_FAMILY,
    SHEET,
    found_in,
    known_headers,
)
from catalog.people.book.days import NoDay, read_day_cell
from catalog.workbook.errors import RowError
from core.spreadsheets import (
    NO_RESULT,
    Cell,
    Row,
    SpreadsheetError,
    Table,
    read_table,
    refuse_spoilt,
    sentence,
    single_line,
)
from core.spreadsheets.cells import Kind
from core.spreadsheets.error_book import ERRORS_HEADER
from core.text import fold
from programs.models import Department

MAX_ROWS = 2000
MAX_BYTES = 5 * 2**20
_SHOWN = 80
_LISTED_ROWS = 8
_EMPTY_WORDS = frozenset({"-", "--", "n/a", "na", "ninguno", "ninguna", "no aplica", "s/d"})


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """What was read. ``table`` None: the file could not be read, and ``errors`` says why.

    ``asked``: texts of the roles' column that are no role, with how many rows have them; ``answers`` those that were
    answered, by folded text ("": no role for now).
    """

    source: Source
    data: bytes
    table: Table | None = None
    wanted: tuple[Wanted, ...] = ()
    errors: tuple[RowError, ...] = ()
    notes: tuple[str, ...] = ()
    asked: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)

    def column(self, field_name: str) -> str:
        """The header under which the file has it."""
        position = found_in(self.table.header).get(field_name) if self.table else None
        return self.table.header[position] if self.table and position is not None else BY_FIELD[field_name].header

    def row_errors(self, refusals: Sequence[Refusal]) -> list[RowError]:
        """What the comparison refused, in the file's own words, together with what was read wrong, by row."""
        found = [RowError(one.row, self.column(one.column), "", one.sentence) for one in refusals]
        return sorted([*self.errors, *found], key=lambda error: error.row or 0)


def read_people(
    data: bytes, *, name: str, sheet: str | None = None, answers: Mapping[str, str] | None = None
) -> PeopleFile:
    """Read the file. ``answers``: the role that a text of its column means, by folded text, "" for none.

    AmbiguousSheetError where a sheet has to be chosen; whatever else is wrong is among the errors. One query.
    """
    source = Source(name, hashlib.sha256(data).hexdigest())
    known = known_headers()
    try:
        table = read_table(
            BytesIO(data), name=name, sheet=sheet, preferred_sheet=SHEET, known_headers=known, max_rows=MAX_ROWS,
            max_bytes=MAX_BYTES,
        )  # fmt: skip
        refuse_spoilt(table.header, known)
    except SpreadsheetError as error:
        if hasattr(error, "sheet_names"):
            raise
        return PeopleFile(source, data, errors=(RowError(None, "", "", error.message),))
    positions = found_in(table.header)
    lacking = [BY_FIELD[one].header for one in (NAME, EMAIL, ROLE) if one not in positions]
    if lacking:
        listed = ", ".join(f"«{text}»" for text in table.header if text)[:300]
        words = " y ".join(f"«{text}»" for text in lacking)
        found = f"Se encontró: {listed or 'ninguna'}."
        lack = "Falta la columna" if len(lacking) == 1 else "Faltan las columnas"
        said = f"{lack} {words}. {found} Descargue la plantilla para ver las columnas."
        return PeopleFile(source, data, table, errors=(RowError(None, "", "", said),))
    return _Reading(source, data, table, positions, answers or {}).result()


class _Reading:
    def __init__(
        self, source: Source, data: bytes, table: Table, positions: Mapping[str, int], answers: Mapping[str, str]
    ) -> None:
        self._source, self._data, self._table = source, data, table
        self._positions, self._answers = positions, answers
        self._departments = _Departments(Department.objects.order_by("pk"))
        self._errors: list[RowError] = []
        self._asked: dict[str, int] = {}
        self._spelt: dict[str, str] = {}
        self._left_out: list[int] = []
        self._names: dict[str, tuple[str, str]] = {}

    def result(self) -> PeopleFile:
        wanted = [found for row in self._table.rows if (found := self._row(row)) is not None]
        if not self._table.rows:
            self._errors.append(RowError(None, "", "", "El archivo tiene encabezados, pero ninguna persona."))
        return PeopleFile(
            self._source, self._data, self._table, tuple(wanted), tuple(self._errors), tuple(self._notes()),
            self._asked, self._answers,
        )  # fmt: skip

    def _cell(self, row: Row, name: str) -> Cell | None:
        position = self._positions.get(name)
        return row.cells[position] if position is not None else None

    def _text(self, row: Row, name: str) -> str:
        cell = self._cell(row, name)
        return single_line(cell.shown or cell.text) if cell is not None else ""

    def _wrong(self, row: Row, name: str, message: str) -> None:
        column = self._table.header[self._positions[name]] if name in self._positions else BY_FIELD[name].header
        self._errors.append(RowError(row.number, column, self._text(row, name)[:_SHOWN], message))

    def _row(self, row: Row) -> Wanted | None:
        """None where something of it is wrong, or nothing is in the columns that are read."""
        used = [cell for name in self._positions if (cell := self._cell(row, name)) is not None]
        if all(cell.kind is Kind.EMPTY for cell in used):
            return None
        before = len(self._errors)
        for name in self._positions:
            cell = self._cell(row, name)
            if cell is not None and cell.kind in (Kind.ERROR, Kind.UNSAVED):
                said = NO_RESULT if cell.kind is Kind.UNSAVED else f"la celda tiene el error {cell.text}"
                self._wrong(row, name, said)
        if len(self._errors) > before:
            return None
        email = self._email(row)
        first, last = self._name(row, email)
        role = self._role(row)
        department = self._department(row, role)
        days = [self._day(row, STARTS_ON), self._day(row, ENDS_ON)]
        if len(self._errors) > before or role is None:
            return None
        return Wanted(row.number, email, first, last, role, department, *days)

    def _email(self, row: Row) -> str:
        email = re.sub(r"^mailto:", "", self._text(row, EMAIL), flags=re.IGNORECASE).strip(" <>;,")
        if not email:
            self._wrong(row, EMAIL, "falta el correo: ahí llega la invitación")
        elif re.search(r"[;,\s/]", email) and email.count("@") > 1:
            self._wrong(row, EMAIL, f"«{email[:_SHOWN]}» son varios correos: deje uno, cada persona tiene el suyo")
        else:
            try:
                validate_email(email)
            except ValidationError:
                self._wrong(row, EMAIL, f"«{email[:_SHOWN]}» no es un correo completo, como nombre@durango.gob.mx")
        return email

    def _name(self, row: Row, email: str) -> tuple[str, str]:
        """First name and family names; of a further row without a name, those of the row above with that address."""
        given = self._text(row, NAME)
        family = " ".join(text for name in (LAST_NAME, FIRST_FAMILY, SECOND_FAMILY) if (text := self._text(row, name)))
        name = (given, family) if family else split_name(given)
        if not "".join(name):
            if email.casefold() in self._names:
                return self._names[email.casefold()]
            self._wrong(row, NAME, "falta el nombre de la persona")
        elif not any(letter.isalpha() for letter in given):
            self._wrong(row, NAME, f"«{given[:_SHOWN]}» no es el nombre de una persona")
        self._names.setdefault(email.casefold(), name)
        return name

    def _role(self, row: Row) -> str | None:
        """A role, "" for none, None where the text is asked about."""
        text = self._text(row, ROLE)
        key = fold(text)
        if not key or key in _EMPTY_WORDS:
            return ""
        known = ROLE_WORDS.get(key)
        if known is not None:
            return known.value
        if key in self._answers:
            return self._answers[key]
        spelt = self._spelt.setdefault(key, text[:_SHOWN])
        self._asked[spelt] = self._asked.get(spelt, 0) + 1
        labels = ", ".join(str(role.label) for role in Role)
        self._wrong(row, ROLE, f"«{text[:_SHOWN]}» no es un rol: {labels}")
        return None

    def _department(self, row: Row, role: str | None) -> int | None:
        text = self._text(row, DEPARTMENT)
        given = bool(text) and fold(text) not in _EMPTY_WORDS
        if role is None:
            return None
        if role in DEPARTMENT_ROLES:
            if not given:
                self._wrong(row, DEPARTMENT, f"falta la dependencia: {Role(role).label} es de una")
                return None
            found, why = self._departments.find(text)
            if found is None:
                self._wrong(row, DEPARTMENT, why)
            return found
        if given and not role:
            self._wrong(row, ROLE, f"falta el rol que la persona tiene en «{text[:_SHOWN]}»")
        elif given:
            self._left_out.append(row.number)
        return None

    def _day(self, row: Row, name: str) -> date | None:
        cell = self._cell(row, name)
        if cell is None:
            return None
        try:
            return read_day_cell(cell, open_end=name == ENDS_ON)
        except NoDay as refused:
            self._wrong(row, name, str(refused))
            return None

    def _notes(self) -> list[str]:
        told = [f"Se leyó la hoja «{self._table.sheet}»." if len(self._table.sheet_names) > 1 else ""]
        unread = [
            text
            for position, text in enumerate(self._table.header)
            if text and position not in self._positions.values() and fold(text) != fold(ERRORS_HEADER)
        ]
        if unread:
            listed = ", ".join(f"«{single_line(text)[:40]}»" for text in unread[:12])
            one = len(unread) == 1
            told.append(f"{'La columna' if one else 'Las columnas'} {listed} {'no se lee' if one else 'no se leen'}.")
        if self._left_out:
            rows = ", ".join(str(number) for number in self._left_out[:_LISTED_ROWS])
            more = " y más" if len(self._left_out) > _LISTED_ROWS else ""
            told.append(
                "Planeación, Consulta y Contraloría no son de ninguna dependencia: la que dice el archivo no se toma "
                f"en cuenta ({'fila' if len(self._left_out) == 1 else 'filas'} {rows}{more})."
            )
        if self._table.hidden_rows:
            told.append(sentence(f"El libro oculta {len(self._table.hidden_rows):,} filas, que también se leen"))
        return [text for text in told if text]


class _Departments:
    """Departments by what people write for one: the name, the prefix, the number, or two of them together."""

    def __init__(self, departments: Collection[Department]) -> None:
        self._by_name: dict[str, list[Department]] = {}
        for row in departments:
            self._by_name.setdefault(fold(row.name), []).append(row)
        self._by_key = {fold(row.prefix): row for row in departments}
        self._by_key |= {str(row.number): row for row in departments if row.number is not None}
        self._spelt = {fold(row.name): row.name for row in departments}

    def find(self, text: str) -> tuple[int | None, str]:
        """The department's key, or None and why not."""
        found = self._exact(text)
        if found is not None:
            return found.pk, ""
        shown = text[:_SHOWN]
        if not self._by_name:
            return None, f"«{shown}» no está: todavía no hay dependencias; importe antes el catálogo o délas de alta"
        near = difflib.get_close_matches(fold(text), self._spelt, n=1, cutoff=0.6)
        hint = f": ¿quiso decir «{self._spelt[near[0]]}»?" if near else "; escriba su nombre, su prefijo o su número"
        return None, f"«{shown}» no es una dependencia del catálogo{hint}"

    def _exact(self, text: str) -> Department | None:
        key = fold(text).strip(" .")
        same = self._by_name.get(key, [])
        if len(same) == 1:
            return same[0]
        if key in self._by_key:
            return self._by_key[key]
        # «PRE · Presidencia Municipal», «1. Presidencia Municipal», «Presidencia Municipal (PRE)»
        for pattern in (r"(\w+)[\s·|.:–—-]+(.+)", r"(.+?)\s*\((\w+)\)"):
            parted = re.fullmatch(pattern, key)
            if parted:
                one, other = self._by_key.get(parted[1]), self._by_key.get(parted[2])
                named = one or other
                if named is not None and fold(named.name) in (parted[1].strip(), parted[2].strip()):
                    return named
        return None
