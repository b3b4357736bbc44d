"""The wrong cells of a workbook of errors are red: by a rule over their column, so that no cell changes."""

import io
import re
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill

from core.spreadsheets.error_marks import FILL
from tests.core.test_error_book import BOOKS, SHEET, cells, from_openpyxl, marked, parts, rich

WRONG = {0: ["falta algo"], 2: ["Clave: «x» no es una clave"], 3: ["Meta: «cien» no es un número", "Fecha: falta"]}
FORMULA = re.compile(r'AND\("Errores"<>"",ISNUMBER\(FIND\(CHAR\(10\)&"(.+): ",CHAR\(10\)&\$([A-Z]+)(\d+)\)\)\)')
# The order that the format asks of what follows the rows.
ORDER = [
    "sheetData", "sheetProtection", "autoFilter", "mergeCells", "conditionalFormatting", "dataValidations",
    "hyperlinks", "pageMargins", "pageSetup", "drawing", "legacyDrawing", "extLst",
]  # fmt: skip


def ours(data: bytes, sheet: str = "Catálogo") -> dict[str, tuple[str, str]]:
    """By range, the name that its rule looks for and the column where it looks; each rule is red."""
    found = {}
    for place in openpyxl.load_workbook(io.BytesIO(data))[sheet].conditional_formatting:
        for rule in place.rules:
            told = FORMULA.fullmatch(rule.formula[0]) if rule.formula else None
            if told:
                assert rule.dxf.fill.bgColor.rgb == f"FF{FILL}" and rule.dxf.font.b
                assert told[3] == str(place.sqref).split(":")[0].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
                found[str(place.sqref)] = (told[1], told[2])
    return found


def red(data: bytes, sheet: str = "Catálogo") -> set[str]:
    """The cells that a spreadsheet shows in red: where the rule's formula is true."""
    page = openpyxl.load_workbook(io.BytesIO(data))[sheet]
    return {
        cell.coordinate
        for place, (name, column) in ours(data, sheet).items()
        for (cell,) in page[place]
        if f"\n{name}: " in f"\n{page[f'{column}{cell.row}'].value or ''}"
    }


@pytest.mark.parametrize("book", BOOKS)
def test_the_wrong_cells_are_red_and_no_other(book: str) -> None:
    data = marked(BOOKS[book](), WRONG)
    header = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(data))["Catálogo"][1]]
    assert red(data) == {"A2", "B3"} | ({"C3"} if "Fecha" in header else set())


@pytest.mark.parametrize("book", BOOKS)
def test_every_cell_keeps_its_own_format(book: str) -> None:
    data = BOOKS[book]()
    before, after = cells(data), cells(marked(data, WRONG))
    assert {place: after[place] for place in before if before[place][0] is not None} == {
        place: told for place, told in before.items() if told[0] is not None
    }


@pytest.mark.parametrize("book", BOOKS)
def test_the_rules_stand_where_the_format_wants_them(book: str) -> None:
    root = ElementTree.fromstring(parts(marked(BOOKS[book](), WRONG))[SHEET])
    names = [element.tag.rpartition("}")[2] for element in root]
    after = [name for name in names[names.index("sheetData") :] if name in ORDER]
    assert after == sorted(after, key=ORDER.index) and "conditionalFormatting" in after
    priorities = [rule.get("priority") for rule in root.iter() if rule.tag.endswith("}cfRule")]
    assert len(priorities) == len(set(priorities))


@pytest.mark.parametrize("book", BOOKS)
def test_marked_again_with_the_same_errors_it_is_the_same_to_the_byte(book: str) -> None:
    once = marked(BOOKS[book](), WRONG)
    assert parts(marked(once, WRONG)) == parts(once)


@pytest.mark.parametrize("book", BOOKS)
def test_what_was_corrected_is_not_red_any_more(book: str) -> None:
    again = marked(marked(BOOKS[book](), WRONG), {3: ["Clave: ya está en la fila 2"]})
    assert red(again) == {"A3"} and len(ours(again)) == 1
    assert ours(marked(again, {3: ["la fila sobra"]})) == {}


def test_rules_of_the_person_stay() -> None:
    book = openpyxl.load_workbook(io.BytesIO(from_openpyxl()))
    page = book["Catálogo"]
    own = CellIsRule(operator="greaterThan", formula=["5"], fill=PatternFill("solid", bgColor="FF00FF00"))
    page.conditional_formatting.add("B2:B9", own)
    page.conditional_formatting.add("B2:B3", CellIsRule(operator="equal", formula=["1"]))
    buffer = io.BytesIO()
    book.save(buffer)
    data = marked(marked(buffer.getvalue(), WRONG), {2: ["Meta: falta"]})
    kept = openpyxl.load_workbook(io.BytesIO(data))["Catálogo"].conditional_formatting
    assert {(str(place.sqref), rule.operator) for place in kept for rule in place.rules if rule.operator} == {
        ("B2:B9", "greaterThan"),
        ("B2:B3", "equal"),
    }
    rule = next(rule for place in kept for rule in place.rules if rule.operator == "greaterThan")
    assert rule.dxf.fill.bgColor.rgb == "FF00FF00"
    assert red(data) == {"B2"}


def test_a_book_that_a_spreadsheet_saved_in_between_loses_the_rules_of_before() -> None:
    """Saved anew, the same rules are written in another way, here by another program."""
    book = openpyxl.load_workbook(io.BytesIO(marked(rich(), WRONG)))
    buffer = io.BytesIO()
    book.save(buffer)
    again = marked(buffer.getvalue(), {4: ["Meta: falta"]})
    assert red(again) == {"B4"} and len(ours(again)) == 1


def test_a_blank_cell_that_should_be_filled_is_red() -> None:
    assert red(marked(from_openpyxl(), {3: ["Clave: falta"], 4: ["Meta: falta"]})) == {"A3", "B4"}


def test_a_csv_comes_back_with_its_wrong_cells_filled() -> None:
    data = marked(
        b"Clave,Meta,Nota\nPRE-01-01,cien,a\nPRE-01-02,,b\n", {2: ["Meta: no"], 3: ["Meta: falta"]}, name="c.csv"
    )
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    filled = {cell.coordinate for row in page.iter_rows(min_row=2) for cell in row if cell.fill.fill_type == "solid"}
    assert filled == {"B2", "B3"}
    assert page["B2"].fill.fgColor.rgb == f"FF{FILL}" and page["B2"].number_format == "@"
