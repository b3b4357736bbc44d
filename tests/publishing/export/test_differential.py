"""Two implementations of the rules that share nothing: whatever the figures, they say the same, digit by digit."""

from hypothesis import given, settings
from hypothesis import strategies as st

from indicators import calculations as calc
from publishing.export import verificar
from tests.publishing.export.documents import a_closing, a_program, an_indicator

small = st.integers(0, 12).map(str)
ten_thousandths = st.integers(0, 10**16 - 1).map(lambda units: f"{units // 10**4}.{units % 10**4:04d}")
amounts = st.one_of(small, small, ten_thousandths)
percents = st.integers(1, 1_200_000).map(lambda units: f"{units // 10**4}.{units % 10**4:04d}")
modes = st.sampled_from([calc.SUM, calc.LAST])
borders = st.tuples(*[st.integers(1, 120)] * 3).map(sorted)


@st.composite
def thresholds(draw):
    amber, green, over = draw(borders)
    return {"green_from": f"{green}.0000", "amber_from": f"{amber}.0000", "over_above": f"{over}.0000"}


@st.composite
def shares(draw):
    found = sorted(draw(st.lists(st.integers(0, 1_000_000), min_size=11, max_size=11)))
    return [f"{units // 10**4}.{units % 10**4:04d}" for units in (*found, 1_000_000)]


@st.composite
def an_any_indicator(draw, code, cut_off):
    schedule = draw(st.sampled_from([calc.FLAT, calc.LINEAR, calc.EXPLICIT]))
    descending = draw(st.booleans())
    months = draw(st.lists(st.integers(1, cut_off), unique=True, max_size=cut_off))
    return an_indicator(
        code,
        {month: (draw(amounts), draw(amounts)) for month in months},
        considered=draw(st.booleans()),
        direction=calc.DESCENDING if descending else calc.ASCENDING,
        target_kind=draw(st.sampled_from([calc.PERCENTAGE, calc.ABSOLUTE])),
        target=draw(st.one_of(percents, st.sampled_from(["0.0000", "0.0001", "100.0000", "999999999999.9999"]))),
        frequency=draw(st.sampled_from(sorted(verificar.MONTHS_BETWEEN))),
        starts_in=draw(st.integers(1, 12)),
        retired_from=draw(st.one_of(st.none(), st.integers(1, 12))),
        schedule=schedule,
        shares=draw(shares()) if schedule == calc.EXPLICIT else None,
        numerator_mode=draw(modes),
        denominator_mode=draw(modes),
        thresholds=draw(st.one_of(st.none(), thresholds())),
    )


@st.composite
def closings(draw):
    cut_off = draw(st.integers(1, 12))
    programs = [
        a_program(
            f"{'ABC'[place % 3]}-{place:02d}",
            [draw(an_any_indicator(f"{place:02d}-{number}", cut_off)) for number in range(draw(st.integers(0, 4)))],
            axis=draw(st.sampled_from("12")),
            objective=None,
            strategy=None,
        )
        for place in range(draw(st.integers(0, 4)))
    ]
    rules = {
        "missing_as_zero": draw(st.booleans()),
        "descending_enters_as": draw(st.sampled_from([calc.BY_COMPLIANCE, calc.BY_PERCENTAGE])),
        **draw(thresholds()),
    }
    return a_closing(programs, month=cut_off, **rules)


@settings(max_examples=300, deadline=None)
@given(closings())
def test_the_verifier_and_the_product_agree(document):
    report = verificar.Report()
    verificar.check_document("cierre.json", document, report)
    assert report.faults == []


@given(st.integers(0, 10**30), st.integers(1, 10**20))
def test_a_figure_is_written_with_four_decimals_half_up(numerator, denominator):
    written = verificar.written(verificar.Fraction(numerator, denominator))
    exact = verificar.Fraction(numerator, denominator)
    distance = verificar.amount(written, "figure") - exact
    assert -verificar.Fraction(1, 20000) < distance <= verificar.Fraction(1, 20000)
