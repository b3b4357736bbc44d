"""Reading what people copy from Excel and LibreOffice: cell by cell, then laid over the grid."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.amounts import AmountError, Style, parse_amount
from indicators.capture import paste
from indicators.capture.paste import BLANK, PastedRow, PasteError, lay_out, read_block, read_cell


def is_good(row: PastedRow) -> bool:
    return bool(row.code) and not row.error and not any(cell.error for cell in row.cells.values())


CODES = ["PRE-01-01", "PRE-01-02", "PRE-01-03", "PRE-02-01"]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("3", "3"), (" 1,234 ", "1234"), ("1,234.5", "1234.5"), ("1.5", "1.5"), ("1.234,5", "1234.5"),
        ("12,5", "12.5"), ("0,25", "0.25"), ("1 234", "1234"), ("1\u00a0234,50", "1234.5"), ("1\u202f234", "1234"),
        ("1,234,567", "1234567"), ("１２", "12"), ("0", "0"), ("0,125", "0.125"), ("1234,567", "1234.567"),
        ("$1,200.00", "1200"), ("\ufeff12\u200b", "12"), ("\u00ad2,5", "2.5"), ("1.234.567", "1234567"),
    ],
)  # fmt: skip
def test_numbers_as_sheets_show_them(text, amount):
    assert read_cell(text).value == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("85%", "es un porcentaje"),
        ("85 %", "es un porcentaje"),
        ("-", "es un guion"),
        ("—", "es un guion"),
        ("#¡DIV/0!", "error de la hoja de cálculo"),
        ("#N/A", "error de la hoja de cálculo"),
        ("#¿NOMBRE?", "error de la hoja de cálculo"),
        ("####", "muy angosta"),
        ("21/11/2026", "fecha"),
        ("2026-11-21", "fecha"),
        ("21-nov", "fecha"),
        ("nov-26", "fecha"),
        ("12:30", "hora"),
        ("1.23E+11", "notación científica"),
        ("1,23E+11", "notación científica"),
        ("(5)", "negativo"),
        ("-5", "negativo"),
        ("doce", "no es un número"),
        ("12 oficios", "no es un número"),
        ("1.2.3.4", "no es un número"),
        ("1234567890123", "demasiado grande"),
        ("1.23456", "demasiados decimales"),
    ],
)
def test_what_is_no_number_gets_its_own_sentence_and_never_a_guess(text, sentence):
    cell = read_cell(text)
    assert cell.value is None and sentence in cell.error and cell.text == text


def test_a_blank_changes_nothing():
    assert read_cell("") == read_cell("  ") == read_cell("\u00a0") == read_cell("\u200b") == BLANK


def test_a_comma_that_can_mean_two_things_in_its_block_is_asked_about():
    block = read_block("1,500\t12,5\n3\t4")
    layout = lay_out(block, codes=CODES)
    first, second = layout.rows
    assert layout.question == "1,500" and first.cells["numerator"].asked
    assert first.cells["denominator"].value == Decimal("12.5") and is_good(second)
    (row,) = lay_out(read_block("1,500\t1,200"), codes=CODES).rows
    assert row.cells["numerator"].value == 1500


@pytest.mark.parametrize("text", ["1.234", "1.500\t3", "3\t999.125", "PRE-01-01\t1.234\t2000", "1.234\t2\n12,5\t1.5"])
def test_three_digits_after_one_point_are_asked_about_once(text):
    layout = lay_out(read_block(text), codes=CODES)
    assert layout.question and not any(cell.error for cell in layout.rows[0].cells.values())
    assert sum(cell.asked for row in layout.rows for cell in row.cells.values()) == 1


@pytest.mark.parametrize(("decimal", "value"), [(Style.POINT, "1.234"), (Style.COMMA, "1234")])
def test_the_answer_counts_for_the_whole_block(decimal, value):
    layout = lay_out(read_block("1.234\t2.000\n1.234\t3"), codes=CODES, decimal=decimal)
    assert not layout.question
    assert [row.cells["numerator"].value for row in layout.rows] == [Decimal(value)] * 2


def test_the_rest_of_the_block_says_what_three_digits_after_one_point_are():
    first, second = lay_out(read_block("1.500\t2\n3.5\t4"), codes=CODES).rows
    assert first.cells["numerator"].value == Decimal("1.5") and is_good(second)
    first, second = lay_out(read_block("1.500\t2\n3,5\t4"), codes=CODES).rows
    assert first.cells["numerator"].value == 1500 and is_good(second)
    (zero,) = lay_out(read_block("0.125\t1"), codes=CODES).rows
    assert is_good(zero)


@pytest.mark.parametrize(
    "heading", ["Clave\tIndicador\tNum\tDen", "Clave\tIndicador\tNum.\tDen.", "CLAVE\tNombre\tnum:\tden:"]
)
def test_short_headings_say_which_column_is_which(heading):
    layout = lay_out(read_block(f"{heading}\nPRE-01-01\tab\t3\t4\nPRE-01-02\tIA\t5\t6"), codes=CODES)
    assert values(layout) == {"PRE-01-01": (3, 4), "PRE-01-02": (5, 6)}


def test_a_short_text_is_no_number():
    layout = lay_out(read_block("PRE-01-01\tab\t3\t4\nPRE-01-02\tIA\t5\t6"), codes=CODES)
    assert values(layout) == {"PRE-01-01": (3, 4), "PRE-01-02": (5, 6)}


def test_quotes_line_breaks_and_semicolons():
    assert read_block('"Reuniones\nde gabinete"\t3\t4\r\n') == [["Reuniones de gabinete", "3", "4"]]
    assert read_block('"dice ""hola"""\t3') == [['dice "hola"', "3"]]
    assert read_block("3;4\n5;6\n") == [["3", "4"], ["5", "6"]]
    assert read_block("3\t4\n\t\n5\n\n") == [["3", "4"], ["", ""], ["5", ""]]


