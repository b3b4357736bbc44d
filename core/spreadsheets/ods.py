"""Workbooks of LibreOffice and OpenOffice (ODS), within the bounds of every other one.

One part of the package holds all sheets. It is run through expat twice: first nothing is kept and every sheet's extent
is found, as ``guard`` does for XLSX; then the cells of the sheets that are read. A row or a cell may say that it is
there a million times: nothing is repeated before it is known how much that would be. python-calamine reads this format,
too, and leaves out how a number is shown, by which 1 is 100 %.
"""

import io
import re
import zipfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from core.spreadsheets import cells
from core.spreadsheets.cells import EMPTY, MAX_CELL_CHARACTERS, UNSAVED, Cell
from core.spreadsheets.errors import SpreadsheetError
from core.spreadsheets.guard import (
    BROKEN_PACKAGE,
    ENTITIES,
    MACROS,
    MAX_ELEMENTS,
    MAX_HIDDEN,
    MAX_MERGED,
    MAX_PARTS,
    MAX_SHEET_COLUMN,
    MAX_SHEET_ROW,
    MAX_SILENCE,
    MAX_UNSAVED,
    TOO_MUCH,
    UNSAVED_FORMULAS,
    Extent,
)
from core.spreadsheets.ods_styles import ODF, TABLE, Styles
from core.spreadsheets.ods_values import BROKEN, OFFICE, READERS, STORED
from core.spreadsheets.sheet_markup import column_letters

NOT_A_SHEET = "El archivo es un documento de LibreOffice, no una hoja de cálculo: suba un XLSX, un ODS o un CSV."
PROTECTED = "El libro está protegido con contraseña: quítesela y guárdelo otra vez."
MAX_BLANKS = 20 * 2**20
"""Blanks that the texts of a book may say by number; «a hundred million blanks» is a short element."""

_MIME = b"application/vnd.oasis.opendocument.spreadsheet"
_CHUNK = 2**16
_TEXT = f"{ODF}text:1.0 "
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_SHEET, _ROW, _COLUMN, _SOURCE = (TABLE + name for name in ("table", "table-row", "table-column", "table-source"))
_CELL, _COVERED = TABLE + "table-cell", TABLE + "covered-table-cell"
_ROWS_REPEATED, _COLUMNS_REPEATED = TABLE + "number-rows-repeated", TABLE + "number-columns-repeated"
_ROWS_SPANNED, _COLUMNS_SPANNED = TABLE + "number-rows-spanned", TABLE + "number-columns-spanned"
_STYLE_NAME, _DEFAULT_STYLE = TABLE + "style-name", TABLE + "default-cell-style-name"
_TYPE, _FORMULA, _CALC_TYPE = OFFICE + "value-type", TABLE + "formula", _CALC + "value-type"
_COMMON, _BODY = OFFICE + "styles", OFFICE + "spreadsheet"
_COUNT = re.compile(r"[1-9][0-9]{0,6}")
_RAW_BLANKS = re.compile(r"[ \t\r\n]+")
_BLANK, _BREAK = "\u00a0", "\u2028"
"""Kept apart from the blanks of the XML, which are one however many; a cell's text makes ordinary ones of them."""
_ERROR = re.compile(r"#.*[!?A-ZÁ/]|Err:[0-9]+")


