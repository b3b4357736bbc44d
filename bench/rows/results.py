"""Results of a year's 1,280 indicators against one raw query for the same sums, last values and counts."""

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench.enlarging import enlarge
from bench.figures import Figure, interleaved
from bench.municipality import INDICATORS, Run, copy
from bench.pages import MONTH, YEAR

LIMIT = 1.5  # times the raw query
LIMIT_LARGE = 1.1  # times the same on the smaller table: no slower, but for what a busy machine adds
TURNS, ROUNDS = 10, 10

# What somebody would write by hand: per indicator both sums, both last values (rule 2 of the calculation) and the
# months captured.
RAW = """
    SELECT indicator_id, SUM(validated_numerator), SUM(validated_denominator),
        (ARRAY_AGG(validated_numerator ORDER BY month DESC)
            FILTER (WHERE validated_numerator > 0 OR validated_denominator > 0))[1],
        (ARRAY_AGG(validated_denominator ORDER BY month DESC) FILTER (WHERE validated_denominator > 0))[1],
        COUNT(*)
    FROM indicators_measurement
    WHERE fiscal_year_id = %s AND month <= %s AND validated_numerator IS NOT NULL
    GROUP BY indicator_id
"""


def measure(run: Run) -> list[Figure]:
    from django.db import connection

    from programs.models import FiscalYear

    years = {year.year: year for year in FiscalYear.objects.all()}
    connection.close()  # a database is copied only while nobody is connected to it
    large = copy(run.real, "large")
    captures = enlarge(large)
    return [
        _against_raw(years[YEAR], MONTH),
        _against_raw(years[YEAR - 1], 12),
        *_on_the_large_table(years[YEAR], captures),
    ]


def _against_raw(year: Any, month: int) -> Figure:
    taken = interleaved(_calls(year, month))
    note = f"{taken['results'] * 1000:.1f} ms against {taken['raw'] * 1000:.1f} ms"
    name = f"results of {INDICATORS} indicators to month {month}: times a raw query"
    return Figure(name, taken["results"] / taken["raw"], "x", LIMIT, note)


def _on_the_large_table(year: Any, captures: int) -> list[Figure]:
    """Both databases in turns, because a machine is not equally busy from one minute to the next."""
    taken: dict[str, list[dict[str, float]]] = {"pmd": [], "large": []}
    for _ in range(TURNS):
        for database, times in taken.items():
            with _connected_to(database):
                times.append(interleaved(_calls(year, MONTH), rounds=ROUNDS))
    small, large = (
        {name: statistics.median(turn[name] for turn in times) for name in ("raw", "results")}
        for times in taken.values()
    )
    note = f"{large['results'] * 1000:.1f} ms against {small['results'] * 1000:.1f} ms"
    return [
        Figure(f"… with {captures:,} captures: times a raw query", large["results"] / large["raw"], "x", LIMIT),
        Figure("… times the same with a tenth of them", large["results"] / small["results"], "x", LIMIT_LARGE, note),
    ]


def _calls(year: Any, month: int) -> dict[str, Callable[[], object]]:
    from django.db import connection

    from indicators.results.year import load_results

    def raw() -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(RAW, [year.pk, month])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    def computed() -> int:
        return sum(len(sheet.indicators) for sheet in load_results(year, month=month).programs)

    if computed() != INDICATORS:
        raise RuntimeError("The results do not cover the year's indicators.")
    return {"raw": raw, "results": computed}


@contextmanager
def _connected_to(database: str) -> Iterator[None]:
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
