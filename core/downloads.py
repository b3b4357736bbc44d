"""Bytes as an answer: a file to keep, a PDF to look at, or a file that somebody brought."""

import io

from django.http import FileResponse, HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
CSV = "text/csv; charset=utf-8"
ZIP = "application/zip"
JSON = "application/json"


def inline_pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def as_file(data: bytes, name: str, content_type: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=content_type, headers=headers)


def kept_file(file: io.BytesIO, name: str, content_type: str, *, shown: bool = False) -> FileResponse:
    """What a person brought, under its own name: the browser neither guesses its type nor gives it to other sites."""
    response = FileResponse(file, as_attachment=not shown, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
