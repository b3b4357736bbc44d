"""The columns of the catalogue workbook: each is declared here, once, and every place that has columns reads it here.

The file and its export, the template's help, the preview of an import, the forms and the lines of the tree, the
comparison of two years, the admin and the indicator's sheet take from its declaration what concerns them.
``tests/catalog/workbook/test_every_column.py`` takes each of them round; CONTRIBUTING.md says how one is added.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Model

from catalog.workbook.cells import (
    ACTION,
    FREQUENCIES,
    INDICATOR,
    PROGRAM,
    Schedule,
    baseline,
    choice_of,
    code_of,
    department_number,
    mode,
    month,
    name_of,
    objective_lines,
    paragraphs,
    plan_name,
    prefix,
    program_number,
    schedule,
    target,
    year,
    yes_or_no,
)
from catalog.workbook.declaring import CAPTURE, Asked, ColumnSpec
from core.formats import plain_amount
from core.spreadsheets import Percent, single_line
from indicators import calculations, models
from indicators.models import Indicator, month_name
from programs.models import Action, Program

_PROGRAM = "action.program"
_STRATEGY = f"{_PROGRAM}.strategy"
_OBJECTIVE = f"{_STRATEGY}.objective"
_AXIS = f"{_OBJECTIVE}.axis"
_KEY_HELP = "Opcional: como la escribe el documento del municipio, por ejemplo 1.1.2.1."
_MODE_HELP = "suma: se suman los meses; último: vale el último mes capturado. suma si se deja vacío."


def _target(indicator: Indicator) -> Percent | Decimal:
    percentage = indicator.target_kind == models.TargetKind.PERCENTAGE
    return Percent(indicator.target) if percentage else indicator.target


def _schedule(indicator: Indicator) -> str:
    if indicator.schedule == models.Schedule.EXPLICIT:
        return "; ".join(plain_amount(Decimal(share)) for share in indicator.shares or ())
    return {calculations.FLAT: "constante", calculations.LINEAR: "lineal"}.get(indicator.schedule, "")


def _objectives(indicator: Indicator) -> str:
    return "\n".join(single_line(objective.text) for objective in indicator.action.program.objectives.all())


def _key_fact(row: Program | Action | Indicator) -> str:
    return f"clave oficial {row.official_key}" if row.official_key else ""


COLUMNS = (
    ColumnSpec(
        "plan", "Plan", plan_name, f"{_AXIS}.plan.name",
        "El nombre del plan, con los años que abarca si el plan es nuevo.",
        wanted="escriba por ejemplo «Plan Municipal de Desarrollo 2014 - 2016»",
    ),
    ColumnSpec(
        "year", "Ejercicio", year, f"{_PROGRAM}.fiscal_year.year",
        "El año del Programa Anual de Trabajo. Un archivo lleva un solo ejercicio.",
        wanted="escriba por ejemplo 2016",
    ),
    ColumnSpec(
        "axis", "Eje rector", name_of(500), f"{_AXIS}.name", "El nombre completo del eje, siempre escrito igual.",
        wanted="escriba su nombre completo", wide=True,
    ),
    ColumnSpec(
        "objective", "Objetivo", name_of(500), f"{_OBJECTIVE}.name", "El nombre completo del objetivo del plan.",
        wanted="escriba su nombre completo", wide=True,
    ),
    ColumnSpec(
        "strategy", "Estrategia", name_of(1000), f"{_STRATEGY}.name", "El nombre completo de la estrategia.",
        wanted="escriba su nombre completo", wide=True,
    ),
    ColumnSpec(
        "department_number", "Número de dependencia", department_number, f"{_PROGRAM}.department.number",
        "El número de la dependencia en el documento oficial.", default=None,
    ),
    ColumnSpec(
        "department", "Dependencia", name_of(300), f"{_PROGRAM}.department.name",
        "El nombre completo de la dependencia.", wanted="escriba su nombre completo", wide=True,
    ),
    ColumnSpec(
        "department_prefix", "Prefijo", prefix, f"{_PROGRAM}.department.prefix",
        "De 2 a 6 letras mayúsculas. Si se deja vacío, es el principio de la clave del programa.",
    ),
    ColumnSpec(
        "program_number", "Número de programa", program_number, f"{_PROGRAM}.number",
        "Como texto: 1.10 no es 1.1.", told_after="program", asked=None,
    ),
    ColumnSpec(
        "program_code", "Clave del programa", code_of(PROGRAM), f"{_PROGRAM}.code",
        "Prefijo, guion y dos o tres dígitos. No se repite en el ejercicio.", wanted="escriba por ejemplo PRE-02",
    ),
    ColumnSpec(
        "program", "Programa", name_of(500), f"{_PROGRAM}.name",
        "El nombre del programa, tal como está en el documento oficial.", wanted="escriba su nombre completo",
        wide=True, compared="renamed", asked=None,
    ),
    ColumnSpec(
        "description", "Descripción", paragraphs, f"{_PROGRAM}.description",
        "Texto libre; puede tener varios párrafos.", wide=True, asked=None,
    ),
    ColumnSpec(
        "objectives", "Objetivos del programa", objective_lines, f"{_PROGRAM}.objectives",
        "Un objetivo por línea dentro de la celda.", default=(), wide=True, exported=_objectives,
    ),
    ColumnSpec(
        "action_code", "Clave de la acción", code_of(ACTION), "action.code",
        "La clave del programa, guion y dos o tres dígitos; «sin acciones» si el programa aún no las tiene.",
        wanted="escriba por ejemplo PRE-02-03",
    ),
    ColumnSpec(
        "action", "Acción", name_of(5000), "action.text", "Qué se hace.", wanted="escriba qué se hace", wide=True,
        compared="renamed", asked=None,
    ),
    ColumnSpec(
        "unit", "Unidad", name_of(100), "action.unit", "En qué se mide la acción.",
        wanted="escriba en qué se mide, por ejemplo «Solicitudes»", compared="asked", asked=None,
    ),
    ColumnSpec(
        "target", "Meta", target, "target", "Un porcentaje con su signo, o una cantidad si la meta es absoluta.",
        wanted="escriba por ejemplo 100%, o una cantidad si la meta es absoluta", amount=True, exported=_target,
        told_after="target_kind", compared="", asked=None, sheet="Meta programada",
    ),
    ColumnSpec(
        "target_kind", "Tipo de meta",
        choice_of({"porcentaje": calculations.PERCENTAGE, "absoluta": calculations.ABSOLUTE}), "target_kind",
        # Not said: a percent sign says it, otherwise it is asked (``bare_targets``).
        "porcentaje, o absoluta para una cantidad en la unidad de la acción; sin ella ni el signo %, se pregunta.",
        told_after="considered", compared="target", asked=None,
    ),
    ColumnSpec(
        "indicator_code", "Clave del indicador", code_of(INDICATOR), "code",
        "Solo del segundo indicador de una acción en adelante: la clave de la acción con -B, -C… "
        "«sin indicadores» si la acción aún no los tiene.",
    ),
    ColumnSpec(
        "indicator", "Indicador", name_of(5000), "name",
        "El nombre del indicador; si se deja vacío, es el texto de la acción.", wide=True, compared="renamed",
        asked=None,
    ),
    ColumnSpec(
        "definition", "Definición", paragraphs, "definition", "Qué mide el indicador.", wide=True,
    ),
    ColumnSpec(
        "numerator", "Numerador", name_of(500), "numerator_label", "Lo que se cuenta, en palabras.",
        wanted="escriba qué se cuenta, por ejemplo «Solicitudes atendidas»", wide=True, compared="formula",
        asked=Asked(CAPTURE, empty="Escriba qué cuenta el numerador."),
    ),
    ColumnSpec(
        "denominator", "Denominador", name_of(500), "denominator_label", "Contra qué se compara, en palabras.",
        wanted="escriba contra qué se compara, por ejemplo «Solicitudes recibidas»", wide=True, compared="formula",
        asked=Asked(CAPTURE, empty="Escriba qué cuenta el denominador."),
    ),
    ColumnSpec(
        "numerator_mode", "Acumulación numerador", mode, "numerator_mode", _MODE_HELP, default=calculations.SUM,
        compared="formula", sheet="Acumulación del numerador",
        asked=Asked(
            CAPTURE, "Acumulación del numerador", "Suma: cada mes se agrega. Último: vale el último mes capturado."
        ),
    ),
    ColumnSpec(
        "denominator_mode", "Acumulación denominador", mode, "denominator_mode", _MODE_HELP, default=calculations.SUM,
        compared="formula", sheet="Acumulación del denominador",
        asked=Asked(CAPTURE, "Acumulación del denominador"),
    ),
    ColumnSpec(
        "considered", "Considerado", yes_or_no, "considered",
        "Si entra en el indicador global del programa. sí si se deja vacío.", default=True, compared="asked",
        asked=Asked(CAPTURE, "Entra al promedio global del programa", late=True), sheet="Entra al global",
        fact=lambda indicator: "" if indicator.considered else "no entra al global",
    ),
    ColumnSpec(
        "frequency", "Frecuencia", choice_of(FREQUENCIES), "frequency",
        "Cada cuánto se captura. mensual si se deja vacío.", default=1, compared="asked", asked=Asked(CAPTURE),
    ),
    ColumnSpec(
        "schedule", "Programación", schedule, "schedule",
        "constante, lineal, o doce porcentajes acumulados separados con punto y coma que terminan en 100.",
        default=Schedule("", ()), also=("shares",), exported=_schedule, compared="asked", asked=None,
    ),
    ColumnSpec(
        "starts_in", "Mes de inicio", month, "starts_in",
        "El mes desde el que se pide: de 1 a 12, o su nombre. enero si se deja vacío.", default=None, compared="asked",
        asked=Asked(CAPTURE, help="Desde qué mes se pide; los anteriores no cuentan."),
        fact=lambda indicator: f"empieza en {month_name(indicator.starts_in)}" if indicator.starts_in > 1 else "",
    ),
    ColumnSpec(
        "program_official_key", "Clave oficial del programa", name_of(100), f"{_PROGRAM}.official_key",
        "Opcional. La clave del programa como la escribe el documento del municipio.",
        asked=Asked("", "Clave oficial", _KEY_HELP), fact=_key_fact, examples=("E-01", "PP 05"),
    ),
    ColumnSpec(
        "action_official_key", "Clave oficial de la acción", name_of(100), "action.official_key",
        "Opcional. La clave de la acción como la escribe el documento del municipio.",
        asked=Asked("", "Clave oficial", _KEY_HELP), fact=_key_fact,
    ),
    ColumnSpec(
        "official_key", "Clave oficial del indicador", name_of(100), "official_key",
        "Opcional. La clave del indicador como la escribe el documento del municipio.",
        asked=Asked("", "Clave oficial", _KEY_HELP), fact=_key_fact,
    ),
    ColumnSpec(
        "axis_key", "Clave del eje", name_of(20), f"{_AXIS}.key",
        "Opcional. Con su clave, un nombre corregido es un cambio de nombre y no otro eje.",
    ),
    ColumnSpec(
        "objective_key", "Clave del objetivo", name_of(20), f"{_OBJECTIVE}.key", "Opcional, como la del eje.",
    ),
    ColumnSpec(
        "strategy_key", "Clave de la estrategia", name_of(20), f"{_STRATEGY}.key", "Opcional, como la del eje.",
    ),
    ColumnSpec(
        "direction", "Sentido",
        choice_of({"ascendente": calculations.ASCENDING, "descendente": calculations.DESCENDING}), "direction",
        "ascendente: más es mejor; descendente: menos es mejor, y al global entra su cumplimiento. ascendente "
        "si se deja vacío.",
        default=calculations.ASCENDING, told_after="target", compared="target", asked=None,
    ),
    ColumnSpec(
        "dimension", "Dimensión",
        choice_of({"eficacia": "eficacia", "eficiencia": "eficiencia", "calidad": "calidad", "economía": "economia"}),
        "dimension", "Qué mide: eficacia, eficiencia, calidad o economía.",
    ),
    ColumnSpec(
        "baseline", "Línea base", baseline, "baseline", "El valor de partida, en la misma unidad que la meta.",
        default=None, amount=True,
    ),
    ColumnSpec(
        "baseline_year", "Año de línea base", year, "baseline_year", "El año de la línea base.", default=None,
        asked=Asked(label="Año de la línea base"),
    ),
    ColumnSpec("verification", "Medio de verificación", paragraphs, "verification", "Con qué se comprueba."),
    ColumnSpec(
        "requires_evidence", "Evidencia", yes_or_no, "requires_evidence",
        "sí: el mes no se envía sin un archivo de evidencia. no si se deja vacío.", default=False, compared="asked",
        asked=Asked(CAPTURE, "Exige evidencia: sin un archivo no se puede enviar", late=True),
        sheet="Exige evidencia para enviar",
    ),
    ColumnSpec("source", "Fuente", paragraphs, "source", "De dónde salen los datos."),
    ColumnSpec(
        "responsible_area", "Área responsable", name_of(300), "responsible_area", "Quién responde por el indicador.",
    ),
)  # fmt: skip
"""In the order of the export; headers without the asterisk of the required ones."""

HEADERS = {column.field: column.header for column in COLUMNS}
BY_FIELD = {column.field: column for column in COLUMNS}


def _in_told_order(columns: Iterable[ColumnSpec]) -> tuple[ColumnSpec, ...]:
    given = list(columns)
    ordered = [column for column in given if not column.told_after]
    moved = [column for column in given if column.told_after]
    while moved:
        column = moved.pop(0)
        at = next((place for place, other in enumerate(ordered, start=1) if other.field == column.told_after), None)
        if at is None:
            moved.append(column)  # it follows one that has no place yet itself
        else:
            ordered.insert(at, column)
    return tuple(ordered)


_STORED = {
    owner: _in_told_order(column for column in COLUMNS if column.owner is owner and column.stored is not None)
    for owner in (Program, Action, Indicator)
}


def columns_of(owner: type[Model]) -> tuple[ColumnSpec, ...]:
    """Those that are written as a cell says them, in the order in which changes are told; none of other models."""
    return _STORED.get(owner, ())


def optional_of(owner: type[Model]) -> tuple[str, ...]:
    """The fields that one row may leave blank and another of the same thing says."""
    return tuple(column.field for column in COLUMNS if column.owner is owner and not column.required)


NO_ACTIONS, NO_INDICATORS = "sin acciones", "sin indicadores"
"""What stands in the place of the code where a programme has no actions yet, or an action no indicators."""
OF_PROGRAM = frozenset(column.field for column in COLUMNS if column.owner not in (Action, Indicator))
OF_ACTION = OF_PROGRAM | {column.field for column in COLUMNS if column.owner is Action}


@dataclass(frozen=True, slots=True)
class Lacking:
    """A row that ends above its indicator, because there is nothing below yet.

    ``field`` is where its ``words`` stand, ``fields`` are those that it has, ``parent`` the code of the last of them.
    """

    field: str
    words: str
    fields: frozenset[str]
    parent: str
    the_parent: str
    the_field: str


LACKING = (
    Lacking("action_code", NO_ACTIONS, OF_PROGRAM, "program_code", "el programa", "la acción"),
    Lacking("indicator_code", NO_INDICATORS, OF_ACTION, "action_code", "la acción", "el indicador"),
)
