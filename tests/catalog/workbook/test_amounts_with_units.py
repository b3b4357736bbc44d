"""Targets as people write them into one cell."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.workbook.amounts_with_units import ABSOLUTE, PERCENTAGE, PESOS, SplitAmount, split_amount
from core.amounts import AmountError, Style, parse_amount

CERTAIN = [
    ("12 informes", "12", "Informes", ABSOLUTE),
    ("12 Informes.", "12", "Informes", ABSOLUTE),
    ("100 m2", "100", "m2", ABSOLUTE),
    ("100m2", "100", "m2", ABSOLUTE),
    ("100 m² de pavimento", "100", "m² de pavimento", ABSOLUTE),
    ("5 km", "5", "km", ABSOLUTE),
    ("1 234 informes", "1 234", "Informes", ABSOLUTE),
    ("1,500 despensas", "1,500", "Despensas", ABSOLUTE),
    ("12 eventos culturales", "12", "Eventos culturales", ABSOLUTE),
    ("12 (doce) informes", "12", "Informes", ABSOLUTE),
    ("12 (informes)", "12", "Informes", ABSOLUTE),
    ("12 informes al año", "12", "Informes", ABSOLUTE),
    ("12/año", "12", "", ABSOLUTE),
    ("12 informes anuales", "12", "Informes anuales", ABSOLUTE),
    ("1 (uno)", "1", "", ""),
    ("120 (ciento veinte)", "120", "", ""),
    ("12", "12", "", ""),
    ("1,500", "1,500", "", ""),
    ("0.9", "0.9", "", ""),
    ("Meta: 12", "12", "", ""),
    ("1.000.000", "1.000.000", "", ""),
    ("100%", "100", "", PERCENTAGE),
    ("100 %", "100", "", PERCENTAGE),
    ("12,5%", "12,5", "", PERCENTAGE),
    ("90 por ciento", "90", "", PERCENTAGE),
    ("90 porciento", "90", "", PERCENTAGE),
    ("100% (cien por ciento)", "100", "", PERCENTAGE),
    ("100 (cien)%", "100", "", PERCENTAGE),
    ("$1.496.759,89", "1.496.759,89", PESOS, ABSOLUTE),
    ("$0,00", "0,00", PESOS, ABSOLUTE),
    ("$ 1,500.00 M.N.", "1,500.00", PESOS, ABSOLUTE),
    ("1,500 pesos", "1,500", PESOS, ABSOLUTE),
    ("１２ informes", "12", "Informes", ABSOLUTE),
    ("", "", "", ""),
]

DOUBTFUL = [
    ("≥ 90", "90", "", "", "al menos"),
    ("≥90%", "90", "", PERCENTAGE, "al menos"),
    ("> 90 %", "90", "", PERCENTAGE, "al menos"),
    ("Al menos 90 %", "90", "", PERCENTAGE, "al menos"),
    ("Por lo menos el 90%", "90", "", PERCENTAGE, "al menos"),
    ("Mayor o igual a 90", "90", "", "", "al menos"),
    ("90% o más", "90", "", PERCENTAGE, "al menos"),
    ("Más de 100 personas", "100", "Personas", ABSOLUTE, "al menos"),
    ("≤ 5", "5", "", "", "descendente"),
    ("máximo 5 días", "5", "Días", ABSOLUTE, "descendente"),
    ("menor al 5%", "5", "", PERCENTAGE, "descendente"),
    ("~90", "90", "", "", "aproximado"),
    ("aprox. 100 personas", "100", "Personas", ABSOLUTE, "aproximado"),
    ("Al 100 %", "100", "", PERCENTAGE, "más que la cantidad"),
    ("Lograr el 95%", "95", "", PERCENTAGE, "más que la cantidad"),
    ("10 mil", "10000", "", "", "se leyó 10000"),
    ("+10%", "10", "", PERCENTAGE, "cambio"),
    ("Incremento del 10%", "10", "", PERCENTAGE, "cambio"),
    ("Reducir en 5 %", "5", "", PERCENTAGE, "cambio"),
    ("100% de las solicitudes", "100", "Solicitudes", PERCENTAGE, "se propone la unidad"),
    ("100 % de cumplimiento de la normatividad vigente", "100", "", PERCENTAGE, "no se usó"),
    ("doce", "12", "", "", "con letra"),
    ("doce informes", "12", "Informes", ABSOLUTE, "con letra"),
    ("cien por ciento", "100", "", PERCENTAGE, "con letra"),
    ("dos mil quinientos metros", "2500", "Metros", ABSOLUTE, "con letra"),
    ("una obra", "1", "Obra", ABSOLUTE, "con letra"),
    ("1 (dos)", "1", "", "", "la letra dice 2"),
    ("12 doce", "12", "", "", "dos veces"),
    ("2 mil árboles", "2000", "Árboles", ABSOLUTE, "se leyó 2000"),
    ("1.5 millones de pesos", "1500000", PESOS, ABSOLUTE, "se leyó 1500000"),
    ("1 informe mensual", "1", "Informe mensual", ABSOLUTE, "todo el año"),
    ("2 por mes", "2", "", ABSOLUTE, "todo el año"),
    ("Informes: 12", "12", "Informes", ABSOLUTE, "dos puntos"),
    ("5 puntos porcentuales", "5", "Puntos porcentuales", ABSOLUTE, "puntos porcentuales"),
    ("100%*", "100", "", PERCENTAGE, "nota"),
    ("3.5 por cada mil habitantes", "3.5", "Por cada mil habitantes", ABSOLUTE, "tasa"),
    ("1.500", "1.500", "", "", "1.5 o 1500"),
    ("1.234 informes", "1.234", "Informes", ABSOLUTE, "1.234 o 1234"),
]

NOTHING_SAID = [
    ("N/A", "no dice la meta"),
    ("n.a.", "no dice la meta"),
    ("No aplica", "no dice la meta"),
    ("Sin dato", "no dice la meta"),
    ("por definir", "no dice la meta"),
    ("---", "no dice la meta"),
    ("80-90 %", "rango"),
    ("80 a 90%", "rango"),
    ("entre 80 y 90", "rango"),
    ("20 a 30 obras", "rango"),
    ("3 de 4", "más de una cantidad"),
    ("12 informes y 3 reportes", "más de una cantidad"),
    ("50% + 1", "más de una cantidad"),
    ("100% 12 informes", "más de una cantidad"),
    ("1/2", "una fecha"),
    ("01/03/2016", "fecha"),
    ("10:30", "fecha o una hora"),
    ("-5%", "negativo"),
    ("- 5 informes", "negativo"),
    ("(12)", "negativo"),
    ("#DIV/0!", "error de la hoja"),
    ("1er informe", "no es claro"),
    ("Informe 12", "no empieza con la cantidad"),
    ("12e3", "notación científica"),
    ("0.12345", "demasiados decimales"),
    ("muchas solicitudes", "no dice una cantidad"),
]


@pytest.mark.parametrize(("text", "amount", "unit", "kind"), CERTAIN)
def test_what_is_understood(text, amount, unit, kind):
    assert split_amount(text) == SplitAmount(amount, unit, kind, "")


@pytest.mark.parametrize(("text", "amount", "unit", "kind", "doubt"), DOUBTFUL)
def test_what_a_person_should_look_at(text, amount, unit, kind, doubt):
    read = split_amount(text)
    assert (read.amount, read.unit, read.kind) == (amount, unit, kind)
    assert doubt in read.doubt


@pytest.mark.parametrize(("text", "doubt"), NOTHING_SAID)
def test_what_says_no_single_target(text, doubt):
    read = split_amount(text)
    assert read.amount == ""
    assert doubt in read.doubt


def test_the_style_of_the_file_decides_what_is_ambiguous():
    assert split_amount("1.500 m2", Style.COMMA).doubt == ""
    assert split_amount("1.500 m2", Style.POINT).doubt == ""


@given(st.text(max_size=80) | st.from_regex(r"[<>=≥~$ ]*\d{0,4}[.,/%\- ]*[a-z0-9()% .,/]{0,20}", fullmatch=True))
def test_any_text_is_read_or_doubted(text):
    read = split_amount(text)
    if read.amount:
        parse_amount(read.amount, Style.POINT)
    elif read.kind or any(letter.isalnum() for letter in text):
        assert read.doubt or not text.strip() or not read.kind


_WORDS = st.sampled_from(
    ["informes", "solicitudes atendidas", "m2", "km", "despensas", "Pesos", "eventos de capacitación"]
)


@given(st.decimals(0, 10**9, places=4), _WORDS)
def test_an_amount_is_read_back_equal(amount, unit):
    read = split_amount(f"{amount:f} {unit}", Style.POINT)
    assert parse_amount(read.amount, Style.POINT) == amount.quantize(Decimal("0.0001"))
    assert read.unit.casefold() == unit.casefold()
    assert read.doubt == ""


@given(st.text(alphabet="0123456789.,$% -", min_size=1, max_size=12))
def test_what_the_reader_of_numbers_reads_is_split_to_the_same(text):
    try:
        expected = parse_amount(text, Style.POINT)
    except AmountError:
        return
    assert parse_amount(split_amount(text, Style.POINT).amount, Style.POINT) == expected
