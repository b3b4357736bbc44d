"""The record of imports: who, when, which file, what it changed; both files to download."""

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.models import CatalogImport, import_storage
from catalog.shown import record_page
from catalog.views.common import CSV, XLSX, for_planning, year_or_404
from core.uploads import display_name

PER_PAGE = 25


@require_safe
@for_planning
def records(request: HttpRequest, year: int) -> HttpResponse:
    fiscal_year = year_or_404(year)
    found = CatalogImport.objects.filter(fiscal_year=fiscal_year).select_related("actor").defer("changes", "options")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("pagina"))
    return render(request, "catalog/import_records.html", {"year": str(year), "page": page})


@require_safe
@for_planning
def record(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    found = _record_or_404(year, pk)
    context = {"year": str(year), "record": found, "page": record_page(found, request.GET)}
    return render(request, "catalog/import_record.html", context)


@require_safe
@for_planning
def record_file(request: HttpRequest, year: int, pk: int) -> HttpResponse | FileResponse:
    """The file as it was imported."""
    found = _record_or_404(year, pk)
    is_csv = found.file.name.endswith(".csv")
    return _download(found.file.name, display_name(found.file_name), CSV if is_csv else XLSX)


@require_safe
@for_planning
def record_before(request: HttpRequest, year: int, pk: int) -> HttpResponse | FileResponse:
    """The catalogue as it was before; it can be imported back."""
    found = _record_or_404(year, pk)
    if not found.before:
        raise Http404
    return _download(found.before.name, f"catalogo-{year}-antes-{found.pk}.csv", CSV)


def _record_or_404(year: int, pk: int) -> CatalogImport:
    records = CatalogImport.objects.select_related("fiscal_year__plan", "actor")
    found: CatalogImport = get_object_or_404(records, fiscal_year__year=year, pk=pk)
    return found


def _download(stored: str, name: str, content_type: str) -> FileResponse:
    try:
        file = import_storage().open(stored, "rb")
    except FileNotFoundError as error:
        raise Http404 from error
    headers = {"X-Content-Type-Options": "nosniff"}
    return FileResponse(file, as_attachment=True, filename=name, content_type=content_type, headers=headers)
