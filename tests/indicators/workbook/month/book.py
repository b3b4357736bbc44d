"""The month's workbook as a person fills it in and sends it."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from indicators.workbook import COLUMNS

BOOK, UPLOAD, CAPTURE = "/2016/captura/PRE/9/libro.xlsx", "/2016/captura/PRE/9/subir/", "/2016/captura/PRE/9/"
Rows = Sequence[Sequence[Any]]


def book_of(client: Client, url: str = BOOK) -> openpyxl.Workbook:
    response = client.get(url)
    assert response.status_code == 200, response
    return openpyxl.load_workbook(io.BytesIO(response.content))


def columns_of(page: Any) -> dict[str, int]:
    return {cell.value: cell.column for cell in page[1]}


def cell_of(page: Any, code: str, header: str) -> Any:
    columns = columns_of(page)
    (row,) = [row for row in range(2, page.max_row + 1) if page.cell(row, columns["Clave del indicador"]).value == code]
    return page.cell(row, columns[header])


def bytes_of(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def made(rows: Rows, header: Sequence[str] = COLUMNS, change: Callable[[Any], None] = lambda page: None) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Capturas"
    for row in (header, *rows):
        book.active.append(list(row))
    change(book.active)
    return bytes_of(book)


def send(client: Client, data: bytes, name: str = "septiembre.xlsx", url: str = UPLOAD) -> Any:
    return client.post(url, {"file": SimpleUploadedFile(name, data)})


def back(client: Client, page: Any, act: str = "confirmar", url: str = UPLOAD, **changes: str) -> Any:
    return client.post(url, {"act": act, "upload": page.context["slip"], **changes}, follow=True)


def errors_of(page: Any) -> list[tuple[str, str, str, str]]:
    return [(e["row"], e["column"], e["value"], e["message"]) for e in page.context["preview"]["errors"]]


# --- Confirming ------------------------------------------------------------------------------------------------


ROWS: Rows = [[2016, 9, "PRE-01-01", 3, 4]]
