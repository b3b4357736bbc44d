"""Looking a workbook over before it is read, so that a hostile one costs little memory and time.

openpyxl builds trees of what it reads and believes what a file says of itself. Here every part of
the package is first run through expat, which keeps nothing: about a tenth of openpyxl's time. It refuses entities and
counts elements, rows and columns, and so it also finds where a sheet's content really ends.
"""

import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from core.spreadsheets.errors import SpreadsheetError

MAX_PARTS = 2_000
MAX_ELEMENTS = 3_000_000
"""XML elements in the whole package: 20,000 rows of 50 filled cells, or a million empty rows."""
MAX_STRINGS = 1_200_000
"""Elements of the table of shared texts, which openpyxl keeps in memory whole."""
MAX_SILENCE = 4 * 2**20
"""Bytes of XML without a new element: a single text or tag longer than that is nobody's cell."""
MAX_HIDDEN = 100_000
MAX_UNSAVED = 100_000
"""Formulas of one sheet without a stored result whose places are kept."""
MAX_MERGED = 100_000
"""Merged areas of one sheet whose places are kept."""
MAX_SHEET_ROW = 1_048_576
MAX_SHEET_COLUMN = 16_384

_CHUNK = 2**16
_YES = ("1", "true", "on")
_COLUMN = re.compile(r"[A-Z]{1,3}")
_ROW = re.compile(r"[1-9][0-9]{0,6}")
_AREA = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6}):([A-Z]{1,3})([1-9][0-9]{0,6})")

# NotImplementedError is a RuntimeError: an odd compression; ValueError: an odd file name or date.
BROKEN_PACKAGE = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError)

BROKEN = "El archivo está dañado o no es un libro de Excel: ábralo en su hoja de cálculo y guárdelo otra vez como XLSX."
TOO_MUCH = (
    "El libro es demasiado grande por dentro: suele deberse a filas o columnas vacías con formato; "
    "copie solo sus datos a un libro nuevo."
)
ENTITIES = "El archivo contiene definiciones XML que un libro de Excel nunca tiene, y no se lee por seguridad."
UNSAVED_FORMULAS = (
    f"El libro tiene más de {MAX_UNSAVED:,} fórmulas sin su resultado guardado: ábralo en su hoja de cálculo y "
    "guárdelo otra vez."
)
MACROS = "El libro contiene macros: guárdelo como libro de Excel sin macros (XLSX)."


@dataclass(slots=True)
class Extent:
    """Where a sheet's cells with content end, and how many rows have any; ``last_column_row``: one that ends last.

    ``hidden``: the rows with content that the sheet hides, or filters out. ``unsaved``: row and column of the formulas
    that were saved without their result, as programs do that write workbooks without calculating them.
    ``merged``: first row, first column, last row and last column of each area whose cells are one.
    """

    last_row: int = 0
    last_column: int = 0
    last_column_row: int = 0
    rows: int = 0
    hidden: list[int] = field(default_factory=list)
    unsaved: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Guard:
    """Checks a package; ``extents`` then maps each worksheet's part to its extent.

    ``only_workbooks``: a Word document is refused by its name; evidence may be one.
    """

    max_uncompressed: int
    only_workbooks: bool = True
    extents: dict[str, Extent] = field(default_factory=dict)
    elements: int = 0

    def check(self, file: BinaryIO) -> None:
        """Raise SpreadsheetError unless the workbook is safe to hand to openpyxl."""
        try:
            with zipfile.ZipFile(file) as archive:
                self._check_directory(archive)
                for name in archive.namelist():
                    self._check_part(archive, name)
        except BROKEN_PACKAGE as error:
            raise SpreadsheetError(BROKEN) from error

    def _check_directory(self, archive: zipfile.ZipFile) -> None:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        _refuse_other_formats(names)
        if self.only_workbooks and names & {"word/document.xml", "ppt/presentation.xml"}:
            raise SpreadsheetError(
                "El archivo es un documento de Word o una presentación, no un libro de Excel (XLSX)."
            )
        if len(names) != len(parts) or any(part.flag_bits & 1 for part in parts):
            raise SpreadsheetError(BROKEN)
        # zipfile never inflates a member beyond the size declared here: a size that lies ends in a bad checksum.
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > self.max_uncompressed:
            raise SpreadsheetError(TOO_MUCH)
        if "[Content_Types].xml" not in names:
            raise SpreadsheetError(BROKEN)
        if b"macroEnabled" in archive.read("[Content_Types].xml"):
            raise SpreadsheetError(MACROS)

    def _check_part(self, archive: zipfile.ZipFile, name: str) -> None:
        scan = _PartScan(self)
        with archive.open(name) as part:
            try:
                while chunk := part.read(_CHUNK):
                    scan.feed(chunk)
                scan.feed(b"", final=True)
            except expat.ExpatError as error:
                # Without a root it is a picture or the like; openpyxl uses the same parser and would stop here too.
                if scan.root in {"worksheet", "sst"}:
                    raise SpreadsheetError(BROKEN) from error
        if scan.root == "worksheet":
            self.extents[name] = scan.extent


