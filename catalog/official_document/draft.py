"""The draft of the catalogue: the document's own words in our columns, and beside them what a person has to look at."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from catalog.layout.formulas import Formula, formula_of
from catalog.layout.printed_codes import ACTION_CODE, code_of
from catalog.official_document.draft_rows import (
    BEGINS_SMALL,
    BREAKS,
    BROKEN_OFF,
    NOT_FOUND,
    DraftRow,
    compare_rows,
    rows_of_action,
    tell_misspelt,
    tell_mixed,
)
from catalog.official_document.lines import DocumentError
from catalog.official_document.paragraphs import Joiner
from catalog.official_document.reading import ReadDocument, ReadProgram
from catalog.official_document.table_rows import CODE_AT_END, CODE_IN, FORMULA_ENDS_IN, TableRow
from catalog.workbook.catalog_file import SHEET
from catalog.workbook.columns import COLUMNS, HEADERS, NO_ACTIONS
from core.spreadsheets import Column, Sheet, write_workbook
from core.spreadsheets.reading import MAX_ROWS
from core.spreadsheets.writing import Look, Marked, Value
from core.text import fold

PAGE, LINE, DOUBTS = "Página", "Línea", "Dudas"
AFTER_KEY = "sigue después de su clave o en otra fila: puede tener texto de otra acción"
UNUSED = "Lo que no se usó"
_LASTING = (NOT_FOUND, BROKEN_OFF, BEGINS_SMALL)
LONG_UNIT = 45  # letters
LONGEST = 32_000  # letters of a cell
_AS_THEY_STAND = (
    "frequency", "responsible_area", "verification", "baseline", "dimension", "direction", "source",
)  # fmt: skip
_TARGET = re.compile(r"(?P<amount>\d[\d.,]*(?:\s\d{3})*)\s*(?P<percent>%|por\s?ciento)?\s*(?P<rest>.*)", re.IGNORECASE)
_ACTION_CODES = re.compile(ACTION_CODE)
_OF_PROGRAM = re.compile(r"[A-ZÑ]{2,6}-\d{2,3}(?=-\d)")
_GOES_ON = re.compile(rf"\w\s*{CODE_IN.pattern}\s+[A-ZÁÉÍÓÚÑ]")
_MARK_OF_NOTE = re.compile(r"^[*†‡]+\s*|\s*[*†‡¹²³]+$")
_SPELLED = ("axis", "objective", "strategy", "department", "program", "description", "objectives")
_SPELLED_IN_ROW = ("action", "unit", "indicator", "numerator", "denominator")


@dataclass(slots=True)
class Draft:
    rows: list[DraftRow]
    document: ReadDocument

    @property
    def doubtful_rows(self) -> int:
        return sum(1 for row in self.rows if row.doubts)

    @property
    def summary(self) -> str:
        """«5 programas, 11 filas, 3 con dudas»"""
        programs, rows = len(self.document.programs), len(self.rows)
        doubtful = self.doubtful_rows
        return ", ".join(
            (
                f"{programs:,} {'programa' if programs == 1 else 'programas'}",
                f"{rows:,} {'fila' if rows == 1 else 'filas'}",
                f"{doubtful:,} con dudas" if doubtful else "ninguna con dudas",
            )
        )

    @property
    def notes(self) -> list[str]:
        """What a person is told of the document as a whole."""
        notes = []
        unread = self.document.unread
        if unread:
            pages = ", ".join(map(str, unread))
            notes.append(
                f"La página {pages} es una imagen sin texto y no se leyó."
                if len(unread) == 1
                else f"{len(unread):,} páginas son imágenes sin texto y no se leyeron: {pages}."
            )
        if self.document.unused:
            notes.append(f"Lo que no se pudo poner en una columna está en la hoja «{UNUSED}».")
        return notes


def draft_of(document: ReadDocument, *, year: int | None = None) -> Draft:
    """``year``: where the person says it, which counts before the document's."""
    writer = _Writer(document, year)
    rows = [row for program in document.programs for row in writer.rows(program)]
    if len(rows) > MAX_ROWS:
        raise DocumentError(
            f"El documento tiene {len(rows):,} acciones y se leen hasta {MAX_ROWS:,}: súbalo por partes."
        )
    return Draft(rows, document)


