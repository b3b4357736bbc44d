"""Capture: choose a month, fill its grid in, submit it. The grid is one form with one Save and needs no JavaScript."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Action
from core.addresses import address
from core.asked import read_whole
from indicators import refusals, wording
from indicators.capture import grid, saving
from indicators.capture.clashes import clashing
from indicators.capture.forms import (
    LABELS,
    Errors,
    PairForm,
    Typed,
    management_inputs,
    posted_formset,
    shown_fields,
    shown_formset,
    with_both,
    with_no_activity,
)
from indicators.capture.month import MonthSheet, SheetRow, month_sheet
from indicators.capture.views import undo_paste
from indicators.checks import JUMP_RULE
from indicators.deadlines import due_now_first
from indicators.http import (
    access_of,
    department_or_404,
    grid_key,
    period_or_404,
    period_title,
    require_somewhere,
    year_or_404,
)
from indicators.models import CAPTURED_REASON_CHOICES, MONTH_NAMES, Period, State, month_name
from indicators.progress import MonthProgress, year_progress
from programs.models import DEPARTMENT_ORDER, Department

SAVE, SUBMIT = "guardar", "enviar"


@require_safe
def start(request: HttpRequest, year: int) -> HttpResponse:
    """Departments and months with how far each is; whoever has one department goes on to its month."""
    fiscal_year = year_or_404(year)
    departments = require_somewhere(request, Action.SEE_DRAFTS).order_by(*DEPARTMENT_ORDER)
    progress = year_progress(fiscal_year, departments, on=timezone.localdate())
    progress = {department: months for department, months in progress.items() if any(month.due for month in months)}
    if len(progress) == 1 and "todos" not in request.GET and access_of(request).allows(Action.CAPTURE):
        ((department, months),) = progress.items()
        month = _first_to_work_on(months)
        if month is not None:
            return redirect("indicators:capture", year, department.prefix, month.period.month)
    context = {"year": str(year), "months": MONTH_NAMES[1:], "departments": _start_rows(year, progress)}
    return render(request, "indicators/capture/start.html", context)


def _first_to_work_on(months: list[MonthProgress]) -> MonthProgress | None:
    """The month that is due now of those with something to do, otherwise the last one that opened."""
    today = timezone.localdate()
    waiting = due_now_first((month for month in months if month.needs_work), lambda month: month.deadline, today)
    opened = [month for month in months if month.due and month.period.opens_on <= today]
    return waiting[0] if waiting else (opened[-1] if opened else None)


def _start_rows(year: int, progress: Mapping[Department, list[MonthProgress]]) -> list[dict[str, Any]]:
    return [
        {
            "name": department.name,
            "prefix": department.prefix,
            "months": [
                {
                    "name": month_name(month.period.month).capitalize(),
                    "url": reverse("indicators:capture", args=[year, department.prefix, month.period.month]),
                    "due": str(month.due) if month.due else "",
                    "captured": str(month.captured),
                    "state": state,
                    "code": code,
                }
                for month in months
                for state, code in [_month_state(month)]
            ],
        }
        for department, months in progress.items()
    ]


def _month_state(month: MonthProgress) -> tuple[str, str]:
    """A department's month in two words, and the code of its colour."""
    if not month.due:
        return "no corresponde", "none"
    if month.to_correct and month.needs_work:
        return wording.count_text(month.to_correct, "observado", "observados"), "returned"
    if month.validated == month.due:
        return "validado", "validated"
    if month.submitted + month.validated == month.due:
        return "enviado", "submitted"
    if month.extended_until is not None:
        return f"prórroga hasta el {month.extended_until:%d/%m/%Y}", "draft" if month.captured else "missing"
    if month.period.closed_on is not None:
        return f"{month.period.closing}; faltan {month.missing}", "closed"
    if not month.is_open:
        return f"abre el {month.period.opens_on:%d/%m/%Y}", "none"
    return ("en captura", "draft") if month.captured else ("sin captura", "missing")


@dataclass(slots=True)
class Shown:
    """What a page shows besides what is saved: the rows as they were typed and what is wrong with them."""

    typed: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    lost: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    errors: dict[int, Errors] = field(default_factory=dict)
    read: dict[int, Typed] = field(default_factory=dict)
    clashes: int = 0
    alerts: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
def month(request: HttpRequest, year: int, prefix: str, month: int) -> HttpResponse:
    """One department's month."""
    department = department_or_404(request, prefix, Action.SEE_DRAFTS)
    period = period_or_404(year, month, department)
    if request.method != "POST":
        return _page(request, _sheet(request, department, period), Shown())
    if not access_of(request).allows(Action.CAPTURE, department.pk):
        raise PermissionDenied
    return _save(request, _sheet(request, department, period))


def _sheet(request: HttpRequest, department: Department, period: Period) -> MonthSheet:
    return month_sheet(access_of(request), department, period, on=timezone.localdate())


