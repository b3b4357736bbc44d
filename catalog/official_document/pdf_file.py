"""A PDF as a document: read by another process, which is given so much time, memory and output and no more."""

import json
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalog.official_document.lines import Document, DocumentError, Page, Stroke, Word, lines_of
from catalog.official_document.notes import raised

MAX_PAGES = 1_000
MAX_LETTERS = 4_000_000  # 400 pages have some 1,400,000
MAX_SECONDS = 60
MAX_MEGABYTES = 1_024
_ROOT = Path(__file__).resolve().parents[2]

_DAMAGED = "El PDF está dañado o incompleto: ábralo, guárdelo otra vez como PDF y vuelva a intentarlo."
_PASSWORD = "El PDF está protegido con contraseña: guarde una copia sin contraseña y súbala."
_TOO_MUCH = "El PDF pide más memoria o tiempo del que se le da: guárdelo otra vez como PDF, o súbalo por partes."


def read_pdf(data: bytes) -> Document:
    """Raises DocumentError with one sentence, whatever the file is."""
    pages: list[Page] = []
    unread = []
    for number, read in enumerate(_asked(data), start=1):
        words = [Word(unicodedata.normalize("NFC", text), *place) for text, *place in read["words"]]
        letters = sum(len(word.text) for word in words)
        if letters < 3 or read.get("lost", 0) > 0.3 * (letters + 1):
            unread.append(number)
            words = []
        page = Page(number, read["width"], read["height"])
        page.lines = lines_of(raised(words), number)
        page.strokes = [Stroke(*stroke) for stroke in read["strokes"]]
        pages.append(page)
    if not pages:
        raise DocumentError(_DAMAGED)
    return Document(pages, placed=True, unread=tuple(unread), drawn=True)


def _asked(data: bytes) -> Iterator[dict[str, Any]]:
    """What the other process says of each page."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.write(data)
        given.seek(0)
        limits = (MAX_PAGES, MAX_LETTERS, MAX_SECONDS, MAX_MEGABYTES)
        command = [sys.executable, "-m", "catalog.official_document.pdf_child", *map(str, limits)]
        try:
            done = subprocess.run(
                command,
                stdin=given,
                stdout=said,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                timeout=MAX_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise DocumentError(_TOO_MUCH) from None
        said.seek(0)
        for line in said:
            read = json.loads(line) if line.endswith(b"\n") else {}
            if "refused" in read:
                raise DocumentError(_refusal(read))
            if read:
                yield read
        if done.returncode:
            raise DocumentError(_TOO_MUCH)


def _refusal(said: dict[str, Any]) -> str:
    if said["refused"] == "password":
        return _PASSWORD
    if said["refused"] == "pages":
        return f"El PDF tiene {said['pages']:,} páginas y se leen hasta {MAX_PAGES:,}: súbalo por partes."
    if said["refused"] == "letters":
        return "El PDF tiene demasiado texto para un Programa Anual de Trabajo: súbalo por partes."
    return _DAMAGED
