"""What the head of a column says: «ENE N», «Enero numerador», «Num. ene», «N», «Denominador», «ene-14»."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from core.spreadsheets import Cell, Kind, header_key
from core.text import fold
from indicators.models import MONTH_NAMES


class Side(StrEnum):
    """Which part of a pair a column or row holds. ``RESULT`` is worked out and never read."""

    NUMERATOR = "numerador"
    DENOMINATOR = "denominador"
    WORDS = "justificación"
    RESULT = "resultado"


class Head(NamedTuple):
    """``month`` 1–12, ``year`` and ``side`` where the text says them; ``bare``: the month is only a number."""

    month: int | None = None
    side: Side | None = None
    year: int | None = None
    bare: bool = False


NOTHING = Head()

_MONTHS = {fold(name): month for month, name in enumerate(MONTH_NAMES) if month}
_MONTHS |= {name[:3]: month for name, month in list(_MONTHS.items())} | {
    "sept": 9, "set": 9, "setiembre": 9, "agto": 8, "ags": 8, "septbre": 9, "novbre": 11, "dicbre": 12,
}  # fmt: skip
_SIDES = {
    Side.NUMERATOR: ("n", "num", "numer", "numerador", "numeradores"),
    Side.DENOMINATOR: ("d", "den", "denom", "denominador", "denominadores"),
    Side.WORDS: ("justificacion", "justificaciones", "observacion", "observaciones", "motivo", "comentario", "obs"),
    Side.RESULT: ("%", "resultado", "porcentaje", "avance", "pct", "cumplimiento", "res"),
}
_SIDE_OF = {word: side for side, words in _SIDES.items() for word in words}
# «Variable A» and «B» alone are too short to mean anything: only together.
_OF_VARIABLE = {"a": Side.NUMERATOR, "b": Side.DENOMINATOR, "1": Side.NUMERATOR, "2": Side.DENOMINATOR}
_VARIABLE = {"variable", "var", "v"}
_BESIDE = {"mes", "de", "del", "el", "valor", "dato", "en", "y"}
_TOKEN = re.compile(r"[a-z]+|\d+|%")
_DATE = re.compile(r"((?:19|20)\d\d)-(\d\d)-\d\d")
_LONGEST = 60


def head_of(cell: Cell) -> Head | None:
    """None for a text that says anything else besides month, side and year; ``NOTHING`` for a blank."""
    if cell.kind is Kind.EMPTY:
        return NOTHING
    if cell.kind is Kind.DATE:
        found = _DATE.match(cell.text)
        return Head(month=int(found[2]), year=int(found[1])) if found else None
    if cell.kind is Kind.UNSAVED:
        return None
    return said_by(cell.text)


@lru_cache(maxsize=4096)
def said_by(text: str) -> Head | None:
    """The same of a text."""
    if not text.strip():
        return NOTHING
    if len(text) > _LONGEST:
        return None
    tokens = _TOKEN.findall(fold(text))
    if not tokens or re.search(r"[^\W\d_]", re.sub(r"[a-z]+", "", fold(text))):
        return None
    month: int | None = None
    side: Side | None = None
    year: int | None = None
    number: int | None = None
    variable = bool(_VARIABLE & set(tokens))
    for token in tokens:
        if token in _BESIDE or token in _VARIABLE:
            continue
        if token in _MONTHS and month is None:
            month = _MONTHS[token]
        elif variable and token in _OF_VARIABLE and side is None:
            side = _OF_VARIABLE[token]
        elif token in _SIDE_OF and side in (None, Side.RESULT, _SIDE_OF[token]):
            side = side or _SIDE_OF[token]
        elif len(token) == 4 and token.startswith(("19", "20")) and year is None and token.isdigit():
            year = int(token)
        elif token.isdigit() and len(token) == 2 and month is not None and year is None:
            year = 2000 + int(token)
        elif token.isdigit() and len(token) <= 2 and 1 <= int(token) <= 12 and number is None:
            number = int(token)
        else:
            return None
    if number is not None:
        if month is not None:  # «Enero 1», «01 enero»
            return Head(month, side, year) if number == month else None
        return Head(number, side, year, bare=True)
    if month is None and side is None and year is None:
        return None
    return Head(month, side, year)


class Column(StrEnum):
    """The columns that are not of a month."""

    KEY = "clave del indicador"
    OFFICIAL = "clave oficial"
    YEAR = "ejercicio"
    MONTH = "mes"
    PROGRAM = "programa"
    GLOBAL = "global"


_COLUMNS = {
    Column.KEY: (
        "clave del indicador", "clave", "cve", "clave indicador", "codigo", "codigo del indicador", "codigo indicador",
        "cve indicador", "cve del indicador", "id", "id indicador", "clave de indicador", "clave unica",
    ),
    Column.OFFICIAL: ("clave oficial del indicador", "clave oficial", "cve oficial", "clave oficial indicador"),
    Column.YEAR: ("ejercicio", "ano", "ejercicio fiscal"),
    Column.MONTH: ("mes", "periodo", "mes reportado", "mes del reporte"),
    Column.PROGRAM: ("clave del programa", "clave programa", "cve programa", "cve del programa"),
    Column.GLOBAL: (
        "indicador global", "global", "avance global", "global del programa", "avance global del programa",
        "indicador global del programa", "resultado global",
    ),
}  # fmt: skip
_COLUMN_OF = {text: column for column, texts in _COLUMNS.items() for text in texts}


def column_of(text: str) -> Column | None:
    """Which of them a head means, without regard to case, accents, asterisks and final points."""
    return _COLUMN_OF.get(" ".join(header_key(text).replace(".", " ").replace(":", " ").replace("_", " ").split()))
