"""Results of a year's 1,280 indicators against one raw query for the same sums, last values and counts."""

from bench.figures import Figure, interleaved
from bench.municipality import INDICATORS, Run
from bench.pages import MONTH, YEAR

LIMIT = 2  # times the raw query

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
    from programs.models import FiscalYear

    years = {year.year: year for year in FiscalYear.objects.all()}
    return [_against_raw(years[YEAR], MONTH), _against_raw(years[YEAR - 1], 12)]


def _against_raw(year, month: int) -> Figure:  # type: ignore[no-untyped-def]
    from django.db import connection

    from indicators.results import load_results

    def raw() -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(RAW, [year.pk, month])
            return cursor.fetchall()

    def computed() -> int:
        return sum(len(sheet.indicators) for sheet in load_results(year, month=month).programs)

    if computed() != INDICATORS:
        raise RuntimeError("The results do not cover the year's indicators.")
    taken = interleaved({"raw": raw, "results": computed})
    note = f"{taken['results'] * 1000:.1f} ms against {taken['raw'] * 1000:.1f} ms"
    name = f"results of {INDICATORS} indicators to month {month}: times a raw query"
    return Figure(name, taken["results"] / taken["raw"], "x", LIMIT, note)
