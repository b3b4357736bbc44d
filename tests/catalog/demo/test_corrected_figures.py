"""What the demonstration corrects is what a municipality corrects: one side of the pair had been counted short."""

import random

import pytest

from catalog.demo.figures import Figures, corrected


@pytest.mark.parametrize(
    ("pair", "side"),
    [
        (Figures(738, 90, justification="El numerador es la cifra acumulada en el año."), "numerator"),
        (Figures(5_0000, 0, justification="No hubo ingresos en el mes; se atendió el rezago."), "numerator"),
        (Figures(70_0000, 90_0000), "numerator"),
        (Figures(90_0000, 90_0000), "denominator"),
        (Figures(0, 0, no_activity="no_demand"), "denominator"),
    ],
)
def test_one_side_grows_a_little_and_the_other_stays(pair, side):
    for seed in range(20):
        after = corrected(random.Random(seed), pair)
        kept = "denominator" if side == "numerator" else "numerator"
        assert getattr(after, kept) == getattr(pair, kept)
        assert 0 < getattr(after, side) - getattr(pair, side) <= 3_0000
        assert after.justification == pair.justification, "what explains an excess explains it still"
