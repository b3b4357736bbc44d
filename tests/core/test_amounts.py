from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.amounts import (
    AmountError,
    Style,
    from_units,
    is_ambiguous,
    is_blank,
    parse_amount,
    read_amount,
    style_of,
    to_units,
)
from core.formats import amount, four_decimals, percent, plain_amount, points, precise, quantity

D = Decimal


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0", "0"),
        ("12", "12"),
        (" 12 ", "12"),
        ("１２", "12"),
        ("1234.5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1,234,567", "1234567"),
        ("0007", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1.50000", "1.5"),
        ("999999999999.9999", "999999999999.9999"),
        ("\u00a012\u00a0", "12"),
        ("$1,200.00", "1200"),
        ("€ 12", "12"),
        ("12 ＄", "12"),
        ("1 234", "1234"),
        ("1\u00a0234\u202f567.5", "1234567.5"),
        ("\ufeff1\u200b2\u00ad3\u200e", "123"),
        ("1\u206034\u2066.5\u2069", "134.5"),
        ("1.234", "1.234"),
        ("1,234", "1234"),
        ("2,5", "2.5"),
        ("1.234,50", "1234.5"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        ("12,3456", "12.3456"),
        (",5", "0.5"),
        ("5,", "5"),
        ("1.234.567", "1234567"),
        ("1 234,5", "1234.5"),
    ],
)
def test_what_is_an_amount(typed, value):
    assert parse_amount(typed) == D(value)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("doce", "«doce» no es un número."),
        ("-3", "«-3» es negativo: escriba 0 o más."),
        ("85%", "«85%» es un porcentaje"),
        ("1e5", "notación científica"),
        ("1.23E+11", "notación científica"),
        ("NaN", "«NaN» no es un número."),
        ("Infinity", "«Infinity» no es un número."),
        ("-inf", "«-inf» no es un número."),
        ("#¡DIV/0!", "error de la hoja de cálculo"),
        ("####", "«####»: la columna es muy angosta"),
        ("21/11/2026", "«21/11/2026» es una fecha o una hora"),
        ("2026-11-21", "es una fecha"),
        ("21-nov", "es una fecha"),
        ("nov-26", "es una fecha"),
        ("12:30", "es una fecha o una hora"),
        ("1,23E+11", "notación científica"),
        ("(5)", "negativo en Excel"),
        ("—", "«—» es un guion"),
        ("1.23456", "caben hasta 4"),
        ("1234567890123", "caben hasta 12 cifras"),
        ("1,23,456", "use punto para los decimales"),
        ("1,234.567,8", "use punto para los decimales"),
        ("1,23456", "caben hasta 4"),
        ("12 34", "sin espacios"),
        ("12\u00a034", "sin espacios"),
        ("5²", "«5²» no es un número."),
        ("1½", "«1½» no es un número."),
        ("-$5", "es negativo"),
        ("−2,5", "es negativo"),
        ("$ -", "es un guion"),
        ("$", "«$» no es un número."),
        ("\u200b", "Falta el número."),
        ("1" + "\u200b" * 5000 + "x", "no es un número"),
        ("", "Falta el número."),
        (".", "«.» no es un número."),
        ("-", "«-» es un guion: deje la celda vacía"),
        ("١٢", "no es un número"),
        ("1_000", "no es un número"),
        ("0x10", "no es un número"),
        ("9" * 5000, "demasiado"),
        ("x" * 5000, "demasiado largo"),
    ],
)
def test_what_is_not_an_amount(typed, sentence):
    with pytest.raises(AmountError, match=r".") as refused:
        parse_amount(typed)
    assert sentence in str(refused.value)
    assert len(str(refused.value)) < 6000


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("2,5", "2.5"), ("1.234,50", "1,234.50"), ("0,125", "0.125"), (",5", "0.5"), ("5,", "5"), ("$ 2,5", "2.5"),
        ("1.234.567", "1,234,567"), ("1 234,5", "1234.5"),
        ("2.5", ""), ("1,234.50", ""), ("1,234", ""), ("1.234", ""), ("\u200b12", ""), ("$12", ""),
    ],
)  # fmt: skip
def test_a_comma_that_was_read_as_the_decimal_sign_is_shown_back(typed, shown):
    reading = read_amount(typed)
    assert reading.shown == shown
    assert not shown or read_amount(shown) == (type(reading))(reading.value)