def is_ods(data: bytes) -> bool:
    """Whether the package is a document of LibreOffice, of whatever kind."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {"mimetype", "content.xml"} <= set(archive.namelist())
    except BROKEN_PACKAGE:
        return False


@dataclass(slots=True, eq=False)
class OdsSheet:
    """``external``: no sheet of the book, but what it keeps of another one."""

    title: str
    visible: bool = True
    external: bool = False
    extent: Extent = field(default_factory=Extent)


class OdsBook:
    """A workbook that was looked over: its sheets with their extents, and their rows when they are asked for."""

    def __init__(self, data: bytes, max_uncompressed: int) -> None:
        """Raises SpreadsheetError for what is not safe to read, or is no workbook."""
        self._data = data
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                _check_directory(archive, max_uncompressed)
                self._common = Styles()
                if "styles.xml" in archive.namelist():
                    _run(archive, "styles.xml", _CommonStyles(self._common))
                found = _Extents(self._common)
                _run(archive, "content.xml", found)
        except BROKEN_PACKAGE as error:
            raise SpreadsheetError(BROKEN) from error
        self._all = found.sheets
        self.sheets = [sheet for sheet in found.sheets if not sheet.external]

    def rows(self, wanted: Collection[OdsSheet]) -> dict[OdsSheet, list[tuple[int, list[Cell]]]]:
        """The rows with content of those sheets, whose extents the caller has found small enough."""
        places = [place for place, sheet in enumerate(self._all) if sheet in wanted and sheet.extent.rows]
        if not places:
            return {}
        reader = _Cells(self._common, places)
        with zipfile.ZipFile(io.BytesIO(self._data)) as archive:
            _run(archive, "content.xml", reader)
        return {self._all[place]: rows for place, rows in reader.rows.items()}


def _check_directory(archive: zipfile.ZipFile, max_uncompressed: int) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(names) != len(parts):
        raise SpreadsheetError(BROKEN)
    # zipfile never inflates a member beyond the size declared here: a size that lies ends in a bad checksum.
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > max_uncompressed:
        raise SpreadsheetError(TOO_MUCH)
    if any(part.flag_bits & 1 for part in parts):
        raise SpreadsheetError(PROTECTED)
    with archive.open("mimetype") as mime:
        if not mime.read(200).startswith(_MIME):
            raise SpreadsheetError(NOT_A_SHEET)
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise SpreadsheetError(PROTECTED)
    if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names):
        raise SpreadsheetError(MACROS)


class _Handler:
    """What a part of the package says, element by element."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, text: str) -> None: ...


def _run(archive: zipfile.ZipFile, part: str, handler: _Handler) -> None:
    elements = silence = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal elements
        elements += 1
        handler.start(name, attributes)

    def refuse(*_declaration: object) -> None:
        raise SpreadsheetError(ENTITIES)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, handler.end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        with archive.open(part) as file:
            while chunk := file.read(_CHUNK):
                before = elements
                parser.Parse(chunk, False)
                silence = 0 if elements > before else silence + len(chunk)
                if elements > MAX_ELEMENTS or silence > MAX_SILENCE:
                    raise SpreadsheetError(TOO_MUCH)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise SpreadsheetError(BROKEN) from error


class _CommonStyles(_Handler):
    """Of ``styles.xml`` those that cells build on; the others are of what is printed above and below a page."""

    def __init__(self, styles: Styles) -> None:
        self._styles, self._open = styles, False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _COMMON:
            self._open = True
        elif self._open:
            self._styles.start(name, attributes)

    def end(self, name: str) -> None:
        if name == _COMMON:
            self._open = False
        elif self._open:
            self._styles.end(name)

    def text(self, text: str) -> None:
        if self._open:
            self._styles.text(text)


