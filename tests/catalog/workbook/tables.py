"""Small sheets of the catalogue, as they are read from a file."""

from catalog.workbook.columns import COLUMNS
from catalog.workbook.parsing import parse_catalog
from core.spreadsheets import Cell, Row, Table
from core.spreadsheets.cells import number_cell, text_cell

HEADERS = [column.header for column in COLUMNS]
PERCENT_100 = number_cell(1, "0%")


IN_EXCEL = "(en Excel, con formato de número)"


def row_values(**changes):
    values = {
        "Plan": "Plan Municipal de Desarrollo 2014 - 2016",
        "Ejercicio": "2016",
        "Eje rector": "Un Gobierno Incluyente",
        "Objetivo": "Cercano a la Gente",
        "Estrategia": "Conducir la política interior",
        "Dependencia": "Presidencia Municipal",
        "Clave del programa": "PRE-01",
        "Programa": "Proximidad Ciudadana",
        "Clave de la acción": "PRE-01-01",
        "Acción": "Recibir las solicitudes",
        "Unidad": "Solicitudes",
        "Meta": "100%",
        "Numerador": "Número de solicitudes atendidas",
        "Denominador": "Total de solicitudes recibidas",
    }
    return values | {name.replace("_", " "): value for name, value in changes.items()}


def as_cell(value):
    return value if isinstance(value, Cell) else text_cell(value)


def table(*rows, headers=HEADERS):
    body = [Row(number, [as_cell(row.get(header, "")) for header in headers]) for number, row in enumerate(rows, 2)]
    return Table(["Catálogo"], "Catálogo", 1, list(headers), body)


def parse(*rows, **options):
    return parse_catalog(table(*rows), **options)


def parsed(**changes):
    """The only row, after changes given by header."""
    result = parse(row_values(**changes))
    assert result.errors == []
    return result.rows[0]


CORRECT = "es un error de la hoja de cálculo; corrija la celda o escriba el dato"


def sentences(*rows, **options):
    """All errors, those of a plan that is new included."""
    found = parse(*rows, **options)
    return [str(error) for error in (*found.errors, *(doubt for _, doubt in found.doubts))]
