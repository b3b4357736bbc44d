"""The empty workbook that planning fills in: the columns, what each means, examples, and lists to choose from."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from catalog.workbook import catalog_file
from catalog.workbook.columns import COLUMNS
from catalog.workbook.declaring import ColumnSpec
from core.spreadsheets import Column, Sheet, write_workbook
from programs.models import FiscalYear

INSTRUCTIONS, EXAMPLES = "Instrucciones", "Ejemplos"
LISTED_ROWS = 2000
"""Rows of the empty sheet that have their validation lists."""

_FIRST = {
    "plan": "Plan Municipal de Desarrollo 2014 - 2016", "year": 2016, "axis": "Un Gobierno Incluyente",
    "objective": "Un Gobierno Cercano a la Gente", "strategy": "Conducir la política interior del municipio",
    "department_number": 1, "department": "Presidencia Municipal", "department_prefix": "PRE", "program_number": "1.1",
    "program_code": "PRE-01", "program": "Proximidad Ciudadana",
    "description": "Acercar el gobierno municipal a la gente.",
    "objectives": "Atender a quien acude\nDar seguimiento a cada solicitud",
    "action_code": "PRE-01-01", "action": "Atender las solicitudes de la ciudadanía", "unit": "Solicitudes",
    "target": "100%", "target_kind": "porcentaje", "numerator": "Número de solicitudes atendidas",
    "denominator": "Total de solicitudes recibidas", "frequency": "mensual", "considered": "sí",
}  # fmt: skip
_SECOND = {
    **_FIRST, "action_code": "PRE-01-02", "action": "Publicar informes trimestrales", "unit": "Informes", "target": 4,
    "target_kind": "absoluta", "numerator": "Informes publicados", "denominator": "Informes programados",
    "denominator_mode": "último", "frequency": "trimestral",
    "schedule": "0; 0; 25; 25; 25; 50; 50; 50; 75; 75; 75; 100", "requires_evidence": "sí", "starts_in": "enero",
    "action_official_key": "1.1.2.1", "official_key": "O-PPA 1.01",
}  # fmt: skip
_THIRD = {
    **_FIRST, "indicator_code": "PRE-01-01-B", "indicator": "Solicitudes con queja", "target": "5%",
    "direction": "descendente", "numerator": "Solicitudes con queja", "denominator": "Total de solicitudes atendidas",
    "considered": "no",
}  # fmt: skip
# What these rows do not say has its own first example, in the fullest of them.
_SECOND |= {column.field: column.examples[0] for column in COLUMNS if column.examples and column.field not in _SECOND}
EXAMPLE_ROWS = (_FIRST, _THIRD, _SECOND)

_HOW = (
    "Llene la hoja «Catálogo»: una fila por indicador. Los encabezados con asterisco son obligatorios.",
    "El orden de las columnas no importa, y las opcionales se pueden quitar: lo guardado se queda como está.",
    "Una celda vacía de una columna que sí está en el archivo borra lo que hubiera, o toma su valor de costumbre.",
    "Antes de escribir nada verá qué cambia, y todos los errores a la vez.",
    "Lo que falte en el archivo se queda en el catálogo: una importación nunca borra.",
    "No escriba aquí capturas: esta plantilla es solo del catálogo.",
)


def write_template(file: BinaryIO, fiscal_year: FiscalYear | None = None) -> None:
    """Write the template; of a year that exists the plan and the year are filled in the examples."""
    columns = [
        replace(column, comment=spec.help) for column, spec in zip(catalog_file.export_columns(), COLUMNS, strict=True)
    ]
    sheets = [
        Sheet(catalog_file.SHEET, columns, [], list_rows=LISTED_ROWS),
        Sheet(INSTRUCTIONS, _INSTRUCTION_COLUMNS, _instructions(), filtered=False),
        Sheet(EXAMPLES, catalog_file.export_columns(), [_row(example, fiscal_year) for example in EXAMPLE_ROWS]),
    ]
    write_workbook(sheets, file)


_INSTRUCTION_COLUMNS = (
    Column("Columna", width=30), Column("¿Obligatoria?", width=16), Column("Qué se escribe", width=80),
    Column("Ejemplo", width=44),
)  # fmt: skip


def _instructions() -> list[Sequence[str]]:
    how = [("Cómo se usa" if number == 0 else "", "", sentence, "") for number, sentence in enumerate(_HOW)]
    lines = [(column.header, "sí" if column.required else "no", column.help, _example(column)) for column in COLUMNS]
    return [*how, ("", "", "", ""), *lines]


def _example(column: ColumnSpec) -> str:
    return str(next((row[column.field] for row in EXAMPLE_ROWS if row.get(column.field, "") != ""), ""))


def _row(example: dict[str, Any], fiscal_year: FiscalYear | None) -> list[Any]:
    own = {"plan": fiscal_year.plan.name, "year": fiscal_year.year} if fiscal_year else {}
    return [{**example, **own}.get(column.field, "") for column in COLUMNS]