def _refuse_other_formats(names: set[str]) -> None:
    if "xl/workbook.bin" in names:
        raise SpreadsheetError("El archivo es un libro binario (XLSB): guárdelo como XLSX.")
    if any(name.rpartition("/")[2].lower() == "vbaproject.bin" for name in names):
        raise SpreadsheetError(MACROS)
    if "content.xml" in names and "mimetype" in names:
        raise SpreadsheetError("El archivo es un documento de LibreOffice (ODS): guárdelo como XLSX.")


class _PartScan:
    """One part of the package going by."""

    def __init__(self, guard: Guard) -> None:
        self.extent = Extent()
        self.root = ""
        self._guard = guard
        self._elements = 0
        self._silence = 0
        self._parser = parser = expat.ParserCreate()
        parser.StartElementHandler = self._first_element
        parser.StartDoctypeDeclHandler = self._refuse_entities
        parser.EntityDeclHandler = self._refuse_entities

    def feed(self, chunk: bytes, final: bool = False) -> None:
        before = self._elements
        self._parser.Parse(chunk, final)
        grown = self._elements - before
        self._silence = 0 if grown else self._silence + len(chunk)
        self._guard.elements += grown
        too_many_strings = self.root == "sst" and self._elements > MAX_STRINGS
        if self._guard.elements > MAX_ELEMENTS or self._silence > MAX_SILENCE or too_many_strings:
            raise SpreadsheetError(TOO_MUCH)

    def _refuse_entities(self, *_declaration: object) -> None:
        raise SpreadsheetError(ENTITIES)

    def _first_element(self, name: str, _attributes: dict[str, str]) -> None:
        prefix, _, self.root = name.rpartition(":")
        self._elements = 1
        counts: Callable[[str, dict[str, str]], None] = self._count
        if self.root == "worksheet":
            counts = _cell_counter(self, f"{prefix}:" if prefix else "")
        self._parser.StartElementHandler = counts

    def _count(self, _name: str, _attributes: dict[str, str]) -> None:
        self._elements += 1

    def count_formula(self, row: int, column: int) -> None:
        """One whose result has not been seen yet."""
        if len(self.extent.unsaved) == MAX_UNSAVED:
            raise SpreadsheetError(UNSAVED_FORMULAS)
        self.extent.unsaved.append((row, column))

    def listen(self, heard: Callable[[str], None] | None) -> None:
        """Have the texts of the part go to ``heard``; None: they go by unheard, which is quicker."""
        self._parser.CharacterDataHandler = heard

    def count_content(self, row: int, column: int, hidden: bool) -> None:
        extent = self.extent
        if row != extent.last_row:
            extent.rows += 1
            extent.last_row = max(extent.last_row, row)
            if hidden and len(extent.hidden) < MAX_HIDDEN:
                extent.hidden.append(row)
        if column > extent.last_column:
            extent.last_column, extent.last_column_row = column, row


def _cell_counter(scan: _PartScan, prefix: str) -> Callable[[str, dict[str, str]], None]:
    """The handler for a worksheet's elements; a closure, because it runs once per cell and value."""
    cell_tag, row_tag, formula_tag, value_tag, merged_tag = (
        prefix + tag for tag in ("c", "row", "f", "v", "mergeCell")
    )
    content = frozenset(prefix + tag for tag in ("v", "is", "f"))
    columns: dict[str, int] = {}
    row = column = 0
    hidden = waiting = False
    own: dict[str, str] = {}

    def heard(text: str) -> None:
        """The formula's result: it has one."""
        if text.strip():
            scan.extent.unsaved.pop()
            scan.listen(None)

    def count(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, hidden, waiting, own
        scan._elements += 1
        if waiting and name != value_tag:
            scan.listen(None)
            waiting = False
        if name == cell_tag:
            own = attributes
            reference = attributes.get("r")
            if reference is None:
                column += 1
            else:
                letters = reference.rstrip("0123456789")
                column = columns.get(letters) or columns.setdefault(letters, _column_number(letters))
        elif name in content:
            if column:
                scan.count_content(row, column, hidden)
            if name == formula_tag and column:
                scan.count_formula(row, column)
                waiting = True
            elif waiting and own.get("t") == "str":
                scan.extent.unsaved.pop()  # an empty text is a result as well
                waiting = False
            elif waiting:
                scan.listen(heard)
        elif name == row_tag:
            row, column = _row_number(attributes.get("r"), row), 0
            hidden = attributes.get("hidden") in _YES
        elif name == merged_tag and len(scan.extent.merged) < MAX_MERGED:
            area = _AREA.fullmatch(attributes.get("ref", ""))
            if area:  # openpyxl passes over any other one, too
                scan.extent.merged.append(
                    (int(area[2]), _column_number(area[1]), int(area[4]), _column_number(area[3]))
                )

    return count


def _column_number(letters: str) -> int:
    """1 for A; a sheet ends at XFD."""
    if not _COLUMN.fullmatch(letters):
        raise SpreadsheetError(BROKEN)
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    if number > MAX_SHEET_COLUMN:
        raise SpreadsheetError(BROKEN)
    return number


def _row_number(written: str | None, above: int) -> int:
    if written is None:
        return above + 1
    if not _ROW.fullmatch(written) or int(written) > MAX_SHEET_ROW:
        raise SpreadsheetError(BROKEN)
    return int(written)
