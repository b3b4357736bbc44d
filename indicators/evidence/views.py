"""Evidence: a month's files with the figures that each supports, one file beside its figures, and its bytes.

Files leave the storage only through ``content``, which asks who is reading. Everybody who sees a department's drafts
sees its files; nobody else does until results are published.
"""

from typing import Any

from csp.decorators import csp, csp_update
from django.contrib import messages
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Action
from accounts.http import access_of
from core.asked import read_key
from core.downloads import kept_file
from core.kept_files import Faulty, read_checked
from core.uploads import ACCEPTED, MAX_BYTES
from indicators import refusals
from indicators.capture.grid import evidence_cell
from indicators.capture.month import MonthSheet, month_sheet
from indicators.evidence import attaching, pages
from indicators.evidence.forms import EvidenceForm, LinkForm, SupersedeForm
from indicators.files.fault_pages import PUT_BACK, faulty_file
from indicators.files.forms import PutBackForm
from indicators.http import department_or_404, period_or_404, period_title
from indicators.models import Evidence, month_name
from indicators.models.evidence import evidence_storage

UPLOAD, LINK, SUPERSEDE, WITHDRAW = "subir", "vincular", "sustituir", "retirar"


@require_http_methods(["GET", "HEAD", "POST"])
def month(request: HttpRequest, year: int, prefix: str, month: int) -> HttpResponse:
    """The files of one department's month; a file is uploaded here, from the page itself or from the grid."""
    department = department_or_404(request, prefix, Action.SEE_DRAFTS)
    period = period_or_404(year, month)
    sheet = month_sheet(access_of(request), department, period, on=timezone.localdate())
    if request.method != "POST":
        return _newest_of_figure(request, sheet) or _month_page(request, sheet)
    if not access_of(request).allows(Action.CAPTURE, department.pk):
        raise PermissionDenied
    act = request.POST.get("act", UPLOAD)
    if act == LINK:
        return _link(request, sheet)
    if act != UPLOAD:
        raise SuspiciousOperation("An act that the evidence page does not have")
    return _upload(request, sheet)


def _newest_of_figure(request: HttpRequest, sheet: MonthSheet) -> HttpResponse | None:
    """``?ver=12`` leads from a figure to its newest file; a figure without files stays here."""
    asked = read_key(request.GET.get("ver"))
    if asked is None:
        return None
    files = pages.files_of_month(sheet.department, sheet.period)
    newest = files.in_force().filter(measurements__indicator_id=asked, measurements__period=sheet.period).first()
    return redirect("indicators:evidence", newest.pk) if newest else None


def _upload(request: HttpRequest, sheet: MonthSheet) -> HttpResponse:
    form = EvidenceForm(request.POST, request.FILES, rows=sheet.rows)
    if not form.is_valid():
        return _refused(request, sheet, form)
    file = form.cleaned_data["file"]
    try:
        evidence = attaching.attach_evidence(
            access=access_of(request),
            period=sheet.period,
            indicator_ids=form.cleaned_data["indicators"],
            file=file,
            name=file.name,
            now=timezone.now(),
        )
    except refusals.ServiceError as refused:
        form.add_error(None if isinstance(refused, refusals.MonthNotOpen) else "file", str(refused))
        return _refused(request, sheet, form)
    message = f"Se adjuntó «{evidence.name}» a {_listed(form.codes())}."
    if not _is_script(request):
        messages.success(request, message)
        return redirect(request.path)
    fresh = month_sheet(access_of(request), sheet.department, sheet.period, on=timezone.localdate())
    cells = {str(row.id): _cell(row) for row in fresh.rows if row.id in form.cleaned_data["indicators"]}
    listed = render_to_string("indicators/evidence/_list.html", _files(sheet), request)
    return JsonResponse({"message": message, "cells": cells, "list": listed, "lacking": _lacking(fresh)})


