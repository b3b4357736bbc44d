"""What stands beside a programme's results, in words that nobody has to have learnt."""

import pytest

from indicators import calculations
from reports.plan.comparison import _LEVELS, ZERO_TOLERANCE
from reports.plan.programs import LightCount, entering_words, lights_in_columns


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((10, 10), "10 de 10 indicadores entran"),
        ((1, 4), "1 de 4 indicadores entra"),
        ((1, 1), "1 de 1 indicador entra"),
        ((0, 0), "sin indicadores"),
    ],
)
def test_how_many_indicators_enter(counts, told):
    assert entering_words(*counts) == told


def test_a_row_keeps_the_column_of_a_colour_that_no_programme_has():
    green, amber, red, none = calculations.GREEN, calculations.AMBER, calculations.RED, calculations.NO_LIGHT
    counts = [LightCount(green, 0), LightCount(amber, 24), LightCount(red, 2), LightCount(none, 0)]
    assert [one.light for one in lights_in_columns(counts)] == [green, amber, red]
    assert lights_in_columns([*counts[:3], LightCount(none, 1)])[-1].light == none


def test_what_should_have_stayed_at_zero_is_said_plainly():
    assert _LEVELS[ZERO_TOLERANCE] == "Debían quedar en cero y tuvieron casos"
