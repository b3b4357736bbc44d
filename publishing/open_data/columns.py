"""The columns of the published tables, declared once: CSV, dictionary, workbook and data package read them here.

The words are those of the day this was written and stay: what is published once is written the same ever after,
whatever the screens say by then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TEXT, AMOUNT, COUNT = "texto", "número", "entero"
MONTHS = range(1, 13)

WORDS: dict[str, dict[Any, str]] = {
    "direction": {"ascending": "ascendente", "descending": "descendente"},
    "target_kind": {"percentage": "porcentaje", "absolute": "absoluta"},
    "frequency": {
        "monthly": "mensual",
        "bimonthly": "bimestral",
        "quarterly": "trimestral",
        "four_monthly": "cuatrimestral",
        "half_yearly": "semestral",
        "yearly": "anual",
    },
    "schedule": {"flat": "constante", "linear": "lineal", "explicit": "mes por mes"},
    "numerator_mode": {"sum": "suma", "last": "último"},
    "denominator_mode": {"sum": "suma", "last": "último"},
    "status": {
        "ok": "con porcentaje",
        "no_demand": "sin demanda",
        "missing": "sin captura",
        "not_due": "no corresponde aún",
    },
    "light": {
        "green": "verde",
        "amber": "amarillo",
        "red": "rojo",
        "over": "sobrecumplimiento",
        "none": "sin semáforo",
    },
    "considered": {True: "sí", False: "no"},
    "missing_as_zero": {True: "sí", False: "no"},
    "descending_enters_as": {"compliance": "cumplimiento", "percentage": "porcentaje"},
}
_PARTS = " | "  # between the objectives of a programme, in one cell


@dataclass(frozen=True, slots=True)
class Column:
    """``key``: where the document has it, with a point before what lies within; ``unit`` as the dictionary says it;
    ``never``: of an enumeration, what this table never has.
    """

    name: str
    key: str
    describes: str
    kind: str = TEXT
    unit: str = ""
    required: bool = True
    never: tuple[str, ...] = ()

    @property
    def words(self) -> dict[Any, str]:
        """What stands in the document and, beside it, the word of the table; empty where it is no enumeration."""
        found = WORDS.get(self.key, {}) if self.kind == TEXT else {}
        return {value: word for value, word in found.items() if value not in self.never}


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV: its columns, which of them together name a row, and which one leads to another table."""

    file: str
    title: str
    describes: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    leads_to: str = ""


def text_of(column: Column, row: Mapping[str, Any]) -> str:
    """The cell of a CSV; empty where there is none."""
    value = value_of(column, row)
    if value is None:
        return ""
    return _PARTS.join(value) if isinstance(value, list) else str(value)


def value_of(column: Column, row: Mapping[str, Any]) -> Any:
    """What the document says, enumerations in the table's words; None where there is none."""
    first, _, inner = column.key.partition(".")
    value = row[first]
    if inner and value is not None:
        value = value[int(inner) - 1] if first == "shares" else value.get(inner)
    return column.words[value] if value is not None and column.words else value


_PERCENT = "por ciento"
_COUNTED = "lo que dice su etiqueta"
_CUT = (
    Column("ejercicio", "year", "Año del Programa Anual de Trabajo", COUNT),
    Column("mes", "month", "Mes de corte: los resultados son de enero a este mes", COUNT),
    Column("version", "version", "1 es el cierre original; de 2 en adelante, sus rectificaciones", COUNT),
)
_BEFORE = (
    Column(
        "ejercicio_anterior",
        "previous.year",
        "El ejercicio anterior con que se compara; vacío: es nuevo",
        COUNT,
        required=False,
    ),
    Column(
        "clave_anterior", "previous.code", "La clave que tenía en ese ejercicio, que puede ser otra", required=False
    ),
)

