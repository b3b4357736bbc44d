"""Workbooks in layouts of their own, and the command that reads them."""

import io
import json
from pathlib import Path

import openpyxl

from tests.catalog.doors import run

HEAD = (
    "PMD", "AÑO", "EJE", "OBJETIVO", "ESTRATEGIA", "DEPENDENCIA O ENTIDAD", "CLAVE PP", "PROGRAMA PRESUPUESTARIO",
    "CVE. ACCIÓN", "LÍNEA DE ACCIÓN", "UNIDAD DE MEDIDA", "META ANUAL", "VARIABLE A", "VARIABLE B",
)  # fmt: skip
LABELS = (
    "Plan", "Ejercicio", "Eje rector", "Objetivo", "Estrategia", "Dependencia", "Clave del programa", "Programa",
    "Clave de la acción", "Acción", "Unidad", "Meta", "Numerador", "Denominador",
)  # fmt: skip


def line(number, department="Obras Públicas", prefix="OBR", **changes):
    """The cells of an indicator under HEAD; ``changes`` by header."""
    values = dict(
        zip(
            HEAD,
            (
                "Plan Municipal de Desarrollo 2014 - 2016", 2016, "Eje 1", "Objetivo 1", "Estrategia 1.1", department,
                f"{prefix}-01", f"Bacheo {prefix}", f"{prefix}-01-{number:02d}", f"Bachear calles {number}", "m2",
                "100%", "m2 bacheados", "m2 programados",
            ),
            strict=True,
        )
    )  # fmt: skip
    return [*(values | changes).values()]


def write(path: Path, sheets, merged=()):
    """``sheets``: the rows of each by name; ``merged``: areas of the first."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    for area in merged:
        book.worksheets[0].merge_cells(area)
    book.save(path)
    return path


def mapping(path: Path, **more):
    given = {"columnas": [{"encabezado": header, "es": label} for header, label in zip(HEAD, LABELS, strict=True)]}
    given |= more
    path.write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
    return path


def imported(*args):
    """Exit status and what the command printed."""
    return run("import_catalog", *args)


def book_of(data):
    return openpyxl.load_workbook(io.BytesIO(data))
