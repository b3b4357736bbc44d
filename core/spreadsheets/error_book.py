"""The person's own workbook with one more column, ``Errores``: every cell, format and sheet as it was.

Of an XLSX only the XML of the sheet that was read gets the column and the rules that show the wrong cells in red
(``error_marks``), and the table of styles what they look like; every other part of the file is copied. A CSV, and a
workbook that cannot be written to in place, comes back as a plain sheet in which numbers, percentages and dates are
what they were.
"""

import datetime
import io
import posixpath
import re
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO
from xml.etree import ElementTree

import xlsxwriter

from core.spreadsheets import error_marks, sheet_markup
from core.spreadsheets.cells import EMPTY, MAX_CELL_CHARACTERS, Cell, Kind, Table, plain
from core.spreadsheets.reading import header_key
from core.spreadsheets.sheet_markup import NotMarkable

ERRORS_HEADER = "Errores"
"""The column that is added; a corrected file may still carry it."""
MAX_SHEET = 100 * 2**20
"""Bytes of a sheet's XML that is held whole."""

_STYLES_END = re.compile(rb"</((?:\w+:)?)cellXfs\s*>")
_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b[^>]*>")
_ONE_STYLE = re.compile(rb"<(?:\w+:)?xf[\s/>]")
_CALC_CHAIN = re.compile(rb"<(?:\w+:)?(?:Override|Relationship)\b[^>]*calcChain[^>]*/>")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_UNTOUCHED = (
    zipfile.BadZipFile, zipfile.LargeZipFile, KeyError, ValueError, StopIteration, ElementTree.ParseError, NotMarkable
)  # fmt: skip


def write_error_book(
    table: Table | None, data: bytes, sentences: Mapping[int, Sequence[str]], file: BinaryIO, *, name: str
) -> None:
    """Write the workbook of errors of ``data``, the file from which ``table`` was read.

    ``sentences``: by row number; those of the file as a whole, 0, stand in its first row. ``name``: of a plain sheet.
    """
    table = table or Table([], "", 1, [], [])
    texts = _by_row(table, sentences)
    if data.startswith(b"PK") and table.sheet:
        try:
            made = _in_place(data, table, texts)
        except _UNTOUCHED:
            made = b""
        if made:
            file.write(made)
            return
    _write_plain(table, texts, file, name)


def _by_row(table: Table, sentences: Mapping[int, Sequence[str]]) -> dict[int, str]:
    first = table.rows[0].number if table.rows else table.header_row + 1
    found: dict[int, list[str]] = {}
    for row, said in sorted(sentences.items()):
        found.setdefault(row or first, []).extend(said)
    return {row: "\n".join(said)[:MAX_CELL_CHARACTERS] for row, said in found.items()}


def _errors_position(header: Sequence[str]) -> int | None:
    keys = [header_key(text) for text in header]
    wanted = header_key(ERRORS_HEADER)
    return keys.index(wanted) if wanted in keys else None


# In the person's own workbook