def _lacking(sheet: MonthSheet) -> str:
    """Which indicators of the month still need a file before they are submitted, as a sentence or empty."""
    rows = (row for row in sheet.rows if not row.is_settled)
    codes = [row.indicator.code for row in rows if row.indicator.requires_evidence and not row.evidence]
    return f"Para enviar el mes falta la evidencia de {_listed(codes)}." if codes else ""


def _cell(row: Any) -> str:
    cell = {"evidence": evidence_cell(row), "base": "", "errors": ()}
    return render_to_string("indicators/capture/_evidence_cell.html", cell, using="jinja2")


def _refused(request: HttpRequest, sheet: MonthSheet, form: EvidenceForm) -> HttpResponse:
    if _is_script(request):
        told = [str(error) for errors in form.errors.values() for error in errors]
        return JsonResponse({"message": " ".join(told)}, status=422)
    return _month_page(request, sheet, form=form)


def _is_script(request: HttpRequest) -> bool:
    """Our own script asks for an answer that it can show beside the file."""
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def _link(request: HttpRequest, sheet: MonthSheet) -> HttpResponse:
    others = pages.files_to_reuse(sheet.department, sheet.period)
    form = LinkForm(request.POST, rows=sheet.rows, files=others)
    if not form.is_valid():
        return _month_page(request, sheet, link=form)
    try:
        evidence = attaching.link_evidence(
            access=access_of(request),
            evidence_id=form.cleaned_data["file"].pk,
            period=sheet.period,
            indicator_ids=form.cleaned_data["indicators"],
            now=timezone.now(),
        )
    except refusals.ServiceError as refused:
        form.add_error(None, str(refused))
        return _month_page(request, sheet, link=form)
    messages.success(request, f"«{evidence.name}» respalda ahora también {_listed(form.codes())}.")
    return redirect(request.path)


def _listed(codes: list[str]) -> str:
    return " y ".join([", ".join(codes[:-1]), codes[-1]] if len(codes) > 1 else codes)