@pytest.mark.parametrize(
    ("cells", "style"),
    [
        (["3", "4"], None), (["1,500", "1.500"], None), (["12,5", "3"], Style.COMMA), (["1.234,5"], Style.COMMA),
        (["1.234.567"], Style.COMMA), (["1,234.5"], Style.POINT), (["1.5", "2"], Style.POINT),
        (["1,234,567"], Style.POINT), (["12,5", "1.5"], None), (["$1.5", "x"], Style.POINT), (["21.11.2026"], None),
    ],
)  # fmt: skip
def test_how_a_block_or_a_file_writes_decimals(cells, style):
    assert style_of(cells) is style


@pytest.mark.parametrize(
    ("text", "style", "asked", "value"),
    [
        ("1.234", None, True, "1.234"), ("1.234", Style.POINT, False, "1.234"), ("1.234", Style.COMMA, False, "1234"),
        ("1,234", None, False, "1234"), ("1,234", Style.POINT, False, "1234"), ("1,234", Style.COMMA, True, "1.234"),
        ("$1.234", None, True, "1.234"), ("0.125", None, False, "0.125"), ("1.2345", Style.COMMA, False, "1.2345"),
        ("1234.567", None, False, "1234.567"), ("12", None, False, "12"), ("2,5", Style.POINT, False, "2.5"),
    ],
)  # fmt: skip
def test_what_can_mean_two_things_is_decided_by_the_rest(text, style, asked, value):
    assert is_ambiguous(text, style) is asked and parse_amount(text, style) == D(value)


def test_only_what_cannot_be_seen_is_blank():
    assert is_blank("") and is_blank(" \u00a0\u200b\ufeff ") and not is_blank("0") and not is_blank("$")


@given(st.text(max_size=30))
def test_any_text_gives_an_exact_amount_or_a_sentence(typed):
    try:
        value = parse_amount(typed)
    except AmountError as error:
        assert str(error).endswith(".")
    else:
        assert from_units(to_units(value)) == value


@given(st.integers(0, 10**16 - 1))
def test_shown_amounts_can_be_typed_again(units):
    value = from_units(units)
    assert parse_amount(amount(value)) == value
    assert parse_amount(plain_amount(value)) == value
    assert to_units(value) == units


def european(text: str) -> str:
    return text.translate({44: 46, 46: 44})


@given(
    st.integers(0, 10**16 - 1),
    st.sampled_from(["", "$", "$ ", "€"]),
    st.sampled_from(["", "\u200b", "\u00a0", "\ufeff"]),
)
def test_an_amount_reads_the_same_in_each_style_of_its_block(units, sign, invisible):
    value = from_units(units)
    point, comma = f"{sign}{invisible}{value:,.4f}", european(f"{sign}{invisible}{value:,.4f}")
    assert (style_of([point]), style_of([comma])) == (Style.POINT, Style.COMMA)
    assert parse_amount(point) == parse_amount(comma) == value
    for written in (amount(value), plain_amount(value), f"{value:,.4f}"):
        assert parse_amount(written, Style.POINT) == value
        if not is_ambiguous(european(written), Style.COMMA):
            assert parse_amount(european(written), Style.COMMA) == value


@pytest.mark.parametrize("value", ["-0.0001", "1000000000000", "0.00001", "NaN", "Infinity"])
def test_units_are_exact_or_refused(value):
    with pytest.raises(AmountError):
        to_units(D(value))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"),
        ("0", "0.00 %"),
        ("1234.5", "1,234.50 %"),
        ("0.005", "0.01 %"),
        ("0.0049999", "menos de 0.01 %"),
        ("0.00000001", "menos de 0.01 %"),
        ("0E-12", "0.00 %"),
        ("99.995", "99.995 %"),
        ("12.345", "12.35 %"),
        ("1000", "1,000.00 %"),
        ("-0.00", "0.00 %"),
    ],
)
def test_percentages_are_shown_half_up(value, shown):
    assert percent(value and D(value)) == shown


