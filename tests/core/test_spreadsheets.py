"""Reading what people bring, and getting back exactly what was written."""

import io
import time
import unicodedata
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.spreadsheets import (
    AmbiguousSheetError,
    Column,
    Kind,
    Look,
    Marked,
    Percent,
    Sheet,
    SpreadsheetError,
    Table,
    normalize,
    read_table,
    safe_csv_text,
    single_line,
    unsafe_csv_text,
    write_csv,
    write_workbook,
)
from core.spreadsheets.cells import exact, number_cell


def xlsx(*rows, formats=None, title="Hoja"):
    """A workbook as openpyxl writes it; formats maps a cell's name to its number format."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for name, number_format in (formats or {}).items():
        sheet[name].number_format = number_format
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def read(file, name="libro.xlsx", **options) -> Table:
    return read_table(file, name=name, **options)


def read_csv(text, encoding="utf-8", **options) -> Table:
    return read(io.BytesIO(text.encode(encoding)), name="datos.csv", **options)


def texts(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


@pytest.mark.parametrize(
    ("value", "number_format", "kind", "text", "shown"),
    [
        (1, "0%", Kind.PERCENT, "100%", "100%"),
        (0.125, "0.00%", Kind.PERCENT, "12.5%", "12.5%"),
        (0.07, "0%", Kind.PERCENT, "7%", "7%"),
        (0.29, "0 %;[Red]-0 %", Kind.PERCENT, "29%", "29%"),
        (1.1, "General", Kind.NUMBER, "1.1", "1.1"),
        (1.1, "0.00", Kind.NUMBER, "1.1", "1.10"),
        (1.1, "#,##0.00", Kind.NUMBER, "1.1", "1.10"),
        (12, "General", Kind.NUMBER, "12", "12"),
        (100.0, "General", Kind.NUMBER, "100", "100"),
        (0.1, "General", Kind.NUMBER, "0.1", "0.1"),
        (0.1 + 0.2, "General", Kind.NUMBER, "0.3", "0.3"),
        (123456789012.3456, "General", Kind.NUMBER, "123456789012.3456", "123456789012.3456"),
        (1e-7, "General", Kind.NUMBER, "0.0000001", "0.0000001"),
        (5, '0 "100%"', Kind.NUMBER, "5", "5"),
    ],
)
def test_numbers_keep_their_exact_text_and_what_their_format_shows(value, number_format, kind, text, shown):
    cell = number_cell(value, number_format)
    assert (cell.kind, cell.text, cell.shown) == (kind, text, shown)


def test_a_number_without_fixed_decimals_is_flagged():
    assert number_cell(1.1, "General").general
    assert not number_cell(1.1, "0.00").general


def test_kinds_of_cells_in_a_workbook():
    file = xlsx(
        ["a", "b", "c", "d", "e", "f", "g"],
        [1, datetime(2016, 3, 1), True, "#DIV/0!", "texto", None, 1.1],
        formats={"A2": "0%", "G2": "0.00"},
    )
    row = read(file).rows[0]
    assert [cell.kind for cell in row.cells] == [
        Kind.PERCENT,
        Kind.DATE,
        Kind.BOOLEAN,
        Kind.ERROR,
        Kind.TEXT,
        Kind.EMPTY,
        Kind.NUMBER,
    ]
    assert [cell.shown for cell in row.cells] == ["100%", "2016-03-01", "VERDADERO", "#DIV/0!", "texto", "", "1.10"]


def test_true_is_not_the_number_one():
    row = read(xlsx(["a", "b"], [1, True])).rows[0]
    assert [cell.text for cell in row.cells] == ["1", "VERDADERO"]


def test_a_formula_gives_its_stored_value_and_nothing_when_it_was_never_computed():
    assert texts(read(xlsx(["a", "b"], ["x", "=1+1"]))) == [["x", ""]]


def test_rows_keep_the_number_that_the_person_sees():
    table = read(xlsx([None], ["Clave", None], [None, None], ["PRE-01", None], [None, None], ["PRE-02", "x"]))
    assert (table.header_row, table.header) == (2, ["Clave", ""])
    assert [row.number for row in table.rows] == [4, 6]
    assert texts(table) == [["PRE-01", ""], ["PRE-02", "x"]]


@pytest.mark.parametrize(
    ("written", "read_back"),
    [
        ("Gestio\u0301n", "Gestión"),
        ("uno\u00a0dos", "uno dos"),
        ("  uno \r\ndos_x000D_\n", "uno\ndos"),
        ("\ufeffa\u200b\x07", "a"),
        ("dos  blancos", "dos  blancos"),
        ("\u00a0 \t", ""),
    ],
)
def test_text_is_normalised(written, read_back):
    assert normalize(written) == read_back


def test_single_line_collapses_blanks_and_new_lines():
    assert single_line(" uno\n  dos\ttres ") == "uno dos tres"


def test_equal_cells_are_one_object_so_that_answers_can_be_remembered():
    rows = read(xlsx(["a", "b"], ["x", 1], ["x", 1])).rows
    assert rows[0].cells[0] is rows[1].cells[0]
    assert rows[0].cells[1] is rows[1].cells[1]


class TestSheets:
    def book(self, *titles, filled=None):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title in titles:
            sheet = book.create_sheet(title)
            if filled is None or title in filled:
                sheet.append(["Clave"])
                sheet.append([title])
        file = io.BytesIO()
        book.save(file)
        file.seek(0)
        return file

    def test_the_named_sheet_is_found_without_case_and_accents(self):
        table = read(self.book("Notas", "Catálogo"), sheet="CATALOGO")
        assert (table.sheet, table.sheet_names) == ("Catálogo", ["Notas", "Catálogo"])

    def test_an_unknown_sheet_names_those_that_exist(self):
        with pytest.raises(SpreadsheetError, match="no tiene la hoja «Capturas»; tiene «Notas», «Catálogo»"):
            read(self.book("Notas", "Catálogo"), sheet="Capturas")

    def test_the_preferred_sheet_wins_and_otherwise_the_only_one_with_content(self):
        assert read(self.book("Notas", "Catálogo"), preferred_sheet="catalogo").sheet == "Catálogo"
        assert read(self.book("Hoja1", "Hoja2", filled=["Hoja2"])).sheet == "Hoja2"

    def test_several_sheets_with_content_are_ambiguous(self):
        with pytest.raises(AmbiguousSheetError) as caught:
            read(self.book("Uno", "Dos", "Vacía", filled=["Uno", "Dos"]))
        assert caught.value.sheet_names == ["Uno", "Dos"]


class TestCsv:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
    def test_delimiters_and_encodings(self, delimiter, encoding):
        table = read_csv(
            f"Clave{delimiter}Acción\r\nPRE-01{delimiter}Año, «ñ»; sí\r\n".replace("Año, «ñ»; sí", '"Año, ""ñ""; sí"'),
            encoding,
        )
        assert table.header == ["Clave", "Acción"]
        assert texts(table) == [["PRE-01", 'Año, "ñ"; sí']]

    def test_the_line_sep_of_excel_counts_as_a_row(self):
        table = read_csv("sep=;\r\na;b,c\r\n1;2\r\n")
        assert (table.header, table.rows[0].number) == (["a", "b,c"], 3)

    def test_a_new_line_inside_quotes_is_one_row_and_empty_lines_count(self):
        table = read_csv('a,b\n"uno\ndos",2\n\n,\n3,4\n')
        assert [row.number for row in table.rows] == [2, 5]
        assert table.rows[0].cells[0].text == "uno\ndos"

    def test_quotes_that_do_not_close_are_an_error(self):
        with pytest.raises(SpreadsheetError, match="comillas"):
            read_csv('a,b\n"' + "x\n" * 200_000)

    def test_data_that_is_not_text_is_refused(self):
        with pytest.raises(SpreadsheetError, match="no es una hoja de cálculo"):
            read(io.BytesIO(b"a,b\n\x00\x01\x02"), name="datos.csv")


FORMULAS = ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "'=1", "''-", "'", "'hola", "-", "", "a=b"]


@pytest.mark.parametrize("text", FORMULAS)
def test_the_apostrophe_is_taken_off_again(text):
    assert unsafe_csv_text(safe_csv_text(text)) == text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1"])
def test_what_a_spreadsheet_takes_for_a_formula_gets_an_apostrophe(text):
    assert safe_csv_text(text) == f"'{text}"


@given(st.text())
def test_any_text_survives_the_apostrophe(text):
    assert unsafe_csv_text(safe_csv_text(text)) == text
    assert not safe_csv_text(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def columns(count):
    return [Column(f"Columna {position}") for position in range(count)]


def through_xlsx(rows, **options):
    file = io.BytesIO()
    write_workbook([Sheet("Datos", columns(len(rows[0])), rows)], file, **options)
    file.seek(0)
    return read(file)


def through_csv(rows):
    file = io.BytesIO()
    write_csv(columns(len(rows[0])), rows, file)
    file.seek(0)
    return read(file, name="datos.csv")


# What XML cannot carry, and the escape of Excel's own that openpyxl does not tell from text.
writable = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\n\t\r"), max_size=80
).filter(lambda text: "x005F_" not in text and "_x000" not in text)


@pytest.mark.parametrize("through", [through_xlsx, through_csv])
@given(row=st.lists(writable, min_size=1, max_size=4))
def test_text_comes_back_normalised_and_otherwise_the_same(through, row):
    table = through([["fila", *row]])
    assert texts(table) == [["fila", *map(normalize, row)]]


@pytest.mark.parametrize("text", [text for text in FORMULAS if text.strip()])
@pytest.mark.parametrize("through", [through_xlsx, through_csv])
def test_no_text_becomes_a_formula(through, text):
    assert texts(through([["fila", text]])) == [["fila", normalize(text)]]


def test_in_a_workbook_such_text_is_a_string_cell():
    file = io.BytesIO()
    write_workbook([Sheet("Datos", columns(1), [["=1+1"], ["http://x.mx"]])], file)
    sheet = openpyxl.load_workbook(file).active
    assert sheet["A2"].data_type == "s"
    assert sheet["A3"].hyperlink is None


amounts = st.decimals(min_value=0, max_value=Decimal("999999999999.9999"), places=4)


@pytest.mark.parametrize("through", [through_xlsx, through_csv])
@given(amount=amounts)
def test_amounts_and_percentages_come_back_exactly(through, amount):
    cells = through([["fila", amount, Percent(amount)]]).rows[0].cells
    assert Decimal(cells[1].text) == amount
    assert cells[2].text.endswith("%")
    assert Decimal(cells[2].text.rstrip("%")) == amount


@given(amounts)
def test_the_exact_decimal_of_a_float_is_the_one_that_was_stored(amount):
    assert float(exact(float(amount))) == float(amount)


def test_other_values():
    cells = through_xlsx([["fila", True, False, None, 12, date(2016, 3, 1), Percent(Decimal(100))]]).rows[0].cells
    assert [cell.text for cell in cells] == ["fila", "sí", "no", "", "12", "2016-03-01", "100%"]


def test_lists_comments_frozen_header_and_the_same_bytes_every_time():
    sheet = Sheet("Datos", [Column("Tipo", 30, ["suma", "último"], "Cómo se acumula")], [["suma"]])
    first, second = io.BytesIO(), io.BytesIO()
    for file in (first, second):
        write_workbook([sheet], file, created=datetime(2016, 1, 1))
    assert first.getvalue() == second.getvalue()
    page = openpyxl.load_workbook(first).active
    assert page.freeze_panes == "A2"
    assert page["A1"].comment.text == "Cómo se acumula"
    assert page.data_validations.dataValidation[0].formula1 == '"suma,último"'


def test_constant_memory_writes_the_same_table():
    assert texts(through_xlsx([["fila", "ñ"]] * 3, constant_memory=True)) == [["fila", "ñ"]] * 3


def test_a_text_that_no_cell_holds_is_not_cut_silently():
    with pytest.raises(ValueError, match="do not fit"):
        through_xlsx([["x" * 32_768]])


def test_normalize_is_idempotent_and_composed():
    assert unicodedata.is_normalized("NFC", normalize("n\u0303"))


def test_blanks_without_end_take_no_time():
    """A cell holds 32,767 of them, and a file a million cells."""
    start = time.thread_time()  # of this thread alone: the machine may be busy
    for between, left in (("b", " " * 30_000 + "b"), ("\n", "\n")):
        assert normalize("a" + " " * 30_000 + between + "c") == "a" + left + "c"
    assert time.thread_time() - start < 1


class TestForms:
    """A sheet to be filled in: what is open, what is locked, what it takes."""

    @pytest.fixture
    def form(self):
        columns = [
            Column("Clave"),
            Column("Numerador", amounts=True),
            Column("Justificación", choices=("sin demanda", "suspendido"), free=True),
        ]
        rows = [
            ["PRE-01", Marked(Decimal("3.5"), Look.OPEN), Marked("", Look.OPEN)],
            ["PRE-02", Marked(4, Look.CLOSED), Marked(None, Look.CLOSED)],
        ]
        file = io.BytesIO()
        write_workbook([Sheet("Capturas", columns, rows, protected=True, frozen=1, filtered=False)], file)
        return openpyxl.load_workbook(file).active

    def test_only_open_cells_can_be_changed_and_without_a_password(self, form):
        assert form.protection.sheet and form.protection.password is None
        unlocked = {cell.coordinate for row in form.iter_rows() for cell in row if not cell.protection.locked}
        assert unlocked == {"B2", "C2"}

    def test_open_closed_and_other_cells_look_different(self, form):
        assert len({form[name].fill.fgColor.rgb for name in ("A2", "B2", "B3")}) == 3
        assert form["C3"].fill.fgColor.rgb == form["B3"].fill.fgColor.rgb

    def test_amounts_are_0_or_more_and_free_lists_take_anything(self, form):
        amounts, reasons = sorted(form.data_validations.dataValidation, key=lambda rule: str(rule.sqref))
        assert (str(amounts.sqref), amounts.type, amounts.formula1, amounts.showErrorMessage) == (
            "B2:B3",
            "decimal",
            "0",
            True,
        )
        assert (reasons.type, reasons.formula1, reasons.showErrorMessage) == ("list", '"sin demanda,suspendido"', False)

    def test_an_open_empty_cell_takes_numbers_as_numbers(self, form):
        assert form["C2"].number_format == "General" and form["B2"].value == 3.5

    def test_panes_and_filter(self, form):
        assert form.freeze_panes == "B2" and form.auto_filter.ref is None

    def test_a_csv_has_the_values_alone(self):
        file = io.BytesIO()
        write_csv([Column("a"), Column("b")], [[Marked("=x", Look.OPEN), Marked(None, Look.CLOSED)]], file)
        assert file.getvalue().decode("utf-8-sig").splitlines()[1] == "'=x,"
