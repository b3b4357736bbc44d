"""The workbook of errors is the person's own: every cell, format and part as it was, and one column more."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from core.spreadsheets import read_table
from core.spreadsheets.error_book import write_error_book

SHEET = "xl/worksheets/sheet1.xml"
ERRORS = {0: ["falta algo"], 3: ["Meta: «cien» no es un número", "=1+1 no es una clave"]}


def marked(data: bytes, sentences: Mapping[int, list[str]] = ERRORS, name: str = "libro.xlsx") -> bytes:
    table = read_table(io.BytesIO(data), name=name, preferred_sheet="Catálogo")
    file = io.BytesIO()
    write_error_book(table, data, sentences, file, name="Catálogo")
    return file.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_parts(data: bytes, **changed: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, content in (parts(data) | changed).items():
            made.writestr(name, content)
    return buffer.getvalue()


def cells(data: bytes, *, stored: bool = False) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Each cell by sheet and place: value or formula, kind, and everything of its style."""
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=stored)
    return {
        (page.title, cell.coordinate): (
            cell.value if not hasattr(cell.value, "text") else (cell.value.ref, cell.value.text),
            cell.data_type,
            cell.number_format,
            cell.quotePrefix,
            repr(cell.font),
            repr(cell.fill),
            repr(cell.alignment),
            repr(cell.border),
            repr(cell.protection),
        )
        for page in book.worksheets
        for row in page.iter_rows()
        for cell in row
    }


def rich() -> bytes:
    """What a clerk's workbook has: formulas with results, formats, merged titles, lists, other sheets, a picture."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page, other = book.add_worksheet("Catálogo"), book.add_worksheet("Listas")
    day, percent = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "0%"})
    quoted = book.add_format({"quote_prefix": True, "bg_color": "#FFFF00"})
    for column, header in enumerate(["Clave", "Meta", "Fecha", "Total", "Nota", "Número"]):
        page.write(0, column, header, book.add_format({"bold": True}))
    for line in (1, 2, 3):
        page.write_string(line, 0, f"PRE-01-0{line}")
        page.write_number(line, 1, 0.955, percent)
        page.write_datetime(line, 2, datetime(2016, 3, line), day)
        page.write_formula(line, 3, f"=B{line + 1}*2", percent, 1.91)
        page.write_string(line, 4, ["=esto es texto", "-Bitácora\n+Acta", "@x"][line - 1], quoted)
        page.write_number(line, 5, 1.1, book.add_format({"num_format": "0.00"}))
    page.write_array_formula("D5:D5", "{=SUM(B2:B4)}", None, 2.865)
    page.write_url("E6", "https://example.org/", string="=liga")
    page.set_column(1, 1, 33)
    page.set_column(5, 16383, None, None, {"hidden": True})
    page.data_validation("A2:A9", {"validate": "list", "source": "=Listas!$A$1:$A$2"})
    page.conditional_format("B2:B4", {"type": "3_color_scale"})
    page.freeze_panes(1, 1)
    page.autofilter("A1:F4")
    page.merge_range("A8:C8", "Firmas")
    other.write_column("A1", ["uno", "dos"])
    other.write_formula("B1", "=1+1", None, 2)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Catálogo!$B$2:$B$4"})
    other.insert_chart("D2", chart)
    book.define_name("opciones", "=Listas!$A$1:$A$2")
    book.close()
    return buffer.getvalue()


def from_openpyxl(*, epoch_1904: bool = False) -> bytes:
    book = openpyxl.Workbook()
    if epoch_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    page = book.active
    page.title = "Catálogo"
    page.append(["Clave", "Meta", "Fecha", "Liga"])
    page.append(["PRE-01-01", 1, date(2016, 3, 1), '=HYPERLINK("http://x","Bitácora")'])
    page.append(["PRE-01-02", "cien", datetime(2016, 3, 1, 14, 30), "=B2*2"])
    page["B2"].number_format, page["B2"].font = "0.00%", Font(italic=True)
    page["A3"].alignment, page["A3"].comment = Alignment(horizontal="right"), Comment("ojo", "yo")
    page.column_dimensions["B"].width = 44
    page.merge_cells("A6:B7")
    check = DataValidation(type="list", formula1='"sí,no"')
    check.add("B2:B9")
    page.add_data_validation(check)
    book.defined_names["uno"] = DefinedName("uno", attr_text="Catálogo!$A$1")
    book.create_sheet("Oculta").sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


SHARED = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    '<row><c t="inlineStr"><is><t>Clave</t></is></c><c t="inlineStr"><is><t>Meta</t></is></c></row>'
    '<row spans="1:2"><c r="A2"><f t="shared" ref="A2:A3" si="0">1+1</f><v>2</v></c><c><v>3</v></c></row>'
    '<row r="3" spans="1:2"><c r="A3"><f t="shared" si="0"/><v>2</v></c><c r="B3"><v>4</v></c><c r="H3" s="0"/></row>'
    "</sheetData></worksheet>"
)


def without_places() -> bytes:
    """Rows and cells that do not say where they are, as some programs write them, and a formula that is shared."""
    return with_parts(from_openpyxl(), **{SHEET: SHARED.encode()})


def prefixed() -> bytes:
    """The sheet's elements under a prefix, as other programs write them."""
    text = parts(from_openpyxl())[SHEET].decode().replace('xmlns="', 'xmlns:x="', 1)
    text = text.replace("</", "</x:").replace("<x:", "<").replace("</", "\0").replace("<", "<x:").replace("\0", "</x:")
    text = text.replace("</x:x:", "</x:").replace("<x:?xml", "<?xml")
    return with_parts(from_openpyxl(), **{SHEET: text.encode()})


