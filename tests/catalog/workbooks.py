"""Small catalogue files for tests: a row is ``{header: value}``."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

Row = dict[str, Any]


def row(number: int, **changes: Any) -> Row:
    """The ``number``-th indicator of PRE-01 (100 a programme), with these headers changed."""
    program, action = 1 + (number - 1) // 99, 1 + (number - 1) % 99
    code = f"PRE-{program:02d}"
    return {
        "Plan": "Plan Municipal de Desarrollo 2014 - 2016",
        "Ejercicio": 2016,
        "Eje rector": "Un Gobierno Incluyente",
        "Objetivo": "Un Gobierno Cercano a la Gente",
        "Estrategia": "Conducir la política interior",
        "Número de dependencia": 1,
        "Dependencia": "Presidencia Municipal",
        "Clave del programa": code,
        "Programa": f"Programa {code}",
        "Clave de la acción": f"{code}-{action:02d}",
        "Acción": f"Atender las solicitudes {number}",
        "Unidad": "Solicitudes",
        "Meta": 100,
        "Tipo de meta": "porcentaje",
        "Numerador": f"Número de solicitudes atendidas {number}",
        "Denominador": f"Total de solicitudes recibidas {number}",
        **changes,
    }


def _headers(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(header for given in rows for header in given))


def write_xlsx(path: Path, rows: Sequence[Row], formats: Mapping[str, str] | None = None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Catálogo"
    headers = _headers(rows)
    sheet.append(headers)
    for given in rows:
        sheet.append([given.get(header) for header in headers])
        for header, number_format in (formats or {}).items():
            sheet.cell(sheet.max_row, headers.index(header) + 1).number_format = number_format
    for line in sheet.iter_rows():
        for cell in line:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # text that begins with "=" is text
    book.save(path)
    return path


def write_csv(path: Path, rows: Sequence[Row]) -> Path:
    headers = _headers(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, headers, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path
