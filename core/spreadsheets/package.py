"""Workbooks that Excel opens and openpyxl does not, rewritten in memory as it reads them.

«Libro de Excel Open XML estricto» writes the same elements under other names; some programs write an empty ``<fill/>``.
Called for what the guard has looked over.
"""

import io
import re
import zipfile
from collections.abc import Callable

_STRICT = b"http://purl.oclc.org/ooxml/"
_USUAL = b"http://schemas.openxmlformats.org/"
# The longest first: «relationships» begins some of the others' names, too.
_NAMES = {
    _STRICT + strict: _USUAL + usual
    for strict, usual in (
        (b"spreadsheetml/main", b"spreadsheetml/2006/main"),
        (b"drawingml/spreadsheetDrawing", b"drawingml/2006/spreadsheetDrawing"),
        (b"drawingml/chart", b"drawingml/2006/chart"),
        (b"drawingml/main", b"drawingml/2006/main"),
        (b"officeDocument/", b"officeDocument/2006/"),
    )
}
_STRICT_NAME = re.compile(b"|".join(map(re.escape, _NAMES)))
_EMPTY_FILL = re.compile(rb"<((?:\w+:)?)fill\s*/>|<((?:\w+:)?)fill\s*>\s*</(?:\w+:)?fill\s*>")


def is_strict(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "_rels/.rels" in archive.namelist() and _STRICT in archive.read("_rels/.rels")


def as_usual(data: bytes) -> bytes:
    """A strict workbook under the names that every program knows."""
    return _rewritten(data, lambda text: _STRICT_NAME.sub(lambda found: _NAMES[found[0]], text))


def with_whole_fills(data: bytes) -> bytes:
    """The workbook with a fill of nothing where the table of styles has an empty one."""
    return _rewritten(data, _whole_fills, only="styles.xml")


def _whole_fills(text: bytes) -> bytes:
    def whole(found: re.Match[bytes]) -> bytes:
        prefix = found[1] or found[2] or b""
        return b"<%bfill><%bpatternFill/></%bfill>" % (prefix, prefix, prefix)

    return _EMPTY_FILL.sub(whole, text)


def _rewritten(data: bytes, change: Callable[[bytes], bytes], *, only: str = "") -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as archive,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made,
    ):
        for name in archive.namelist():
            text = archive.read(name)
            wanted = name.endswith(only) if only else name.endswith((".xml", ".rels"))
            made.writestr(name, change(text) if wanted else text)
    return buffer.getvalue()
