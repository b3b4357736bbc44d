"""``datapackage.json``: the tables of a closing as Frictionless describes them, with each file's SHA-256.

Data Package 1.0: every reader knows it, those of 2.0 too, and what 2.0 adds says nothing more of these tables.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from publishing.open_data import terms
from publishing.open_data.columns import AMOUNT, COUNT, TABLES, Column, Table
from publishing.open_data.writing import json_bytes

_TYPES = {AMOUNT: "number", COUNT: "integer"}
_MEDIA = {"json": "application/json"}
_DIALECT = {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\r\n", "header": True}


def data_package(document: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """``files`` are the document and the tables of the same folder; a workbook is no table of this standard."""
    year, month, version = document["year"], document["month"], document["version"]
    described = {
        "profile": "data-package",
        "name": f"pmd-{year}-{month:02d}-v{version}",
        "title": f"{document['municipality']}: {document['plan']}, cierre de {year}-{month:02d}",
        "description": "Cantidades, reglas y resultados de cada programa e indicador, de enero al mes de corte; "
        "todo está también en cierre.json",
        "keywords": list(terms.KEYWORDS),
        "licenses": [{"name": terms.LICENCE_KEY, "title": terms.LICENCE, "path": terms.LICENCE_ADDRESS}],
        "contributors": [{"title": document["municipality"], "role": "publisher"}],
        "version": str(version),
        "created": f"{document['closed_on']}T00:00:00Z",
        "resources": [_resource(name, content) for name, content in sorted(files.items())],
    }
    return json_bytes(described)


def _resource(name: str, content: bytes) -> dict[str, Any]:
    stem, _, ending = name.rpartition(".")
    shared = {
        "name": stem,
        "path": name,
        "format": ending,
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    if ending != "csv":
        return {**shared, "profile": "data-resource", "mediatype": _MEDIA[ending]}
    table = next((one for one in TABLES if one.file == name), None)
    tabular = {"profile": "tabular-data-resource", "mediatype": "text/csv", "encoding": "utf-8", "dialect": _DIALECT}
    if table is None:
        names = content.decode("utf-8-sig").split("\r\n", 1)[0].split(",")
        schema: dict[str, Any] = {"fields": [{"name": one, "type": "string"} for one in names]}
        return {**shared, **tabular, "title": "Qué significa cada columna", "schema": schema}
    return {**shared, **tabular, "title": table.describes, "schema": _schema(table)}


def _schema(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "primaryKey": list(table.primary_key),
        "missingValues": [""],
    }
    if table.leads_to:
        key = next(one for one in TABLES if one.file == table.leads_to).primary_key
        target = {"resource": table.leads_to.removesuffix(".csv"), "fields": list(key)}
        schema["foreignKeys"] = [{"fields": list(key), "reference": target}]
    return schema


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES.get(column.kind, "string"),
        "description": column.describes,
        "constraints": {"required": column.required},
    }
    if column.words:
        field["constraints"]["enum"] = list(column.words.values())
    return field
