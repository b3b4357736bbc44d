"""Where the header of a sheet is, what stands above it, and what is no row of it."""

import io

import pytest

from catalog.layout.finding import head_at, is_numbering
from catalog.layout.laying import lay
from catalog.layout.reading import lacking, propose_for
from core.spreadsheets import Row, read_grids
from core.spreadsheets.cells import text_cell
from tests.catalog.layout.books import write

TITLED = [
    ["MUNICIPIO DE SAN JUAN"], ["PROGRAMA OPERATIVO ANUAL 2024"], ["Dependencia:", "Obras Públicas"], [],
    ["No.", "Alineación al PMD", None, None, "Programa", "Actividad", "Unidad de Medida", "Programación", None,
     "Resp."],
    [None, "Eje", "Objetivo", "Estrategia", None, None, None, "Meta Anual", "1er Trimestre", None],
    [1, "1. Gobierno", "1.1 Servir", "1.1.1 Modernizar", "Bacheo", "Bachear calles", "m2", 1200, 300, "Obras"],
    [2, "1. Gobierno", "1.1 Servir", "1.1.1 Modernizar", "Bacheo", "Pintar guarniciones", "ml", 800, 200, "Obras"],
    ["TOTAL", None, None, None, None, None, None, 2000, 500, None],
    [], ["Elaboró", None, None, None, "Revisó", None, None, "Autorizó"],
]  # fmt: skip
MERGED = ["A1:J1", "A2:J2", "A5:A6", "B5:D5", "E5:E6", "F5:F6", "G5:G6", "H5:I5", "J5:J6"]
MATRIX = [
    ["Matriz de Indicadores para Resultados 2023"], ["Programa presupuestario: SEG-01 Seguridad"],
    ["Nivel", "Resumen narrativo", "Indicador", None, None, None, None, "Medios de verificación", "Supuestos"],
    [None, None, "Nombre", "Método de cálculo", "Frecuencia", "Meta", "Unidad de medida", None, None],
    ["Fin", "Contribuir a la paz", "Delitos", "(Delitos / Población)*1000", "Anual", "5%", "Tasa", "INEGI", "X"],
    ["Propósito", "Vivir con paz", "% de percepción", "(Seguras / Encuestadas)*100", "Anual", "60%", "%", "INEGI", "X"],
]  # fmt: skip


def grids(tmp_path, rows, merged=(), **more):
    path = write(tmp_path / "p.xlsx", {"Hoja1": rows, **more}, merged)
    return read_grids([("p.xlsx", io.BytesIO(path.read_bytes()))])


def proposed(tmp_path, rows, merged=()):
    found = propose_for(grids(tmp_path, rows, merged))
    return found, {name: target for name, target in zip(found.head.names, found.targets, strict=True) if target}


def test_a_head_of_two_rows_below_titles_with_what_they_say(tmp_path):
    found, columns = proposed(tmp_path, TITLED, MERGED)
    assert (found.head.first_row, found.head.last_row) == (5, 6)
    assert columns == {
        "Alineación al PMD · Eje": "axis", "Alineación al PMD · Objetivo": "objective",
        "Alineación al PMD · Estrategia": "strategy", "Programa": "program", "Actividad": "action",
        "Unidad de Medida": "unit", "Programación · Meta Anual": "target", "Resp.": "responsible_area",
    }  # fmt: skip
    assert found.said == {"year": "2024", "department": "Obras Públicas"}
    assert found.mapping.constants == {"year": "2024", "department": "Obras Públicas"}


def test_a_matrix_without_merged_cells_and_its_rows_of_data(tmp_path):
    found, columns = proposed(tmp_path, MATRIX)
    assert (found.head.first_row, found.head.last_row) == (3, 4)
    assert columns["Indicador · Nombre"] == "indicator" and columns["Indicador · Método de cálculo"] == "formula_cell"
    assert found.said == {"year": "2023", "program_code": "SEG-01", "program": "Seguridad"}
    assert "program_code" not in lacking(found.mapping)
    labels = lay(grids(tmp_path, MATRIX), found.mapping).table
    at = labels.header.index("Numerador")
    assert [row.cells[at].text for row in labels.rows] == ["Delitos", "Seguras"]


def test_totals_and_signatures_are_told_apart_from_rows(tmp_path):
    found, _ = proposed(tmp_path, TITLED, MERGED)
    laid = lay(grids(tmp_path, TITLED, MERGED), found.mapping)
    assert [row.number for row in laid.table.rows] == [7, 8]
    assert [number for number, _ in laid.strays] == [9, 11]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1", "2", "3", "4"], True), (["1", "2", "3", "20", "20a", "21"], False),
        (["(1)", "(2)", "(3)"], True), (["19", "20", "20a", "21"], False), (["2016", "2017", "2018"], False),
        (["1", "2"], False), (["1", "1", "1", "1"], False), (["1", "2", "m2"], False),
        ([str(number) for number in range(1, 21)] + ["20a", "21"], True),
        ([str(number) for number in range(1, 21)] + ["20 a", "21"], True),
        (["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII"], True),
        (["(i)", "(ii)", "(iii)"], True), (["I", "II"], False), (["X", "X", "X", "X"], False),
        (["C", "D", "M"], False), (["I", "2", "III"], False), (["IV", "III", "II"], False),
    ],
)  # fmt: skip
def test_a_row_that_numbers_the_columns(texts, expected):
    assert is_numbering(Row(4, [text_cell(text) for text in texts])) is expected


