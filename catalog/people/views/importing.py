"""People from a workbook: template and export, upload, look at what it would do, confirm; renewing invitations."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.enrolling import Enrolled, EnrolmentRefused, EnrolmentStale, enroll, shown_line
from accounts.enrolment import Enrolment, compare
from accounts.http import access_of
from accounts.models import Membership, PendingAct, Role
from catalog.http import for_planning, for_reading
from catalog.people.book.reading import MAX_BYTES, PeopleFile, read_people
from catalog.people.book.writing import write_errors, write_people, write_template
from catalog.people.forms import PeopleFileForm
from catalog.people.wording import invited_words
from core.downloads import CSV, XLSX, as_file
from core.pending_uploads import PendingUploads, UploadGone
from core.private_files import NotKept
from core.spreadsheets import AmbiguousSheetError
from core.text import fold
from core.upload_limits import is_over_limit, limit_upload
from core.uploads import MEGABYTE, display_name
from indicators.services import ServiceError

CONFIRM, ERRORS, ANSWER = "confirmar", "errores", "responder"
NO_ROLE = "ninguna"
SHOWN = 300
PENDING = PendingUploads("cargas-personas")


@limit_upload(MAX_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def upload(request: HttpRequest) -> HttpResponse:
    """Upload → preview → confirm; each step is a plain form."""
    if request.method != "POST":
        return _page(request, PeopleFileForm())
    if request.POST.get("act") in (CONFIRM, ERRORS, ANSWER):
        return _come_back(request, request.POST["act"])
    form = PeopleFileForm(request.POST, request.FILES)
    if is_over_limit(request):
        form.errors["file"] = form.error_class(
            [f"El archivo pesa más de {MAX_BYTES // MEGABYTE} MB, que es lo más que se acepta."]
        )
    if not form.is_valid():
        return _page(request, form)
    brought = form.cleaned_data["file"]
    data, name = brought.read(), display_name(brought.name)
    try:
        stored = PENDING.save(data)
    except NotKept as failed:
        return _page(request, PeopleFileForm(), alert=failed.message)
    return _look(request, stored, {"file": name, "sheet": "", "answers": {}})


def _look(request: HttpRequest, stored: str, about: dict[str, Any], alert: str = "") -> HttpResponse:
    """What the file would do, as it is understood with the answers that were given."""
    try:
        read = _read(stored, about)
    except AmbiguousSheetError as ambiguous:
        slip = PENDING.slip(stored, user_id=access_of(request).user.pk, about=about)
        return _page(
            request, PeopleFileForm(), alert=alert, slip=slip, sheets=ambiguous.sheet_names, file=about["file"]
        )
    found = compare(access=access_of(request), wanted=read.wanted, today=timezone.localdate())
    return _previewed(request, stored, about, read, found, alert)


def _read(stored: str, about: dict[str, Any]) -> PeopleFile:
    return read_people(PENDING.read(stored), name=about["file"], sheet=about["sheet"] or None, answers=about["answers"])


def _previewed(
    request: HttpRequest, stored: str, about: dict[str, Any], read: PeopleFile, found: Enrolment, alert: str = ""
) -> HttpResponse:
    about = {**about, "seen": found.fingerprint}
    slip = PENDING.slip(stored, user_id=access_of(request).user.pk, about=about)
    return _page(request, PeopleFileForm(), alert=alert, slip=slip, preview=_shown(read, found), file=about["file"])


def _come_back(request: HttpRequest, act: str) -> HttpResponse:
    """To a file that was previewed: answer what it asks, confirm it, or take it home with its errors."""
    try:
        stored, about = PENDING.redeem(request.POST.get("upload", ""), user_id=access_of(request).user.pk)
        if act == ANSWER:
            return _look(request, stored, _answered(request, stored, about))
        read = _read(stored, about)
    except UploadGone as gone:
        return _page(request, PeopleFileForm(), alert=gone.message)
    except AmbiguousSheetError:
        return _look(request, stored, about)
    if act == ERRORS:
        return _errors_file(request, read)
    return _confirm(request, stored, about, read)


def _answered(request: HttpRequest, stored: str, about: dict[str, Any]) -> dict[str, Any]:
    """The sheet that was chosen, and the roles that texts mean: «rol-0» for the first of those that were asked."""
    about = {**about, "sheet": request.POST.get("sheet", about["sheet"])[:200]}
    try:
        asked = list(_read(stored, about).asked)
    except AmbiguousSheetError:
        return about
    given = {text: request.POST.get(f"rol-{number}", "") for number, text in enumerate(asked)}
    chosen = {fold(text): "" if role == NO_ROLE else role for text, role in given.items() if role in (*Role, NO_ROLE)}
    return {**about, "answers": {**about["answers"], **chosen}}


def _errors_file(request: HttpRequest, read: PeopleFile) -> HttpResponse:
    found = compare(access=access_of(request), wanted=read.wanted, today=timezone.localdate())
    file = BytesIO()
    write_errors(read, read.row_errors(found.refusals), file)
    return as_file(file.getvalue(), "personas-con-errores.xlsx", XLSX)


def _confirm(request: HttpRequest, stored: str, about: dict[str, Any], read: PeopleFile) -> HttpResponse:
    if read.errors:
        return _look(request, stored, about, "Falta algo por corregir: no se guardó nada.")
    try:
        done = enroll(
            access=access_of(request),
            wanted=read.wanted,
            source=read.source,
            seen=about.get("seen", ""),
            base_url=request.build_absolute_uri("/"),
            now=timezone.now(),
        )
    except (EnrolmentRefused, EnrolmentStale) as refused:
        return _previewed(request, stored, about, read, refused.enrolment, str(refused))
    except ServiceError as refused:
        return _look(request, stored, about, str(refused))
    except ValidationError as refused:
        return _look(request, stored, about, " ".join(refused.messages))
    except IntegrityError:
        return _look(request, stored, about, "Alguien más guardó lo mismo hace un momento: revise cómo queda ahora.")
    PENDING.remove(stored)
    if isinstance(done, PendingAct):
        messages.warning(
            request,
            "Todavía no se guardó nada: espera a que otra persona de Planeación o quien administra el sistema "
            "lo confirme. "
            "Si no hay nadie más, lo confirma quien administra el servidor.",
        )
        return redirect("catalog:waiting_act", done.pk)
    messages.success(request, _done_words(done))
    return redirect("catalog:people")


def _done_words(done: Enrolled) -> str:
    people, rows = len(done.people), len(done.memberships)
    if not people and not rows:
        return "El archivo no cambia nada: todas las personas y sus funciones ya están."
    new = f"{people:,} {'persona nueva' if people == 1 else 'personas nuevas'}"
    named = f"{rows:,} {'nombramiento' if rows == 1 else 'nombramientos'}"
    return f"Se guardaron {new} y {named}.{invited_words(people)}"


def _page(
    request: HttpRequest,
    form: PeopleFileForm,
    *,
    alert: str = "",
    slip: str = "",
    preview: dict[str, Any] | None = None,
    sheets: list[str] | None = None,
    file: str = "",
) -> HttpResponse:
    context = {
        "form": form, "alert": alert, "slip": slip, "preview": preview, "sheets": sheets, "file": file,
        "acts": {"confirm": CONFIRM, "errors": ERRORS, "answer": ANSWER}, "roles": Role.choices, "no_role": NO_ROLE,
        "megabytes": str(MAX_BYTES // MEGABYTE),
    }  # fmt: skip
    return render(request, "catalog/people/import.html", context)


def _shown(read: PeopleFile, found: Enrolment) -> dict[str, Any]:
    """The preview in plain texts. Of very many rows the page shows the first; the workbook of errors has all of its."""
    errors = read.row_errors(found.refusals)
    asked = list(read.asked.items())
    told = {fold(text) for text in read.asked}
    shown = [one for one in errors if one.row and not (one.column == read.column("role") and fold(one.value) in told)]
    lines = [shown_line(line) for line in found.lines]
    stay = sum(not line.changes for line in found.lines)
    people, rows = len(found.new_people), len(found.memberships)
    return {
        "counts": [
            (f"{people:,}", "persona nueva" if people == 1 else "personas nuevas"),
            (f"{rows:,}", "nombramiento se agrega" if rows == 1 else "nombramientos se agregan"),
            (f"{stay:,}", "fila queda igual" if stay == 1 else "filas quedan igual"),
            (f"{len({error.row for error in errors if error.row}):,}", "con error"),
        ],
        "file_errors": [error.message for error in errors if not error.row],
        "errors": [
            {"row": str(error.row), "column": error.column, "value": error.value, "message": error.message}
            for error in shown[:SHOWN]
        ],
        "more_errors": max(0, len(shown) - SHOWN),
        "has_errors": bool(errors),
        "asked": [
            {"text": text, "field": f"rol-{number}", "rows": f"{count:,} {'fila' if count == 1 else 'filas'}"}
            for number, (text, count) in enumerate(asked)
        ],
        "answered": bool(read.answers),
        "notes": read.notes,
        "lines": lines[:SHOWN],
        "more_lines": f"{len(lines) - SHOWN:,}" if len(lines) > SHOWN else "",
        "changes": bool(found.changing),
        "two": found.needs_two,
        "of_two": _of_two_words(found.memberships),
        "people": people,
        "readable": read.table is not None,
    }


def _of_two_words(rows: list[Membership]) -> str:
    labels = {row.get_role_display() for row in rows if services.of_two(row.role, substitute=False)}
    return ", ".join(sorted(labels))


@require_safe
@for_planning
def template(request: HttpRequest) -> HttpResponse:
    """The empty workbook with its lists."""
    file = BytesIO()
    write_template(file)
    return as_file(file.getvalue(), "plantilla-personas.xlsx", XLSX)


@require_safe
@for_reading
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The people in the columns that the import reads."""
    file, csv = BytesIO(), form == "csv"
    write_people(file, access=access_of(request), today=timezone.localdate(), csv=csv)
    return as_file(file.getvalue(), f"personas.{form}", CSV if csv else XLSX)


@require_POST
@for_planning
def renew(request: HttpRequest) -> HttpResponse:
    """A link for everybody who never entered, which lasts a week again."""
    try:
        done = services.renew_invitations(
            access=access_of(request), base_url=request.build_absolute_uri("/"), now=timezone.now()
        )
    except ServiceError as refused:
        messages.error(request, str(refused))
        return redirect("catalog:people")
    if done.sent:
        words = "1 invitación va" if done.sent == 1 else f"{done.sent:,} invitaciones van"
        messages.success(request, f"{words} en camino, con un enlace que sirve una semana.")
    if done.just_now:
        who = "1 persona la recibió" if done.just_now == 1 else f"{done.just_now:,} personas la recibieron"
        messages.info(request, f"{who} hace menos de diez minutos: no se les repite.")
    if not done.sent and not done.just_now:
        messages.info(request, "Todas las personas que pueden recibir una invitación ya entraron.")
    return redirect("catalog:people")