def _save(request: HttpRequest, sheet: MonthSheet) -> HttpResponse:
    posted, replaced = with_no_activity(with_both(request.POST), sheet.rows)
    forms: list[PairForm] = posted_formset(posted, sheet.rows).checked_forms()
    open_forms = [form for form in forms if not form.row.blocked]
    faulty = {form.row.id: form for form in open_forms if form.errors}
    shown = Shown(lost={form.row.id: form.typed() for form in forms if form.row.blocked and form.differs_from_saved()})
    shown.errors = {pk: form.sentences() for pk, form in faulty.items()}
    shown.read = {form.row.id: form.read_words() for form in open_forms}
    sound = [form for form in open_forms if form.row.id not in faulty]
    try:
        outcome = saving.save_pairs(
            access=access_of(request),
            period=sheet.period,
            pairs=[pair for form in sound if (pair := form.to_pair()) is not None],
            now=timezone.now(),
        )
    except refusals.ServiceError as refused:
        shown.typed = {form.row.id: form.typed() for form in open_forms}
        shown.alerts.append(f"No se pudo guardar: {refused} Lo que escribió sigue en sus casillas.")
        return _page(request, sheet, shown)
    clashing = _clashing(outcome, sound)
    shown.clashes = len(clashing)
    shown.typed = clashing | {pk: form.typed() for pk, form in faulty.items()}
    if words := [
        f"{form.row.indicator.code}: {', '.join(read.values())}" for form in sound if (read := form.read_words())
    ]:
        messages.info(request, f"La coma se leyó como punto decimal. Compruebe {' · '.join(words)}.")
    if replaced:
        pairs = " · ".join(f"{code}: {pair}" for code, pair in replaced.items())
        messages.info(request, f"Quedó 0/0 donde había media cifra; si no era así, escríbala otra vez. Decía {pairs}.")
    return _after_saving(request, sheet, shown, outcome)


def _clashing(outcome: saving.SaveOutcome, forms: list[PairForm]) -> dict[int, Mapping[str, Any]]:
    """What was typed in the rows that somebody else saved meanwhile, ready to be saved over what there is now."""
    clashes = {clash.typed.indicator_id: clash for clash in outcome.conflicts}
    return {form.row.id: clashing(form, clashes[form.row.id]) for form in forms if form.row.id in clashes}


def _after_saving(request: HttpRequest, sheet: MonthSheet, shown: Shown, outcome: saving.SaveOutcome) -> HttpResponse:
    submits = request.POST.get("act") == SUBMIT
    saved = _saved_text(len(outcome.saved))
    if shown.typed or shown.lost:
        shown.notices += [saved] if outcome.saved else []
        if submits:
            shown.alerts.append("El mes no se envió: antes revise las filas marcadas.")
        shown.alerts += _clash_alerts(shown)
        return _page(request, _sheet(request, sheet.department, sheet.period), shown)
    if submits:
        # What submitting changes and what is missing is seen before it happens.
        return redirect("indicators:submit", sheet.period.fiscal_year.year, sheet.department.prefix, sheet.period.month)
    messages.success(request, saved or "Todo estaba ya guardado: no había cambios que guardar.")
    return redirect(request.get_full_path())


def _saved_text(number: int) -> str:
    if not number:
        return ""
    return "Se guardó 1 indicador." if number == 1 else f"Se guardaron {number} indicadores."


def _to_correct(sheet: MonthSheet, shown: Shown) -> dict[str, Any]:
    """«Falta corregir 2 datos: PRE-01-01, numerador; …»; the live grid takes each away once its row is saved."""
    found = [
        {"code": row.indicator.code, "field": name, "label": LABELS.get(name, "lo que la página trae").lower()}
        for row in sheet.rows
        for name in shown.errors.get(row.id, ())
    ]
    number = "1 dato" if len(found) == 1 else f"{len(found)} datos"
    only = not shown.clashes and not shown.lost
    return {"count": f"Falta corregir {number}", "fields": found, "only": only}


def _clash_alerts(shown: Shown) -> list[str]:
    alerts = []
    if shown.clashes:
        rows = shown.clashes
        what = "1 indicador" if rows == 1 else f"{rows} indicadores"
        alerts.append(
            f"Otra persona guardó {what} mientras usted escribía. Elija en cada fila marcada qué cifra queda."
        )
    if shown.lost:
        rows = len(shown.lost)
        what = "1 indicador" if rows == 1 else f"{rows} indicadores"
        alerts.append(f"No se guardó lo que escribió en {what}; en cada fila dice por qué y qué había escrito.")
    return alerts