class _Writer:
    def __init__(self, document: ReadDocument, year: int | None) -> None:
        self._joiner: Joiner = document.joiner
        self._year = str(year) if year else document.year
        self._year_from = f"se tomó de «{document.year_from}»" if document.year_from and not year else ""
        if year and document.year and document.year != str(year):
            self._year_from = f"el documento dice {document.year}"
        self._prefixes: dict[str, str] = {}
        self._codes: set[str] = set()
        for program in document.programs:
            if program.text.code and program.text.department:
                self._prefixes.setdefault(fold(program.text.department.name), program.text.code.rpartition("-")[0])

    def rows(self, program: ReadProgram) -> list[DraftRow]:
        base = DraftRow(program.text.line.page, program.text.line.number, {})
        self._program(base, program)
        if not program.rows:
            base.values["action_code"] = NO_ACTIONS
            base.doubt("action_code", "no se encontró la tabla de sus acciones")
            return [base]
        rows: list[DraftRow] = []
        for number, read in enumerate(program.rows, start=1):
            # What lacks, or was put together and may be wrong, is told in each row; what is misspelt once.
            doubts = [one for one in base.doubts if number == 1 or one[1] in _LASTING or one in program.doubts]
            row = DraftRow(read.page, read.line, dict(base.values), doubts)
            self._action(row, read, number, rows)
            rows.append(row)
        text = " ".join(line.text for line in program.text.table)
        compare_rows(rows, text, by_columns=program.by_columns)
        return rows

    # What all rows of a programme say

    def _program(self, row: DraftRow, program: ReadProgram) -> None:
        text, values = program.text, row.values
        values |= program.texts
        values["year"] = self._year
        values["program"], values["program_number"] = text.name, text.number
        if text.department is not None:
            values["department"], values["department_number"] = text.department.name, text.department.number
        values["objectives"] = "\n".join(program.objectives)
        department = text.department.name if text.department else ""
        values["program_code"] = text.code or _code_of_rows(row, program.rows)
        if not values["program_code"]:
            values["program_code"] = self._proposed_code(row, department, text.number)
        if values["program_code"] in self._codes:
            row.doubt("program_code", f"{values['program_code']} ya es de otro programa del documento")
        self._codes.add(values["program_code"])
        for name in ("plan", "axis", "objective", "strategy", "department", "description", "objectives"):
            if not values.get(name):
                row.doubt(name, NOT_FOUND)
        if not self._year:
            row.doubt("year", NOT_FOUND)
        elif self._year_from:
            row.doubt("year", self._year_from)
        for name, why in program.doubts:
            row.doubt(name, why)
        tell_misspelt(row, _SPELLED)

    def _proposed_code(self, row: DraftRow, department: str, number: str) -> str:
        prefix = self._prefix(department)
        order = number.rpartition(".")[2] if number else ""
        at = int(order) if order.isdigit() and 0 < int(order) < 1000 else 1
        while f"{prefix}-{at:02d}" in self._codes:
            at += 1
        code = f"{prefix}-{at:02d}"
        row.doubt("program_code", f"el documento no la dice: se propone {code}")
        return code

    def _prefix(self, department: str) -> str:
        known = self._prefixes.get(fold(department))
        if known:
            return known
        words = [word for word in fold(department).split() if len(word) > 3 or word.isdigit()]
        letters = re.sub(r"[^a-z]", "", "".join(words[-1:] or ["programa"])).upper()
        prefix = at = letters[:3].ljust(2, "X")
        taken = set(self._prefixes.values())
        for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
            if prefix not in taken:
                break
            prefix = at + last
        self._prefixes[fold(department)] = prefix
        return prefix

    # A row of the table

    def _action(self, row: DraftRow, read: TableRow, number: int, rows: Sequence[DraftRow]) -> None:
        for why in read.doubts:
            row.doubt("", why)
        text = {role: self._joined(row, role, lines) for role, lines in read.cells.items()}
        action, code = _without_code(text.get("action", ""))
        row.values["action"] = action
        if _GOES_ON.search(text.get("action", "")):
            row.doubt("action", AFTER_KEY)
        if len(FORMULA_ENDS_IN.findall(text.get("formula") or text.get("indicator", ""))) > 1:
            row.doubt("", "parecen dos indicadores en uno; compárela con el documento")
        formula = formula_of(text.get("formula") or text.get("indicator", ""))
        name = formula.name
        if text.get("formula") and text.get("indicator"):
            name, key = _without_code(text["indicator"])
            formula.key = formula.key or key
        self._codes_of(row, code, formula, text.get("key", ""), number, rows)
        self._unit(row, text.get("unit", ""), rows)
        self._target(row, text.get("target", ""))
        row.values["numerator"] = text.get("numerator") or formula.numerator
        row.values["denominator"] = text.get("denominator") or formula.denominator
        if not text.get("numerator"):
            for why in formula.doubts:
                row.doubt("numerator", why)
                row.doubt("denominator", why)
        tell_mixed(row, name)
        if name and fold(name) != fold(row.values["action"]):
            row.values["indicator"] = name
        if row.values.get("indicator_code") and not row.values.get("indicator"):
            row.doubt("indicator", "es un indicador más de la acción y le falta su nombre")
        for role in _AS_THEY_STAND:
            if text.get(role):
                row.values[role] = text[role]
        for field_name in ("action", "unit", "numerator", "denominator"):
            if not row.values.get(field_name):
                row.doubt(field_name, NOT_FOUND)
        if len(row.values["unit"]) > LONG_UNIT:
            row.doubt("unit", "es demasiado larga para una unidad")
        tell_misspelt(row, _SPELLED_IN_ROW)

    def _joined(self, row: DraftRow, role: str, lines: list[str]) -> str:
        self._joiner.doubts.clear()
        text = self._joiner.join(lines)
        names = {"formula": "numerator", "indicator": "numerator"}
        for why in self._joiner.doubts:
            row.doubt(names.get(role, role if role in HEADERS else ""), why)
        return text

    def _codes_of(
        self, row: DraftRow, code: str, formula: Formula, key: str, number: int, rows: Sequence[DraftRow]
    ) -> None:
        """The action's key, from whatever says it; that of the indicator where it is one more of the same action."""
        above = rows[-1] if rows else None
        key = key.strip(" .()")
        if re.fullmatch(ACTION_CODE, key):
            code = code or code_of(key)
        elif key:
            row.values["action_official_key"] = key
        base = formula.key[:-2] if formula.key[-1:].isalpha() else formula.key
        more = above is not None and base and base == above.values["action_code"] and not code
        if above is not None and code and code == base == above.values["action_code"] and formula.key != base:
            # The action's cell is as high as several rows, and a page ended within it: its key is in the last piece.
            more = above.ends_open
        if above is not None and (more or (not code and not base and not row.values["action"])):
            self._one_more(row, rows)
            row.ends_open = above.ends_open and not code
            if formula.key and formula.key != base:
                row.values["indicator_code"] = formula.key
            else:
                letter = chr(ord(above.values.get("indicator_code", "")[-1:] or "A") + 1)
                row.values["indicator_code"] = f"{row.values['action_code']}-{letter}"
                row.doubt("indicator_code", f"el documento no la dice: se propone {row.values['indicator_code']}")
            return
        row.ends_open = not code and bool(base)
        if not code and not base:
            code = f"{row.values['program_code']}-{number:02d}"
            row.doubt("action_code", f"el documento no la dice: se propone {code}")
        elif code and base and code != base:
            row.doubt("action_code", f"la acción dice {code} y su indicador {formula.key}")
        row.values["action_code"] = code or base
        if formula.key and formula.key[-1:].isalpha() and base == row.values["action_code"]:
            row.values["indicator_code"] = formula.key
        if not row.values["action_code"].startswith(f"{row.values['program_code']}-"):
            row.doubt("action_code", f"{row.values['action_code']} no empieza con la clave de su programa")

    def _one_more(self, row: DraftRow, rows: Sequence[DraftRow]) -> None:
        """The row is of the action above; what it has of the action's text goes on where the rows above ended."""
        above, piece = rows[-1], row.values["action"]
        row.values |= {name: above.values[name] for name in ("action", "action_code", "unit")}
        for name, why in above.doubts:
            if name in ("", "action"):
                row.doubt("action", why)
        if not piece:
            return
        if piece[:1].isupper():
            row.doubt("action", AFTER_KEY)
        self._joiner.doubts.clear()
        whole = self._joiner.join([above.values["action"], piece])
        for one in (*rows_of_action(row, rows), row):
            one.values["action"] = whole
            for why in (*self._joiner.doubts, *(why for name, why in row.doubts if name in ("", "action"))):
                one.doubt("action", why)

    def _unit(self, row: DraftRow, unit: str, rows: Sequence[DraftRow]) -> None:
        """One unit may be as high as all rows of its action: it stands in one of them, or a piece in each of two."""
        above = row.values.get("unit", "")
        if above and unit and (unit[:1].islower() or above.endswith(BREAKS)):
            whole = self._joiner.join([above, unit])
            for one in (*rows_of_action(row, rows), row):
                one.values["unit"] = whole
                one.doubt("unit", f"estaba en dos filas de la misma acción, «{above}» y «{unit}»")
            return
        if above and not unit:
            row.doubt("unit", "se tomó de la fila de arriba, que es de la misma acción")
        row.values["unit"] = unit or above

    def _target(self, row: DraftRow, text: str) -> None:
        """The amount; words beside it are the unit, which is kept apart."""
        bare = _MARK_OF_NOTE.sub("", text).strip()
        if bare != text and bare:
            row.doubt("target", f"lleva la llamada de una nota: «{text}»")
            text = bare
        found = _TARGET.fullmatch(text)
        if found is None:
            row.values["target"] = ""
            row.doubt("target", f"«{text}» no es una cantidad" if text else NOT_FOUND)
            return
        percent = found["percent"] or ""
        row.values["target"] = found["amount"].rstrip(".,") + ("%" if percent else "")
        if percent and percent != "%":
            row.doubt("target", f"el documento dice «{text}»")
        rest = found["rest"].strip(" .()")
        if not rest:
            return
        if not percent:
            row.values["target_kind"] = "absoluta"
        unit = row.values["unit"]
        if not unit:
            row.values["unit"] = rest
            row.doubt("unit", f"se tomó de la meta, «{text}»")
        elif fold(rest).rstrip("s") not in fold(unit):
            row.doubt("unit", f"la meta dice «{text}»")


