"""A year's history: upload the workbooks, see which globals come out, confirm. Each step is a plain form."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import access_of
from catalog.history.forms import AnswersForm, HistoryFilesForm, as_kept, from_kept
from catalog.history.pages import preview_page
from catalog.http import for_planning
from catalog.imports.forms import TOO_LARGE
from catalog.layout.reading import bundle, unbundled
from core.amounts import Style
from core.downloads import XLSX, ZIP, as_file
from core.pending_uploads import PendingUploads, UploadGone
from core.private_files import NotKept
from core.spreadsheets.reading import MAX_BYTES
from core.upload_limits import is_over_limit, limit_upload
from core.uploads import display_name
from indicators import migrated
from indicators.migrated import Answers, Read, Settled
from indicators.models import Measurement, Origin
from indicators.services import ServiceError
from indicators.workbook import HasErrors, Preview, Stale
from programs.models import FiscalYear

CONFIRM = "confirmar"
READ_AS = {f"decimal-{style}": style for style in Style}
PENDING = PendingUploads("cargas-historia")


@limit_upload(MAX_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def upload(request: HttpRequest, year: int) -> HttpResponse:
    """The files come in; nothing is written."""
    fiscal_year = get_object_or_404(FiscalYear, year=year)
    form = HistoryFilesForm(request.POST, request.FILES) if request.method == "POST" else HistoryFilesForm()
    if request.method == "POST":
        if is_over_limit(request):
            form.errors["file"] = form.error_class([TOO_LARGE])
        if form.is_valid():
            try:
                name = PENDING.save(bundle(_named(form.cleaned_data["file"])))
                return redirect("catalog:history_preview", year, _slip(request, name, year, Answers()))
            except NotKept as failed:
                form.add_error("file", failed.message)
    figures = Measurement.objects.filter(fiscal_year=fiscal_year)
    context = {
        "form": form, "year": str(year), "fiscal_year": fiscal_year,
        "has_catalogue": fiscal_year.programs.exists(),
        "migrated": f"{figures.filter(origin=Origin.MIGRATION).count():,}", "figures": f"{figures.count():,}",
    }  # fmt: skip
    return render(request, "catalog/history/upload.html", context)


def _named(brought: list[Any]) -> list[tuple[str, bytes]]:
    """Each file with a name of its own: two that are called alike would be told apart by nobody."""
    found: dict[str, bytes] = {}
    for file in brought:
        name = display_name(file.name)
        stem, dot, ending = name.rpartition(".")
        number = 2
        while name in found:
            name = f"{stem} ({number}){dot}{ending}"
            number += 1
        found[name] = file.read()
    return list(found.items())


def _slip(request: HttpRequest, name: str, year: int, answers: Answers) -> str:
    return PENDING.slip(name, user_id=access_of(request).user.pk, about={"year": year, "answers": as_kept(answers)})


def _redeemed(request: HttpRequest, slip: str, year: int) -> tuple[str, Answers]:
    name, about = PENDING.redeem(slip, user_id=access_of(request).user.pk)
    if about["year"] != year or not PENDING.has(name):
        raise UploadGone
    return name, from_kept(about["answers"])


def _read(name: str, year: int, answers: Answers) -> Read:
    return migrated.read(unbundled(PENDING.read(name)), year=year, answers=answers)


def _looked(request: HttpRequest, read: Read) -> tuple[Settled, Preview]:
    settled = migrated.settle(read)
    return settled, migrated.preview(access=access_of(request), settled=settled, now=timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def preview(request: HttpRequest, year: int, slip: str) -> HttpResponse:
    """What the files would do, what they ask, and the globals that come out; confirming it."""
    fiscal_year = get_object_or_404(FiscalYear, year=year)
    try:
        name, answers = _redeemed(request, slip, year)
        if request.method == "POST":
            return _answered(request, year, name, answers, slip)
        settled, shown = _looked(request, _read(name, year, answers))
    except UploadGone as gone:
        messages.error(request, gone.message)
        return redirect("catalog:history", year)
    context = {"year": str(year), "slip": slip, "fiscal_year": fiscal_year, "acts": {"confirm": CONFIRM},
               "page": preview_page(settled, shown, fiscal_year)}  # fmt: skip
    return render(request, "catalog/history/preview.html", context)


def _answered(request: HttpRequest, year: int, name: str, before: Answers, slip: str) -> HttpResponse:
    form, act = AnswersForm(request.POST), request.POST.get("act", "")
    if not form.is_valid():
        return redirect("catalog:history_preview", year, slip)
    answers = form.answers(decimal=READ_AS.get(act), before=before)
    if act == CONFIRM and answers == before:
        return _confirm(request, year, name, answers, slip)
    if act == CONFIRM:
        messages.warning(request, "Sus respuestas cambiaron: revise cómo queda antes de confirmar.")
    return redirect("catalog:history_preview", year, _slip(request, name, year, answers))


def _confirm(request: HttpRequest, year: int, name: str, answers: Answers, slip: str) -> HttpResponse:
    read = _read(name, year, answers)
    try:
        done = migrated.apply(
            access=access_of(request), read=read, now=timezone.now(), previewed=request.POST.get("seen", "") or "-"
        )
    except (HasErrors, Stale) as refused:
        changed = isinstance(refused, Stale)
        told = str(refused) if changed else "Algo cambió desde la vista previa y no se registró nada."
        messages.warning(request, told)
        return redirect("catalog:history_preview", year, slip)
    except ServiceError as refused:
        messages.error(request, f"No se registró nada: {refused}")
        return redirect("catalog:history_preview", year, slip)
    PENDING.remove(name)
    number = len(done.changes)
    what = "Se registró 1 cifra" if number == 1 else f"Se registraron {number:,} cifras"
    messages.success(request, f"{what} de {year}, como validadas y migradas." if number else "No había nada nuevo.")
    return redirect("catalog:history", year)


@require_safe
@for_planning
def errors(request: HttpRequest, year: int, slip: str) -> HttpResponse:
    """The person's own workbook with the column «Errores»; of several files, a ZIP of those that have any."""
    get_object_or_404(FiscalYear, year=year)
    try:
        name, answers = _redeemed(request, slip, year)
        settled, shown = _looked(request, _read(name, year, answers))
    except UploadGone as gone:
        messages.error(request, gone.message)
        return redirect("catalog:history", year)
    data, ending = migrated.write_errors(settled.read, shown.errors)
    return as_file(data, f"errores-historia-{year}{ending}", ZIP if ending == ".zip" else XLSX)
