"""The official document on a screen: upload it, see what was read and what is doubtful, take the draft along."""

import io
import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import access_of
from catalog.http import address, for_planning, year_or_404
from catalog.official_document.draft import Draft, draft_of, write_draft
from catalog.official_document.forms import TOO_LARGE, DocumentForm
from catalog.official_document.lines import DocumentError
from catalog.official_document.reading import MAX_BYTES, read_document
from core.downloads import XLSX, as_file
from core.pending_uploads import PendingUploads, UploadGone
from core.private_files import NotKept
from core.upload_limits import is_over_limit, limit_upload
from core.uploads import display_name

BOOKS = PendingUploads("borradores-catalogo")
SHOWN = PendingUploads("borradores-vistos")


@limit_upload(MAX_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def upload(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """The document comes in; nothing is written but the draft, which waits for a day."""
    fiscal_year = year_or_404(year)
    form = DocumentForm(request.POST, request.FILES) if request.method == "POST" else DocumentForm()
    if request.method == "POST":
        if is_over_limit(request):
            form.errors["file"] = form.error_class([TOO_LARGE])
        slip = _drafted(request, form) if form.is_valid() else None
        if slip is not None:
            return redirect(address("drafted", fiscal_year, slip))
    context = {"fiscal_year": fiscal_year, "year": str(fiscal_year or ""), "form": form,
               "import_url": address("import", fiscal_year)}  # fmt: skip
    return render(request, "catalog/official_document/upload.html", context)


def _drafted(request: HttpRequest, form: DocumentForm) -> str | None:
    """The slip of the draft; None where there is none, and the form says why."""
    brought = form.cleaned_data["file"]
    try:
        draft = draft_of(read_document(brought.read()), year=form.cleaned_data["year"])
        return _kept(draft, display_name(brought.name), access_of(request).user.pk)
    except (DocumentError, NotKept) as refused:
        form.add_error("file", refused.message)
        return None


def _kept(draft: Draft, name: str, user_id: int) -> str:
    book = io.BytesIO()
    write_draft(draft, book)
    state = {"book": BOOKS.save(book.getvalue()), "name": name, "summary": draft.summary, "notes": draft.notes,
             "doubtful": draft.doubtful_rows}  # fmt: skip
    return SHOWN.slip(SHOWN.save(json.dumps(state).encode()), user_id=user_id)


@require_safe
@for_planning
def drafted(request: HttpRequest, slip: str, year: int | None = None) -> HttpResponse:
    """What was read, and what to do next."""
    fiscal_year = year_or_404(year)
    try:
        state = _state(request, slip)
    except UploadGone as gone:
        return _gone(request, year, gone)
    context = {"fiscal_year": fiscal_year, "year": str(fiscal_year or ""), "draft": state,
               "book_url": address("draft_book", fiscal_year, slip), "import_url": address("import", fiscal_year),
               "again_url": address("draft", fiscal_year)}  # fmt: skip
    return render(request, "catalog/official_document/drafted.html", context)


@require_safe
@for_planning
def book(request: HttpRequest, slip: str, year: int | None = None) -> HttpResponse:
    """The draft itself."""
    year_or_404(year)
    try:
        data = BOOKS.read(_state(request, slip)["book"])
    except UploadGone as gone:
        return _gone(request, year, gone)
    return as_file(data, "borrador-catalogo.xlsx", XLSX)


def _state(request: HttpRequest, slip: str) -> dict[str, Any]:
    name, _ = SHOWN.redeem(slip, user_id=access_of(request).user.pk)
    state: dict[str, Any] = json.loads(SHOWN.read(name))
    return state


def _gone(request: HttpRequest, year: int | None, gone: UploadGone) -> HttpResponse:
    messages.error(request, gone.message)
    return redirect(address("draft", year_or_404(year)))
