"""A text as a document: pages end with a form feed. Where columns are kept apart by blanks, its words have places."""

import re
import unicodedata

from catalog.official_document.lines import Document, DocumentError, Line, Page, Word

MAX_LETTERS = 4_000_000
MAX_PAGES = 1_000
_WIDE, _HIGH, _SIZE = 6.0, 12.0, 10.0
"""What a letter and a line take, as those of a typewriter."""
_COLUMNS = re.compile(r"\S {3,}\S.* {2,}\S")
_JOINED = re.compile(r"[\ufb00-\ufb06]")  # «ﬁ», «ﬂ»
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")

_NO_TEXT = "El archivo no es un PDF ni un texto: suba el Programa Anual de Trabajo como PDF o TXT."


def read_text(data: bytes) -> Document:
    text = _decoded(data)
    if len(text) > MAX_LETTERS:
        raise DocumentError("El texto es demasiado largo para un Programa Anual de Trabajo: súbalo por partes.")
    sheets = text.split("\f")
    while sheets and not sheets[-1].strip():
        sheets.pop()
    if not sheets:
        raise DocumentError("El archivo está vacío: suba el Programa Anual de Trabajo.")
    if len(sheets) > MAX_PAGES:
        raise DocumentError(f"El texto tiene {len(sheets):,} páginas y se leen hasta {MAX_PAGES:,}: súbalo por partes.")
    rows = [line for sheet in sheets for line in sheet.split("\n")]
    placed = sum(1 for row in rows if _COLUMNS.search(row)) >= 3
    pages = [_page(number, sheet, placed) for number, sheet in enumerate(sheets, start=1)]
    return Document(pages, placed)


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        if encoding == "utf-16" and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(8).replace("\u00a0", " ")
        text = _JOINED.sub(
            lambda letters: unicodedata.normalize("NFKC", letters[0]), unicodedata.normalize("NFC", text)
        )
        if _NOT_TEXT.search(text):
            break
        return text
    raise DocumentError(_NO_TEXT)


def _page(number: int, sheet: str, placed: bool) -> Page:
    """A line's number is where it stands in the page of the file, empty lines counted: there one looks it up."""
    page = Page(number, 0.0, 0.0)
    free = 0
    for at, row in enumerate(sheet.split("\n"), start=1):
        words = tuple(
            Word(found[0], _WIDE * found.start(), _WIDE * found.end(), _HIGH * at, _SIZE)
            for found in re.finditer(r"\S+", row)
        )
        if not words:
            free += 1
            continue
        page.lines.append(Line(number, at, words, gap=float(free)))
        free = 0
    page.height = _HIGH * (sheet.count("\n") + 2)
    page.width = max((line.x1 for line in page.lines), default=0.0)
    return page
