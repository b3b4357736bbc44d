"""One more column in the sheet of a workbook, written into its XML: every other byte of the sheet stays as it was.

A library that reads a workbook and writes it anew loses what it does not know: the stored results of formulas,
pictures, validations, the styles of another program. Here only the cells of one column, its width and the borders that
the sheet claims are written; nothing else of the sheet is understood, or needs to be.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from core.spreadsheets.cells import MAX_CELL_CHARACTERS

WIDTH = 60
TAG = re.compile(rb"<[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)[\"']")
_DIMENSION = re.compile(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_YES = ("1", "true", "on")


class NotMarkable(Exception):
    """The sheet is written in a way that nothing can be added to in place."""


@dataclass(slots=True)
class _Row:
    """Where a row stands in the bytes. ``at``: where a cell of the column goes; ``own``: the cells that it has there,
    each as (start, end, style).
    """

    number: int
    start: int
    tag_end: int
    empty: bool
    attributes: dict[str, str]
    at: int | None = None
    own: list[tuple[int, int, str]] = field(default_factory=list)
    heading_style: str = ""


def free_column(data: bytes, column: int, header_row: int) -> int:
    """The first column from this one on that no merged cells cover beside or below the header."""
    taken = [
        (column_number(left.decode()), column_number(right.decode()))
        for left, _, right, bottom in _MERGED.findall(data)
        if int(bottom) >= header_row
    ]
    while any(left <= column <= right for left, right in taken):
        column += 1
    return column


def with_column(
    data: bytes, column: int, header_row: int, header: str, texts: Mapping[int, str], style: str = ""
) -> tuple[bytes, bool]:
    """The sheet's XML with ``header`` and ``texts`` (by row number) in that column, and whether formulas went with what
    stood there below the header. ``style``: the style's index for the texts. Raises NotMarkable.
    """
    scan = _Scan(data, column, header_row)
    scan.run()
    wanted = {header_row: header, **texts}
    edits = _row_edits(data, scan, wanted, style) + _column_edits(data, scan) + _dimension_edits(scan, max(wanted))
    made, last = [], 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        made += [data[last:start], new]
        last = end
    return b"".join([*made, data[last:]]), scan.formulas


class _Scan:
    """The sheet going by once: where its rows, the cells of one column, its widths and its claimed borders stand."""

    def __init__(self, data: bytes, column: int, header_row: int) -> None:
        self.data, self.column, self.header_row = data, column, header_row
        self.prefix = ""
        self.rows: list[_Row] = []
        self.formulas = False
        self.columns: list[tuple[int, int, dict[str, str]]] = []
        self.columns_end: int | None = None
        self.sheet_data = self.sheet_data_end = -1
        self.dimension: tuple[int, int, dict[str, str]] | None = None
        self._columns_of: dict[str, int] = {}
        self._number = self._at_column = 0
        self._row: _Row | None = None
        self._cell: tuple[int, int, bool, str] | None = None
        self._root = ""
        self._parser = expat.ParserCreate()

    def run(self) -> None:
        parser = self._parser
        parser.StartElementHandler, parser.EndElementHandler = self._begin, self._end
        parser.XmlDeclHandler = self._declared
        if self.data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise NotMarkable("UTF-16")
        try:
            parser.Parse(self.data, True)
        except expat.ExpatError as error:
            raise NotMarkable(str(error)) from error
        if self.sheet_data < 0 or self.sheet_data_end < 0:
            raise NotMarkable("no rows")

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "utf8", "us-ascii"):
            raise NotMarkable(encoding)

    def _tag(self) -> tuple[int, int, bool]:
        start = self._parser.CurrentByteIndex
        found = TAG.match(self.data, start)
        if found is None:
            raise NotMarkable("tag")
        return start, found.end(), found[0].endswith(b"/>")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if not self._root:
            self._root = name
            before, colon, _ = name.rpartition(":")
            self.prefix = before + colon
        tag = name.removeprefix(self.prefix)
        if tag == "c" and self._row is not None:
            self._begin_cell(attributes)
        elif tag == "row" and self.sheet_data >= 0:
            self._begin_row(attributes)
        elif tag == "f" and self._cell is not None:
            self._begin_formula(attributes)
        elif tag == "sheetData":
            start, _, empty = self._tag()
            if empty:
                raise NotMarkable("no rows")
            self.sheet_data = start
        elif tag == "col":
            start, end, empty = self._tag()
            if not empty:
                raise NotMarkable("col")
            self.columns.append((start, end, attributes))
        elif tag == "dimension" and self.dimension is None:
            self.dimension = (*self._tag()[:2], attributes)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._number = int(attributes["r"]) if "r" in attributes else self._number + 1
        self._at_column = 0
        if self._number >= self.header_row:
            self._row = _Row(self._number, *self._tag(), attributes)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        row = self._row
        assert row is not None
        reference = attributes.get("r")
        if reference is None:
            self._at_column += 1
        else:
            letters = reference.rstrip("0123456789")
            self._at_column = self._columns_of.get(letters) or self._columns_of.setdefault(
                letters, column_number(letters)
            )
        if self._at_column < self.column:
            row.heading_style = attributes.get("s", "")
        elif self._at_column == self.column:
            self._cell = (*self._tag(), attributes.get("s", ""))
        elif row.at is None:
            row.at = self._parser.CurrentByteIndex

    def _begin_formula(self, attributes: dict[str, str]) -> None:
        if attributes.get("t", "normal") != "normal":
            raise NotMarkable("a formula that others share")
        self.formulas = True

    def _end(self, name: str) -> None:
        tag = name.removeprefix(self.prefix)
        if tag == "c" and self._cell is not None and self._row is not None:
            start, tag_end, empty, style = self._cell
            self._row.own.append((start, tag_end if empty else self._end_of_tag(), style))
            self._cell = None
        elif tag == "row" and self._row is not None:
            if self._row.at is None:
                self._row.at = self._row.tag_end if self._row.empty else self._parser.CurrentByteIndex
            self.rows.append(self._row)
            self._row = None
        elif tag == "cols":
            self.columns_end = self._parser.CurrentByteIndex
        elif tag == "sheetData":
            self.sheet_data_end = self._parser.CurrentByteIndex

    def _end_of_tag(self) -> int:
        return self.data.index(b">", self._parser.CurrentByteIndex) + 1


_Edit = tuple[int, int, bytes]


def _row_edits(data: bytes, scan: _Scan, wanted: Mapping[int, str], style: str) -> list[_Edit]:
    edits: list[_Edit] = []
    missing = sorted(wanted)
    for row in scan.rows:
        while missing and missing[0] < row.number:
            edits.append((row.start, row.start, _new_row(scan, missing.pop(0), wanted, style)))
        if missing and missing[0] == row.number:
            missing.pop(0)
        edits += _cell_edits(data, scan, row, wanted.get(row.number), style)
    for number in missing:
        edits.append((scan.sheet_data_end, scan.sheet_data_end, _new_row(scan, number, wanted, style)))
    return edits


def _new_row(scan: _Scan, number: int, wanted: Mapping[int, str], style: str) -> bytes:
    cell = _cell(scan, number, wanted[number], style)
    return f'<{scan.prefix}row r="{number}">{cell}</{scan.prefix}row>'.encode()


def _cell_edits(data: bytes, scan: _Scan, row: _Row, text: str | None, style: str) -> list[_Edit]:
    if row.own:
        edits = [(start, end, _cell(scan, row.number, "", own).encode()) for start, end, own in row.own]
        if text:
            start, end, own = row.own[0]
            edits[0] = (start, end, _cell(scan, row.number, text, own or style).encode())
        return edits
    if not text:
        return []
    if row.number == scan.header_row:
        style = row.heading_style
    cell = _cell(scan, row.number, text, style).encode()
    assert row.at is not None
    tag = data[row.start : row.tag_end]
    new_tag = tag
    if spans := row.attributes.get("spans"):
        wider = rb"\g<1>\g<2>" + _wider_spans(spans, scan.column).encode() + rb"\g<2>"
        new_tag = re.sub(rb"(\sspans\s*=\s*)([\"'])[^\"']*[\"']", wider, tag)
    if row.empty:
        opened = new_tag[:-2].rstrip() + b">"
        return [(row.start, row.tag_end, opened + cell + f"</{scan.prefix}row>".encode())]
    tag_edit = [(row.start, row.tag_end, new_tag)] if new_tag != tag else []
    return [*tag_edit, (row.at, row.at, cell)]


def _wider_spans(spans: str, column: int) -> str:
    *before, last = spans.split()
    first, _, end = last.partition(":")
    return " ".join([*before, f"{first}:{max(int(end), column)}"])


def _cell(scan: _Scan, row: int, text: str, style: str) -> str:
    prefix = scan.prefix
    opened = f'<{prefix}c r="{column_letters(scan.column)}{row}"' + (f" s={quoteattr(style)}" if style else "")
    if not text:
        return f"{opened}/>"
    written = escape(_CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:MAX_CELL_CHARACTERS])
    return (
        f'{opened} t="inlineStr"><{prefix}is><{prefix}t xml:space="preserve">{written}</{prefix}t>'
        f"</{prefix}is></{prefix}c>"
    )


def _column_edits(data: bytes, scan: _Scan) -> list[_Edit]:
    """The column is wide and in sight; one that is both already stays as it is."""
    column, prefix = scan.column, scan.prefix
    own = {"min": str(column), "max": str(column), "width": str(WIDTH), "customWidth": "1"}
    before = None
    for start, end, given in scan.columns:
        first, last = int(given["min"]), int(given["max"])
        if first == last == column and "width" in given and given.get("hidden") not in _YES:
            return []
        if first <= column <= last:
            kept = {name: value for name, value in given.items() if name not in ("hidden", "bestFit", "collapsed")}
            pieces = [
                given | {"max": str(column - 1)} if first < column else None,
                kept | own,
                given | {"min": str(column + 1)} if last > column else None,
            ]
            return [(start, end, "".join(_col(prefix, piece) for piece in pieces if piece).encode())]
        if first > column and before is None:
            before = start
    new = _col(prefix, own)
    if scan.columns_end is not None:
        if not scan.columns:
            return []  # «<cols/>», which no program writes: the width is what it is
        at = scan.columns_end if before is None else before
        return [(at, at, new.encode())]
    return [(scan.sheet_data, scan.sheet_data, f"<{prefix}cols>{new}</{prefix}cols>".encode())]


def _col(prefix: str, attributes: Mapping[str, str]) -> str:
    return f"<{prefix}col" + "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items()) + "/>"


def _dimension_edits(scan: _Scan, last_row: int) -> list[_Edit]:
    if scan.dimension is None:
        return []
    start, end, attributes = scan.dimension
    found = _DIMENSION.fullmatch(attributes.get("ref", ""))
    if found is None:
        return []
    left, top, right, bottom = found[1], found[2], found[3] or found[1], found[4] or found[2]
    if column_number(right) >= scan.column and int(bottom) >= last_row:
        return []
    right = column_letters(max(column_number(right), scan.column))
    old = scan.data[start:end]
    new = re.sub(
        rb"(\sref\s*=\s*)([\"'])[^\"']*[\"']",
        rb"\g<1>\g<2>" + f"{left}{top}:{right}{max(int(bottom), last_row)}".encode() + rb"\g<2>",
        old,
    )
    return [(start, end, new)]


def column_number(letters: str) -> int:
    """1 for A."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(column: int) -> str:
    """A for 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
