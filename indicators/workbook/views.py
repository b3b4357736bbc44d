"""The month as a workbook: download it prefilled, upload it, look at what it would do, confirm.

The file goes through the package itself, as it does for the command; what it brings stays a draft.
"""

from collections.abc import Collection
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Action
from accounts.http import access_of
from core.amounts import Style
from core.asked import read_whole
from core.downloads import XLSX, as_file
from core.pending_uploads import PendingUploads, UploadGone
from core.private_files import NotKept
from core.upload_limits import is_over_limit, limit_upload
from core.uploads import MEGABYTE, display_name
from indicators import refusals, workbook, writing
from indicators.capture.month import month_sheet
from indicators.deadlines import Deadlines
from indicators.http import department_or_404, period_or_404, period_title
from indicators.models import State, month_name
from indicators.workbook import NUMERATOR, HasErrors, Parsed, Place, Preview, RowError, Stale
from indicators.workbook.forms import MAX_BYTES, MonthFileForm
from indicators.workbook.month import write_month

CONFIRM, ERRORS = "confirmar", "errores"
CHOICE, FILE = "fila-", "archivo"
READ_AS = {f"decimal-{style}": style for style in Style}
SHOWN_ERRORS = 200
PENDING = PendingUploads("cargas-capturas")


@require_safe
def download(request: HttpRequest, year: int, prefix: str, month: int) -> HttpResponse:
    """The month prefilled, for whoever may see its drafts."""
    department = department_or_404(request, prefix, Action.SEE_DRAFTS)
    period = period_or_404(year, month, department)
    sheet = month_sheet(access_of(request), department, period, on=timezone.localdate())
    if not sheet.rows:
        messages.info(request, f"En {month_name(month)} no se le pide ningún indicador a {department.name}.")
        return redirect("indicators:capture", year, prefix, month)
    file = BytesIO()
    write_month(sheet, file)
    return as_file(file.getvalue(), f"capturas-{prefix}-{year}-{month:02d}.xlsx", XLSX)


@limit_upload(MAX_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, year: int, prefix: str, month: int) -> HttpResponse:
    """Upload → preview → confirm; each step is a plain form."""
    department = department_or_404(request, prefix, Action.SEE_DRAFTS)
    place = Place(period_or_404(year, month, department), department)
    if not access_of(request).allows(Action.CAPTURE, department.pk):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, place, MonthFileForm())
    act = request.POST.get("act")
    if act in (CONFIRM, ERRORS, *READ_AS):
        return _come_back(request, place, act)
    return _first_look(request, place)


def _first_look(request: HttpRequest, place: Place) -> HttpResponse:
    form = MonthFileForm(request.POST, request.FILES)
    if is_over_limit(request):
        form.errors["file"] = form.error_class(
            [f"El archivo pesa más de {MAX_BYTES // MEGABYTE} MB, que es lo más que se acepta."]
        )
    if not form.is_valid():
        return _page(request, place, form)
    brought = form.cleaned_data["file"]
    data = brought.read()
    parsed = workbook.parse(BytesIO(data), name=display_name(brought.name))
    preview = _preview(request, place, parsed)
    slip = ""
    if parsed.table is not None and (preview.changes or preview.errors or preview.overtaken):
        try:
            slip = _slip(request, place, parsed, preview, PENDING.save(data))
        except NotKept as failed:
            return _page(request, place, MonthFileForm(), alert=failed.message)
    return _page(request, place, MonthFileForm(), parsed=parsed, preview=preview, slip=slip)


def _read_again(request: HttpRequest, place: Place, parsed: Parsed, name: str) -> HttpResponse:
    """The same file, read as the person said that it writes decimals."""
    preview = _preview(request, place, parsed)
    slip = _slip(request, place, parsed, preview, name)
    return _page(request, place, MonthFileForm(), parsed=parsed, preview=preview, slip=slip)