BOOKS = {
    "rich": rich, "openpyxl": from_openpyxl, "1904": lambda: from_openpyxl(epoch_1904=True),
    "without places": without_places, "prefixed": prefixed,
}  # fmt: skip


@pytest.mark.parametrize("book", BOOKS)
class TestTheBookComesBack:
    def test_every_part_but_the_sheet_is_the_same(self, book: str) -> None:
        data = BOOKS[book]()
        before, after = parts(data), parts(marked(data))
        assert list(before) == list(after)
        different = {name for name in before if before[name] != after[name]}
        assert different == {SHEET, "xl/styles.xml"}

    def test_every_cell_is_what_it_was(self, book: str) -> None:
        data = BOOKS[book]()
        for stored in (False, True):
            before, after = cells(data, stored=stored), cells(marked(data), stored=stored)
            assert {place: after[place] for place in before if before[place][0] is not None} == {
                place: told for place, told in before.items() if told[0] is not None
            }

    def test_the_sheet_is_the_same_but_for_the_column(self, book: str) -> None:
        """Taking out what was added gives the sheet's bytes back."""
        data = BOOKS[book]()
        table = read_table(io.BytesIO(data), name="x.xlsx", preferred_sheet="Catálogo")
        after = openpyxl.load_workbook(io.BytesIO(marked(data)))["Catálogo"]
        before = openpyxl.load_workbook(io.BytesIO(data))["Catálogo"]
        column = len(table.header) + 1
        assert [after.cell(row, column).value for row in (1, 2, 3, 4)] == [
            "Errores",
            "falta algo",
            "Meta: «cien» no es un número\n=1+1 no es una clave",
            None,
        ]
        assert after.cell(3, column).data_type == "s" and after.cell(3, column).alignment.wrap_text
        assert not after.column_dimensions[after.cell(1, column).column_letter].hidden
        assert after.merged_cells.ranges == before.merged_cells.ranges
        assert repr(after.data_validations) == repr(before.data_validations)
        assert after.column_dimensions["B"].width == before.column_dimensions["B"].width
        assert (after.freeze_panes, after.auto_filter.ref) == (before.freeze_panes, before.auto_filter.ref)

    def test_marked_again_with_the_same_errors_it_is_the_same_to_the_byte(self, book: str) -> None:
        once = marked(BOOKS[book]())
        assert parts(marked(once)) == parts(once)

    def test_corrected_the_old_errors_are_gone_and_nothing_else(self, book: str) -> None:
        once = marked(BOOKS[book]())
        page = openpyxl.load_workbook(io.BytesIO(marked(once, {2: ["otro"]})))["Catálogo"]
        column = [cell.value for cell in page[1]].index("Errores") + 1
        assert [page.cell(row, column).value for row in (2, 3, 4)] == ["otro", None, None]


