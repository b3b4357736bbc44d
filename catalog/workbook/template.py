"""The empty workbook that planning fills in: the columns, what each means, examples, and lists to choose from."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from catalog.workbook import catalog_file
from catalog.workbook.columns import COLUMNS
from core.spreadsheets import Column, Sheet, write_workbook
from programs.models import FiscalYear

INSTRUCTIONS, EXAMPLES = "Instrucciones", "Ejemplos"
LISTED_ROWS = 2000
"""Rows of the empty sheet that have their validation lists."""

HELP = {
    "plan": "El nombre del plan, con los años que abarca si el plan es nuevo.",
    "year": "El año del Programa Anual de Trabajo. Un archivo lleva un solo ejercicio.",
    "axis": "El nombre completo del eje, siempre escrito igual.",
    "objective": "El nombre completo del objetivo del plan.",
    "strategy": "El nombre completo de la estrategia.",
    "department_number": "El número de la dependencia en el documento oficial.",
    "department": "El nombre completo de la dependencia.",
    "department_prefix": "De 2 a 6 letras mayúsculas. Si se deja vacío, es el principio de la clave del programa.",
    "program_number": "Como texto: 1.10 no es 1.1.",
    "program_code": "Prefijo, guion y dos o tres dígitos. No se repite en el ejercicio.",
    "program": "El nombre del programa, tal como está en el documento oficial.",
    "description": "Texto libre; puede tener varios párrafos.",
    "objectives": "Un objetivo por línea dentro de la celda.",
    "action_code": "La clave del programa, guion y dos o tres dígitos; «sin acciones» si el programa aún no las tiene.",
    "action": "Qué se hace.",
    "unit": "En qué se mide la acción.",
    "target": "Un porcentaje con su signo, o una cantidad si la meta es absoluta.",
    "target_kind": (
        "porcentaje, o absoluta para una cantidad en la unidad de la acción; sin ella ni el signo %, se pregunta."
    ),
    "indicator_code": (
        "Solo del segundo indicador de una acción en adelante: la clave de la acción con -B, -C… "
        "«sin indicadores» si la acción aún no los tiene."
    ),
    "indicator": "El nombre del indicador; si se deja vacío, es el texto de la acción.",
    "definition": "Qué mide el indicador.",
    "numerator": "Lo que se cuenta, en palabras.",
    "denominator": "Contra qué se compara, en palabras.",
    "numerator_mode": "suma: se suman los meses; último: vale el último mes capturado. suma si se deja vacío.",
    "denominator_mode": "suma: se suman los meses; último: vale el último mes capturado. suma si se deja vacío.",
    "considered": "Si entra en el indicador global del programa. sí si se deja vacío.",
    "frequency": "Cada cuánto se captura. mensual si se deja vacío.",
    "schedule": "constante, lineal, o doce porcentajes acumulados separados con punto y coma que terminan en 100.",
    "starts_in": "El mes desde el que se pide: de 1 a 12, o su nombre. enero si se deja vacío.",
    "action_official_key": "Opcional. La clave de la acción como la escribe el documento del municipio.",
    "official_key": "Opcional. La clave del indicador como la escribe el documento del municipio.",
    "axis_key": "Opcional. Con su clave, un nombre corregido es un cambio de nombre y no otro eje.",
    "objective_key": "Opcional, como la del eje.",
    "strategy_key": "Opcional, como la del eje.",
    "direction": "ascendente: más es mejor; descendente: menos es mejor, y al global entra su cumplimiento. ascendente "
    "si se deja vacío.",
    "dimension": "Qué mide: eficacia, eficiencia, calidad o economía.",
    "baseline": "El valor de partida, en la misma unidad que la meta.",
    "baseline_year": "El año de la línea base.",
    "verification": "Con qué se comprueba.",
    "requires_evidence": "sí: el mes no se envía sin un archivo de evidencia. no si se deja vacío.",
    "source": "De dónde salen los datos.",
    "responsible_area": "Quién responde por el indicador.",
}

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
        replace(column, comment=HELP[spec.field])
        for column, spec in zip(catalog_file.export_columns(), COLUMNS, strict=True)
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
    lines = [
        (column.header, "sí" if column.required else "no", HELP[column.field], _example(column.field))
        for column in COLUMNS
    ]
    return [*how, ("", "", "", ""), *lines]


def _example(field: str) -> str:
    return str(next((row[field] for row in (_FIRST, _THIRD, _SECOND) if row.get(field, "") != ""), ""))


def _row(example: dict[str, Any], fiscal_year: FiscalYear | None) -> list[Any]:
    own = {"plan": fiscal_year.plan.name, "year": fiscal_year.year} if fiscal_year else {}
    return [{**example, **own}.get(column.field, "") for column in COLUMNS]
