"""Which pair counts is one rule: its forms for SQL, for the ORM and for what was read say the same of every capture."""

from decimal import Decimal
from itertools import product

import pytest

from indicators.capture.month import History
from indicators.models import COMPLETE_STATES, Measurement, Period, State
from indicators.results.effect import PAIR_COLUMNS, read_figures
from indicators.results.scope import OFFICIAL, PRELIMINARY, captured_in, pair_that_counts
from indicators.results.year import month_cells
from tests.factories import make_department, make_indicator, make_measurement, make_program, make_year
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
STANDING = [
    (state, current, validated)
    for state, current, validated in product(State, [(1, 2), (1, None), (None, None)], [None, (3, 4)])
    if current == (1, 2) or state not in COMPLETE_STATES
]


@pytest.fixture
@shared
def captures():
    """One indicator for each way in which a capture can stand."""
    program = make_program(make_year(), department=make_department())
    for state, current, validated in STANDING:
        make_measurement(make_indicator(program), 9, *current, state, validated=validated)
    return list(Measurement.objects.select_related("indicator__action__program").order_by("pk"))


@pytest.mark.parametrize("scope", [OFFICIAL, PRELIMINARY])
def test_every_form_of_the_rule_says_the_same(captures, scope):
    expected = {}
    for row, (state, current, validated) in zip(captures, STANDING, strict=True):
        official = current if state == State.VALIDATED else validated
        expected[row.indicator_id] = current if scope == PRELIMINARY and state in COMPLETE_STATES else official
    read = {
        row.indicator_id: pair_that_counts(
            scope, row.state, (row.numerator, row.denominator), (row.validated_numerator, row.validated_denominator)
        )
        for row in captures
    }
    assert read == expected
    cells = month_cells(expected, cut_off=12, scope=scope)
    assert {pk: (cell[0].numerator, cell[0].denominator) if cell else None for pk, cell in cells.items()} == expected
    captured = set(Measurement.objects.filter(captured_in(scope)).values_list("indicator_id", flat=True))
    assert captured == {pk for pk, pair in expected.items() if pair is not None}
    period = Period.objects.select_related("fiscal_year").get(month=9, fiscal_year__year=2016)
    figures = read_figures(period, captures[0].indicator.action.program.department_id)
    if scope == PRELIMINARY:
        history = History(Measurement.objects.values_list(*PAIR_COLUMNS))
        found = {pk: history.preliminary(pk) for pk in expected}
        assert {pk: (cell[0][1:3] if cell else None) for pk, cell in found.items()} == expected
    for row in captures:
        result = figures.result(row.indicator, scope)
        pair = expected[row.indicator_id]
        assert (result.numerator, result.denominator) == (pair or (None, None)) or (
            pair is None and not result.numerator
        )


def test_no_activity_is_a_pair_that_counts():
    zero = (Decimal(0), Decimal(0))
    assert pair_that_counts(OFFICIAL, State.SUBMITTED, (Decimal(1), Decimal(2)), zero) == zero
