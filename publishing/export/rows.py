"""The rows of the tables of a closing, from its document alone."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from core.formats import four_decimals
from indicators.calculations import month_percentage
from publishing.open_data.columns import INDICATORS, MEASUREMENTS, PROGRAMS, Table

Row = dict[str, Any]


def program_rows(document: Row) -> Iterator[Row]:
    cut = _cut(document)
    for program in document["programs"]:
        yield {**program, **cut}


def indicator_rows(document: Row) -> Iterator[Row]:
    cut = _cut(document)
    for program, indicator in _indicators(document):
        yield {**indicator, **cut, "program": program["code"], "department": program["department"]}


def measurement_rows(document: Row) -> Iterator[Row]:
    for program, indicator in _indicators(document):
        belongs = {
            "year": document["year"],
            "indicator": indicator["code"],
            "program": program["code"],
            "department": program["department"],
        }
        for month in indicator["months"]:
            share = month_percentage(Decimal(month["numerator"]), Decimal(month["denominator"]))
            yield {**month, **belongs, "percentage": four_decimals(share)}


def rows_of(table: Table, document: Row) -> Iterator[Row]:
    return _READERS[table.file](document)


_READERS = {
    PROGRAMS.file: program_rows,
    INDICATORS.file: indicator_rows,
    MEASUREMENTS.file: measurement_rows,
}


def _cut(document: Row) -> Row:
    return {key: document[key] for key in ("year", "month", "version")}


def _indicators(document: Row) -> Iterator[tuple[Row, Row]]:
    for program in document["programs"]:
        for indicator in program["indicators"]:
            yield program, indicator
