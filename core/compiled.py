"""Queries that every page makes, whose SQL is written once a process instead of once a request.

Building a queryset and writing its SQL takes Django longer than PostgreSQL takes to answer. What differs from one
request to the next in these queries is a date or a key: only the values are put in anew. Rows are read every time.
"""

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import Field, ForeignObject, Lookup, QuerySet

from core.prepared import Prepared

Row = TypeVar("Row")
Value = date | int | str

# Two values of each kind, the second for the second writing of the same query: where both differ, a value goes.
_STAND_INS: dict[type, Callable[[int, int], Any]] = {
    date: lambda number, writing: date(1850 + writing, 1, 1 + number),
    int: lambda number, writing: 30_000 + 100 * writing + number,
    str: lambda number, writing: f"stand-in {number} {writing}",
}


@ForeignObject.register_lookup
@Field.register_lookup
class Among(Lookup[Any]):
    """``pk__among=keys(…)``: one of so many keys, in SQL that is the same however many they are.

    Of rows that were read already, their keys: a query that names them needs none of the joins that found them.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY (%s::bigint[])", [*parameters, self.rhs]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*parameters, self.rhs]


def keys(found: Iterable[int]) -> str:
    """Keys as ``among`` takes them: PostgreSQL's way of writing an array, or JSON's."""
    opening, closing = "{}" if connections["default"].vendor == "postgresql" else "[]"
    return f"{opening}{','.join(map(str, found))}{closing}"


@dataclass(frozen=True, slots=True)
class _Written:
    """A query as one kind of database takes it: each place of its SQL has the name of a value, or a fixed value."""

    built: QuerySet[Any]
    compiler: Any
    sql: str
    places: tuple[tuple[str, Any], ...]
    prepared: Prepared | None

    def rows(self, values: dict[str, Value], connection: Any) -> list[Any]:
        if self.prepared is not None:
            return self.prepared.ask(values, connection, partial(self._fetch, connection))
        parameters = tuple(_adapted(values[name], connection) if name else value for name, value in self.places)
        return self._fetch(connection, self.sql, parameters)

    def _fetch(self, connection: Any, sql: str, parameters: tuple[Any, ...]) -> list[Any]:
        compiler = copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **kwargs: (sql, parameters)
        rows = self.built._chain()  # type: ignore[attr-defined]
        rows.query.get_compiler = lambda *args, **kwargs: compiler
        return list(rows)


class Compiled(Generic[Row]):
    """``build`` makes the queryset from named dates, keys and codes, none of them None; calling this gives its rows."""

    def __init__(self, build: Callable[..., Any]) -> None:
        self._build = build
        self._written: dict[str, _Written] = {}

    def __call__(self, **values: Value) -> list[Row]:
        connection = connections["default"]
        if connection.vendor not in self._written:
            self._written[connection.vendor] = self._write(values, connection)
        return self._written[connection.vendor].rows(values, connection)

    def _write(self, values: dict[str, Value], connection: Any) -> _Written:
        stand_ins = [
            {name: _STAND_INS[type(value)](number, writing) for number, (name, value) in enumerate(values.items())}
            for writing in (0, 1)
        ]
        built, other = (self._build(**stand_in) for stand_in in stand_ins)
        compiler = built.query.get_compiler(connection=connection)
        (sql, parameters), (same, others) = compiler.as_sql(), other.query.get_compiler(connection=connection).as_sql()
        if sql != same:
            raise TypeError(f"the SQL of {self._build} depends on its values")
        names = {_adapted(value, connection): name for name, value in stand_ins[0].items()}
        places = tuple(
            ("", one) if one == two else (names[one], None) for one, two in zip(parameters, others, strict=True)
        )
        if connection.vendor != "postgresql":
            return _Written(built, compiler, sql, places, None)
        kinds = {name: type(value) for name, value in values.items()}
        return _Written(built, compiler, sql, places, Prepared(built.model._meta.db_table, sql, places, kinds))


def _adapted(value: Value, connection: Any) -> Any:
    """As this kind of database takes it: SQLite takes a date as text."""
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
