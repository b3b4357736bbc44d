"""The record of imports: who, when, which file, what it changed; both files to download."""

from dataclasses import asdict
from typing import NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Action
from accounts.http import access_of
from catalog.http import attempt, for_planning, for_reading, year_or_404
from catalog.imports.forms import UndoForm
from catalog.imports.pages import effect_in_short, record_page
from catalog.imports.recording import put_record_file_back
from catalog.imports.undoing import in_words, kinds_back, plan_undoing, undo_import, why_not_undone
from catalog.models import CatalogImport, import_storage
from catalog.targets.effect import kinds_effect
from core.downloads import CSV, ODS, XLSX, ZIP, kept_file
from core.kept_files import Faulty, read_checked
from core.models import FileFault
from core.uploads import display_name
from indicators.files.fault_pages import faulty_file
from indicators.files.forms import PutBackForm
from indicators.services import ServiceError

PER_PAGE = 25
SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def undo(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """What undoing the import would do, and what stays and why; done as it was shown, or not at all."""
    found = _record_or_404(year, pk)
    why_not = why_not_undone(found)
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: undo_import(
                access=access_of(request),
                record=found,
                fingerprint=request.POST.get("fingerprint", ""),
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            ),
        )
        if done is not None:
            messages.success(request, "Se deshizo la importación: queda en la bitácora qué se quitó y qué volvió.")
            return redirect("catalog:record", year, pk)
    undoing = None if why_not else plan_undoing(found)
    parts = in_words(undoing) if undoing else []
    kinds = kinds_back(undoing) if undoing else {}
    context = {
        "year": str(year), "record": found, "form": form, "why_not": why_not,
        "empty": undoing is not None and undoing.is_empty,
        "fingerprint": undoing.fingerprint if undoing else "",
        "effect": effect_in_short(asdict(kinds_effect(found.fiscal_year, kinds))) if kinds else None,
        "parts": [
            {"title": title, "number": f"{len(lines):,}", "lines": lines[:SHOWN],
             "more": f"{len(lines) - SHOWN:,}" if len(lines) > SHOWN else ""}
            for title, lines in parts
        ],
    }  # fmt: skip
    return render(request, "catalog/imports/undo.html", context)


@require_safe
@for_reading
def records(request: HttpRequest, year: int) -> HttpResponse:
    fiscal_year = year_or_404(year)
    found = CatalogImport.objects.filter(fiscal_year=fiscal_year).select_related("actor").defer("changes", "options")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("pagina"))
    return render(request, "catalog/imports/records.html", {"year": str(year), "page": page})


@require_safe
@for_reading
def record(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    found = _record_or_404(year, pk)
    stored = {found.file.name: "file", found.before.name: "before"}
    faults = FileFault.objects.filter(name__in=filter(None, stored))
    context = {
        "year": str(year), "record": found, "page": record_page(found, request.GET),
        "faults": {stored[fault.name]: fault.get_fault_display() for fault in faults},
    }  # fmt: skip
    return render(request, "catalog/imports/record.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_reading
def record_file(request: HttpRequest, year: int, pk: int) -> HttpResponseBase:
    """The file as it was imported. A lost one is put back here, and below."""
    found = _record_or_404(year, pk)
    kind = {".csv": CSV, ".ods": ODS, ".zip": ZIP}.get(found.file.name[-4:], XLSX)
    # Several files have the name of all of them, which is none of a file.
    name = f"{found.file_name.removesuffix('.zip')}.zip" if kind == ZIP else found.file_name
    kept = _Kept(found.file.name, display_name(name), kind, found.sha256, found.size)
    return _download(request, found, kept)


@require_http_methods(["GET", "HEAD", "POST"])
@for_reading
def record_before(request: HttpRequest, year: int, pk: int) -> HttpResponseBase:
    """The catalogue as it was before; it can be imported back."""
    found = _record_or_404(year, pk)
    if not found.before:
        raise Http404
    kept = _Kept(found.before.name, f"catalogo-{year}-antes-{found.pk}.csv", CSV, found.before_sha256, None)
    return _download(request, found, kept)


class _Kept(NamedTuple):
    """A stored file of a record: under which name, how it is offered, and what it was when it was kept."""

    path: str
    name: str
    content_type: str
    sha256: str
    size: int | None


def _record_or_404(year: int, pk: int) -> CatalogImport:
    records = CatalogImport.objects.select_related("fiscal_year__plan", "actor")
    found: CatalogImport = get_object_or_404(records, fiscal_year__year=year, pk=pk)
    return found


def _download(request: HttpRequest, record: CatalogImport, kept: _Kept) -> HttpResponseBase:
    try:
        file = read_checked(import_storage(), kept.path, sha256=kept.sha256, size=kept.size)
    except Faulty as faulty:
        return _lost(request, record, kept, faulty.fault)
    return kept_file(file, kept.name, kept.content_type)


def _lost(request: HttpRequest, record: CatalogImport, kept: _Kept, fault: str) -> HttpResponseBase:
    """What is known of the file; the form to put it back where its fingerprint was kept."""
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    access = access_of(request)
    form = PutBackForm(*posted) if kept.sha256 and access.allows(Action.MANAGE_CATALOG) else None
    if form is not None and posted and form.is_valid():
        try:
            put_record_file_back(
                access=access,
                record=record,
                name=kept.path,
                sha256=kept.sha256,
                file=form.cleaned_data["file"],
                now=timezone.now(),
            )
        except ServiceError as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, f"«{kept.name}» está otra vez en su lugar.")
            return redirect("catalog:record", record.fiscal_year.year, record.pk)
    back = (reverse("catalog:record", args=[record.fiscal_year.year, record.pk]), "Ver la importación")
    return faulty_file(request, fault, name=kept.name, back=back, form=form, sha256=kept.sha256)