def _preview(request: HttpRequest, place: Place, parsed: Parsed) -> Preview:
    return workbook.preview(
        access=access_of(request), parsed=parsed, now=timezone.now(), record_as=State.DRAFT, place=place
    )


def _slip(request: HttpRequest, place: Place, parsed: Parsed, preview: Preview, name: str) -> str:
    about = {"place": _key(place), "file": preview.source.name, "seen": preview.fingerprint, "decimal": parsed.decimal}
    return PENDING.slip(name, user_id=access_of(request).user.pk, about=about)


def _key(place: Place) -> list[int]:
    return [place.period.pk, place.department.pk]


def _come_back(request: HttpRequest, place: Place, act: str) -> HttpResponse:
    """To a file that was previewed: confirm it, or take it home with its errors."""
    try:
        name, about = PENDING.redeem(request.POST.get("upload", ""), user_id=access_of(request).user.pk)
        if about["place"] != _key(place):
            raise UploadGone("Esta carga es de otro mes o de otra dependencia: suba aquí su archivo.")
        decimal = READ_AS.get(act) or (Style(about["decimal"]) if about.get("decimal") else None)
        parsed = workbook.parse(BytesIO(PENDING.read(name)), name=about["file"], decimal=decimal)
    except UploadGone as gone:
        return _page(request, place, MonthFileForm(), alert=gone.message)
    if act == ERRORS:
        return _errors_file(request, place, parsed)
    if act in READ_AS:
        return _read_again(request, place, parsed, name)
    return _confirm(request, place, parsed, name, about["seen"])


def _errors_file(request: HttpRequest, place: Place, parsed: Parsed) -> HttpResponse:
    file = BytesIO()
    preview = _preview(request, place, parsed)
    overtaken = [RowError(row.row, NUMERATOR, row.sentence) for row in preview.overtaken]
    workbook.write_errors(parsed, [*preview.errors, *overtaken], file)
    period = place.period
    name = f"errores-{place.department.prefix}-{period.fiscal_year.year}-{period.month:02d}.xlsx"
    return as_file(file.getvalue(), name, XLSX)


def _confirm(request: HttpRequest, place: Place, parsed: Parsed, name: str, seen: str) -> HttpResponse:
    try:
        done = workbook.apply(
            access=access_of(request),
            parsed=parsed,
            now=timezone.now(),
            record_as=State.DRAFT,
            place=place,
            previewed=seen,
            take=_taken(request),
        )
    except (HasErrors, Stale) as refused:
        slip = _slip(request, place, parsed, refused.preview, name)
        alert = str(refused) if isinstance(refused, Stale) else "Algo cambió desde la vista previa y no se guardó nada."
        return _page(request, place, MonthFileForm(), parsed=parsed, preview=refused.preview, slip=slip, alert=alert)
    except refusals.ServiceError as refused:
        preview = _preview(request, place, parsed)
        slip, alert = _slip(request, place, parsed, preview, name), f"No se guardó nada: {refused}"
        return _page(request, place, MonthFileForm(), parsed=parsed, preview=preview, slip=slip, alert=alert)
    PENDING.remove(name)
    messages.success(request, _done_text(done))
    return redirect(_capture_page(place))


def _taken(request: HttpRequest) -> set[int]:
    """The rows, by their number, whose figure the person takes from the file although a newer one is saved."""
    chosen = {
        key.removeprefix(CHOICE) for key, value in request.POST.items() if key.startswith(CHOICE) and value == FILE
    }
    return {number for text in chosen if (number := read_whole(text, digits=7)) is not None}


def _capture_page(place: Place) -> str:
    period = place.period
    return reverse("indicators:capture", args=[period.fiscal_year.year, place.department.prefix, period.month])


def _done_text(done: Preview) -> str:
    number = len(done.changes) + len(done.taken)
    written = {change.row for change in done.taken}
    left = [row.code for row in done.overtaken if row.row not in written]
    stays = f"{', '.join(left)} {'queda como estaba' if len(left) == 1 else 'quedan como estaban'}." if left else ""
    if not number:
        return f"No cambió nada: {stays}" if stays else "No había cambios que guardar."
    what = "Se guardó 1 indicador" if number == 1 else f"Se guardaron {number} indicadores"
    return " ".join(
        filter(None, (f"{what} de «{done.source.name}».", stays, "Revise el mes y envíelo cuando esté completo."))
    )