class _Tables(_Handler):
    """``content.xml`` down to its cells; what is done with them is said below."""

    def __init__(self, common: Styles) -> None:
        self.styles = Styles(common)
        self.sheets: list[OdsSheet] = []
        self._in_body = False
        self._tables = 0
        self._in_row = False
        self._row = self._rows_repeated = 0
        self._column = self._columns_repeated = 0
        self._row_style = ""
        self._hidden = False
        self._own: dict[str, str] | None = None
        self._covered = False
        self._inner = 0
        """Elements that are open within the cell."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._own is not None:
            self._inner += 1
            self.start_in_cell(name, attributes)
        elif name in (_CELL, _COVERED):
            if self._in_row and self._tables == 1:
                self._own, self._covered, self._inner = attributes, name == _COVERED, 0
                self._columns_repeated = _count(attributes.get(_COLUMNS_REPEATED))
                self.start_cell(attributes)
        elif name == _ROW:
            self._begin_row(attributes)
        elif name == _SHEET:
            self._tables += 1
            if self._in_body and self._tables == 1:
                self._begin_table(attributes)
        elif name == _COLUMN:
            if self._tables == 1:
                self.add_columns(_count(attributes.get(_COLUMNS_REPEATED)), attributes.get(_DEFAULT_STYLE, ""))
        elif name == _SOURCE:
            # The kept values of another file to which formulas refer.
            if self._tables == 1 and self.sheets:
                self.sheets[-1].external = True
        elif name == _BODY:
            self._in_body = True
        elif not self._in_body:
            self.styles.start(name, attributes)

    def _begin_table(self, attributes: dict[str, str]) -> None:
        if len(self.sheets) >= MAX_PARTS:
            raise SpreadsheetError(TOO_MUCH)
        hidden = attributes.get(_STYLE_NAME) in self.styles.hidden_tables
        self.sheets.append(OdsSheet(cells.single_line(attributes.get(TABLE + "name", "")), visible=not hidden))
        self._row = self._rows_repeated = 0
        self.start_table()

    def _begin_row(self, attributes: dict[str, str]) -> None:
        if not self._in_body or self._tables != 1:
            return
        self._in_row = True
        self._row += self._rows_repeated or 1
        self._rows_repeated = _count(attributes.get(_ROWS_REPEATED))
        self._column = 1
        self._row_style = attributes.get(_DEFAULT_STYLE, "")
        self._hidden = attributes.get(TABLE + "visibility", "visible") != "visible"
        self.start_row()

    def end(self, name: str) -> None:
        if self._own is not None:
            if self._inner:
                self._inner -= 1
                self.end_in_cell(name)
                return
            if not self._covered and _has_content(self._own):
                self._check_place()
                self.end_cell(self._own)
            self._own = None
            self._column += self._columns_repeated
        elif name == _ROW and self._in_row:
            self._in_row = False
            self.end_row()
        elif name == _SHEET:
            self._tables -= 1
        elif name == _BODY:
            self._in_body = False
        elif not self._in_body:
            self.styles.end(name)

    def _check_place(self) -> None:
        if self._row + self._rows_repeated - 1 > MAX_SHEET_ROW:
            raise SpreadsheetError(BROKEN)
        if self._column + self._columns_repeated - 1 > MAX_SHEET_COLUMN:
            raise SpreadsheetError(BROKEN)

    def text(self, text: str) -> None:
        if self._own is not None:
            self.text_in_cell(text)
        elif not self._in_body:
            self.styles.text(text)

    def start_table(self) -> None: ...
    def add_columns(self, count: int, style: str) -> None: ...
    def start_row(self) -> None: ...
    def start_cell(self, own: dict[str, str]) -> None: ...
    def start_in_cell(self, name: str, attributes: dict[str, str]) -> None: ...
    def end_in_cell(self, name: str) -> None: ...
    def text_in_cell(self, text: str) -> None: ...
    def end_cell(self, own: dict[str, str]) -> None: ...
    def end_row(self) -> None: ...


class _Extents(_Tables):
    """Where the sheets' cells with content end, and how many rows have any; no cell is kept."""

    def start_row(self) -> None:
        self._filled = False

    def start_cell(self, own: dict[str, str]) -> None:
        extent = self.sheets[-1].extent
        down, right = _count(own.get(_ROWS_SPANNED)), _count(own.get(_COLUMNS_SPANNED))
        if (down > 1 or right > 1) and not self._covered and len(extent.merged) < MAX_MERGED:
            extent.merged.append((self._row, self._column, self._row + down - 1, self._column + right - 1))

    def end_cell(self, own: dict[str, str]) -> None:
        self._filled = True
        extent = self.sheets[-1].extent
        last = self._column + self._columns_repeated - 1
        if last > extent.last_column:
            extent.last_column, extent.last_column_row = last, self._row
        if _is_unsaved(own):
            if len(extent.unsaved) + self._columns_repeated > MAX_UNSAVED:
                raise SpreadsheetError(UNSAVED_FORMULAS)
            extent.unsaved += [(self._row, column) for column in range(self._column, last + 1)]

    def end_row(self) -> None:
        if not self._filled:
            return
        extent = self.sheets[-1].extent
        extent.rows += self._rows_repeated
        extent.last_row = self._row + self._rows_repeated - 1
        if self._hidden:
            room = MAX_HIDDEN - len(extent.hidden)
            extent.hidden += range(self._row, self._row + min(self._rows_repeated, room))


