"""What ``cierre.json`` and ``cierres.json`` may say, as JSON Schema 2020-12: nothing more, nothing otherwise.

Sentences are in Spanish, for whoever reads them in the description of the addresses. The words stay: a document of
years ago keeps to what stands here.
"""

from typing import Any

from publishing.open_data.columns import TABLES, WORDS, Table
from publishing.published import INDEX_FORMAT

Schema = dict[str, Any]

DOCUMENT_FORMAT = "pmd-cierre/1"
REASONS = ("sin demanda", "nada programado", "suspendido", "migrado; no consta")
LIGHTS_OF_PROGRAMS = ("green", "amber", "red", "none")
_PERCENT = "Porcentaje con 4 decimales, redondeado hacia arriba desde la mitad; null: no hay"
_QUANTITY = "Cantidad con 4 decimales; null: no hay"
_NO_WORD = "Texto del catálogo; vacío o null: no lo dice"


def schemas() -> dict[str, Schema]:
    """By the name that the addresses' description gives each."""
    return {
        "Cierre": _document(),
        "Programa": _program(),
        "Indicador": _indicator(),
        "Captura": _month(),
        "Cierres": _index(),
        **{table.title: _csv(table) for table in TABLES},
        "Cantidad": _text("Cantidad no negativa con 4 decimales", pattern=r"^(0|[1-9][0-9]*)\.[0-9]{4}$"),
        "Huella": _text("SHA-256 en 64 dígitos hexadecimales en minúsculas", pattern="^[0-9a-f]{64}$"),
        "Ejercicio": {"type": "integer", "minimum": 1000, "maximum": 9999, "description": "Año del programa anual"},
        "Mes": {"type": "integer", "minimum": 1, "maximum": 12, "description": "De 1 (enero) a 12 (diciembre)"},
        "Version": {
            "type": "integer",
            "minimum": 1,
            "description": "1 es el cierre original; de 2 en adelante, sus rectificaciones",
        },
    }


def _document() -> Schema:
    strategy = _object({"key": _word("Clave"), "name": _word("Nombre")})
    objective = _object({"key": _word("Clave"), "name": _word("Nombre"), "strategies": _list(strategy)})
    axis = _object({"key": _word("Clave"), "name": _word("Nombre"), "objectives": _list(objective)})
    schema = _object(
        {
            "format": {"const": DOCUMENT_FORMAT, "description": "Formato de este documento"},
            "municipality": _word("Nombre del municipio"),
            "plan": _word("Nombre del plan"),
            "year": _ref("Ejercicio"),
            "month": _ref("Mes"),
            "version": _ref("Version"),
            "closed_on": _day("Día en que se cerró"),
            "previous": _or_null(
                _object(
                    {
                        "year": _ref("Ejercicio"),
                        "month": _ref("Mes"),
                        "version": _ref("Version"),
                        "sha256": _ref("Huella"),
                    }
                ),
                "El cierre anterior de la cadena; null en el primero",
            ),
            "rectification": _or_null(
                _object(
                    {
                        "of": _ref("Huella"),
                        "reason": _word("Por qué se rectificó"),
                        "instrument": _nullable("Oficio o acta; null: no hay"),
                    }
                ),
                "La versión que este cierre rectifica y por qué; null en la primera",
            ),
            "rules": _rules(),
            "departments": _list(
                _object({"prefix": _word("Siglas"), "number": _or_null(_count("Número")), "name": _word("Nombre")})
            ),
            "axes": _list(axis),
            "programs": _list(_ref("Programa")),
            "plan_results": _plan_results(),
            "axis_results": _list(_results_of("key", "Clave del eje")),
            "department_results": _list(_results_of("prefix", "Siglas de la dependencia")),
        },
        "El cierre de un mes, de enero a ese mes. La huella SHA-256 de sus bytes es el nombre con que se le cita.",
    )
    first = {"properties": {"version": {"const": 1}}}
    return {
        **schema,
        "if": first,
        "then": {"properties": {"rectification": {"type": "null"}}},
        "else": {"properties": {"rectification": {"type": "object"}}},
    }


def _rules() -> Schema:
    return _object(
        {
            **_borders(),
            "missing_as_zero": {
                "type": "boolean",
                "description": "Si un indicador sin captura que debía tenerla entra en el avance global como 0",
            },
            "descending_enters_as": _one_of("descending_enters_as", "Con qué entra un indicador descendente"),
        },
        "Las reglas del ejercicio con que se calculó todo",
    )


