"""A table of the data addresses: its columns are declared once, for JSON, CSV and the description in OpenAPI.

Both forms say the same: amounts and percentages are texts of exactly four decimals, half up (rule 16), which no reader
rounds on the way. A CSV is UTF-8 with BOM, comma, dot and CRLF; a text that a spreadsheet would take for a formula
begins with an apostrophe there, as in every other file.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core import spreadsheets
from core.spreadsheets.writing import csv_pieces

FORMS = ("json", "csv")
Row = Sequence[Any]
_PARTS = " | "  # between the texts of a list, in one cell
_AT_ONCE = 500


class Kind(StrEnum):
    TEXT = "text"
    AMOUNT = "amount"
    COUNT = "count"
    FLAG = "flag"
    MOMENT = "moment"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Column:
    """``optional``: it can be without a value, null in JSON and empty in a CSV; a text is never null, only empty.

    ``words`` are all that it can say, where they are few.
    """

    name: str
    describes: str
    kind: Kind = Kind.TEXT
    optional: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """``name`` is the last part of its address («resultados/programas»)."""

    name: str
    describes: str
    columns: tuple[Column, ...]

    @property
    def file(self) -> str:
        return self.name.replace("/", "-")


def csv_of(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    columns = [spreadsheets.Column(column.name) for column in table.columns]
    lists = [place for place, column in enumerate(table.columns) if column.kind is Kind.LIST]
    return csv_pieces(columns, (_flat(row, lists) for row in rows) if lists else rows, size=_AT_ONCE)


def _flat(row: Row, lists: Sequence[int]) -> Row:
    made = list(row)
    for place in lists:
        made[place] = _PARTS.join(row[place])
    return made


def json_of(table: Table, rows: Iterable[Row], about: Mapping[str, Any]) -> Iterator[bytes]:
    """``{"tabla": …, what is said ``about`` all of it, "datos": [one object a row]}``, in pieces."""
    names = [column.name for column in table.columns]
    yield _written({"tabla": table.name, **about})[:-1].encode() + b', "datos": ['
    piece: list[str] = []
    between = ""
    for row in rows:
        piece.append(_written(dict(zip(names, row, strict=True))))
        if len(piece) == _AT_ONCE:
            yield (between + ",\n".join(piece)).encode("utf-8", "replace")
            piece, between = [], ",\n"
    if piece:
        yield (between + ",\n".join(piece)).encode("utf-8", "replace")
    yield b"]}\n"


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
