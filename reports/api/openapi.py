"""The description of the data addresses in OpenAPI 3.1, made of the tables that they answer with."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from accounts.api_access import READING
from indicators.calculations import MONTHS
from reports.api.asked import EVERY_MONTH, MONTH, SCOPE
from reports.api.asked import SCOPES as SCOPES_OF_RESULTS
from reports.api.captures import FILTERS, SCOPES
from reports.api.columns import CAPTURES, INDICATORS, PROGRAMS, TARGETS, TRAIL, YEARS
from reports.api.results import RESULTS
from reports.api.tables import Column, Kind, Table
from reports.home.trail import ASKED_WORDS
from reports.home.trail_search import FIELDS

VERSION = "1.0.0"
"""Of what programs rely on: a column or an address that goes makes it 2; what is added, 1.1."""
_TEXT = {"type": "string"}
_KINDS: Mapping[Kind, dict[str, Any]] = {
    Kind.TEXT: _TEXT,
    Kind.AMOUNT: {"type": "string", "pattern": "^[0-9]+\\.[0-9]{4}$", "examples": ["83.3333"]},
    Kind.COUNT: {"type": "integer"},
    Kind.FLAG: {"type": "boolean"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
    Kind.LIST: {"type": "array", "items": _TEXT},
}
_FILTERS = {
    "dependencia": "Prefijo de una dependencia, por ejemplo PRE.",
    "eje": "Identificador de un eje rector, el de la columna «eje».",
    "programa": "Clave de un programa, por ejemplo PRE-02.",
}
# What is more to say of a field of the trail's page than what it is called there.
_TRAIL_FIELDS = {
    "lista": "Una lista de la bitácora: correcciones, metas, umbrales, prorrogas, importaciones, nombramientos o "
    "reaperturas.",
    "texto": "Palabras de «sobre qué», sin importar acentos.",
    "quien": "Una persona: lo que hizo y lo que se hizo con su cuenta.",
    "acto": "Palabras del acto, por ejemplo «validó».",
    "dependencia": _FILTERS["dependencia"],
    "instrumento": "Palabras del instrumento, por ejemplo «oficio 12/2016».",
    "indicador": "Clave de un indicador.",
    "mes": "Mes de la cifra, junto con «indicador».",
    "desde": "Primer día, como 2016-10-01.",
    "hasta": "Último día, como 2016-10-31.",
}
_REFUSALS = {
    "400": "Un parámetro que esta dirección no tiene, o un valor que no existe.",
    "401": "Falta la llave de lectura, o ya no sirve.",
    "403": "La persona de la llave no lee esto hoy.",
    "404": "No existe el ejercicio o la dirección.",
    "405": "Solo se lee: GET, HEAD y OPTIONS.",
    "429": f"Más de {READING.requests} peticiones en un minuto, o demasiadas llaves equivocadas desde una dirección.",
}


@cache
def document() -> dict[str, Any]:
    """The same for every reader; whoever changes it changes what all of them are given."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "PMD: datos para quien analiza",
            "version": VERSION,
            "description": "Lo mismo que muestran las páginas, para Excel, Power BI o un programa. Solo se lee, con "
            "una llave de lectura personal que se crea en Mi cuenta. Cantidades y porcentajes son textos con cuatro "
            "decimales exactos. docs/api.md lo explica con ejemplos.",
        },
        "servers": [{"url": "/"}],
        "security": [{"llave": []}],
        "paths": dict(_paths()),
        "components": {
            "securitySchemes": {
                "llave": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "La llave de lectura, que empieza con pmd_.",
                }
            },
            "schemas": {
                "Error": {
                    "type": "object",
                    "required": ["error"],
                    "properties": {"error": {"type": "string", "description": "Una oración que dice qué pasó."}},
                }
            },
        },
    }


def _paths() -> Iterable[tuple[str, Any]]:
    yield from _of_table(YEARS, "/api/ejercicios", [])
    of_captures = [
        _choice(SCOPE, SCOPES, "«todas»: cada captura como está, también borradores donde la persona los ve."),
        *(_parameter(one.parameter, _FILTERS[one.parameter]) for one in FILTERS),
    ]
    yield from _of_year(CAPTURES, of_captures)
    for results in RESULTS:
        asked = [
            _parameter(
                MONTH,
                f"Mes de corte, de 1 a 12, o «{EVERY_MONTH}». Sin él: el último con capturas.",
                {"type": "string", "enum": [*map(str, MONTHS), EVERY_MONTH]},
            ),
            _choice(SCOPE, SCOPES_OF_RESULTS, "Oficial: solo cifras validadas. Preliminar: también las enviadas."),
            *(_parameter(one.parameter, _FILTERS[one.parameter]) for one in results.filters),
        ]
        yield from _of_year(results.table, asked)
    for table in (PROGRAMS, INDICATORS, TARGETS):
        yield from _of_year(table, [])
    fields = [
        _parameter(name, _TRAIL_FIELDS.get(name) or f"{ASKED_WORDS[name]}, como en la página.") for name in FIELDS
    ]
    yield from _of_table(TRAIL, "/api/bitacora", fields)


def _of_year(table: Table, parameters: list[Any]) -> Iterable[tuple[str, Any]]:
    year = {
        "name": "ejercicio",
        "in": "path",
        "required": True,
        "description": "Un ejercicio, por ejemplo 2016.",
        "schema": {"type": "integer"},
    }
    yield from _of_table(table, f"/api/{{ejercicio}}/{table.name}", [year, *parameters])


def _of_table(table: Table, address: str, parameters: list[Any]) -> Iterable[tuple[str, Any]]:
    rows = {"type": "array", "items": row_schema(table)}
    whole = {
        "type": "object",
        "required": ["tabla", "datos"],
        "properties": {"tabla": {"const": table.name}, "datos": rows},
    }
    yield f"{address}.json", _operation(table, "json", parameters, {"application/json": {"schema": whole}})
    yield f"{address}.csv", _operation(table, "csv", parameters, {"text/csv": {"schema": _TEXT}})


def _operation(table: Table, form: str, parameters: list[Any], content: dict[str, Any]) -> dict[str, Any]:
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {
        "get": {
            "operationId": f"{table.name.replace('/', '_')}_{form}",
            "summary": f"{table.describes}.",
            "parameters": parameters,
            "responses": {
                "200": {"description": f"{table.describes}.", "content": content},
                "304": {"description": "No ha cambiado desde la respuesta cuyo ETag se envió en If-None-Match."},
                **{status: {"description": said, "content": error} for status, said in _REFUSALS.items()},
            },
        }
    }


def row_schema(table: Table) -> dict[str, Any]:
    """One object of «datos»: every column is there, and no other."""
    return {
        "type": "object",
        "required": [column.name for column in table.columns],
        "additionalProperties": False,
        "properties": {column.name: _property(column) for column in table.columns},
    }


def _property(column: Column) -> dict[str, Any]:
    made = {**_KINDS[column.kind], "description": f"{column.describes}."}
    if column.optional:
        made["type"] = [made["type"], "null"]
    return {**made, "enum": list(column.words)} if column.words else made


def _parameter(name: str, describes: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": describes, "schema": schema or _TEXT}


def _choice(name: str, known: tuple[str, ...], describes: str) -> dict[str, Any]:
    return _parameter(name, describes, {"type": "string", "enum": list(known), "default": known[0]})