def _page(request: HttpRequest, sheet: MonthSheet, shown: Shown) -> HttpResponse:
    pages = grid.split_pages(sheet.rows, settings.GRID_MAX_ROWS)
    page = _page_number(request, len(pages))
    rows = list(pages[page - 1])
    writable = [row for row in rows if not row.blocked]
    formset = shown_formset(writable, shown.typed)
    drawn = _drawn(rows, formset, shown)
    why_not = _why_closed(sheet)
    context = {
        "department": sheet.department,
        "title": period_title(sheet.period),
        "year": str(sheet.period.fiscal_year.year),
        "month_name": month_name(sheet.period.month),
        "head": _head(sheet, is_told=bool(why_not) and access_of(request).allows(Action.CAPTURE, sheet.department.pk)),
        "months": _month_links(sheet),
        "alerts": shown.alerts,
        "correct": _to_correct(sheet, shown) if shown.errors else None,
        "notices": shown.notices,
        "groups": grid.groups_of(sheet, drawn),
        "formset": formset,
        "base": _base(sheet),
        "grid_key": grid_key(sheet.period, sheet.department),
        "grid_user": str(request.user.pk),
        "no_activity": tuple(CAPTURED_REASON_CHOICES),
        "rules": JUMP_RULE,
        "management": management_inputs(formset),
        "can_write": bool(writable),
        "pasted": undo_paste.to_undo(request, sheet) if writable else "",
        "can_submit": any(not row.is_settled for row in writable),
        "why_not": why_not,
        "not_due": [
            {"code": row.code, "name": row.name, "why": row.schedule_words} for row in sheet.not_due
        ],
        "parts": [{"number": str(n), "current": n == page} for n in range(1, len(pages) + 1)] if len(pages) > 1 else [],
        "acts": {"save": SAVE, "submit": SUBMIT},
    }  # fmt: skip
    return render(request, "indicators/capture/month.html", context)


def _base(sheet: MonthSheet) -> str:
    year, prefix = sheet.period.fiscal_year.year, sheet.department.prefix
    return reverse("indicators:capture", args=[year, prefix, sheet.period.month])


def _page_number(request: HttpRequest, pages: int) -> int:
    return min(read_whole(request.GET.get("parte"), digits=3) or 1, pages)


def _drawn(rows: list[SheetRow], formset: Any, shown: Shown) -> dict[int, grid.GridRow]:
    forms = shown_fields(formset)
    drawn = {row.id: grid.grid_row(row) for row in rows}
    for row in rows:
        if row.id in forms:
            grid.add_inputs(
                drawn[row.id],
                row,
                forms[row.id],
                shown.errors.get(row.id, {}),
                shown.typed.get(row.id, {}),
                shown.read.get(row.id, {}),
            )
        elif row.id in shown.lost or row.id in shown.typed:
            drawn[row.id].lost = grid.typed_text(shown.lost.get(row.id) or shown.typed[row.id])
    grid.focus_first_error(drawn.values())
    return drawn


def _head(sheet: MonthSheet, *, is_told: bool) -> dict[str, Any]:
    """Why the month is closed is said here unless whoever may capture ``is_told`` it below."""
    period = sheet.period
    today = timezone.localdate()
    if period.fiscal_year.locked:
        state = "ejercicio cerrado"
    elif period.closed_on is not None:
        until = sheet.deadlines.extended_until(period, sheet.department.pk)
        state = f"cerrado el {period.closed_on:%d/%m/%Y}" if is_told else period.closing
        state += f", con prórroga de esta dependencia hasta el {until:%d/%m/%Y}" if until else ""
    elif not period.is_open(today):
        state = f"abre el {period.opens_on:%d/%m/%Y}"
    else:
        state = "abierto"
    deadline = sheet.deadlines.deadline(period, sheet.department.pk)
    is_due = not period.fiscal_year.historical  # nothing is asked of a historical year, nor late in it
    return {
        "due_on": f"{deadline.day} de {month_name(deadline.month)} de {deadline.year}" if is_due else "",
        "is_late": is_due and today > deadline,
        "state": state,
        **grid.progress_texts(
            sheet.captured, len(sheet.rows), {code: sheet.count(code) for code in State.values},
            grid.first_rows(sheet.rows, settings.GRID_MAX_ROWS),
        ),
    }  # fmt: skip


def _why_closed(sheet: MonthSheet) -> str:
    """Why what was not sent cannot be written, and whom to ask; empty where all of it can.

    A returned figure may still be corrected when the rest cannot, and says besides when that ended.
    """
    reasons = {row.blocked for row in sheet.rows if not row.is_settled}
    closed = sorted(reasons - {""}, key=len)
    if not closed:
        return ""
    return f"{closed[0]} Lo observado todavía se puede corregir." if "" in reasons else closed[0]


def _month_links(sheet: MonthSheet) -> list[dict[str, Any]]:
    year, prefix = sheet.period.fiscal_year.year, sheet.department.prefix
    return [
        {
            "name": name[:3],
            "title": name,
            "url": address("indicators:capture", year, prefix, number),
            "current": number == sheet.period.month,
        }
        for number, name in enumerate(MONTH_NAMES[1:], start=1)
    ]
