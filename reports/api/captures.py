"""All pairs of a year as one table: the official ones, those that count in the preliminary scope, or each as it stands.

«todas» is what the pages of a month and of an indicator show of each capture: drafts and returned figures of the
departments where this person sees them; of the others the last validated pair, where there is one.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db.models import QuerySet

from accounts.access import ALL as EVERYWHERE
from accounts.access import Access, Action
from core.formats import four_decimals
from indicators.calculations import month_percentage, needs_justification
from indicators.models import COMPLETE_STATES, Indicator, Measurement, NoActivity, State
from indicators.results.scope import captured_in, is_current
from programs.models import FiscalYear
from reports.api.asked import Narrowing
from reports.api.columns import ALL
from reports.api.tables import Row
from reports.words import SCOPE_SLUGS

AT_ONCE = 500
"""Indicators of which the captures are in memory at a time: at most twelve each."""
SCOPES = (*SCOPE_SLUGS, ALL)
FILTERS = (
    Narrowing("dependencia", lambda one: one.department, "una dependencia"),
    Narrowing("programa", lambda one: one.program, "un programa"),
)
_FIELDS = (
    "indicator_id", "month", "state", "numerator", "denominator", "no_activity", "justification",
    "validated_numerator", "validated_denominator", "validated_no_activity", "validated_justification", "late",
    "undated",
)  # fmt: skip


class Measured(NamedTuple):
    """An indicator with what its rows say of it."""

    pk: int
    code: str
    program: str
    department: str
    department_id: int


class _Read(NamedTuple):
    indicator_id: int
    month: int
    state: str
    numerator: Decimal | None
    denominator: Decimal | None
    no_activity: str
    justification: str
    validated_numerator: Decimal | None
    validated_denominator: Decimal | None
    validated_no_activity: str
    validated_justification: str
    late: bool
    undated: bool


def measured_in(fiscal_year: FiscalYear) -> list[Measured]:
    """The year's indicators in code order; one query."""
    rows = Indicator.objects.filter(fiscal_year=fiscal_year).order_by("code").values_list(
        "pk", "code", "action__program__code", "action__program__department__prefix", "action__program__department_id"
    )  # fmt: skip
    return [Measured(*row) for row in rows]


def capture_rows(fiscal_year: FiscalYear, indicators: Sequence[Measured], scope: str, access: Access) -> Iterator[Row]:
    """The rows of these indicators, by code and month, read while they leave: a query for each ``AT_ONCE`` of them.

    No cursor and no transaction stays open meanwhile: each piece is as the database was when it was read.
    """
    wanted = _wanted(fiscal_year, scope)
    reach = access.department_ids(Action.SEE_DRAFTS)
    for start in range(0, len(indicators), AT_ONCE):
        piece = {one.pk: one for one in indicators[start : start + AT_ONCE]}
        places = {pk: place for place, pk in enumerate(piece)}
        rows = [_Read(*row) for row in wanted.filter(indicator__in=list(piece)).values_list(*_FIELDS)]
        rows.sort(key=lambda row: (places[row.indicator_id], row.month))
        for row in rows:
            one = piece[row.indicator_id]
            sees = reach == EVERYWHERE or one.department_id in reach
            made = _row(fiscal_year.year, one, row, current=_shows_current(row, scope, sees))
            if made is not None:
                yield made


def _wanted(fiscal_year: FiscalYear, scope: str) -> QuerySet[Measurement]:
    rows = Measurement.objects.filter(fiscal_year=fiscal_year).order_by()
    return rows if scope == ALL else rows.filter(captured_in(SCOPE_SLUGS[scope]))


def _shows_current(row: _Read, scope: str, sees_drafts: bool) -> bool:
    """Whether the current pair is told, and not the validated one beside it."""
    if scope != ALL:
        return is_current(row.state, SCOPE_SLUGS[scope])
    return sees_drafts or row.state in COMPLETE_STATES


def _row(year: int, one: Measured, row: _Read, *, current: bool) -> Row | None:
    """None where there is nothing that this person may see: a draft of others without a validated pair."""
    if current:
        pair, reason, words, state = (row.numerator, row.denominator), row.no_activity, row.justification, row.state
    else:
        pair, reason, words, state = (
            (row.validated_numerator, row.validated_denominator), row.validated_no_activity,
            row.validated_justification, State.VALIDATED.value,
        )  # fmt: skip
        if None in pair:
            return None
    return (
        year, row.month, one.code, one.program, one.department, *map(four_decimals, pair), _percentage(*pair),
        str(NoActivity(reason).label) if reason else "", words if _is_told(*pair) else "", str(State(state).label),
        row.late, row.undated, four_decimals(row.validated_numerator), four_decimals(row.validated_denominator),
    )  # fmt: skip


def _percentage(numerator: Decimal | None, denominator: Decimal | None) -> str | None:
    if numerator is None or denominator is None:
        return None
    return four_decimals(month_percentage(numerator, denominator))


def _is_told(numerator: Decimal | None, denominator: Decimal | None) -> bool:
    """A justification is of a numerator that passes its denominator, as a programme's page tells it."""
    return numerator is not None and denominator is not None and needs_justification(numerator, denominator)
