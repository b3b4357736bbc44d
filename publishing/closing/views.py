"""Closings for everybody who reads, and planning's page to close a month or rectify it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import ALL, Action
from accounts.http import access_of
from catalog.http import attempt
from core.downloads import JSON, as_file
from indicators.http import period_or_404, periods_or_404
from publishing.closing.closing import close_month, draft_of
from publishing.closing.forms import CloseMonthForm
from publishing.closing.pages import (
    changes_page,
    closing_page,
    month_rows,
    months_summary,
    rectified_since,
    would_change,
)
from publishing.closing.what_lacks import correcting_text, counted_text, entails, steps, summary
from publishing.document.canonical import canonical_bytes
from publishing.document.words import month_of, months_text, span
from publishing.http import altered, closing_or_404, for_planning
from publishing.models import Closing, DocumentAltered
from reports.http import for_readers


@for_readers
def closings(request: HttpRequest, year: int) -> HttpResponse:
    """The months of a year, each with its closings."""
    fiscal_year, periods = periods_or_404(year)
    closes = access_of(request).allows(Action.CLOSE_MONTHS)
    rows = Closing.objects.filter(fiscal_year=fiscal_year).select_related("fiscal_year", "made_by")
    found = rows.without_documents().order_by("month", "-version")
    months = month_rows(fiscal_year, periods, found, closes=closes)
    context = {"year": str(year), "months": months, "summary": months_summary(months), "closes": closes}
    return render(request, "publishing/closing/year.html", context)


@for_planning
def close(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """What lacks and what closing entails first; then the act."""
    period, now = period_or_404(year, month), timezone.now()
    draft = draft_of(fiscal_year=period.fiscal_year, month=month, now=now)
    chain = Closing.objects.without_documents().select_related("fiscal_year")
    warnings = entails(period, on=timezone.localdate(now), closings=chain)
    would = would_change(draft)
    lacks = draft.lacks
    form = CloseMonthForm(
        request.POST or None,
        version=draft.document["version"],
        warned=bool(
            warnings or lacks.figures or lacks.open_months or lacks.unclosed_months or (would and not would.figures)
        ),
    )
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: close_month(
                fiscal_year=period.fiscal_year,
                month=month,
                actor=access_of(request).user,
                now=now,
                reason=form.cleaned_data["reason"],
                instrument=form.cleaned_data["instrument"],
            ),
        )
        if made is not None:
            messages.success(request, f"{made} guardado: su huella es {made.sha256}.")
            return redirect(made)
    if request.method == "POST":  # whoever is told that somebody closed meanwhile sees it, and confirms that
        form.data = form.data.copy()
        form.data["version"] = str(form.seen)
    context: dict[str, Any] = {
        "form": form,
        "year": str(year),
        "month": month,
        "title": month_of(year, month),
        "rectified": draft.rectified,
        "lacks": lacks,
        "span": span(month),
        "summary": summary(lacks, month),
        "correcting": correcting_text(lacks),
        "counted": counted_text(draft.document, lacks),
        "steps": steps(lacks),
        "open_months": months_text(lacks.open_months),
        "unclosed_months": months_text(lacks.unclosed_months),
        "warnings": warnings,
        "would": would,
    }
    return render(request, "publishing/closing/close.html", context)


@for_readers
def closing(request: HttpRequest, year: int, month: int, version: int) -> HttpResponse:
    """One closing as its document has it; in red where the document is not what was kept."""
    found, access = closing_or_404(year, month, version), access_of(request)
    later = Closing.objects.filter(fiscal_year=found.fiscal_year_id, month=month, version__gt=version)
    context = {
        "page": closing_page(found),
        "rectified_since": rectified_since(found),
        "year": str(year),
        "latest": later.select_related("fiscal_year").without_documents().order_by("-version").first(),
        "closes": access.allows(Action.CLOSE_MONTHS),
        "sealed": access.department_ids(Action.READ_TRAIL) == ALL,
    }
    return render(request, "publishing/closing/closing.html", context)


@for_readers
def document(request: HttpRequest, year: int, month: int, version: int) -> HttpResponse:
    """The bytes as they were kept; a document that was altered is not given out as one."""
    found = closing_or_404(year, month, version)
    try:
        content = found.document_bytes
    except DocumentAltered as refusal:
        return altered(request, found, refusal)
    return as_file(content, f"cierre-{year}-{month:02d}-v{version}.json", JSON)


@for_readers
def seal(request: HttpRequest, year: int, month: int, version: int) -> HttpResponse:
    """Where the trail stood when the month was closed: for who reads the whole trail, and nobody else."""
    if access_of(request).department_ids(Action.READ_TRAIL) != ALL:
        raise PermissionDenied
    found = closing_or_404(year, month, version)
    return as_file(canonical_bytes(found.seal), f"cierre-{year}-{month:02d}-v{version}.sello.json", JSON)


@for_readers
def changes(request: HttpRequest, year: int, month: int, version: int) -> HttpResponse:
    """What a rectification changed, figure by figure, and which later closings hold the old figures."""
    after = closing_or_404(year, month, version)
    if version == 1:
        return redirect(after)
    before = closing_or_404(year, month, version - 1)
    try:
        page = changes_page(before, after)
    except DocumentAltered as refusal:
        return altered(request, after, refusal)
    context = {"page": page, "before": before, "after": after, "year": str(year), "title": month_of(year, month)}
    return render(request, "publishing/closing/changes.html", context)
