from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.amounts import AmountError, from_units, parse_amount, to_units
from core.formats import amount, four_decimals, percent, plain_amount, precise, quantity

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
        ("$1,200.00", "signo de pesos"),
        ("(5)", "negativo en Excel"),
        ("—", "«—» es un guion"),
        ("1.23456", "caben hasta 4"),
        ("1234567890123", "caben hasta 12 cifras"),
        ("1,5", "use punto para los decimales"),
        ("1.234,5", "use punto para los decimales"),
        ("12,34", "use punto para los decimales"),
        ("1 234", "sin espacios"),
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
        ("99.995", "100.00 %"),
        ("12.345", "12.35 %"),
        ("1000", "1,000.00 %"),
    ],
)
def test_percentages_are_shown_half_up(value, shown):
    assert percent(value and D(value)) == shown


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