def _in_place(data: bytes, table: Table, texts: Mapping[int, str]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book, part, styles = _parts(archive, table.sheet)
        if archive.getinfo(part).file_size > MAX_SHEET:
            raise NotMarkable("too large")
        sheet = archive.read(part)
        new: dict[str, bytes] = {}
        style, look = "", archive.read(styles) if styles else b""
        position = _errors_position(table.header)
        if position is None:
            if styles:
                look, style = _with_wrapped_style(look)
            column = sheet_markup.free_column(sheet, len(table.header) + 1, table.header_row)
        else:
            column = position + 1
        new[part], formulas_gone = sheet_markup.with_column(
            sheet, column, table.header_row, ERRORS_HEADER, texts, style
        )
        wrong = error_marks.wrong_columns(table.header, texts)
        look, mark = error_marks.with_mark(look) if wrong else (look, 0)
        new[part] = error_marks.with_rules(
            new[part],
            wrong,
            mark,
            errors_column=column,
            first=table.header_row + 1,
            last=max([*texts, *(row.number for row in table.rows)], default=table.header_row + 1),
        )
        if styles:
            new[styles] = look
        dropped = _without_calc_chain(archive, book, new) if formulas_gone else ""
        return _copied(archive, new, dropped)


def _parts(archive: zipfile.ZipFile, title: str) -> tuple[str, str, str]:
    """The names of the parts of workbook, sheet and styles ("" where it has none)."""
    book = next(target for kind, target in _relations(archive, "").values() if kind == "officeDocument")
    related = _relations(archive, book)
    root = ElementTree.fromstring(archive.read(book))
    for element in root.iter():
        if _local(element.tag) == "sheet" and element.get("name") == title:
            key = next(value for name, value in element.items() if _local(name) == "id" and name.startswith("{"))
            styles = next((target for kind, target in related.values() if kind == "styles"), "")
            return book, related[key][1], styles if styles in archive.namelist() else ""
    raise NotMarkable("no such sheet")


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: its key, the last word of its kind and the name of the part."""
    root = ElementTree.fromstring(archive.read(_relations_part(part)))
    folder = posixpath.dirname(part)
    return {
        element.get("Id", ""): (
            element.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/" + folder, element.get("Target", ""))).lstrip("/"),
        )
        for element in root
    }


def _relations_part(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _with_wrapped_style(styles: bytes) -> tuple[bytes, str]:
    """The styles with one more at the end, a text of several lines, and its index; those that are there keep theirs."""
    start, end = _STYLES.search(styles), _STYLES_END.search(styles)
    if start is None or end is None or end.start() < start.end():
        return styles, ""
    count = len(_ONE_STYLE.findall(styles, start.end(), end.start()))
    prefix = end[1].decode()
    tag = re.sub(rb"(\scount\s*=\s*)([\"'])\d+[\"']", rb"\g<1>\g<2>%d\g<2>" % (count + 1), start[0])
    wrapped = (
        f'<{prefix}xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" '
        f'applyAlignment="1"><{prefix}alignment vertical="top" wrapText="1"/></{prefix}xf>'
    ).encode()
    made = styles[: start.start()] + tag + styles[start.end() : end.start()] + wrapped + styles[end.start() :]
    return made, str(count)


def _without_calc_chain(archive: zipfile.ZipFile, book: str, new: dict[str, bytes]) -> str:
    """Excel takes a book for damaged whose list of formulas names a cell without one, and makes the list anew where
    there is none. The name of the list's part, "" where there is none.
    """
    chain = next((target for kind, target in _relations(archive, book).values() if kind == "calcChain"), "")
    if chain:
        for part in ("[Content_Types].xml", _relations_part(book)):
            new[part] = _CALC_CHAIN.sub(b"", archive.read(part))
    return chain


def _copied(archive: zipfile.ZipFile, new: Mapping[str, bytes], dropped: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for info in archive.infolist():
            if info.filename == dropped:
                continue
            same = zipfile.ZipInfo(info.filename, info.date_time)
            same.compress_type, same.external_attr = zipfile.ZIP_DEFLATED, info.external_attr
            if info.filename in new:
                made.writestr(same, new[info.filename])
            else:
                with archive.open(info) as source, made.open(same, "w") as target:
                    shutil.copyfileobj(source, target)
    return buffer.getvalue()


# As a plain sheet


def _write_plain(table: Table, texts: Mapping[int, str], file: BinaryIO, name: str) -> None:
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    page, styles = book.add_worksheet(name), _PlainStyles(book)
    position = _errors_position(table.header)
    errors = len(table.header) if position is None else position
    for column, header in enumerate(table.header):
        page.set_column(column, column, 24)
        page.write_string(table.header_row - 1, column, _text(header), styles.of("heading"))
    page.set_column(errors, errors, sheet_markup.WIDTH)
    page.write_string(table.header_row - 1, errors, ERRORS_HEADER, styles.of("heading"))
    page.freeze_panes(table.header_row, 0)
    wrong = error_marks.wrong_cells(table.header, texts)
    for row in table.rows:
        for column, cell in enumerate(row.cells):
            styles.wrong = (row.number, column + 1) in wrong
            if column != errors and cell is not EMPTY:
                _write_cell(page, row.number - 1, column, cell, styles)
            elif styles.wrong:
                page.write_blank(row.number - 1, column, None, styles.of("General"))
    styles.wrong = False
    for number, text in texts.items():
        page.write_string(number - 1, errors, _text(text), styles.of("@"))
    book.close()


class _PlainStyles:
    """The formats of a book, each made when it is first used; while ``wrong`` is set, those of a wrong cell."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, bool], Any] = {}
        self.wrong = False

    def of(self, number_format: str) -> Any:
        key = (number_format, self.wrong)
        if key not in self._made:
            look: dict[str, Any] = {"valign": "top"}
            if number_format == "heading":
                look |= {"bold": True, "bg_color": "#E7EBEF", "border": 1, "text_wrap": True}
            elif number_format == "@":
                look |= {"num_format": "@", "text_wrap": True}
            else:
                look |= {"num_format": number_format}
            if self.wrong:
                look |= {"bg_color": f"#{error_marks.FILL}", "font_color": f"#{error_marks.INK}", "bold": True}
            self._made[key] = self._book.add_format(look)
        return self._made[key]


def _write_cell(page: Any, row: int, column: int, cell: Cell, styles: _PlainStyles) -> None:
    if cell.kind is Kind.BOOLEAN:
        page.write_boolean(row, column, cell.text == "VERDADERO", styles.of("General"))
    elif cell.kind is Kind.DATE and (when := _moment(cell.text)) is not None:
        value, number_format = when
        # As it was shown: «1-mar» is what became of somebody's code, and 01/03/2001 tells nobody which.
        page.write_datetime(row, column, value, styles.of(cell.day_format or number_format))
    elif cell.number is not None and cell.kind in (Kind.NUMBER, Kind.PERCENT):
        stored = float(cell.number if cell.kind is Kind.NUMBER else cell.number.scaleb(-2))
        page.write_number(row, column, stored, styles.of(_number_format(cell)))
    elif cell.text:
        page.write_string(row, column, _text(cell.text), styles.of("@"))


def _number_format(cell: Cell) -> str:
    if cell.kind is Kind.NUMBER and cell.general:
        return "General"
    shown = cell.shown.removesuffix("%") if cell.kind is Kind.NUMBER else plain(cell.number or 0)
    decimals = len(shown.partition(".")[2])
    return ("0." + "0" * decimals if decimals else "0") + ("%" if cell.kind is Kind.PERCENT else "")


def _moment(text: str) -> tuple[datetime.date | datetime.time, str] | None:
    """The date, the date with its hour or the hour of a cell; None for what is none of them."""
    for read, number_format in (
        (datetime.date.fromisoformat, "dd/mm/yyyy"),
        (datetime.datetime.fromisoformat, "dd/mm/yyyy hh:mm:ss"),
        (datetime.time.fromisoformat, "hh:mm:ss"),
    ):
        try:
            found = read(text)  # type: ignore[operator]
        except ValueError:
            continue
        return (found, number_format) if not isinstance(found, datetime.date) or found.year >= 1900 else None
    return None


def _text(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:MAX_CELL_CHARACTERS]