def _code_of_rows(row: DraftRow, rows: list[TableRow]) -> str:
    """The programme's key, where its heading does not say it and the keys of its actions do."""
    found = {
        code_of(code)
        for read in rows
        for lines in read.cells.values()
        for code in _ACTION_CODES.findall(" ".join(lines))
    }
    codes = {_OF_PROGRAM.match(code)[0] for code in found if _OF_PROGRAM.match(code)}  # type: ignore[index]
    if len(codes) != 1:
        return ""
    row.doubt("program_code", "se tomó de las claves de sus acciones")
    return codes.pop()


def _without_code(text: str) -> tuple[str, str]:
    """The action without the key in brackets that stands behind it."""
    found = CODE_AT_END.search(text)
    if found:
        return text[: found.start()].rstrip(" ,;"), code_of(found[1])
    within = CODE_IN.search(text)
    if within:
        return re.sub(r"\s+", " ", text[: within.start()] + text[within.end() :]).strip(), code_of(within[1])
    begins = re.match(rf"({ACTION_CODE})\s*[.:–—-]?\s+(?=\S)", text)
    if begins:
        return text[begins.end() :], code_of(begins[1])
    return text, ""


def write_draft(draft: Draft, file: BinaryIO) -> None:
    """The workbook: our columns, as many as the document has, with where each row came from and what is doubtful."""
    used = {name for row in draft.rows for name, value in row.values.items() if value}
    columns = [column for column in COLUMNS if column.required or column.field in used]
    head = [
        *(Column(f"{one.header}*" if one.required else one.header, 40 if one.wide else 16) for one in columns),
        Column(PAGE, 9), Column(LINE, 9), Column(DOUBTS, 70),
    ]  # fmt: skip
    names = [column.field for column in columns]
    sheets = [Sheet(SHEET, head, [_cells(row, names, draft.document.paged) for row in draft.rows], frozen=0)]
    if draft.document.unused:
        unused = [(line.page if draft.document.paged else "", line.number, line.text) for line in draft.document.unused]
        sheets.append(Sheet(UNUSED, [Column(PAGE, 9), Column(LINE, 9), Column("Texto", 120)], unused))
    write_workbook(sheets, file)


def _cells(row: DraftRow, names: list[str], paged: bool) -> list[Value]:
    doubted = {name for name, _ in row.doubts}
    cells: list[Value] = []
    for name in names:
        value: str | int = row.values.get(name, "")
        if len(str(value)) > LONGEST:
            value = str(value)[:LONGEST]
            row.doubt(name, "era demasiado largo para una celda y se cortó")
            doubted.add(name)
        if name in ("year", "department_number") and str(value).isdigit():
            value = int(value)
        cells.append(Marked(value, Look.DOUBTED) if name in doubted else value)
    told = "\n".join(_told(row.doubts))[:LONGEST]
    return [*cells, row.page if paged else "", row.line, Marked(told, Look.DOUBTED) if told else ""]


def _told(doubts: list[tuple[str, str]]) -> list[str]:
    """A line a field."""
    by_field: dict[str, list[str]] = {}
    for name, why in doubts:
        by_field.setdefault(name, []).append(why)
    return [f"{HEADERS[name]}: {'; '.join(why)}" if name else "; ".join(why) for name, why in by_field.items()]
