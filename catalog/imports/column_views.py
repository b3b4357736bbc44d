"""What each column of a file is: asked where its layout is its own, and to be looked at again where it was read."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.http import access_of
from catalog.http import address, for_planning, year_or_404
from catalog.imports import session
from catalog.imports.column_form import answered, problem, what_lacks
from catalog.imports.column_page import page_of, why_not
from catalog.imports.remembering import remember_columns
from catalog.imports.session import Waiting
from catalog.imports.views import gone
from catalog.layout.mapping import SheetMapping
from catalog.layout.reading import Proposal, propose_for
from core.pending_uploads import UploadGone
from core.spreadsheets import Grid, SpreadsheetError
from programs.models import FiscalYear

READ = "leer"


@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def columns(request: HttpRequest, slip: str, year: int | None = None) -> HttpResponse:
    """The page of the columns; ``act`` «leer» goes on to the preview, anything else shows the answers' effect."""
    fiscal_year = year_or_404(year)
    user_id = access_of(request).user.pk
    try:
        waiting = session.find(slip, user_id=user_id)
        grids = session.grids_of(waiting)
        if request.method == "POST":
            return _answered(request, fiscal_year, slip, waiting, grids)
    except UploadGone as lost:
        return gone(request, fiscal_year, slip, lost)
    except SpreadsheetError:
        return redirect(address("preview", fiscal_year, slip))
    mapping, proposal = _so_far(waiting, grids)
    return _page(request, fiscal_year, slip, waiting, page_of(grids, mapping, proposal))


def _so_far(waiting: Waiting, grids: list[Grid]) -> tuple[SheetMapping, Proposal]:
    if waiting.mapping is None:
        proposal = propose_for(grids, [waiting.sheet] if waiting.sheet else ())
        return proposal.mapping, proposal
    mapping = SheetMapping.from_json(waiting.mapping)
    return mapping, propose_for(grids, mapping.sheets, mapping.header)


def _answered(
    request: HttpRequest, fiscal_year: FiscalYear | None, slip: str, waiting: Waiting, grids: list[Grid]
) -> HttpResponse:
    mapping, proposal = answered(request.POST, grids)
    ready = request.POST.get("act") == READ
    wrong = problem(mapping) or (ready and (what_lacks(mapping) or why_not(grids, mapping)))
    if wrong:
        page = page_of(grids, mapping, proposal)
        return _page(request, fiscal_year, slip, waiting, {**page, "wrong": wrong, "lacks": ""})
    access = access_of(request)
    if ready and proposal.head is not None:
        remember_columns(
            access=access, head=proposal.head, mapping=mapping, file_name=waiting.file_name, now=timezone.now()
        )
    said = replace(waiting, mapping=mapping.as_json(), asking=not ready, remembered=())
    new = session.look(said, user_id=access.user.pk, grids=grids)
    return redirect(address("preview" if ready else "columns", fiscal_year, new))


def _page(
    request: HttpRequest, fiscal_year: FiscalYear | None, slip: str, waiting: Waiting, page: dict[str, Any]
) -> HttpResponse:
    context = {
        "fiscal_year": fiscal_year, "year": str(fiscal_year) if fiscal_year else "", "waiting": waiting, "page": page,
        "here": address("columns", fiscal_year, slip), "upload_url": address("import", fiscal_year), "read": READ,
        "preview_url": "" if waiting.asking or "columns" in waiting.shown else address("preview", fiscal_year, slip),
    }  # fmt: skip
    return render(request, "catalog/imports/columns.html", context)
