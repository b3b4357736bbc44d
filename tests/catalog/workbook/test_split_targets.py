"""Targets with their unit in one cell, in the column «Meta» itself."""

import pytest

from catalog.workbook.parsing import parse_catalog
from core.spreadsheets.cells import number_cell
from tests.catalog.workbook.tables import HEADERS, parse, row_values, table


@pytest.mark.parametrize(
    ("target", "unit", "expected", "note"),
    [
        ("12 informes", "", ("12", "absolute", "Informes"), ""),
        ("12 informes", "Informe", ("12", "absolute", "Informe"), ""),
        ("100 m2", "m²", ("100", "absolute", "m²"), ""),
        ("1,200 árboles", "Árboles", ("1200", "absolute", "Árboles"), ""),
        ("90 por ciento", "Solicitudes", ("90", "percentage", "Solicitudes"), ""),
        ("≥ 90 %", "Solicitudes", ("90", "percentage", "Solicitudes"), "al menos"),
        ("100% de las solicitudes", "Solicitud", ("100", "percentage", "Solicitud"), ""),
        ("12 informes", "Solicitudes", ("12", "absolute", "Solicitudes"),
         "Fila 2 · Meta: «12 informes»: se leyó 12; la celda dice «Informes» y la unidad de la fila es «Solicitudes»"),
        ("12 (doce)", "Obras", ("12", "", "Obras"), ""),
        ("100%", "Obras", ("100", "percentage", "Obras"), ""),
    ],
)  # fmt: skip
def test_a_cell_gives_its_amount_its_kind_and_its_unit(target, unit, expected, note):
    found = parse(row_values(Meta=target, Unidad=unit))
    assert found.errors == []
    row = found.rows[0]
    assert (f"{row.target.normalize():f}", row.target_kind, row.unit) == expected
    assert note in " ".join(found.notes) and bool(found.notes) == bool(note)


def test_a_column_of_all_sorts_is_read_without_the_column_of_kinds():
    headers = [header for header in HEADERS if header != "Tipo de meta"]
    rows = [
        row_values(Meta=text, Unidad=unit) | {"Clave de la acción": f"PRE-01-{number:02d}"}
        for number, (text, unit) in enumerate(
            [("100%", "Obras"), ("12 informes", "Informes"), ("100 m2", "m2"), (number_cell(5, "0"), "Obras"),
             ("~ 8 obras", "Obras"), ("~ 8 obras", "Obras")], 1,
        )
    ]  # fmt: skip
    found = parse_catalog(table(*rows, headers=headers))
    assert found.errors == []
    kinds = ["percentage", "absolute", "absolute", "", "absolute", "absolute"]
    assert [row.target_kind for row in found.rows] == kinds
    [note] = found.notes
    assert note.startswith("Filas 6, 7 · Meta: «~ 8 obras»: ")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"Meta": "N/A"}, "Meta: «N/A» no dice la meta: escriba lo que se espera en el año, por ejemplo 100% o 12, "
                          "o quite la fila"),
        ({"Meta": "80 a 90 %"}, "Meta: «80 a 90 %» es un rango: escriba una sola meta"),
        ({"Meta": "12 informes y 3 obras"}, "tiene más de una cantidad: escriba una sola meta"),
        ({"Meta": "12 informes", "Tipo de meta": "porcentaje"},
         "Meta: «12 informes» es una cantidad y el tipo de meta dice porcentaje"),
        ({"Meta": "100%", "Línea base": "N/A"}, "Línea base: «N/A» no es un número"),
        ({"Meta": "12", "Unidad": ""}, "Unidad: falta"),
    ],
)  # fmt: skip
def test_what_is_no_amount_says_what_to_do(changes, why):
    [error] = parse(row_values() | changes).errors
    assert why in str(error)


def test_decimals_are_asked_of_an_amount_with_its_unit_too():
    found = parse(row_values(Meta="1.234 informes", Unidad="Informes"))
    assert found.question is not None and found.question.text == "1.234"
    found = parse(row_values(Meta="1.234 informes", Unidad="Informes"), row_values(Meta="2,5"))
    assert found.question is None