def test_formulas_in_their_own_column_of_errors_leave_no_list_that_names_them() -> None:
    """Excel calls a book damaged whose calcChain names a cell without a formula."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page = book.add_worksheet("Catálogo")
    page.write_row(0, 0, ["Clave", "Errores", "Meta"])
    page.write_row(1, 0, ["PRE-01-01", "=1+1", 3])
    book.close()
    data = buffer.getvalue()
    given = parts(data)
    chain = (
        b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="B2" i="1"/></calcChain>'
    )
    types = given["[Content_Types].xml"].replace(
        b"</Types>", b'<Override PartName="/xl/calcChain.xml" ContentType="application/x.calcChain+xml"/></Types>'
    )
    related = given["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"'
        b' Target="calcChain.xml"/></Relationships>',
    )
    data = with_parts(
        data, **{"xl/calcChain.xml": chain, "[Content_Types].xml": types, "xl/_rels/workbook.xml.rels": related}
    )
    after = parts(marked(data, {2: ["mal"]}))
    assert "xl/calcChain.xml" not in after and b"calcChain" not in after["[Content_Types].xml"]
    assert after["[Content_Types].xml"] == given["[Content_Types].xml"]
    assert after["xl/_rels/workbook.xml.rels"] == given["xl/_rels/workbook.xml.rels"]


def test_a_file_without_rows_has_its_errors_below_its_header() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Catálogo"
    book.active.append(["Clave", "Meta"])
    buffer = io.BytesIO()
    book.save(buffer)
    page = openpyxl.load_workbook(io.BytesIO(marked(buffer.getvalue(), {0: ["falta todo"]})))["Catálogo"]
    assert list(page.values) == [("Clave", "Meta", "Errores"), (None, None, "falta todo")]


class TestPlain:
    """A CSV, or a workbook whose sheet cannot be written to in place."""

    def test_texts_of_a_csv_stay_texts(self) -> None:
        data = "Clave,Meta,Nota\nPRE-01-01,01,-Bitácora\nPRE-01-02,95.5%,'=1+1\n".encode()
        page = openpyxl.load_workbook(io.BytesIO(marked(data, {3: ["mal"]}, name="c.csv"))).active
        assert list(page.values) == [
            ("Clave", "Meta", "Nota", "Errores"), ("PRE-01-01", "01", "-Bitácora", None),
            ("PRE-01-02", "95.5%", "=1+1", "mal"),
        ]  # fmt: skip
        assert {cell.data_type for row in page.iter_rows() for cell in row if cell.value} == {"s"}

    def test_numbers_percentages_and_dates_are_what_they_were(self) -> None:
        book = openpyxl.Workbook()
        page = book.active
        page.title = "Catálogo"
        page.append(["Número", "Meta", "Fecha", "Hora", "Llano", "Sí"])
        page.append([])
        page.append([1.1, 0.955, date(2016, 3, 1), datetime(2016, 3, 1, 14, 30), 12, True])
        page.append([date(2026, 3, 1), date(2001, 3, 1)])
        page["A4"].number_format, page["B4"].number_format = "d-mmm", "mmm-yy"
        page["A3"].number_format, page["B3"].number_format = "0.00", "0.0%"
        buffer = io.BytesIO()
        book.save(buffer)
        sheet = parts(buffer.getvalue())[SHEET].decode()
        latin = '<?xml version="1.0" encoding="ISO-8859-1"?>' + sheet
        data = with_parts(buffer.getvalue(), **{SHEET: latin.encode("latin-1")})
        page = openpyxl.load_workbook(io.BytesIO(marked(data, {3: ["mal"]}))).active
        row = page[3]
        assert [cell.value for cell in row] == [
            1.1,
            0.955,
            datetime(2016, 3, 1),
            datetime(2016, 3, 1, 14, 30),
            12,
            True,
            "mal",
        ]
        assert [cell.number_format for cell in row[:3]] == ["0.00", "0.0%", "yyyy-mm-dd"]
        before = read_table(io.BytesIO(data), name="x.xlsx")
        after = read_table(io.BytesIO(marked(data, {3: ["mal"]})), name="x.xlsx")
        assert [cell.shown for cell in after.rows[0].cells[:6]] == [cell.shown for cell in before.rows[0].cells]
        # Codes that a spreadsheet turned into dates come back as they were seen.
        assert [cell.shown for cell in after.rows[1].cells[:2]] == ["1-mar", "mar-01"]