def _month_page(
    request: HttpRequest, sheet: MonthSheet, form: EvidenceForm | None = None, link: LinkForm | None = None
) -> HttpResponse:
    year, prefix, number = sheet.period.fiscal_year.year, sheet.department.prefix, sheet.period.month
    chosen = request.GET.get("indicador", "")
    rows = [row for row in sheet.rows if not row.blocked]
    form = form or EvidenceForm(rows=sheet.rows, initial={"indicators": [chosen]})
    reusable = pages.files_to_reuse(sheet.department, sheet.period) if rows else Evidence.objects.none()
    context = {
        "department": sheet.department,
        "title": period_title(sheet.period),
        "month_name": month_name(number),
        "capture_month": number,
        "year": str(year),
        "capture_url": reverse("indicators:capture", args=[year, prefix, number]),
        "form": form,
        "link": link or LinkForm(rows=sheet.rows, files=reusable, initial={"indicators": [chosen]}),
        "link_open": link is not None,
        "can_write": bool(rows),
        "why_not": _why_not(sheet),
        "lacking": _lacking(sheet),
        "accepted": ACCEPTED,
        "max_bytes": str(MAX_BYTES),
        "max_megabytes": str(MAX_BYTES // 2**20),
        "acts": {"upload": UPLOAD, "link": LINK},
        **_files(sheet),
    }
    return render(request, "indicators/evidence/month.html", context)


def _files(sheet: MonthSheet) -> dict[str, Any]:
    return pages.month_lines(sheet.department, sheet.period)


def _why_not(sheet: MonthSheet) -> str:
    reasons = {row.blocked for row in sheet.rows}
    return reasons.pop() if len(reasons) == 1 else ""


def _evidence_or_404(request: HttpRequest, pk: int) -> Evidence:
    found = Evidence.objects.visible_to(access_of(request)).select_related(
        "department", "fiscal_year", "uploaded_by", "superseded_by"
    )
    return get_object_or_404(found, pk=pk)


@csp_update({"frame-src": ["'self'"]})
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One file beside the figures that it supports; here it is superseded or, while a draft's, withdrawn."""
    evidence = _evidence_or_404(request, pk)
    if request.method != "POST":
        return _file_page(request, evidence)
    if not access_of(request).allows(Action.CAPTURE, evidence.department_id):
        raise PermissionDenied
    act = request.POST.get("act")
    if act == SUPERSEDE:
        return _supersede(request, evidence)
    if act == WITHDRAW:
        return _withdraw(request, evidence)
    if act == PUT_BACK:
        return _put_back(request, evidence)
    raise SuspiciousOperation("An act that the page of a file does not have")


def _supersede(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    form = SupersedeForm(request.POST, request.FILES)
    if not form.is_valid():
        return _file_page(request, evidence, form)
    file = form.cleaned_data["file"]
    try:
        new = attaching.supersede_evidence(
            access=access_of(request),
            evidence_id=evidence.pk,
            file=file,
            name=file.name,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )
    except refusals.ServiceError as refused:
        form.add_error(None, str(refused))
        return _file_page(request, evidence, form)
    messages.success(request, f"«{new.name}» sustituye a «{evidence.name}», que queda guardado como sustituido.")
    return redirect("indicators:evidence", new.pk)


def _withdraw(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    try:
        attaching.withdraw_evidence(access=access_of(request), evidence_id=evidence.pk, now=timezone.now())
    except refusals.ServiceError as refused:
        messages.error(request, str(refused))
        return redirect("indicators:evidence", evidence.pk)
    messages.success(request, f"Se retiró «{evidence.name}»: ya no respalda ninguna cifra.")
    return redirect(pages.month_url(evidence))


def _put_back(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    form = PutBackForm(request.POST, request.FILES)
    if not form.is_valid():
        return _file_page(request, evidence, put_back=form)
    file = form.cleaned_data["file"]
    try:
        attaching.put_evidence_back(
            access=access_of(request), evidence_id=evidence.pk, file=file, name=file.name, now=timezone.now()
        )
    except refusals.ServiceError as refused:
        form.add_error("file", str(refused))
        return _file_page(request, evidence, put_back=form)
    messages.success(request, f"«{evidence.name}» está otra vez en su lugar.")
    return redirect("indicators:evidence", evidence.pk)


def _file_page(
    request: HttpRequest,
    evidence: Evidence,
    form: SupersedeForm | None = None,
    put_back: PutBackForm | None = None,
) -> HttpResponse:
    page = pages.file_page(access_of(request), evidence, on=timezone.localdate())
    context = {
        "page": page,
        "put_back": put_back or PutBackForm(),
        "year": str(evidence.fiscal_year.year),
        "form": form or SupersedeForm(),
        "form_open": form is not None,
        "accepted": ACCEPTED,
        "max_megabytes": str(MAX_BYTES // 2**20),
        "acts": {"supersede": SUPERSEDE, "withdraw": WITHDRAW, "put_back": PUT_BACK},
    }
    return render(request, "indicators/evidence/file.html", context)


@csp({"default-src": ["'none'"], "frame-ancestors": ["'self'"], "sandbox": True})
@xframe_options_sameorigin
@require_safe
def content(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bytes. PDFs and pictures may be shown, in a sandbox of their own; the rest, and what is asked so, is saved.

    Chromium shows no PDF in a frame with the attribute ``sandbox``, but does under this header, which holds in a tab
    of its own too.
    """
    evidence = _evidence_or_404(request, pk)
    try:
        file = read_checked(evidence_storage(), evidence.file.name, sha256=evidence.sha256, size=evidence.size)
    except Faulty as faulty:
        back = (reverse("indicators:evidence", args=[pk]), "Ver a qué cifras respalda")
        return faulty_file(request, faulty.fault, name=evidence.name, back=back)
    shown = evidence.opens_beside_the_figure and "descargar" not in request.GET
    return kept_file(file, evidence.name, evidence.content_type, shown=shown)