PROGRAMS = Table(
    "programas.csv",
    "Programas",
    "Un renglón por programa, con sus resultados de enero al mes de corte",
    (
        *_CUT,
        Column("clave_programa", "code", "Clave del programa"),
        Column("numero", "number", "Número del programa en el documento oficial", required=False),
        Column("programa", "name", "Nombre del programa"),
        Column("dependencia", "department", "Siglas de la dependencia responsable"),
        Column("eje", "axis", "Clave del eje al que contribuye", required=False),
        Column("objetivo", "objective", "Clave del objetivo al que contribuye", required=False),
        Column("estrategia", "strategy", "Clave de la estrategia a la que contribuye", required=False),
        Column("descripcion", "description", "De qué trata el programa", required=False),
        Column("objetivos", "objectives", "Objetivos del programa, separados por « | »", required=False),
        *_BEFORE,
        Column(
            "avance_global",
            "global",
            "Media de los avances (indicadores.csv, columna avance) de los considerados; vacío: ninguno tiene",
            AMOUNT,
            _PERCENT,
            False,
        ),
        Column("considerados", "considered", "Indicadores que entran en el avance global", COUNT, "indicadores"),
        Column(
            "considerables",
            "total",
            "Indicadores que el catálogo marca para entrar en él, tengan o no porcentaje",
            COUNT,
            "indicadores",
        ),
        Column(
            "cumplimiento",
            "compliance",
            "Media de los cumplimientos, cada uno hasta 100, de los indicadores considerados",
            AMOUNT,
            _PERCENT,
            False,
        ),
        Column(
            "semaforo",
            "light",
            "Según el cumplimiento y los umbrales del ejercicio, que están en cierre.json (rules)",
            never=("over",),
        ),
    ),
    ("clave_programa",),
)

