"""Lists of people as a town hall has them, and what a browser sends of one."""

from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

IMPORT = "/catalogo/personas/importar/"
HEADER = ("Nombre", "Correo", "Dependencia", "Rol", "Desde", "Hasta")


def book(*rows: Any, header: Any = HEADER, above: Any = (), sheet: str = "Personas", others: Any = ()) -> bytes:
    """A workbook of these rows; ``above`` are rows over the header, ``others`` further sheets with one cell."""
    file = BytesIO()
    made = xlsxwriter.Workbook(file, {"in_memory": True})
    page, day = made.add_worksheet(sheet), made.add_format({"num_format": "dd/mm/yyyy"})
    for number, row in enumerate([*above, header, *rows]):
        for position, value in enumerate(row):
            if isinstance(value, date):
                page.write_datetime(number, position, value, day)
            elif value is not None:
                page.write(number, position, value)
    for name in others:
        made.add_worksheet(name).write(0, 0, "algo")
    made.close()
    return file.getvalue()


def send(client: Client, data: bytes, name: str = "personas.xlsx") -> Any:
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, data)})


def answer(client: Client, page: Any, act: str = "confirmar", **typed: str) -> Any:
    """Press a button of the preview."""
    return client.post(IMPORT, {"upload": page.context["slip"], "act": act, **typed})


def confirm(client: Client, data: bytes) -> Any:
    page = send(client, data)
    return answer(client, page)


def told(page: Any) -> list[str]:
    """The errors of a preview: «3 Correo: falta el correo …»."""
    preview = page.context["preview"]
    rows = [f"{error['row']} {error['column']}: {error['message']}" for error in preview["errors"]]
    return [*preview["file_errors"], *rows]
