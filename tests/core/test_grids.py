"""All the sheets of one or more files as grids, with their merged areas."""

import io

import openpyxl
import pytest

from core.spreadsheets import SpreadsheetError, read_grids, spread_down, spread_whole
from tests.core.test_spreadsheets_hostile import MAIN, SMALL, with_parts


def book(sheets, merged=(), hidden=()):
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name in hidden:
            sheet.sheet_state = "hidden"
    for area in merged:
        workbook.worksheets[0].merge_cells(area)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def grids(*files, **limits):
    named = [(f"libro {number}.xlsx", io.BytesIO(data)) for number, data in enumerate(files, start=1)]
    return read_grids(named, **limits)


def texts(rows):
    return [[cell.text for cell in row.cells] for row in rows]


def refusal(*files, **limits):
    with pytest.raises(SpreadsheetError) as caught:
        grids(*files, **limits)
    return caught.value.message


def test_every_sheet_comes_with_its_rows_as_they_are_numbered():
    found = grids(book({"Uno": [["a", None, "b"], [], ["c"]], "Vacía": [], "Lista": [["x"]]}, hidden=["Lista"]))
    assert [(grid.sheet, grid.visible, len(grid.rows)) for grid in found] == [
        ("Uno", True, 2), ("Vacía", True, 0), ("Lista", False, 1),
    ]  # fmt: skip
    assert [row.number for row in found[0].rows] == [1, 3]
    assert texts(found[0].rows) == [["a", "", "b"], ["c"]]
    assert found[0].width == 3


def test_several_files_and_a_csv_come_in_their_order():
    files = [("uno.xlsx", io.BytesIO(book({"A": [["1"]], "B": [["2"]]}))), ("dos.csv", io.BytesIO(b"a,b\n\n1,2\n"))]
    found = read_grids(files)
    assert [(grid.file, grid.sheet) for grid in found] == [("uno.xlsx", "A"), ("uno.xlsx", "B"), ("dos.csv", "")]
    assert [row.number for row in found[2].rows] == [1, 3]


def test_merged_cells_fill_the_rows_that_they_cover_and_blank_ones_stay_blank():
    rows = [["Acción", "Indicador"], ["Bachear", "uno"], [None, "dos"], [None, "tres"], ["Nota al pie", None]]
    grid = grids(book({"A": rows}, merged=["A2:A3", "A5:B5"]))[0]
    assert texts(spread_down(grid.rows, grid.merged)) == [
        ["Acción", "Indicador"], ["Bachear", "uno"], ["Bachear", "dos"], ["", "tres"], ["Nota al pie"],
    ]  # fmt: skip
    assert texts(grid.rows)[2] == ["", "dos"]


def test_the_two_rows_of_a_head_take_their_merged_cells_whole():
    rows = [["Programa", "Presupuesto", None], [None, "Aprobado", "Pagado"]]
    grid = grids(book({"A": rows}, merged=["A1:A2", "B1:C1"]))[0]
    assert texts(spread_whole(grid.rows, grid.merged)) == [
        ["Programa", "Presupuesto", "Presupuesto"], ["Programa", "Aprobado", "Pagado"],
    ]  # fmt: skip


def test_a_sheet_beyond_the_limits_says_so_and_hinders_no_other():
    wide = [[*["x"] * 4]]
    found = grids(
        book({"Ancha": wide, "Larga": [[n] for n in range(60)], "Buena": [["a"]]}), max_columns=3, max_rows=30
    )
    assert [bool(grid.refused) for grid in found] == [True, True, False]
    assert "D1" in found[0].refused
    assert "30 filas" in found[1].refused


def test_the_rows_of_all_sheets_and_files_together_are_bounded():
    one = book({"A": [[n] for n in range(20)]})
    assert grids(one, one, max_rows=30)[1].refused == "La hoja tiene más de 30 filas, que es lo más que se acepta."
    assert refusal(one, one, max_bytes=len(one) + 5).startswith("«libro 2.xlsx»: Los archivos juntos pesan más de ")
    assert refusal(*[one] * 61).startswith("Son 61 archivos")


def test_a_file_that_cannot_be_read_is_named():
    assert refusal(SMALL, b"%PDF-1.4").startswith("«libro 2.xlsx»: El archivo es un PDF")
    assert refusal(b"%PDF-1.4").startswith("El archivo es un PDF")


def merged_book(areas, rows):
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
    xml = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData><mergeCells>{merged}</mergeCells></worksheet>'
    return with_parts({"xl/worksheets/sheet1.xml": xml})


def test_an_area_of_one_cell_is_none():
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'
    grid = grids(merged_book(["A1", "A1:B1"], rows))[0]
    assert [tuple(area) for area in grid.merged] == [(1, 1, 1, 2)]


def test_merged_areas_without_end_are_not_filled():
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>x</t></is></c></row>' for n in range(1, 401))
    grid = grids(merged_book([f"A1:GR{1_048_576 - n}" for n in range(2000)], rows))[0]
    with pytest.raises(SpreadsheetError, match="demasiadas celdas combinadas"):
        spread_whole(grid.rows, grid.merged)
    assert texts(spread_down(grid.rows[:2], grid.merged[:1])) == [["x"], ["x"]]