INDICATORS = Table(
    "indicadores.csv",
    "Indicadores",
    "Un renglón por indicador: lo que el catálogo dice de él y sus resultados de enero al mes de corte",
    (
        *_CUT,
        Column("clave_indicador", "code", "Clave del indicador"),
        Column("clave_oficial", "official_key", "Clave en el documento oficial, si es otra", required=False),
        Column("clave_programa", "program", "Programa al que pertenece"),
        Column("dependencia", "department", "Siglas de la dependencia responsable"),
        Column("clave_accion", "action_code", "Clave de la acción que mide"),
        Column("clave_oficial_accion", "action_official_key", "Clave oficial de la acción, si es otra", required=False),
        Column("accion", "action", "La acción que mide"),
        Column("indicador", "name", "Nombre del indicador"),
        Column("definicion", "definition", "Qué mide", required=False),
        Column("fuente", "source", "De dónde salen sus datos", required=False),
        Column("area_responsable", "responsible_area", "Área que los reúne", required=False),
        Column("unidad", "unit", "Unidad de medida de la acción", required=False),
        Column("etiqueta_numerador", "numerator_label", "Qué cuenta el numerador", required=False),
        Column("etiqueta_denominador", "denominator_label", "Qué cuenta el denominador", required=False),
        *_BEFORE,
        Column("considerado", "considered", "Si entra en el avance global de su programa"),
        Column("sentido", "direction", "Ascendente: más es mejor. Descendente: menos es mejor"),
        Column("tipo_meta", "target_kind", "Si la meta es un porcentaje o una cantidad (absoluta)"),
        Column("meta", "target", "La meta anual vigente al corte", AMOUNT, "por ciento o la unidad de la acción"),
        Column("frecuencia", "frequency", "Cada cuánto se captura"),
        Column("empieza_en", "starts_in", "Primer mes en que se pide", COUNT),
        Column("retirado_desde", "retired_from", "Mes desde el que ya no se pide", COUNT, required=False),
        Column("programacion", "schedule", "Cómo se reparte la meta en el año"),
        *(
            Column(
                f"programado_{month:02d}",
                f"shares.{month}",
                f"Parte de la meta programada de enero al mes {month}, si es mes por mes",
                AMOUNT,
                _PERCENT,
                False,
            )
            for month in MONTHS
        ),
        Column(
            "modo_numerador",
            "numerator_mode",
            "Cómo se acumula el numerador: suma de los meses, o el último con actividad",
        ),
        Column(
            "modo_denominador",
            "denominator_mode",
            "Cómo se acumula el denominador: suma de los meses, o el último que no es 0",
        ),
        Column(
            "verde_desde",
            "thresholds.green_from",
            "Umbral propio del verde; vacío: el del ejercicio, que está en cierre.json (rules)",
            AMOUNT,
            _PERCENT,
            False,
        ),
        Column("amarillo_desde", "thresholds.amber_from", "Lo mismo del amarillo", AMOUNT, _PERCENT, False),
        Column(
            "sobrecumplimiento_arriba_de",
            "thresholds.over_above",
            "Lo mismo del sobrecumplimiento, contra el cumplimiento anual",
            AMOUNT,
            _PERCENT,
            False,
        ),
        Column(
            "estado",
            "status",
            "Si tiene porcentaje o por qué no: el denominador es 0, falta la captura o aún no se pide ningún mes",
        ),
        Column("numerador", "numerator", "Numerador acumulado al corte", AMOUNT, _COUNTED, False),
        Column("denominador", "denominator", "Denominador acumulado al corte", AMOUNT, _COUNTED, False),
        Column(
            "porcentaje",
            "percentage",
            "Numerador entre denominador, por 100; no es la media de los porcentajes de los meses",
            AMOUNT,
            _PERCENT,
            False,
        ),
        Column(
            "avance",
            "advance",
            "Lo que entra, o entraría, en el avance global: el porcentaje; si es descendente, el cumplimiento "
            "(o el porcentaje, si así lo dice descending_enters_as de cierre.json)",
            AMOUNT,
            _PERCENT,
            False,
        ),
        Column("esperado", "expected", "Parte de la meta que se espera al corte", AMOUNT, "la de la meta"),
        Column(
            "cumplimiento",
            "compliance",
            "Lo logrado (el porcentaje o, de una meta absoluta, el numerador) entre lo esperado; "
            "si es descendente, la meta entre lo logrado, hasta 100",
            AMOUNT,
            _PERCENT,
            False,
        ),
        Column(
            "cumplimiento_anual", "annual_compliance", "Lo mismo contra la meta de todo el año", AMOUNT, _PERCENT, False
        ),
        Column("semaforo", "light", "Según el cumplimiento y los umbrales que le tocan"),
        Column("meses_capturados", "months_captured", "Meses que se piden y están capturados", COUNT, "meses"),
        Column("meses_exigibles", "months_due", "Meses que se piden hasta el corte", COUNT, "meses"),
    ),
    ("clave_indicador",),
    "programas.csv",
)

MEASUREMENTS = Table(
    "mediciones.csv",
    "Mediciones",
    "Un renglón por indicador y mes capturado",
    (
        Column("ejercicio", "year", "Año del Programa Anual de Trabajo", COUNT),
        Column("mes", "month", "El mes de la captura", COUNT),
        Column("clave_indicador", "indicator", "Clave del indicador"),
        Column("clave_programa", "program", "Programa al que pertenece"),
        Column("dependencia", "department", "Siglas de la dependencia responsable"),
        Column("numerador", "numerator", "Lo logrado en el mes", AMOUNT, _COUNTED),
        Column("denominador", "denominator", "De cuánto: lo que hubo que atender o hacer", AMOUNT, _COUNTED),
        Column(
            "porcentaje_mes",
            "percentage",
            "Numerador entre denominador, por 100; vacío: el denominador es 0",
            AMOUNT,
            _PERCENT,
            False,
        ),
        Column("motivo", "reason", "Por qué no hubo actividad, si los dos son 0", required=False),
    ),
    ("clave_indicador", "mes"),
    "indicadores.csv",
)
TABLES = (PROGRAMS, INDICATORS, MEASUREMENTS)
DICTIONARY = "diccionario.csv"