def _borders(*, own: bool = False) -> dict[str, Schema]:
    amount = _amount("null: el del ejercicio") if own else _ref("Cantidad")
    return dict.fromkeys(("green_from", "amber_from", "over_above"), amount)


def _program() -> Schema:
    return _object(
        {
            "code": _word("Clave del programa"),
            "number": _nullable("Número en el documento oficial; vacío o null: no lo dice"),
            "name": _word("Nombre del programa"),
            "department": _word("Siglas de la dependencia responsable"),
            "axis": _nullable("Clave de su eje"),
            "objective": _nullable("Clave de su objetivo"),
            "strategy": _nullable("Clave de su estrategia"),
            "description": _nullable(_NO_WORD),
            "objectives": _list({"type": "string"}),
            "previous": _former(),
            "global": _amount("Avance global: media de los avances de los considerados. " + _PERCENT),
            "considered": _count("Indicadores que entran en el avance global"),
            "total": _count("Indicadores que el catálogo marca para entrar en él"),
            "compliance": _amount("Media de los cumplimientos, cada uno hasta 100. " + _PERCENT),
            "light": {"enum": list(LIGHTS_OF_PROGRAMS), "description": "Semáforo, según el cumplimiento"},
            "indicators": _list(_ref("Indicador")),
        },
        "Un programa con sus resultados y sus indicadores",
    )


def _indicator() -> Schema:
    schema = _object(
        {
            "code": _word("Clave del indicador"),
            "official_key": _nullable("Clave en el documento oficial, si es otra"),
            "action_code": _word("Clave de la acción que mide"),
            "action_official_key": _nullable("Clave oficial de la acción, si es otra"),
            "action": _word("La acción que mide"),
            "name": _word("Nombre del indicador"),
            **{
                name: _nullable(_NO_WORD)
                for name in (
                    *("definition", "source", "responsible_area", "unit"),
                    *("numerator_label", "denominator_label"),
                )
            },
            "previous": _former(),
            "considered": {"type": "boolean", "description": "Si entra en el avance global de su programa"},
            "direction": _one_of("direction", "Ascendente: más es mejor. Descendente: menos es mejor"),
            "target_kind": _one_of("target_kind", "Si la meta es un porcentaje o una cantidad"),
            "target": _ref("Cantidad"),
            "frequency": _one_of("frequency", "Cada cuánto se captura"),
            "starts_in": _ref("Mes"),
            "retired_from": _or_null(_ref("Mes"), "Mes desde el que ya no se pide"),
            "schedule": _one_of("schedule", "Cómo se reparte la meta en el año"),
            "shares": _or_null(
                {"type": "array", "items": _ref("Cantidad"), "minItems": 12, "maxItems": 12},
                "Parte de la meta, en por ciento, programada de enero a cada mes; null si no es mes por mes",
            ),
            "numerator_mode": _one_of("numerator_mode", "Cómo se acumula el numerador"),
            "denominator_mode": _one_of("denominator_mode", "Cómo se acumula el denominador"),
            "thresholds": _or_null(_object(_borders(own=True)), "Umbrales propios; null: los del ejercicio"),
            "months": {"type": "array", "items": _ref("Captura"), "maxItems": 12},
            "status": _one_of("status", "Si tiene porcentaje o por qué no"),
            "numerator": _amount("Numerador acumulado al corte. " + _QUANTITY),
            "denominator": _amount("Denominador acumulado al corte. " + _QUANTITY),
            "percentage": _amount("Numerador entre denominador, por 100. " + _PERCENT),
            "advance": _amount("Lo que entra, o entraría, en el avance global. " + _PERCENT),
            "expected": _ref("Cantidad"),
            "compliance": _amount("Lo logrado entre lo esperado al corte. " + _PERCENT),
            "annual_compliance": _amount("Lo logrado entre la meta anual. " + _PERCENT),
            "light": _one_of("light", "Semáforo, según el cumplimiento"),
            "months_captured": _months_count("Meses que se piden y están capturados"),
            "months_due": _months_count("Meses que se piden hasta el corte"),
        },
        "Un indicador: lo que el catálogo dice de él, sus capturas y sus resultados",
    )
    ok, no_demand = {"const": "ok"}, {"const": "no_demand"}
    counted, computed = ("numerator", "denominator"), ("percentage", "advance")
    return {
        **schema,
        "allOf": [
            _when({"status": ok}, {**_all(computed, "string"), **_all(counted, "string")}),
            _when({"status": no_demand}, {**_all(computed, "null"), **_all(counted, "string")}),
            _when(
                {"status": {"enum": ["missing", "not_due"]}},
                {**_all((*computed, *counted), "null"), "months": {"maxItems": 0}},
            ),
            {
                **_when({"schedule": {"const": "explicit"}}, {"shares": {"type": "array"}}),
                "else": {"properties": {"shares": {"type": "null"}}},
            },
        ],
    }


