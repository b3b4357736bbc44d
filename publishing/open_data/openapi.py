"""``openapi.json``: what is at each address of the published data, how to ask for it and what is answered.

It says the rule of the addresses and not the list of the closings, which is ``cierres.json``: only its examples and
the name of the municipality change with the chain.
"""

from typing import Any

from publishing.open_data import terms
from publishing.open_data.columns import TABLES
from publishing.open_data.files import JSON, JSON_LD, OF_A_CLOSING, OF_THE_ROOT, PRINTED, DataFile
from publishing.open_data.schemas import schemas
from publishing.open_data.writing import json_bytes
from publishing.published import DATA, DOCUMENT, INDEX, Chain, Place

Node = dict[str, Any]

_MONTH = "/{ejercicio}/{mes}"
_VERSION = f"{_MONTH}/v{{version}}"
_SCHEMA_OF = {
    INDEX: "Cierres",
    f"{DATA}/{DOCUMENT}": "Cierre",
    **{f"{DATA}/{table.file}": table.title for table in TABLES},
}
_ABOUT = (
    "Archivos que se escriben una vez por cierre y no cambian: lo que una dirección de un mes contesta es su versión "
    "vigente; si el mes se rectifica, lo anterior queda entero en «v1», «v2»…, con los mismos nombres. "
    "Se leen sin registro ni clave, desde cualquier sitio (CORS). `cierres.json` dice qué cierres hay; "
    "la huella SHA-256 de cada archivo está en `SHA256SUMS`. Programas, indicadores y capturas están en "
    "`cierre.json` como JSON y en las tablas como CSV, con las mismas cifras; en el primero son textos. "
    "Estas direcciones sirven igual con los archivos copiados en otro servidor."
)


def openapi(chain: Chain, address: str) -> bytes:
    municipality = chain.document(chain.latest)["municipality"]
    described: Node = {
        "openapi": "3.1.0",
        "info": {
            "title": f"Datos abiertos del plan: {municipality}",
            "description": _ABOUT,
            "version": "1.0.0",
            "license": {"name": terms.LICENCE, "url": terms.LICENCE_ADDRESS},
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": address.rstrip("/")}],
        "security": [],
        "tags": [
            {"name": "publicación", "description": "Lo que abarca todos los cierres"},
            {"name": "cierre", "description": "La versión vigente de un mes"},
            {"name": "versión anterior", "description": "Lo que un mes decía antes de rectificarse"},
        ],
        "paths": _paths(),
        "components": {
            "schemas": schemas(),
            "parameters": _parameters(chain.places[0]),
            "headers": _headers(),
            "responses": _responses(),
        },
    }
    return json_bytes(described)


def _paths() -> Node:
    of_a_month = (*OF_A_CLOSING, PRINTED)
    return {
        **{f"/{file.name}": _path(file, "publicación", "") for file in OF_THE_ROOT},
        **{f"{_MONTH}/{file.name}": _path(file, "cierre", "cierre", "ejercicio", "mes") for file in of_a_month},
        **{
            f"{_VERSION}/{file.name}": _path(file, "versión anterior", "version", "ejercicio", "mes", "version")
            for file in of_a_month
        },
    }


def _path(file: DataFile, tag: str, prefix: str, *within: str) -> Node:
    told = {"tags": [tag], "summary": file.title, "description": file.describes}
    named = "_".join(filter(None, [prefix, *file.name.replace(".", "/").split("/")]))
    also = {"404": _response("NoHay"), "304": _response("SinCambio")}
    return {
        **({"parameters": [_parameter(name) for name in within]} if within else {}),
        "get": {
            **told,
            "operationId": f"leer_{named}",
            "parameters": [_parameter("siCambio"), _parameter("parte"), _parameter("siEsElMismo")],
            "responses": {"200": _whole(file), "206": _part(file), **also, "416": _response("FueraDelArchivo")},
        },
        "head": {
            **told,
            "operationId": f"preguntar_{named}",
            "parameters": [_parameter("siCambio")],
            "responses": {
                "200": {"description": "Lo que GET contestaría, sin el archivo", "headers": _file_headers(file)},
                **also,
            },
        },
    }


def _whole(file: DataFile) -> Node:
    name = _SCHEMA_OF.get(file.name)
    schema: Node = {"$ref": f"#/components/schemas/{name}"} if name else {}
    if not name and file.media in (JSON, JSON_LD):
        schema = {"type": "object"}
    return {
        "description": file.describes,
        "headers": _file_headers(file),
        "content": {file.media: {"schema": schema} if schema else {}},
    }


def _part(file: DataFile) -> Node:
    return {
        "description": "La parte pedida con Range",
        "headers": {**_file_headers(file), "Content-Range": {"$ref": "#/components/headers/Content-Range"}},
        "content": {file.media: {}},
    }


def _file_headers(file: DataFile) -> Node:
    names = ("ETag", "Content-Length", "Accept-Ranges", "Cache-Control")
    for_pages_of_others = () if file is PRINTED else ("Access-Control-Allow-Origin",)
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, *for_pages_of_others)}


def _parameter(name: str) -> Node:
    return {"$ref": f"#/components/parameters/{name}"}


def _response(name: str) -> Node:
    return {"$ref": f"#/components/responses/{name}"}


def _parameters(example: Place) -> Node:
    return {
        "ejercicio": _in_path("ejercicio", "Año del programa anual", "^[0-9]{4}$", f"{example.year:04d}"),
        "mes": _in_path("mes", "Mes de corte, con dos dígitos", "^(0[1-9]|1[0-2])$", f"{example.month:02d}"),
        "version": _in_path("version", "Una versión anterior a la vigente", "^[1-9][0-9]*$", "1"),
        "siCambio": _in_header("If-None-Match", "El ETag que ya se tiene: si es el mismo, la respuesta es 304"),
        "parte": _in_header("Range", "Una parte del archivo, por ejemplo bytes=0-1023"),
        "siEsElMismo": _in_header("If-Range", "El ETag de lo que ya se tiene: si cambió, llega el archivo entero"),
    }


def _in_path(name: str, describes: str, pattern: str, example: str) -> Node:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": describes,
        "schema": {"type": "string", "pattern": pattern},
        "example": example,
    }


def _in_header(name: str, describes: str) -> Node:
    return {"name": name, "in": "header", "required": False, "description": describes, "schema": {"type": "string"}}


def _headers() -> Node:
    return {
        "ETag": _header("Etiqueta fuerte: otra si cambia un solo byte del archivo", pattern='^"[^"]+"$'),
        "Content-Length": {
            "description": "Tamaño de lo que llega, en bytes",
            "schema": {"type": "integer", "minimum": 0},
        },
        "Accept-Ranges": _header("Se puede pedir por partes", const="bytes"),
        "Content-Range": _header("Qué parte del archivo llega, y cuánto mide", pattern="^bytes "),
        "Cache-Control": _header("Cualquiera puede guardar una copia y preguntar después si cambió"),
        "Access-Control-Allow-Origin": _header("Una página de cualquier sitio puede leerlo", const="*"),
    }


def _header(describes: str, **schema: Any) -> Node:
    return {"description": describes, "schema": {"type": "string", **schema}}


def _responses() -> Node:
    return {
        "SinCambio": {
            "description": "El archivo es el del ETag enviado",
            "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
        },
        "NoHay": {"description": "Ese cierre, esa versión o ese archivo no existe", "content": {"text/html": {}}},
        "FueraDelArchivo": {
            "description": "La parte pedida está más allá del final del archivo",
            "headers": {"Content-Range": {"$ref": "#/components/headers/Content-Range"}},
        },
    }