@pytest.mark.parametrize("text", ["", "\n\n", "\t\t\n"])
def test_nothing_is_told(text):
    with pytest.raises(PasteError, match="No pegó nada"):
        read_block(text)


def test_ten_thousand_cells_end_in_a_sentence():
    with pytest.raises(PasteError, match=r"Pegó 10,000 celdas; caben hasta 2,000"):
        read_block("\n".join(["1\t2"] * 5000))
    with pytest.raises(PasteError, match="demasiado texto"):
        read_block("9" * 200_000)


# --- Over the grid -------------------------------------------------------------------------------------------------


def values(layout: paste.Layout) -> dict[str, tuple[object, ...]]:
    return {row.code: tuple(cell.value for cell in row.cells.values()) for row in layout.rows if is_good(row)}


def test_without_codes_it_lies_from_the_cell_on():
    layout = lay_out(read_block("3\t4\n\n5\t6"), codes=CODES, start="PRE-01-02")
    assert values(layout) == {"PRE-01-02": (3, 4), "PRE-02-01": (5, 6)} and not layout.by_code


def test_one_column_from_the_denominator():
    layout = lay_out(read_block("4\n6"), codes=CODES, start="PRE-01-01", side="denominator")
    assert [list(row.cells) for row in layout.rows] == [["denominator"]] * 2
    with pytest.raises(PasteError, match="desde el denominador cabe una columna"):
        lay_out(read_block("3\t4"), codes=CODES, start="PRE-01-01", side="denominator")


def test_names_beside_the_numbers_are_shown_and_not_read():
    layout = lay_out(read_block("Reuniones\t3\t4\nProyectos\t5\t6"), codes=CODES)
    assert [row.label for row in layout.rows] == ["Reuniones", "Proyectos"]
    assert values(layout) == {"PRE-01-01": (3, 4), "PRE-01-02": (5, 6)}


def test_a_heading_is_not_a_row_and_says_which_column_is_which():
    layout = lay_out(read_block("Denominador\tNumerador\n4\t3"), codes=CODES)
    (row,) = layout.rows
    assert (row.cells["numerator"].value, row.cells["denominator"].value) == (3, 4)


def test_rows_past_the_last_one_are_told():
    layout = lay_out(read_block("1\t2\n3\t4"), codes=CODES, start="PRE-02-01")
    assert values(layout) == {"PRE-02-01": (1, 2)} and "sobra" in layout.rows[1].error


