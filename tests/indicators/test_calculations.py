"""The arithmetic without a database: the document's cases, tables of borders, and what must hold for any figures."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formats import four_decimals
from indicators import calculations as calc
from indicators.calculations import Cell, IndicatorSpec, Thresholds
from tests.indicators.cases import CASES, as_strings, case_id, pure_results

D = Decimal
amounts = st.integers(min_value=0, max_value=10**16 - 1).map(lambda units: D(units).scaleb(-4))
small = st.integers(min_value=0, max_value=20).map(D)
any_amount = st.one_of(small, amounts)
modes = st.sampled_from([calc.SUM, calc.LAST])


@st.composite
def captured(draw: st.DrawFn) -> list[Cell]:
    months = draw(st.lists(st.integers(1, 12), unique=True, min_size=1, max_size=12))
    return [Cell(month, draw(any_amount), draw(any_amount)) for month in months]


@st.composite
def situations(draw: st.DrawFn) -> tuple[IndicatorSpec, calc.Accumulated, int]:
    """An indicator, what was captured of it and a cut-off."""
    spec = IndicatorSpec(
        code="PRE-01-01",
        target=draw(st.integers(1, 200).map(D)),
        target_kind=draw(st.sampled_from([calc.PERCENTAGE, calc.ABSOLUTE])),
        numerator_mode=draw(modes),
        denominator_mode=draw(modes),
        considered=draw(st.booleans()),
        direction=draw(st.sampled_from([calc.ASCENDING, calc.DESCENDING])),
        frequency=draw(st.sampled_from([1, 2, 3, 4, 6, 12])),
    )
    cells = draw(st.one_of(st.just([]), captured()))
    accumulated = calc.accumulate(cells, numerator_mode=spec.numerator_mode, denominator_mode=spec.denominator_mode)
    return spec, accumulated, draw(st.integers(1, 12))


def results() -> st.SearchStrategy[calc.IndicatorResult]:
    return situations().map(lambda drawn: calc.indicator_result(*drawn, Thresholds()))


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_worked_case(case):
    assert as_strings(*pure_results(case)) == case["expected"]


@pytest.mark.parametrize(
    ("kind", "direction", "target", "pair", "away"),
    [
        (calc.PERCENTAGE, calc.ASCENDING, 100, (30, 200), "170"),
        (calc.PERCENTAGE, calc.ASCENDING, 80, (1, 3), "1.4"),
        (calc.PERCENTAGE, calc.DESCENDING, 5, (12, 200), "2"),
        (calc.PERCENTAGE, calc.DESCENDING, 0, (2, 225_000), "2"),
        (calc.ABSOLUTE, calc.ASCENDING, 12, (2, 2), "4"),  # linear: half of them by June
        (calc.ABSOLUTE, calc.DESCENDING, 3, (10, 10), "7"),
        (calc.PERCENTAGE, calc.ASCENDING, 100, None, "0"),
    ],
)
def test_how_far_the_real_quantity_is_from_what_is_expected(kind, direction, target, pair, away):
    spec = IndicatorSpec(code="PRE-01-01", target=D(target), target_kind=kind, direction=direction)
    cells = [Cell(1, D(pair[0]), D(pair[1]))] if pair else []
    accumulated = calc.accumulate(cells, numerator_mode=calc.SUM, denominator_mode=calc.SUM)
    result = calc.indicator_result(spec, accumulated, 6, Thresholds())
    assert calc.distance(result, by_percentage=kind == calc.PERCENTAGE) == D(away)


@pytest.mark.parametrize(
    ("numerator", "denominator", "percentage", "reason", "justification"),
    [
        ("3", "4", "75.0000", False, False),
        ("0", "4", "0.0000", False, False),
        ("4", "4", "100.0000", False, False),
        ("5", "4", "125.0000", False, True),
        ("3", "0", None, False, True),
        ("0", "0", None, True, False),
        ("0.0001", "0", None, False, True),
    ],
)
def test_one_month(numerator, denominator, percentage, reason, justification):
    n, d = D(numerator), D(denominator)
    assert four_decimals(calc.month_percentage(n, d)) == percentage
    assert calc.needs_reason(n, d) is reason
    assert calc.needs_justification(n, d) is justification


@pytest.mark.parametrize(
    ("frequency", "due"),
    [
        (1, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
        (2, [2, 4, 6, 8, 10, 12]),
        (3, [3, 6, 9, 12]),
        (4, [4, 8, 12]),
        (6, [6, 12]),
        (12, [12]),
    ],
)
def test_due_months(frequency, due):
    assert [month for month in calc.MONTHS if calc.is_due(month, frequency)] == due
    assert [calc.due_months(cut_off, frequency) for cut_off in (2, 7, 12)] == [
        len([month for month in due if month <= cut_off]) for cut_off in (2, 7, 12)
    ]
    assert calc.months_mask(12, frequency) == sum(1 << month for month in due)
    assert calc.months_mask(5, frequency) == sum(1 << month for month in due if month <= 5)


def _light(numerator: str, denominator: str, **kwargs: object) -> str:
    thresholds = kwargs.pop("thresholds", Thresholds())
    cut_off = kwargs.pop("cut_off", 1)
    spec = IndicatorSpec(**{"code": "PRE-01-01", "target": D(100), **kwargs})
    accumulated = calc.accumulate(
        [Cell(1, D(numerator), D(denominator))],
        numerator_mode=spec.numerator_mode,
        denominator_mode=spec.denominator_mode,
    )
    return calc.indicator_result(spec, accumulated, cut_off, thresholds).light


@pytest.mark.parametrize(
    ("numerator", "denominator", "options", "light"),
    [
        # a linear twelfth that no decimal writes exactly: 1/12 of 100 % is expected, 7.5 % of it is 90 % of that
        ("7.5", "100", {"denominator_mode": calc.LAST}, calc.GREEN),
        ("7.4999", "100", {"denominator_mode": calc.LAST}, calc.AMBER),
        ("70", "1200", {"denominator_mode": calc.LAST}, calc.AMBER),
        ("69.9999", "1200", {"denominator_mode": calc.LAST}, calc.RED),
        # own thresholds of an indicator
        ("80", "100", {"thresholds": Thresholds(D(80), D(50), D(105))}, calc.GREEN),
        ("105", "100", {"thresholds": Thresholds(D(80), D(50), D(105))}, calc.GREEN),
        ("105.0001", "100", {"thresholds": Thresholds(D(80), D(50), D(105))}, calc.OVER),
        # an absolute target of 7 units at its third of the year: 2.1 of 7/3 is exactly 90 %
        ("2.1", "1", {"target": D(7), "target_kind": calc.ABSOLUTE, "cut_off": 4}, calc.GREEN),
        ("2.0999", "1", {"target": D(7), "target_kind": calc.ABSOLUTE, "cut_off": 4}, calc.AMBER),
        # descending at its borders
        ("10", "90", {"target": D(10), "direction": calc.DESCENDING}, calc.GREEN),
        ("10", "89.9999", {"target": D(10), "direction": calc.DESCENDING}, calc.AMBER),
        ("1", "100", {"target": D(0), "direction": calc.DESCENDING}, calc.RED),
        ("0", "100", {"target": D(0), "direction": calc.DESCENDING}, calc.GREEN),
    ],
)
def test_lights_at_exact_borders(numerator, denominator, options, light):
    assert _light(numerator, denominator, **options) == light


def test_a_programme_at_exactly_ninety_is_green():
    """89 2/3 and 90 1/3 have the mean 90, although neither quotient ends."""
    measured = [
        calc.indicator_result(IndicatorSpec(code, D(100)), calc.Accumulated(n, D(300), 2), 1, Thresholds())
        for code, n in (("PRE-01-01", D(269)), ("PRE-01-02", D(271)))
    ]
    program = calc.program_result(measured, missing_as_zero=False, thresholds=Thresholds())
    assert program.light == calc.GREEN
    assert four_decimals(program.global_) == "90.0000"


def test_roll_up_is_the_mean_of_programmes_with_data():
    def program(global_: str | None, compliance: str | None) -> calc.ProgramResult:
        return calc.ProgramResult(global_ and D(global_), 1, 1, compliance and D(compliance), calc.GREEN)

    rolled = calc.roll_up([program("90", "80"), program(None, None), program("70", None)])
    assert (rolled.global_, rolled.compliance, rolled.with_data, rolled.programs) == (80, 80, 2, 3)
    assert calc.roll_up([]) == calc.RollUp(None, None, 0, 0)


@given(captured(), modes, modes, st.integers(1, 12))
def test_a_month_without_activity_changes_no_number(cells, numerator_mode, denominator_mode, month):
    taken = {cell.month for cell in cells}
    if month in taken:
        return
    before = calc.accumulate(cells, numerator_mode=numerator_mode, denominator_mode=denominator_mode)
    after = calc.accumulate(
        [*cells, Cell(month, D(0), D(0))], numerator_mode=numerator_mode, denominator_mode=denominator_mode
    )
    assert (before.numerator, before.denominator) == (after.numerator, after.denominator)


@given(captured(), modes, modes, st.integers(1, 12))
def test_accumulating_month_by_month_is_accumulating_at_each_cut_off(cells, numerator_mode, denominator_mode, cut_off):
    pairs = {cell.month: (int(cell.numerator * 10_000), int(cell.denominator * 10_000)) for cell in cells}
    found = calc.accumulate_by_month(
        pairs,
        last_numerator=numerator_mode == calc.LAST,
        last_denominator=denominator_mode == calc.LAST,
        cut_off=cut_off,
    )
    assert len(found) == cut_off
    for month, (numerator, denominator, months) in enumerate(found, start=1):
        until = [cell for cell in cells if cell.month <= month]
        once = calc.accumulate(until, numerator_mode=numerator_mode, denominator_mode=denominator_mode)
        assert (D(numerator).scaleb(-4), D(denominator).scaleb(-4), months) == (
            once.numerator,
            once.denominator,
            once.months,
        )


@given(situations())
def test_what_a_mean_takes_of_an_indicator_is_what_its_result_says(situation):
    spec, accumulated, cut_off = situation
    held = calc.yardstick(spec, cut_off, Thresholds())
    stands = calc.standing(spec.considered, held, accumulated.numerator, accumulated.denominator, accumulated.months)
    result = calc.indicator_result(spec, accumulated, cut_off, Thresholds())
    assert stands == (result.considered, result.status, result.advance, result.compliance)


@given(situations(), st.sampled_from([calc.BY_COMPLIANCE, calc.BY_PERCENTAGE]))
def test_what_enters_the_global_is_the_percentage_but_of_a_descending_one_what_its_year_says(situation, enters_as):
    """Rule 6: its compliance, or the percentage in a year that was locked before the rule."""
    spec, accumulated, cut_off = situation
    result = calc.indicator_result(spec, accumulated, cut_off, Thresholds(descending_enters_as=enters_as))
    by_compliance = spec.direction == calc.DESCENDING and enters_as == calc.BY_COMPLIANCE
    assert result.by_compliance is by_compliance
    assert result.advance == (result.compliance if by_compliance else result.percentage)
    assert (result.advance is None) == (result.percentage is None)
    one = calc.program_result([result._replace(considered=True)], missing_as_zero=False, thresholds=Thresholds())
    assert one.global_ == result.advance


@pytest.mark.parametrize(
    ("kind", "target", "pair", "advance"),
    [
        (calc.PERCENTAGE, 10, (4, 100), "100"),
        (calc.PERCENTAGE, 10, (40, 100), "25"),
        (calc.PERCENTAGE, 10, (0, 100), "100"),
        (calc.ABSOLUTE, 5, (20, 100), "25"),
        (calc.PERCENTAGE, 10, (3, 0), None),
    ],
)
def test_a_month_by_itself_enters_as_the_year_does(kind, target, pair, advance):
    n, d = map(D, pair)
    options = {"target": D(target), "by_percentage": kind == calc.PERCENTAGE}
    assert calc.month_advance(n, d, **options, by_compliance=True) == (advance and D(advance))
    assert calc.month_advance(n, d, **options, by_compliance=False) == calc.month_percentage(n, d)


@given(
    st.sampled_from([1, 2, 3, 4, 6, 12]),
    st.integers(1, 12),
    st.one_of(st.none(), st.integers(1, 12)),
    st.integers(1, 12),
)
def test_the_months_due_are_those_that_are_asked_for(frequency, starts_in, retired_from, cut_off):
    """Rules 4, 4a and 4b: the count, the bits and the month by itself say the same."""
    asked = [m for m in range(1, cut_off + 1) if calc.is_due(m, frequency, retired_from, starts_in)]
    assert all(starts_in <= m and (retired_from is None or m < retired_from) for m in asked)
    assert calc.due_months(cut_off, frequency, retired_from, starts_in) == len(asked)
    until = calc.last_asked(cut_off, retired_from)
    assert calc.months_mask(until, frequency, starts_in) == sum(1 << month for month in asked)


@pytest.mark.parametrize(("cut_off", "expected"), [(6, "0"), (7, "2"), (8, "4"), (12, "12")])
def test_a_line_that_begins_in_july_reaches_the_target_in_december(cut_off, expected):
    spec = IndicatorSpec("PRE-01-01", D(12), target_kind=calc.ABSOLUTE, starts_in=7)
    assert calc.expected_target(spec, cut_off) == D(expected)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [("80", "92.5", "12.5"), ("92.5", "80", "-12.5"), (None, "80", None), ("80", None, None), (None, None, None)],
)
def test_a_change_needs_both_figures(before, after, change):
    found = calc.change(before and D(before), after and D(after))
    assert found == (change and D(change))


@given(captured(), modes, modes, st.randoms())
def test_the_order_of_the_months_does_not_matter(cells, numerator_mode, denominator_mode, shuffler):
    shuffled = list(cells)
    shuffler.shuffle(shuffled)
    options = {"numerator_mode": numerator_mode, "denominator_mode": denominator_mode}
    assert calc.accumulate(cells, **options) == calc.accumulate(shuffled, **options)


@given(st.lists(results(), min_size=1, max_size=12), st.booleans(), st.integers(0, 2**32))
def test_permuting_indicators_changes_nothing(measured, missing_as_zero, seed):
    options = {"missing_as_zero": missing_as_zero, "thresholds": Thresholds()}
    shuffled = list(measured)
    random.Random(seed).shuffle(shuffled)
    assert calc.program_result(measured, **options) == calc.program_result(shuffled, **options)


@given(st.lists(results(), min_size=1, max_size=12))
def test_the_global_lies_between_the_extremes(measured):
    program = calc.program_result(measured, missing_as_zero=False, thresholds=Thresholds())
    considered = [r.advance for r in measured if r.considered and r.advance is not None]
    assert program.considered == len(considered)
    if considered:
        assert min(considered) <= program.global_ <= max(considered)
    else:
        assert program.global_ is None


@given(st.lists(st.tuples(amounts, amounts.filter(bool)), min_size=1, max_size=8))
def test_the_global_is_the_fraction_that_it_stands_for(pairs):
    """What is shown is the exact rational mean rounded half up."""
    exact = sum((Fraction(n) / Fraction(d) * 100 for n, d in pairs), Fraction(0)) / len(pairs)
    measured = [
        calc.indicator_result(IndicatorSpec("PRE-01-01", D(100)), calc.Accumulated(n, d, 2), 1, Thresholds())
        for n, d in pairs
    ]
    program = calc.program_result(measured, missing_as_zero=False, thresholds=Thresholds())
    ten_thousandths = int(exact * 10_000 * 2 + 1) // 2
    assert four_decimals(program.global_) == f"{D(ten_thousandths).scaleb(-4):f}"


def exact_light(spec: IndicatorSpec, cut_off: int, n: Decimal, d: Decimal, thresholds: Thresholds) -> str:
    """Rules 10 to 12 in fractions, written out a second time."""
    value = Fraction(n) / Fraction(d) * 100 if spec.target_kind == calc.PERCENTAGE else Fraction(n)
    target = Fraction(spec.target)
    if spec.direction == calc.DESCENDING:
        compliance = min(Fraction(100), target / value * 100) if value else Fraction(100)
        annual = Fraction(0)
    else:
        share = {calc.FLAT: Fraction(1), calc.LINEAR: Fraction(cut_off, 12)}.get(spec.schedule)
        expected = target * (Fraction(spec.shares[cut_off - 1]) / 100 if share is None else share)
        if not expected:
            return calc.NO_LIGHT
        compliance, annual = value / expected * 100, value / target * 100
    if annual > Fraction(thresholds.over_above):
        return calc.OVER
    if compliance >= Fraction(thresholds.green_from):
        return calc.GREEN
    return calc.AMBER if compliance >= Fraction(thresholds.amber_from) else calc.RED


@given(
    kind=st.sampled_from([calc.PERCENTAGE, calc.ABSOLUTE]),
    direction=st.sampled_from([calc.ASCENDING, calc.DESCENDING]),
    schedule=st.sampled_from([calc.FLAT, calc.LINEAR, calc.EXPLICIT]),
    target=st.one_of(st.integers(1, 3), st.integers(1, 10**16 - 1)).map(lambda units: D(units).scaleb(-4)),
    share=st.one_of(st.integers(0, 3), st.integers(0, 10**6)).map(lambda units: D(units).scaleb(-4)),
    d=st.one_of(st.integers(1, 7).map(D), amounts.filter(bool)),
    border=st.sampled_from(["amber_from", "green_from", "over_above"]),
    off=st.sampled_from([0, 0, 1, -1]),
    cut_off=st.integers(1, 12),
    any_n=amounts,
)
def test_a_light_is_exact_at_its_borders(kind, direction, schedule, target, share, d, border, off, cut_off, any_n):
    """Figures are aimed at a border and one ten-thousandth beside it: where quotients would be tempted to round."""
    spec = IndicatorSpec(
        code="PRE-01-01",
        target=target,
        target_kind=kind,
        direction=direction,
        schedule=schedule,
        shares=(share,) * 12 if schedule == calc.EXPLICIT else (),
    )
    thresholds = Thresholds()
    whole = {calc.FLAT: Fraction(1), calc.LINEAR: Fraction(cut_off, 12), calc.EXPLICIT: Fraction(share) / 100}[schedule]
    reach = Fraction(target) * (1 if border == "over_above" or direction == calc.DESCENDING else whole)
    wanted = reach * Fraction(getattr(thresholds, border)) / 100
    if direction == calc.DESCENDING:
        wanted = Fraction(target) * 100 / Fraction(getattr(thresholds, border))
    units = round(wanted * (Fraction(d) / 100 if kind == calc.PERCENTAGE else 1) * 10_000) + off
    for n in (any_n, D(max(units, 0)).scaleb(-4)):
        found = calc.indicator_result(spec, calc.Accumulated(n, d, 1 << cut_off), cut_off, thresholds)
        assert found.light == exact_light(spec, cut_off, n, d, thresholds)


@given(results())
def test_a_light_says_what_the_compliance_says(measured):
    """Away from the borders, where the exact light and the rounded compliance cannot disagree."""
    if measured.compliance is None:
        assert measured.light == calc.NO_LIGHT
    elif measured.light != calc.OVER and all(abs(measured.compliance - border) > 1 for border in (70, 90)):
        expected = calc.GREEN if measured.compliance > 90 else calc.AMBER if measured.compliance > 70 else calc.RED
        assert measured.light == expected


@given(results())
def test_status_and_numbers_agree(measured):
    assert (measured.percentage is None) == (measured.status != calc.OK)
    assert (measured.numerator is None) == (measured.status in (calc.MISSING, calc.NOT_DUE))
    assert measured.months_captured <= 12
    if measured.percentage is None:
        assert measured.compliance is None and measured.annual_compliance is None


UP, DOWN, BY_AMOUNT = calc.ASCENDING, calc.DESCENDING, calc.ABSOLUTE


@pytest.mark.parametrize(
    ("kind", "direction", "target", "pair", "bad"),
    [
        (calc.PERCENTAGE, UP, 100, (9, 9), "0"),
        (calc.PERCENTAGE, UP, 100, (30, 9), "0"),  # beyond what is expected nothing lacks
        (calc.PERCENTAGE, UP, 100, (0, 9), "1"),  # all of 9 lacks, and the logarithm of 9 + 1 is 1
        (calc.PERCENTAGE, UP, 100, (0, 999), "3"),
        (calc.PERCENTAGE, UP, 100, (333, 999), "2"),
        (calc.PERCENTAGE, UP, 50, (0, 198), "2"),  # half of 198 is expected
        (BY_AMOUNT, UP, 99, (33, 1), "1.3333333333"),
        (calc.PERCENTAGE, DOWN, 0, (99, 99), "2"),
        (calc.PERCENTAGE, DOWN, 0, (333, 999), "1"),
        (calc.PERCENTAGE, DOWN, 0, (1, 99_999), "0.0000500005"),
        (calc.PERCENTAGE, DOWN, 5, (4, 99), "0"),
        (BY_AMOUNT, DOWN, 0, (9, 9), "1"),
    ],
)
def test_how_badly_an_indicator_stands(kind, direction, target, pair, bad):
    spec = IndicatorSpec("PRE-01-01", D(target), target_kind=kind, direction=direction, schedule=calc.FLAT)
    result = calc.indicator_result(spec, calc.Accumulated(D(pair[0]), D(pair[1]), 2), 1, Thresholds())
    found = calc.severity(result, by_percentage=kind == calc.PERCENTAGE, descending=direction == DOWN)
    assert round(found, 10) == D(bad)


@given(situations())
def test_nothing_is_worse_than_all_of_its_size(situation):
    spec, sides, month = situation
    result = calc.indicator_result(spec, sides, month, Thresholds())
    down = spec.direction == calc.DESCENDING
    bad = calc.severity(result, by_percentage=spec.target_kind == calc.PERCENTAGE, descending=down)
    assert 0 <= bad <= 15
    if result.light in (calc.GREEN, calc.OVER) and result.compliance >= 100:
        assert bad == 0
