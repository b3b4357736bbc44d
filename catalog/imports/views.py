"""Importing the catalogue: upload → preview → confirm, each step a plain form; the template and the export."""

import io
import json
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import access_of
from catalog.http import address, for_planning, for_reading, year_or_404
from catalog.imports import session
from catalog.imports.forms import TOO_LARGE, AnswersForm, CatalogFileForm
from catalog.imports.pages import preview_page
from catalog.imports.session import LookAgain, Waiting
from catalog.layout.corrections import as_json
from catalog.models import CatalogImport
from catalog.workbook import catalog_file
from catalog.workbook.template import write_template
from core.amounts import Style
from core.downloads import CSV, JSON, XLSX, ZIP, as_file
from core.pending_uploads import UploadGone
from core.private_files import NotKept
from core.spreadsheets.reading import MAX_BYTES
from core.upload_limits import is_over_limit, limit_upload
from core.uploads import display_name
from indicators.services import ServiceError
from programs.models import FiscalYear

CORRECTED = "celdas-corregidas"
KEPT_FILES = 5
CONFIRM = "confirmar"
READ_AS = {f"decimal-{style}": style.value for style in Style}


@limit_upload(MAX_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def upload(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """Step 1: the file."""
    fiscal_year = year_or_404(year)
    if request.method != "POST":
        return _upload_page(request, fiscal_year, CatalogFileForm())
    form = CatalogFileForm(request.POST, request.FILES)
    if is_over_limit(request):
        form.errors["file"] = form.error_class([TOO_LARGE])
    if not form.is_valid():
        return _upload_page(request, fiscal_year, form)
    files = [(display_name(brought.name), brought.read()) for brought in form.cleaned_data["file"]]
    try:
        slip = session.begin(files, user_id=access_of(request).user.pk, corrected=request.session.get(CORRECTED, {}))
    except NotKept as failed:
        form.add_error("file", failed.message)
        return _upload_page(request, fiscal_year, form)
    return redirect(address("preview", fiscal_year, slip))


def _upload_page(
    request: HttpRequest, fiscal_year: FiscalYear | None, form: CatalogFileForm, refused: str = ""
) -> HttpResponse:
    context = {
        "fiscal_year": fiscal_year, "year": str(fiscal_year) if fiscal_year else "", "form": form, "refused": refused,
        "template_url": address("template", fiscal_year), "document_url": address("draft", fiscal_year),
        "recent": _recent(fiscal_year) if fiscal_year else [],
    }  # fmt: skip
    return render(request, "catalog/imports/upload.html", context)


def _recent(fiscal_year: FiscalYear) -> list[CatalogImport]:
    records = CatalogImport.objects.filter(fiscal_year=fiscal_year).select_related("actor").defer("changes")
    return list(records[:3])


@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def preview(request: HttpRequest, slip: str, year: int | None = None) -> HttpResponse:
    """Steps 2 and 3: what the file would do and what it asks; confirming it."""
    fiscal_year = year_or_404(year)
    try:
        waiting = session.find(slip, user_id=access_of(request).user.pk)
        if "columns" in waiting.shown:
            return redirect(address("columns", fiscal_year, slip))
        if request.method != "POST":
            return _preview_page(request, fiscal_year, slip, waiting)
        return _answered(request, fiscal_year, slip, waiting)
    except UploadGone as lost:
        return gone(request, fiscal_year, slip, lost)


def gone(request: HttpRequest, fiscal_year: FiscalYear | None, slip: str, lost: UploadGone) -> HttpResponse:
    """To the record of what was confirmed already (by «back», or by two clicks), otherwise to a new upload."""
    record = session.imported(slip, user_id=access_of(request).user.pk)
    if record is None:
        messages.error(request, lost.message)
        return redirect(address("import", fiscal_year))
    messages.info(request, "Este archivo ya se importó: esto es lo que cambió.")
    return redirect("catalog:record", record.fiscal_year.year, record.pk)


def _answered(request: HttpRequest, fiscal_year: FiscalYear | None, slip: str, waiting: Waiting) -> HttpResponse:
    form = AnswersForm(request.POST, shown=waiting.shown, codes_page=request.POST.get("claves"))
    if not form.is_valid():
        return _preview_page(request, fiscal_year, slip, waiting, form)
    sheet = form.cleaned_data["sheet"] or waiting.sheet
    answered = replace(
        waiting, sheet=sheet, fill_down=form.cleaned_data["fill_down"], answers=form.answers(waiting.answers)
    )
    _keep_corrections(request, answered)
    same = replace(answered, sheet=sheet or waiting.shown.get("sheet", "")) == replace(
        waiting, sheet=waiting.sheet or waiting.shown.get("sheet", "")
    )
    act = request.POST.get("act")
    if act in READ_AS:
        return _look_again(request, fiscal_year, replace(answered, decimal=READ_AS[act]))
    if act != CONFIRM:
        return _look_again(request, fiscal_year, answered)
    if not same:
        return _look_again(
            request, fiscal_year, answered, "Sus respuestas cambiaron: revise cómo queda antes de confirmar."
        )
    return _confirm(request, fiscal_year, slip, waiting)


def _keep_corrections(request: HttpRequest, waiting: Waiting) -> None:
    """For the same file, should it be uploaded again; those of the last files of this session."""
    kept = {**request.session.get(CORRECTED, {})}
    kept.pop(waiting.sha256, None)
    if waiting.answers.corrections:
        kept[waiting.sha256] = as_json(waiting.answers.corrections)
    kept = dict(list(kept.items())[-KEPT_FILES:])
    if kept != request.session.get(CORRECTED, {}):
        request.session[CORRECTED] = kept


def _look_again(request: HttpRequest, fiscal_year: FiscalYear | None, waiting: Waiting, why: str = "") -> HttpResponse:
    if why:
        messages.warning(request, why)
    slip = session.look(waiting, user_id=access_of(request).user.pk)
    # The same page of the codes again, where they have several.
    page = request.POST.get("claves", "")
    return redirect(address("preview", fiscal_year, slip) + (f"?claves={page}" if page.isdecimal() else ""))


def _confirm(request: HttpRequest, fiscal_year: FiscalYear | None, slip: str, waiting: Waiting) -> HttpResponse:
    try:
        done = session.confirm(waiting, access=access_of(request), now=timezone.now())
    except LookAgain as changed:
        return _look_again(request, fiscal_year, waiting, changed.message)
    except ServiceError as refused:
        messages.error(request, str(refused))
        return redirect(address("preview", fiscal_year, slip))
    messages.success(request, f"Se importó el catálogo {done.year}: {done.summary(with_none=False)}.")
    record = CatalogImport.objects.filter(fiscal_year__year=done.year).only("pk").first()
    return redirect("catalog:record", done.year, record.pk if record else 0)


def _preview_page(
    request: HttpRequest, fiscal_year: FiscalYear | None, slip: str, waiting: Waiting, form: AnswersForm | None = None
) -> HttpResponse:
    shown = waiting.shown
    if "refused" in shown:
        return _upload_page(
            request, fiscal_year, CatalogFileForm(), refused=f"«{waiting.file_name}»: {shown['refused']}"
        )
    codes_page = request.POST.get("claves") or request.GET.get("claves")
    form = form or AnswersForm(initial=_initial(waiting), shown=shown, codes_page=codes_page)
    context: dict[str, Any] = {
        "fiscal_year": fiscal_year, "year": str(fiscal_year) if fiscal_year else "", "waiting": waiting,
        "form": form, "here": address("preview", fiscal_year, slip), "confirm": CONFIRM,
        "upload_url": address("import", fiscal_year), "columns_url": address("columns", fiscal_year, slip),
        "mapping_url": address("import_mapping", fiscal_year, slip) if waiting.mapping is not None else "",
        "errors_url": address("import_errors", fiscal_year, slip),
        "page": preview_page(waiting, request.GET, fiscal_year),
    }  # fmt: skip
    return render(request, "catalog/imports/preview.html", context)


def _initial(waiting: Waiting) -> dict[str, Any]:
    adjustment = waiting.answers.adjustment
    sheet = waiting.sheet or waiting.shown.get("sheet", "")
    return {
        "sheet": sheet if sheet in waiting.shown.get("sheets", ()) else "", "fill_down": waiting.fill_down,
        "renames": sorted(waiting.answers.renames), "accepts_codes": waiting.answers.accepts_codes,
        "right_year": waiting.answers.right_year,
        "kind_reason": waiting.answers.kind_reason,
        "historical": {True: "si", False: "no"}.get(waiting.answers.historical, ""),  # type: ignore[call-overload]
        "starts_in": waiting.answers.starts_in or waiting.shown.get("beginning", {}).get("proposed") or "",
        **(adjustment.as_json() if adjustment else {}),
    }  # fmt: skip


@require_safe
@for_planning
def errors(request: HttpRequest, slip: str, year: int | None = None) -> HttpResponse:
    """The person's own workbook with the column of errors."""
    fiscal_year = year_or_404(year)
    try:
        waiting = session.find(slip, user_id=access_of(request).user.pk)
        data = session.errors_workbook(waiting)
    except UploadGone as lost:
        return gone(request, fiscal_year, slip, lost)
    if data is None:
        return redirect(address("preview", fiscal_year, slip))
    if waiting.bundled:
        return as_file(data, "catalogos-con-errores.zip", ZIP)
    return as_file(data, "catalogo-con-errores.xlsx", XLSX)


@require_safe
@for_planning
def mapping(request: HttpRequest, slip: str, year: int | None = None) -> HttpResponse:
    """What was answered of the file's layout, keys and cells, as the command takes it."""
    fiscal_year = year_or_404(year)
    try:
        answered = session.mapping_file(session.find(slip, user_id=access_of(request).user.pk))
    except UploadGone as lost:
        return gone(request, fiscal_year, slip, lost)
    if answered is None:
        return redirect(address("preview", fiscal_year, slip))
    return as_file((json.dumps(answered, ensure_ascii=False, indent=1) + "\n").encode(), "mapa.json", JSON)


@require_safe
@for_planning
def template(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """The empty workbook with instructions, examples and validation lists."""
    fiscal_year = year_or_404(year)
    buffer = io.BytesIO()
    write_template(buffer, fiscal_year)
    return as_file(buffer.getvalue(), "plantilla-catalogo.xlsx", XLSX)


@require_safe
@for_reading
def export(request: HttpRequest, year: str, form: str) -> HttpResponse:
    """The year's catalogue in the columns that the import reads."""
    fiscal_year = get_object_or_404(FiscalYear, year=year)
    csv = form == "csv"
    return as_file(catalog_file.bytes_of(fiscal_year, csv=csv), f"catalogo-{year}.{form}", CSV if csv else XLSX)