def _month() -> Schema:
    return _object(
        {
            "month": _ref("Mes"),
            "numerator": _ref("Cantidad"),
            "denominator": _ref("Cantidad"),
            "reason": {"enum": [*REASONS, None], "description": "Por qué no hubo actividad, si los dos son 0"},
        },
        "Lo que se capturó y validó de un mes",
    )


def _plan_results() -> Schema:
    lights = _object({light: _count("Programas con este semáforo") for light in LIGHTS_OF_PROGRAMS})
    return _object(
        {
            **_group(),
            "lights": lights,
            "months_captured": _count("Meses que se piden y están capturados, de los indicadores considerados"),
            "months_due": _count("Meses que se piden hasta el corte, de los indicadores considerados"),
        },
        "Resultados de todo el plan",
    )


def _results_of(key: str, describes: str) -> Schema:
    return _object({key: _word(describes), **_group()})


def _group() -> dict[str, Schema]:
    return {
        "global": _amount("Media de los avances globales de los programas que tienen. " + _PERCENT),
        "compliance": _amount("Media de los cumplimientos de los programas que tienen. " + _PERCENT),
        "with_data": _count("Programas con avance global"),
        "programs": _count("Programas"),
    }


def _index() -> Schema:
    closing = _object(
        {
            "year": _ref("Ejercicio"),
            "month": _ref("Mes"),
            "version": _ref("Version"),
            "closed_on": _day("Día en que se cerró"),
            "sha256": _ref("Huella"),
            "latest": {"type": "boolean", "description": "Si es la versión vigente de su mes"},
            "document": _text(
                "Dónde está su documento, desde esta carpeta",
                pattern=r"^[0-9]{4}/[0-9]{2}/(v[1-9][0-9]*/)?datos/cierre\.json$",
            ),
        }
    )
    return _object(
        {"format": {"const": INDEX_FORMAT}, "closings": {"type": "array", "items": closing, "minItems": 1}},
        "Todos los cierres, en el orden en que se hicieron",
    )


def _csv(table: Table) -> Schema:
    names = ",".join(column.name for column in table.columns)
    return {
        "type": "string",
        "pattern": f"^\\ufeff?{names}\\r\\n",
        "description": f"{table.describes}. UTF-8 con BOM, coma, punto decimal y CRLF; una celda vacía es «no hay», "
        "nunca 0. Cada columna está en diccionario.csv y, con su tipo, en datapackage.json.",
    }


# --- Words of the schema -------------------------------------------------------------------------------------------


def _object(properties: dict[str, Schema], describes: str = "") -> Schema:
    found: Schema = {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }
    return {**found, "description": describes} if describes else found


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _text(describes: str, **more: Any) -> Schema:
    return {"type": "string", "description": describes, **more}


def _word(describes: str) -> Schema:
    return _text(describes, minLength=1)


def _nullable(describes: str) -> Schema:
    return {"type": ["string", "null"], "description": describes}


def _day(describes: str) -> Schema:
    return _text(describes, format="date", pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")


def _count(describes: str) -> Schema:
    return {"type": "integer", "minimum": 0, "description": describes}


def _months_count(describes: str) -> Schema:
    return {**_count(describes), "maximum": 12}


def _or_null(schema: Schema, describes: str = "") -> Schema:
    found: Schema = {"anyOf": [schema, {"type": "null"}]}
    return {**found, "description": describes} if describes else found


def _amount(describes: str) -> Schema:
    return _or_null(_ref("Cantidad"), describes)


def _former() -> Schema:
    former = _object({"year": _ref("Ejercicio"), "code": _word("La clave que tenía")})
    return _or_null(former, "El mismo en el ejercicio anterior; null: no lo hay")


def _one_of(key: str, describes: str) -> Schema:
    """The values of the document; the tables say them in Spanish words, which the sentence lists."""
    words = "; ".join(f"{value}: {word}" for value, word in WORDS[key].items())
    return {"enum": list(WORDS[key]), "description": f"{describes} ({words})"}


def _all(names: tuple[str, ...], kind: str) -> dict[str, Schema]:
    return {name: {"type": kind} for name in names}


def _when(condition: dict[str, Schema], then: dict[str, Schema]) -> Schema:
    return {"if": {"properties": condition}, "then": {"properties": then}}