def test_codes_find_their_rows_in_any_order():
    text = "Indicador\tClave\tDenominador\tNumerador\nX\tPRE-02-01\t4\t3\nY\tpre-01-01\t6\t\nZ\tPRE-01-03\t8\t7"
    layout = lay_out(read_block(text), codes=CODES)
    assert layout.by_code
    assert values(layout) == {"PRE-02-01": (3, 4), "PRE-01-01": (None, 6), "PRE-01-03": (7, 8)}
    assert [row.label for row in layout.rows] == ["X", "Y", "Z"]


def test_codes_without_a_heading_and_names_with_numbers_in_them():
    text = "PRE-01-01\tPrograma 3x1 para migrantes\t3\t4\nPRE-01-02\tEtapa 2 de obra\t5\t6"
    assert values(lay_out(read_block(text), codes=CODES)) == {"PRE-01-01": (3, 4), "PRE-01-02": (5, 6)}


@pytest.mark.parametrize("text", ["PRE-01-01\t3", "PRE-01-01\t3\t4\t5"])
def test_columns_that_cannot_be_told_apart(text):
    with pytest.raises(PasteError, match="incluya el renglón de encabezados"):
        lay_out(read_block(text), codes=CODES)


def test_unknown_and_repeated_codes_change_nothing():
    text = "PRE-09-09\t3\t4\nPRE-01-01\t5\t6\nPRE-01-01\t7\t8\n\t9\t9"
    layout = lay_out(read_block(text), codes=CODES)
    assert values(layout) == {"PRE-01-01": (5, 6)}
    errors = [row.error for row in layout.rows]
    assert "no está entre" in errors[0] and "ya está en la fila 2" in errors[2] and "no trae la clave" in errors[3]


@pytest.mark.parametrize("bad", ["85%", "-", "#¡DIV/0!", "####", "21/11/2026", "21-nov", "1.23E+11"])
def test_bad_cells_stay_in_their_own_row(bad):
    layout = lay_out(read_block(f"PRE-01-01\t{bad}\t4\nPRE-01-02\t5\t6\nPRE-01-03\t7\t8"), codes=CODES)
    assert values(layout) == {"PRE-01-02": (5, 6), "PRE-01-03": (7, 8)}
    assert layout.rows[0].cells["numerator"].error
    without_codes = lay_out(read_block(f"{bad}\t4\n5\t6\n7\t8"), codes=CODES)
    assert values(without_codes) == {"PRE-01-02": (5, 6), "PRE-01-03": (7, 8)}


# --- Whatever is pasted --------------------------------------------------------------------------------------------

AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2)


@given(st.text(max_size=300))
def test_any_text_is_rows_or_a_sentence(text):
    try:
        layout = lay_out(read_block(text), codes=CODES)
    except PasteError as error:
        assert str(error)
        return
    for row in layout.rows:
        for cell in row.cells.values():
            assert not (cell.error and cell.value is not None)


@given(st.text(alphabet="0123456789.,-+eE%# \u00a0$/", max_size=12))
def test_a_cell_is_never_read_two_ways(text):
    cell = read_cell(text)
    if cell.value is not None:
        digits = "".join(filter(str.isdigit, text)).lstrip("0").rstrip("0")
        assert f"{cell.value:f}".replace(".", "").strip("0") == digits


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=4))
def test_numbers_come_back_however_they_are_written(pairs):
    for write in (lambda n: f"{n}", lambda n: f"{n:,}", lambda n: f"{n:,}".translate({44: 46, 46: 44})):
        text = "\r\n".join("\t".join(write(number) for number in pair) for pair in pairs)
        assert list(values(lay_out(read_block(text), codes=CODES)).values()) == pairs


@pytest.mark.parametrize(
    "text", ["-", "85%", "####", "#¡DIV/0!", "1.23E+11", "21/11/2026", "21-nov", "$", "(5)", "tres", "-3"]
)
def test_a_pasted_cell_and_a_typed_one_get_the_same_sentence(text):
    with pytest.raises(AmountError) as typed:
        parse_amount(text)
    assert read_cell(text).error == str(typed.value)
