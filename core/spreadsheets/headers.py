"""Headers that are not the ones that are read: near misses, spoilt accents and columns that nobody reads."""

import difflib
import re
from collections.abc import Collection, Sequence

from core.spreadsheets.cells import Kind, Table, single_line
from core.spreadsheets.errors import SpreadsheetError
from core.spreadsheets.reading import header_key

_SHOWN_CHARACTERS = 60
# What Mac's and DOS's accented letters look like where they are read as Windows': «Justificaci—n», «Acci¢n».
_ODD = (
    "\u2013\u2014\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2018\u2019\u201c\u201d\u2022"
)
_ODD += "\u02dc\u2122\u0161\u203a\u0153\u017e\u0178\u00a0\u00a1\u00a2\u00a3\u00a4\u00a5\ufffd"
_SPOILT = re.compile(rf"(?<=[A-Za-z])[{_ODD}\x80-\x9f](?=[A-Za-z])")
_NEAR = 0.7


def nearest(header: str, others: Collection[str]) -> str:
    """Which of the others was probably meant; "" where none was."""
    by_key = {header_key(other): other for other in others}
    near = difflib.get_close_matches(header_key(header), by_key, n=1, cutoff=_NEAR)
    return by_key[near[0]] if near else ""


def refuse_spoilt(header: Sequence[str], known: Collection[str]) -> None:
    """SpreadsheetError where a header is a known one but for its accents: those of the rows below are spoilt, too."""
    keys = {header_key(other) for other in known}
    for text in header:
        if header_key(text) not in keys and _SPOILT.search(text) and nearest(_SPOILT.sub("", text), known):
            raise SpreadsheetError(
                f"Los acentos del archivo se dañaron (dice {_quoted(text)}): se guardó con otra codificación. Vuelva "
                "al original y guárdelo como Libro de Excel (.xlsx) o como «CSV UTF-8»."
            )


def unread_columns(table: Table, known: Collection[str], told_of: Collection[str] = ()) -> list[str]:
    """A sentence without its full stop for each column that is not read, and which was probably meant.

    ``told_of``: headers of which that is said elsewhere: two hints for one would contradict each other.
    """
    keys = {header_key(other) for other in known}
    given = {header_key(text) for text in table.header}
    absent = [other for other in known if header_key(other) not in given]
    told = []
    for position, text in enumerate(table.header):
        if not text and any(row.cells[position].kind is not Kind.EMPTY for row in table.rows):
            told.append(f"La columna número {position + 1} tiene datos pero no encabezado, y no se lee")
        elif text and header_key(text) not in keys:
            near = "" if text in told_of else nearest(text, absent)
            hint = f"; ¿quiso decir «{near}»?" if near else ""
            told.append(f"La columna {_quoted(text)} no se conoce y no se lee{hint}")
    return told


def sentence(told: str) -> str:
    """With its full stop, unless it asks."""
    return told if told.endswith("?") else f"{told}."


def _quoted(text: str) -> str:
    text = single_line(text)
    return f"«{text[:_SHOWN_CHARACTERS]}…»" if len(text) > _SHOWN_CHARACTERS else f"«{text}»"
