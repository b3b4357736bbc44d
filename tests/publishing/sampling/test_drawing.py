"""The draw: shares of strata, and the same sample of the same seed and population."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.sampling.drawing import Unit, allocate, draw, fingerprint, lot, strata_of

POPULATION = [
    Unit(f"{prefix}-01-{number:02d}", month, prefix)
    for prefix, indicators in (("PRE", 8), ("OBR", 3), ("DIF", 1))
    for number in range(1, indicators + 1)
    for month in range(1, 10)
]


@st.composite
def strata_and_size(draw):  # type: ignore[no-untyped-def]
    populations = draw(st.lists(st.integers(0, 3000), min_size=1, max_size=40))
    return populations, draw(st.integers(0, sum(populations)))


@given(strata_and_size())
def test_shares_sum_to_the_size_and_are_never_more_than_there_is(given_):
    populations, size = given_
    shares = allocate(populations, size)
    assert sum(shares) == size
    assert all(0 <= share <= population for share, population in zip(shares, populations, strict=True))
    if size >= sum(1 for population in populations if population):
        assert all(share >= 1 for share, population in zip(shares, populations, strict=True) if population)
    # What is more than the one that each has is at most its proportion, rounded up.
    total = sum(populations)
    assert all(
        share <= max(1, -(-size * population // total))
        for share, population in zip(shares, populations, strict=True)
        if population
    )


@pytest.mark.parametrize(
    ("populations", "size", "expected"),
    [
        ([72, 27, 9], 12, [8, 3, 1]),
        ([1000, 1, 1], 10, [8, 1, 1]),
        ([1000, 1, 1], 2, [2, 0, 0]),
        ([5, 5, 5], 4, [2, 1, 1]),
        ([0, 4], 1, [0, 1]),
        ([3, 2], 5, [3, 2]),
        ([7], 0, [0]),
    ],
)
def test_shares(populations, size, expected):
    assert allocate(populations, size) == expected


@pytest.mark.parametrize("size", [-1, 6])
def test_nothing_is_drawn_of_what_is_not_there(size):
    with pytest.raises(ValueError, match="cannot be drawn"):
        allocate([3, 2], size)


def test_the_lot_is_what_sha256sum_says():
    # printf '%s\n%s\n%s' 'acta 7' 'PRE-02-03' '9' | sha256sum
    assert lot("acta 7", Unit("PRE-02-03", 9, "PRE")) == LOT


LOT = "0520d9b7b7f7a895655b15ab8206e08d1c22f7eafca6bf448fecf4d6a0cf70ac"


@given(st.randoms(use_true_random=False), st.text(max_size=20))
def test_the_order_in_which_a_population_is_read_draws_nothing_else(shuffler: random.Random, seed: str):
    shuffled = list(POPULATION)
    shuffler.shuffle(shuffled)
    strata = strata_of(POPULATION, ["PRE", "OBR", "DIF"], 12)
    assert draw(shuffled, strata, seed) == draw(POPULATION, strata, seed)
    assert fingerprint(shuffled) == fingerprint(POPULATION)


def test_a_seed_draws_these_figures_for_ever():
    strata = strata_of(POPULATION, ["PRE", "OBR", "DIF", "VAC"], 6)
    assert [(one.code, one.population, one.drawn) for one in strata] == [("PRE", 72, 4), ("OBR", 27, 1), ("DIF", 9, 1)]
    assert [unit.name for unit in draw(POPULATION, strata, "acta 7")] == DRAWN
    assert [unit.name for unit in draw(POPULATION, strata, "acta 8")] != DRAWN


# Worked out by a shell: sha256sum of each figure, sort, head.
DRAWN = ["DIF-01-01-01", "OBR-01-02-06", "PRE-01-02-03", "PRE-01-03-06", "PRE-01-06-09", "PRE-01-08-02"]