@pytest.mark.parametrize("count", [8, 12])
def test_roman_numerals_below_the_head_are_neither_head_nor_data(tmp_path, count):
    head = ["Eje", "Objetivo", "Estrategia", "Dependencia", "Programa", "Acción", "Unidad de medida", "Meta anual",
            "Indicador", "Frecuencia", "Numerador", "Denominador"][:count]  # fmt: skip
    roman = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"][:count]
    rows = [["POA"], head, roman, ["Eje 1", "O", "E", "Obras", "Bacheo", "Bachear", "m2", 10][:count]]
    found = propose_for(grids(tmp_path, rows))
    assert (found.head.first_row, found.head.last_row) == (2, 2)
    laid = lay(grids(tmp_path, rows), found.mapping)
    assert [row.number for row in laid.table.rows] == [4]
    assert laid.notes == ["La fila 3 solo numera las columnas y no se lee"]


def test_rows_without_content_have_no_head(tmp_path):
    [grid] = grids(tmp_path, TITLED)
    assert head_at(grid, 4, 4) is None
    assert propose_for(grids(tmp_path, [])).head is None


def column_of(found, header):
    at = found.table.header.index(header)
    return [row.cells[at].text for row in found.table.rows]


def test_titles_between_the_rows_say_it_of_the_rows_below_them(tmp_path):
    rows = [
        ["Acción", "Unidad de medida", "Meta programada", "Numerador", "Denominador", "Área responsable"],
        ["EJE 1: GOBIERNO"], ["Programa: Atención"], ["Atender", "Solicitud", "100%", "a", "b", "x"],
        ["Programa: Informes"], ["Publicar", "Informe", "12", "a", "b", "x"],
        ["EJE 2: SEGURIDAD"], ["Patrullar", "Recorrido", "300", "a", "b", "x"], ["TOTAL", None, "412"],
        ["Programa: Vigilancia"], ["Vigilar", "Recorrido", "12", "a", "b", "x"],
    ]  # fmt: skip
    found = propose_for(grids(tmp_path, rows))
    assert found.said == {"axis": "{entre filas}", "program": "{entre filas}"}
    laid = lay(grids(tmp_path, rows), found.mapping)
    assert column_of(laid, "Eje rector") == ["EJE 1: GOBIERNO"] * 2 + ["EJE 2: SEGURIDAD"] * 2
    assert column_of(laid, "Programa") == ["Atención", "Informes", "", "Vigilancia"]
    assert [number for number, _ in laid.strays] == [9]


def test_each_sheet_says_its_own_above_its_table_or_by_its_name(tmp_path):
    def sheet(department, *above):
        return [*above, ["Acción", "Unidad de medida", "Meta anual"], [f"Hacer {department}", "Obra", 1]]

    told = {name: sheet(name, ["Dependencia:", f"Dirección de {name}"]) for name in ("Obras", "Parques")}
    found = grids(tmp_path, told["Obras"], Parques=told["Parques"])
    proposal = propose_for(found)
    assert proposal.said == {"department": "{arriba}"}
    assert column_of(lay(found, proposal.mapping), "Dependencia") == ["Dirección de Obras", "Dirección de Parques"]
    found = grids(tmp_path, sheet("a"), Parques=sheet("b"))
    proposal = propose_for(found)
    assert proposal.said == {"department": "{hoja}"}
    assert column_of(lay(found, proposal.mapping), "Dependencia") == ["Hoja1", "Parques"]


def test_a_file_of_indicators_makes_each_an_action_of_its_own(tmp_path):
    rows = [["Nombre(s) del(os) indicador(es)", "Unidad de medida", "Metas programadas"], ["% de bacheo", "%", "40"]]
    found = propose_for(grids(tmp_path, rows))
    assert found.said == {"action": "{indicador}"}
    laid = lay(grids(tmp_path, rows), found.mapping)
    assert column_of(laid, "Acción") == column_of(laid, "Indicador") == ["% de bacheo"]


def test_a_head_of_two_rows_that_is_repeated_is_passed_over(tmp_path):
    head = [["EJE", "PROGRAMA", "ACCIÓN", "UNIDAD DE MEDIDA", "META", "META"],
            [None, None, None, None, "PROGRAMADA", "REALIZADA"]]  # fmt: skip
    rows = [
        *head,
        ["Eje 1", "Salud", "Consultar", "Consulta", 5, 3],
        *head,
        ["Eje 1", "Salud", "Vacunar", "Dosis", 9, 8],
    ]
    found = propose_for(grids(tmp_path, rows))
    laid = lay(grids(tmp_path, rows), found.mapping)
    assert [row.number for row in laid.table.rows] == [3, 6] and not laid.strays
    assert laid.notes == [f"La fila {number} repite los encabezados y no se lee" for number in (4, 5)]
