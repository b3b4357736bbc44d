"""What is printed beside a light, read back, never has another light than the exact value."""

import ast
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formats import percent
from indicators import calculations as calc
from indicators.calculations import Accumulated, IndicatorSpec, Thresholds
from indicators.wording import compliance_text
from reports.tables import percent_cell

D = Decimal
ROOT = Path(__file__).parents[2]

# Four decimals, as the database holds them.
border = st.integers(10_000, 2_000_000).map(lambda units: D(units).scaleb(-4))
thresholds = st.lists(border, min_size=3, max_size=3, unique=True).map(
    lambda found: Thresholds(*(sorted(found)[at] for at in (1, 0, 2)))
)
counts = st.integers(0, 10**6)
specs = st.builds(
    IndicatorSpec,
    code=st.just("PRE-01-01"),
    target=st.integers(1, 2_000_000).map(lambda units: D(units).scaleb(-4)),
    target_kind=st.sampled_from([calc.PERCENTAGE, calc.ABSOLUTE]),
    direction=st.sampled_from([calc.ASCENDING, calc.DESCENDING]),
    schedule=st.sampled_from([calc.BY_RULE, calc.FLAT, calc.LINEAR]),
)


def read(told: str) -> Decimal:
    return D("0.005") if "menos de" in told else D(told.removesuffix(" %").replace(",", ""))


def light_of(compliance: Decimal, annual: Decimal, spec: IndicatorSpec, borders: Thresholds) -> str:
    """Rule 12, of the numbers that a page shows."""
    if spec.direction == calc.ASCENDING and annual > borders.over_above:
        return calc.OVER
    if compliance >= borders.green_from:
        return calc.GREEN
    return calc.AMBER if compliance >= borders.amber_from else calc.RED


def near(border: Decimal, away: int) -> tuple[Decimal, Decimal]:
    """A pair whose percentage lies some hundred-thousandths off the border."""
    return border * 1000 + D(away).scaleb(-3), D(100_000)


@given(specs, thresholds, counts, st.integers(1, 10**6), st.integers(1, 12))
def test_of_any_indicator(spec, borders, numerator, denominator, month):
    assert_read_back(spec, borders, D(numerator), D(denominator), month)


@given(thresholds, st.integers(0, 2), st.integers(-900, 900))
def test_of_one_that_lies_beside_a_border(borders, which, away):
    pair = near(borders[which], away)
    assert_read_back(IndicatorSpec("PRE-01-01", D(100)), borders, *pair, 9)


def assert_read_back(
    spec: IndicatorSpec, borders: Thresholds, numerator: Decimal, denominator: Decimal, month: int
) -> None:
    result = calc.indicator_result(spec, Accumulated(numerator, denominator, 1 << 1), month, borders)
    assert result.compliance is not None and result.annual_compliance is not None
    shown = read(compliance_text(result)), read(percent(result.annual_compliance, result.borders))
    assert light_of(*shown, spec, borders) == result.light
    cells = (percent_cell(value, result.borders) for value in (result.compliance, result.annual_compliance))
    assert light_of(*(cell.value for cell in cells), spec, borders) == result.light  # type: ignore[union-attr]


@given(thresholds, st.lists(st.tuples(st.integers(0, 2), st.integers(-90, 90)), min_size=1, max_size=4))
def test_of_a_programme(borders, members):
    spec = IndicatorSpec("PRE-01-01", D(100))
    pairs = (near(borders[which], away) for which, away in members)
    found = [calc.indicator_result(spec, Accumulated(*pair, 1 << 1), 9, borders) for pair in pairs]
    result = calc.program_result(found, missing_as_zero=False, thresholds=borders)
    assert calc.program_light(read(compliance_text(result)), borders) == result.light


def test_a_light_of_89_996_is_not_printed_as_90():
    result = calc.indicator_result(
        IndicatorSpec("PRE-01-01", D(100)), Accumulated(D(89996), D(100_000), 1 << 1), 1, Thresholds()
    )
    assert (result.light, compliance_text(result)) == (calc.AMBER, "89.996 %")


# Percentages that stand beside no light: shares of captures, targets, and borders themselves.
WITHOUT_LIGHT = {
    "core/templatetags/pmd.py": 1,
    "reports/explanation/coverage.py": 1,
    "reports/plan/glance.py": 1,
    "reports/plan/programs.py": 1,
    "reports/tables.py": 1,
}


@pytest.mark.parametrize("room", ["catalog", "core", "indicators", "publishing", "reports"])
def test_whoever_writes_a_percentage_says_the_borders_that_it_is_told_from(room):
    bare = {}
    for path in sorted((ROOT / room).rglob("*.py")):
        calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
        names = [
            name
            for call in calls
            if (name := getattr(call.func, "attr", None) or getattr(call.func, "id", "")) in ("percent", "percent_cell")
            and len(call.args) < 2
        ]
        if names:
            bare[str(path.relative_to(ROOT))] = len(names)
    assert bare == {path: count for path, count in WITHOUT_LIGHT.items() if path.startswith(f"{room}/")}
