"""ODS files for tests: one that LibreOffice wrote with the workbook that it was made from, and some written by hand."""

import datetime
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl

BY_LIBREOFFICE = Path(__file__).with_name("libreoffice.ods")
"""``as_xlsx()``, opened and saved as ODS by LibreOffice 7."""
MIME = "application/vnd.oasis.opendocument.spreadsheet"
_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("number", "datastyle"),
    )
)

VALUES = [
    ("Encabezado", "General"), (1, "0%"), (0.9, "0.00%"), (0.075, "0.0%"), (1, "General"), (1.1, "0.00"),
    (1.1, "General"),
    (1234.5, "#,##0.00"), (1496759.89, '"$"#,##0.00'), (12, '0" informes"'), (-3.5, "#,##0.0;-#,##0.0"), (7, "000"),
    (0.1, "0.##"), (datetime.date(2001, 3, 1), "mmm-yy"), (datetime.date(2016, 3, 9), "dd/mm/yyyy"),
    (datetime.date(2016, 3, 9), "d-mmm"), (datetime.datetime(2016, 3, 9, 8, 30), "dd/mm/yyyy hh:mm"),
    (datetime.time(8, 30), "hh:mm"), ("dos\nlíneas", "@"), ("  muchos    blancos ", "@"), ("0012", "@"),
    (1.0e-7, "0.00E+00"), (123456789012, "0"), (0.1 + 0.2, "0.0"),
]  # fmt: skip


def as_xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Catálogo"
    for number, (value, number_format) in enumerate(VALUES, start=1):
        cell = sheet.cell(number, 1 + number % 3, value)
        cell.number_format = number_format
    sheet.merge_cells("E2:F4")
    sheet["E2"] = "combinada"
    sheet["E9"] = "tras filas y columnas vacías"
    sheet.row_dimensions[5].hidden = True
    sheet.row_dimensions[7].hidden = True
    other = book.create_sheet("Listas")
    other.append(["a", None, "a", "a"])
    other.sheet_state = "hidden"
    book.create_sheet("Vacía")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def package(content: str | bytes, parts: dict[str, str | bytes] | None = None, mime: str = MIME) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", mime)
        made.writestr("content.xml", content)
        for name, part in (parts or {}).items():
            made.writestr(name, part)
    return file.getvalue()


def content(tables: str, styles: str = "", doctype: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{doctype}<office:document-content {_SPACES}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )


def table(*rows: str, name: str = "Hoja1", inside: str = "") -> str:
    return f'<table:table table:name="{name}">{inside}{"".join(rows)}</table:table>'


def row(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def text(value: str, repeated: int = 1) -> str:
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{repeated}">'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def blank(repeated: int = 1) -> str:
    return f'<table:table-cell table:number-columns-repeated="{repeated}"/>'


def book(*tables: str, **others: str) -> bytes:
    return package(content("".join(tables), **others))


def of_rows(*rows: Sequence[object], percent: str = "") -> bytes:
    """A workbook of these values; the column called ``percent`` shows its numbers as percentages."""
    at = rows[0].index(percent) if percent else -1
    made = [row(*(_value(value, at == place) for place, value in enumerate(one))) for one in rows]
    return book(table(*made))


def _value(value: object, percent: bool) -> str:
    if value in (None, ""):
        return blank()
    if isinstance(value, int | float):
        kind = "percentage" if percent else "float"
        return f'<table:table-cell office:value-type="{kind}" office:value="{value}"/>'
    if isinstance(value, datetime.date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    return text(escape(str(value)))