@pytest.mark.parametrize(
    ("value", "borders", "shown"),
    [
        ("89.996", ["90"], "89.996 %"),
        ("89.994", ["90"], "89.99 %"),
        ("89.99996", ["90"], "89.99996 %"),
        ("90.004", ["90"], "90.004 %"),
        ("90", ["90"], "90.00 %"),
        ("90.005", ["90"], "90.01 %"),
        ("110.0001", ["110"], "110.0001 %"),
        ("99.99996", [], "99.99996 %"),
        ("100.0004", [], "100.0004 %"),
        ("89.996", [], "90.00 %"),
        ("89.996", ["89.997"], "89.996 %"),
        ("69.9999999", ["90", "70", "110"], "69.9999999 %"),
        ("1.0449", ["1.045", "1.04"], "1.0449 %"),
        ("1234.9999", ["1235"], "1,234.9999 %"),
        ("0.004", ["90"], "menos de 0.01 %"),
    ],
)
def test_a_border_that_is_not_reached_is_never_printed(value, borders, shown):
    assert percent(D(value), [D(border) for border in borders]) == shown


def test_what_only_dividing_left_below_a_border_is_the_border():
    assert percent(D("89." + "9" * 58), [D(90)]) == "90.00 %"
    assert precise(D("89." + "9" * 58), [D(90)]) == "90"


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (None, "—"), ("0", "0.00"), ("-0", "0.00"), ("1.25", "+1.25"), ("-0.5", "−0.50"), ("-0.005", "−0.01"),
        ("-0.004", "−0.004"), ("0.004", "+0.004"), ("0.00096", "+0.001"), ("-0.0000000123", "−0.00000001"),
        ("1234.5", "+1,234.50"), ("-1E-50", "0.00"),  # what only dividing made is no change
    ],
)  # fmt: skip
def test_a_change_that_is_not_0_never_reads_0(change, shown):
    assert points(change and D(change)) == shown


def test_nothing_reads_minus_0():
    assert (amount(D("-0.0")), quantity(D("-0.00")), precise(D("-0")), four_decimals(D("-0.00001"))) == (
        "0", "0", "0", "0.0000",
    )  # fmt: skip


def side(value, border):
    return (value > border) - (value < border)


near = st.integers(-(10**7), 10**7).map(lambda units: D(units).scaleb(-9))
thresholds = st.integers(1, 2 * 10**6).map(lambda units: D(units).scaleb(-4))


@given(st.lists(thresholds, min_size=1, max_size=4), near, st.sampled_from([D(0), D(1).scaleb(-40)]), st.data())
def test_what_is_printed_lies_on_the_value_s_own_side_of_every_border(borders, away, tiny, data):
    value = abs(data.draw(st.sampled_from([*borders, D(100)])) + away + tiny)
    for told in (percent(value, borders), quantity(value, borders), precise(value, borders)):
        if "menos de" in told:
            assert 0 < value < D("0.01")
            continue
        read = D(told.removesuffix(" %").replace(",", ""))
        assert [side(read, border) for border in borders] == [side(value, border) for border in borders]
        assert abs(read - value) <= D("0.005")
    assert side(
        D(percent(value, borders).removesuffix(" %").replace(",", "")) if value >= 1 else value, D(100)
    ) == side(value, D(100))


def test_a_tie_that_a_quotient_misses_by_its_last_digit_is_still_a_tie():
    almost = D("0.00004" + "9" * 56)
    assert four_decimals(almost) == "0.0001"
    assert four_decimals(D("0.000049999")) == "0.0000"


@pytest.mark.parametrize(
    ("value", "shown"), [("1234.5000", "1,234.5"), ("100", "100"), ("0.0001", "0.0001"), ("1E+3", "1,000")]
)
def test_amounts_show_only_the_decimals_that_they_have(value, shown):
    assert amount(D(value)) == shown


@pytest.mark.parametrize(
    ("value", "shown", "explained"),
    [
        ("0.000888888888", "menos de 0.01", "0.000889"),
        ("0.00000000123456", "menos de 0.01", "0.00000000123"),
        ("0.005", "0.01", "0.005"),
        ("0", "0", "0"),
    ],
)
def test_what_was_computed_and_is_not_0_never_reads_0(value, shown, explained):
    assert (quantity(D(value)), precise(D(value))) == (shown, explained)
