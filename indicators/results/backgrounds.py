"""What the checks of a month hold its pairs against, read for any number of indicators with one query."""

from collections.abc import Iterable, Mapping

from indicators.calculations import Cell
from indicators.checks import Background
from indicators.models import Indicator, Measurement, Period
from indicators.results import standards

# What a background needs of an indicator, for querysets that read no more than they use.
SPEC_FIELDS = (
    "code", "target", "target_kind", "numerator_mode", "denominator_mode", "considered", "direction", "frequency",
    "schedule", "shares", "retired_from", "starts_in",
)  # fmt: skip


def background_of(indicator: Indicator, month: int, cells: Iterable[Cell]) -> Background:
    """``cells`` are captured pairs of the indicator's year; those of this month and later play no part."""
    earlier = tuple(sorted(cell for cell in cells if cell.month < month))
    return Background(standards.spec_of(indicator, month=month), month, earlier)


def backgrounds(indicators: Iterable[Indicator], period: Period) -> Mapping[int, Background]:
    """By indicator id, of one month."""
    found = list(indicators)
    rows = Measurement.objects.filter(
        indicator__in=found, month__lt=period.month, numerator__isnull=False, denominator__isnull=False
    ).values_list("indicator_id", "month", "numerator", "denominator")
    cells: dict[int, list[Cell]] = {}
    for indicator_id, *pair in rows:
        cells.setdefault(indicator_id, []).append(Cell(*pair))
    return {row.pk: background_of(row, period.month, cells.get(row.pk, ())) for row in found}