class _Cells(_Tables):
    """The rows of the sheets at the ``wanted`` places, by place."""

    def __init__(self, common: Styles, wanted: Collection[int]) -> None:
        super().__init__(common)
        self.rows: dict[int, list[tuple[int, list[Cell]]]] = {place: [] for place in wanted}
        self._texts: dict[str, Cell] = {}
        self._typed: dict[tuple[object, ...], Cell] = {}
        self._column_styles: list[tuple[int, str]] = []
        self._blanks = 0

    def start_table(self) -> None:
        self._kept = self.rows.get(len(self.sheets) - 1)
        self._column_styles = []

    def add_columns(self, count: int, style: str) -> None:
        if len(self._column_styles) < MAX_SHEET_COLUMN:
            last = self._column_styles[-1][0] if self._column_styles else 0
            self._column_styles.append((last + count, style))

    def start_row(self) -> None:
        self._found: list[Cell] = []

    def start_cell(self, own: dict[str, str]) -> None:
        self._listens = self._kept is not None and not self._covered and _has_content(own)
        self._paragraphs: list[str] = []
        self._runs: list[str] = []
        self._length = self._skipped = 0

    def start_in_cell(self, name: str, attributes: dict[str, str]) -> None:
        if not self._listens:
            return
        # Comments, drawings and whatever else stands over a cell have paragraphs of their own.
        if self._skipped or not name.startswith(_TEXT) or name == _TEXT + "ruby-text":
            self._skipped += 1
        elif name == _TEXT + "s":
            self._add_blanks(_count(attributes.get(_TEXT + "c")))
        elif name == _TEXT + "tab":
            self._add(_BLANK)
        elif name == _TEXT + "line-break":
            self._add(_BREAK)

    def end_in_cell(self, name: str) -> None:
        if not self._listens:
            return
        if self._skipped:
            self._skipped -= 1
        elif name == _TEXT + "p" or name == _TEXT + "h":
            self._paragraphs.append(_RAW_BLANKS.sub(" ", "".join(self._runs)).strip(" "))
            self._runs = []

    def text_in_cell(self, text: str) -> None:
        if self._listens and self._inner and not self._skipped:
            self._add(text)

    def _add_blanks(self, count: int) -> None:
        self._blanks += count
        if self._blanks > MAX_BLANKS:
            raise SpreadsheetError(TOO_MUCH)
        self._add(_BLANK * min(count, MAX_CELL_CHARACTERS + 1))

    def _add(self, text: str) -> None:
        self._length += len(text)
        if self._length > MAX_CELL_CHARACTERS:
            where = f"{column_letters(self._column)}{self._row}"
            raise SpreadsheetError(f"La celda {where} tiene más de {MAX_CELL_CHARACTERS:,} caracteres, que no caben.")
        self._runs.append(text)

    def end_cell(self, own: dict[str, str]) -> None:
        if self._kept is None:
            return
        cell = self._cell(own, "\n".join(self._paragraphs))
        if cell is not EMPTY:
            self._found.extend([EMPTY] * (self._column - 1 - len(self._found)))
            self._found.extend([cell] * self._columns_repeated)

    def end_row(self) -> None:
        if self._kept is not None and self._found:
            self._kept.extend((self._row + further, list(self._found)) for further in range(self._rows_repeated))

    def _cell(self, own: dict[str, str], text: str) -> Cell:
        if _is_unsaved(own):
            return UNSAVED
        kind = own.get(_TYPE, "")
        if own.get(_CALC_TYPE) == "error" or (_FORMULA in own and _ERROR.fullmatch(text)):
            return self._remembered(("error", text), lambda: cells.error_cell(text))
        if kind in READERS:
            stored = own.get(STORED[kind])
            if stored is not None:
                shown = self._format(own)
                return self._remembered((kind, stored, shown), lambda: READERS[kind](stored, shown, text))
        if not text:
            text = own.get(OFFICE + "string-value", "")
        return self._texts.get(text) or self._texts.setdefault(text, cells.text_cell(text))

    def _remembered(self, key: tuple[object, ...], make: Callable[[], Cell]) -> Cell:
        if key not in self._typed:
            self._typed[key] = make()
        return self._typed[key]

    def _format(self, own: Mapping[str, str]) -> str:
        return self.styles.format_of(own.get(_STYLE_NAME) or self._row_style or self._style_of_column())

    def _style_of_column(self) -> str:
        return next((style for last, style in self._column_styles if self._column <= last), "")


def _count(text: str | None) -> int:
    """How many times; what is no number of times is a damaged file."""
    if text is None:
        return 1
    if not _COUNT.fullmatch(text):
        raise SpreadsheetError(BROKEN)
    return int(text)


def _has_content(own: Mapping[str, str]) -> bool:
    return own.get(_TYPE, "void") != "void" or _FORMULA in own


def _is_unsaved(own: Mapping[str, str]) -> bool:
    """A formula without its result, as programs write that do not calculate."""
    return _FORMULA in own and own.get(_TYPE, "void") == "void"