def _page(
    request: HttpRequest,
    place: Place,
    form: MonthFileForm,
    *,
    parsed: Parsed | None = None,
    preview: Preview | None = None,
    slip: str = "",
    alert: str = "",
) -> HttpResponse:
    context = {
        "department": place.department,
        "title": period_title(place.period),
        "year": str(place.period.fiscal_year.year),
        "month": place.period.month,
        "capture_url": _capture_page(place),
        "form": form,
        "closed": _why_closed(request, place),
        "alert": alert,
        "preview": _shown(preview, parsed, _taken(request)) if preview and parsed else None,
        "slip": slip,
        "acts": {"confirm": CONFIRM, "errors": ERRORS},
        "question": parsed.question.as_texts() if parsed and parsed.question else None,
        "read_as": parsed.decimal if parsed else None,
    }
    return render(request, "indicators/workbook/upload.html", context)


def _why_closed(request: HttpRequest, place: Place) -> str:
    """Why nothing new can be captured in the month; empty where it can."""
    deadlines = Deadlines([place.period], on=timezone.localdate())
    return writing.why_not_open(access_of(request), place.period, place.department.pk, None, deadlines)


def _button(preview: Preview) -> str:
    if not preview.overtaken:
        return "Guardar como borrador"
    others = len(preview.changes)
    choosable = any(not row.why_not for row in preview.overtaken)
    take = "Tomar la otra" if others == 1 else f"Tomar las otras {others}"
    if not others:
        return "Guardar lo que eligió" if choosable else ""
    return f"{take} y lo que eligió" if choosable else take


def _shown(preview: Preview, parsed: Parsed, taken: Collection[int]) -> dict[str, Any]:
    """The preview in plain texts. Of very many errors the page shows the first; the workbook has them all."""
    return {
        "file": preview.source.name,
        "counts": [
            (str(preview.added), "se agregan" if preview.added != 1 else "se agrega"),
            (str(preview.changed), "cambian" if preview.changed != 1 else "cambia"),
            (str(preview.unchanged), "quedan igual" if preview.unchanged != 1 else "queda igual"),
            (str(preview.blank), "vienen vacíos" if preview.blank != 1 else "viene vacío"),
            (str(preview.failed), "con error"),
            *[
                (str(number), "piden elegir" if number > 1 else "pide elegir")
                for number in [len(preview.overtaken)]
                if number
            ],
        ],
        "summary": preview.summary,
        "file_errors": [
            error.message for error in preview.errors if not error.row and error.message != str(parsed.question)
        ],
        "errors": [
            {
                "row": str(error.row),
                "column": error.column,
                "value": parsed.shown_at(error.row, error.column)[:200],
                "message": error.message,
            }
            for error in preview.errors[:SHOWN_ERRORS]
            if error.row
        ],
        "more_errors": max(0, len(preview.errors) - SHOWN_ERRORS),
        "has_errors": bool(preview.errors),
        "changes": preview.changes if not preview.errors else [],
        "incomplete": sum(bool(change.lacks) for change in preview.changes),
        "notes": preview.notes,
        "absent": preview.absent,
        "overtaken": [
            {
                "row": str(row.row),
                "code": row.code,
                "name": row.name,
                "file": row.file,
                "saved": row.saved,
                "by": f"{row.who}, {row.when}" if row.who else "",
                "why_not": row.why_not,
                "lacks": row.change.lacks if row.change else (),
                "field": f"{CHOICE}{row.row}",
                "taken": row.row in taken,
            }
            for row in preview.overtaken
        ],
        "offers": not preview.errors and bool(preview.changes or preview.overtaken),
        "button": _button(preview),
    }
