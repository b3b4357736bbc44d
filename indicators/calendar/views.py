"""The calendar of a fiscal year: its months for everybody who reads, and planning's changes to them."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ALL, Action
from accounts.http import access_of
from core.moments import day_text
from indicators import refusals, working_days
from indicators.calendar import periods as year_periods
from indicators.calendar.extensions import (
    DueChange,
    add_days_off,
    changes_if_added,
    changes_if_removed,
    end_extension,
    grant_extension,
    remove_days_off,
)
from indicators.calendar.forms import CloseForm, DatesForm, DaysOffForm, ExtensionForm, ReasonForm, ReopenForm
from indicators.cover.reading import Missing, if_open
from indicators.cover.words import opens, told_after
from indicators.deadlines import Deadlines, own_days_off
from indicators.files import instruments
from indicators.http import period_or_404, period_title, periods_or_404, require_somewhere, year_or_404
from indicators.models import DayOff, Extension, Period, month_name
from indicators.progress import year_progress
from programs.models import DEPARTMENT_ORDER, Department, FiscalYear

DATES, CLOSE, REOPEN, CONFIRM = "fechas", "cerrar", "abrir", "confirmar"


@require_safe
def overview(request: HttpRequest, year: int) -> HttpResponse:
    """When each month opens, is due, is reviewed by and whether it is closed; extensions and days off."""
    require_somewhere(request, Action.READ)
    fiscal_year, periods = periods_or_404(year)
    today = timezone.localdate()
    deadlines = Deadlines(periods, on=today)
    manages = access_of(request).allows(Action.MANAGE_PERIODS)
    context = {
        "year": str(year),
        "locked": fiscal_year.locked,
        "months": [_month_row(period, deadlines, fiscal_year) for period in periods],
        "extensions": list(_extension_rows(request, fiscal_year, today)),
        "sees_extensions": access_of(request).allows(Action.SEE_DRAFTS),
        "days_off": _days_off(year),
        "holidays": [f"{day:%d/%m/%Y}" for day in sorted(working_days.official_holidays(year))],
        "can_change": manages and not fiscal_year.locked,
        "whom_to_ask": "" if manages else deadlines.whom_to_ask,
        "review_days": working_days.REVIEW_WORKING_DAYS,
        "correcting_days": working_days.CORRECTING_WORKING_DAYS,
        "due_day": working_days.DUE_WORKING_DAY,
    }
    return render(request, "indicators/calendar/year.html", context)


def _month_row(period: Period, deadlines: Deadlines, fiscal_year: FiscalYear) -> dict[str, Any]:
    state, code = _month_state(period, deadlines, fiscal_year)
    return {
        "number": period.month,
        "name": month_name(period.month).capitalize(),
        "opens": f"{period.opens_on:%d/%m/%Y}",
        "due": f"{period.due_on:%d/%m/%Y}",
        "due_set_by_hand": period.due_on != working_days.due_date(fiscal_year.year, period.month, deadlines.days_off),
        "due_day_off": working_days.why_not_working(period.due_on, deadlines.days_off),
        "review_due": f"{deadlines.review_due(period, None):%d/%m/%Y}",
        "state": state,
        "code": code,
        "why": period.close_reason if code == "closed" else "",
    }


def _month_state(period: Period, deadlines: Deadlines, fiscal_year: FiscalYear) -> tuple[str, str]:
    """In plain words, and the code of its colour."""
    if fiscal_year.locked:
        return "ejercicio cerrado", "none"
    if period.closed_on is not None:
        return f"cerrado el {period.closed_on:%d/%m/%Y}", "closed"
    if not period.is_open(deadlines.on):
        return "todavía no abre", "none"
    if period.is_late(deadlines.on):
        return "abierto; lo que se envíe ya es extemporáneo", "late"
    return ("abierto, vence hoy" if period.due_on == deadlines.on else "abierto"), "draft"


def _extension_rows(request: HttpRequest, fiscal_year: FiscalYear, today: date) -> Iterator[dict[str, Any]]:
    """Those of the departments whose drafts this person sees, those still in force first."""
    reach = access_of(request).department_ids(Action.SEE_DRAFTS)
    found = Extension.objects.filter(period__fiscal_year=fiscal_year)
    if reach != ALL:
        found = found.filter(department_id__in=reach)
    rows = list(
        found.select_related("period__fiscal_year", "department", "granted_by")
        .prefetch_related("instrument_files")
        .order_by("-until", "-id")
    )
    for row in sorted(rows, key=lambda row: not row.is_in_force(today)):
        in_force = row.is_in_force(today)
        if row.ended_at is not None:
            state = f"terminada el {day_text(row.ended_at)}"
        else:
            state = "vigente" if in_force else "ya venció"
        yield {
            "id": row.pk,
            "department": row.department.name,
            "month": period_title(row.period),
            "until": f"{row.until:%d/%m/%Y}",
            "reason": row.reason,
            "instrument": row.instrument,
            "state": state,
            "files": row.instrument_files.all(),
            "in_force": in_force,
            "granted": f"{row.granted_by}, {day_text(row.granted_at)}",
        }


def _days_off(year: int) -> list[dict[str, Any]]:
    """Those that touch the year or the January in which its December is due and reviewed."""
    rows = DayOff.objects.filter(ends_on__gte=date(year, 1, 1), starts_on__lte=date(year + 1, 1, 31))
    return [{"id": row.pk, "name": row.name, "days": _range_words(row.starts_on, row.ends_on)} for row in rows]


def _range_words(starts_on: date, ends_on: date) -> str:
    if starts_on == ends_on:
        return f"{starts_on:%d/%m/%Y}"
    return f"del {starts_on:%d/%m/%Y} al {ends_on:%d/%m/%Y}"


# --- One month -------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """Planning changes a month's dates, closes it or opens it again."""
    require_somewhere(request, Action.MANAGE_PERIODS)
    period = period_or_404(year, month)
    missing = _missing_by_department(period)
    bound = _month_forms(request, period, sum(number for _, number in missing))
    act = request.POST.get("act", "")
    form = bound.get(act)
    lacking = if_open(period.fiscal_year, on=timezone.localdate(), month=month) if REOPEN in bound else []
    if form is not None and form.is_valid():
        done = _try(form, lambda: _change(request, period, act, form.cleaned_data))
        if done:
            messages.success(request, done)
            if act == DATES:
                _tell_of_day_off(request, form.cleaned_data["due_on"])
            if act == REOPEN and (said := told_after(lacking, on=timezone.localdate())):
                messages.warning(request, said)
            return redirect("indicators:calendar", year)
    return render(request, "indicators/calendar/month.html", _month_context(period, bound, missing, lacking))


def _month_forms(request: HttpRequest, period: Period, missing: int) -> dict[str, forms.Form]:
    """The month's forms by the act that they post; the posted one holds what was typed."""
    act = request.POST.get("act", "") if request.method == "POST" else ""

    def data(name: str) -> Any:
        return request.POST if act == name else None

    made: dict[str, forms.Form] = {
        DATES: DatesForm(
            data(DATES),
            initial={"opens_on": period.opens_on, "due_on": period.due_on},
            prefix=DATES,
            year=period.fiscal_year.year,
        )
    }
    if period.closed_on is None:
        made[CLOSE] = CloseForm(data(CLOSE), missing=missing, prefix=CLOSE)
    elif not period.fiscal_year.historical:
        made[REOPEN] = ReopenForm(data(REOPEN), prefix=REOPEN)
    return made


def _missing_by_department(period: Period) -> list[tuple[str, int]]:
    """What each department has not submitted of the month."""
    # All of the year's: whoever closes a month closes it for everybody.
    departments = Department.objects.filter(programs__fiscal_year=period.fiscal_year).distinct()
    departments = departments.order_by(*DEPARTMENT_ORDER)
    progress = year_progress(period.fiscal_year, departments, on=timezone.localdate(), periods=[period])
    return [(department.name, found[0].missing) for department, found in progress.items() if found[0].missing]


def _change(request: HttpRequest, period: Period, act: str, data: dict[str, Any]) -> str:
    """Do it; the sentence that says what was done."""
    today = timezone.localdate()
    closed_on = {CLOSE: today, REOPEN: None}.get(act, period.closed_on)
    before = (period.opens_on, period.due_on)
    year_periods.set_period(
        access=access_of(request),
        period=period,
        opens_on=data.get("opens_on", period.opens_on),
        due_on=data.get("due_on", period.due_on),
        closed_on=closed_on,
        reason=data["reason"],
        now=timezone.now(),
    )
    title = period_title(period)
    if act == CLOSE:
        return f"{title} quedó cerrado: sin prórroga ya no se captura."
    if act == REOPEN:
        return f"{title} está abierto de nuevo."
    if before == (data["opens_on"], data["due_on"]):
        return f"{title} ya tenía esas fechas: no cambió nada."
    return f"{title} abre el {data['opens_on']:%d/%m/%Y} y vence el {data['due_on']:%d/%m/%Y}."


def _tell_of_day_off(request: HttpRequest, due_on: date) -> None:
    """A month may be due on any day; whoever chose a Saturday by mistake is told."""
    why = working_days.why_not_working(due_on, own_days_off())
    if why:
        messages.warning(request, f"El {due_on:%d/%m/%Y} {why}: no es día hábil. Si no era la intención, corríjalo.")


def _try(form: forms.Form, act: Callable[[], str]) -> str:
    """What the act says; a refusal becomes the form's error and the answer is empty."""
    try:
        return act()
    except refusals.ServiceError as refused:
        form.add_error(None, str(refused))
    except ValidationError as refused:
        form.add_error(None, refused.messages)
    return ""


def _month_context(
    period: Period, bound: dict[str, forms.Form], missing: list[tuple[str, int]], lacking: list[Missing]
) -> dict[str, Any]:
    year = period.fiscal_year.year
    return {
        "year": str(year),
        "month": period.month,
        "title": period_title(period),
        "name": month_name(period.month),
        "closed": period.closed_when,
        "locked": period.fiscal_year.locked,
        "dates": bound[DATES],
        "close": bound.get(CLOSE),
        "reopen": bound.get(REOPEN),
        "historical": period.fiscal_year.historical,
        "missing": [{"department": name, "number": str(number)} for name, number in missing],
        "missing_total": f"{sum(number for _, number in missing):,}",
        "board_url": f"{reverse('indicators:board', args=[year])}?mes={period.month}",
        "opens": opens("Si se abre, no hay quien lo atienda en:", lacking, on=timezone.localdate()),
        "acts": {"dates": DATES, "close": CLOSE, "reopen": REOPEN},
    }


# --- Extensions ------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def new_extension(request: HttpRequest, year: int) -> HttpResponse:
    """Grant an extension; «?dependencia=PRE&mes=9» fills the form in."""
    require_somewhere(request, Action.MANAGE_PERIODS)
    fiscal_year = year_or_404(year)
    asked = {"department": request.GET.get("dependencia", ""), "month": request.GET.get("mes", "")}
    asked["until"] = working_days.add_working_days(timezone.localdate(), working_days.CORRECTING_WORKING_DAYS)
    form = ExtensionForm(request.POST or None, request.FILES or None, initial=asked, fiscal_year=fiscal_year)
    if request.method == "POST" and form.is_valid():
        done = _try(form, lambda: _grant(request, form.cleaned_data))
        if done:
            messages.success(request, done)
            return redirect(f"{reverse('indicators:calendar', args=[year])}#prorrogas")
    return _form_page(
        request,
        year,
        form,
        title="Otorgar una prórroga",
        button="Otorgar prórroga",
        intro="La dependencia podrá capturar y enviar ese mes hasta la fecha, aunque esté cerrado; lo que envíe a "
        "tiempo no queda como extemporáneo.",
    )


def _grant(request: HttpRequest, data: dict[str, Any]) -> str:
    access, now, file = access_of(request), timezone.now(), data["file"]
    made = instruments.citing(
        access=access,
        instrument=data["instrument"],
        file=file,
        name=file.name if file else "",
        year=data["month"].fiscal_year.year,
        now=now,
        act=lambda: grant_extension(
            access=access,
            period=data["month"],
            department=data["department"],
            until=data["until"],
            reason=data["reason"],
            instrument=data["instrument"],
            now=now,
        ),
    )
    return f"{made.department.name} puede capturar {month_name(made.period.month)} hasta el {made.until:%d/%m/%Y}."


@require_http_methods(["GET", "HEAD", "POST"])
def finish_extension(request: HttpRequest, year: int, extension_id: int) -> HttpResponse:
    require_somewhere(request, Action.MANAGE_PERIODS)
    found = Extension.objects.filter(period__fiscal_year__year=year).select_related("period__fiscal_year", "department")
    extension = get_object_or_404(found, pk=extension_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _try(form, lambda: _finish(request, extension, form.cleaned_data["reason"]))
        if done:
            messages.success(request, done)
            return redirect(f"{reverse('indicators:calendar', args=[year])}#prorrogas")
    return _form_page(
        request,
        year,
        form,
        title="Terminar una prórroga",
        button="Terminar prórroga",
        intro=f"{extension.department.name} tiene prórroga de {month_name(extension.period.month)} hasta el "
        f"{extension.until:%d/%m/%Y}. Si termina ahora, ya no podrá capturar si el mes está cerrado.",
    )


def _finish(request: HttpRequest, extension: Extension, reason: str) -> str:
    end_extension(access=access_of(request), extension=extension, reason=reason, now=timezone.now())
    return f"Terminó la prórroga de {extension.department.name} para {month_name(extension.period.month)}."


# --- Days off --------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def new_days_off(request: HttpRequest, year: int) -> HttpResponse:
    """Own non-working days: what they do to the due dates is shown before they count."""
    require_somewhere(request, Action.MANAGE_PERIODS)
    year_or_404(year)
    form = DaysOffForm(request.POST or None, year=year)
    page = {
        "title": "Agregar días inhábiles", "button": "Ver qué fechas cambian",
        "intro": "Días en que el ayuntamiento no trabaja, además de los oficiales. No cuentan como hábiles.",
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if request.POST.get("act") == CONFIRM:
            done = _try(form, lambda: _add_days(request, data))
            if done:
                messages.success(request, done)
                return redirect(f"{reverse('indicators:calendar', args=[year])}#inhabiles")
        else:
            changes = _preview(form, data)
            if changes is not None:
                page |= _preview_context(changes, _range_words(data["starts_on"], data["ends_on"]), "Agregar")
    return _form_page(request, year, form, **page)


def _preview(form: forms.Form, data: dict[str, Any]) -> list[DueChange] | None:
    try:
        return changes_if_added(starts_on=data["starts_on"], ends_on=data["ends_on"], on=timezone.localdate())
    except refusals.ServiceError as refused:
        form.add_error(None, str(refused))
        return None


def _preview_context(changes: list[DueChange], days: str, verb: str) -> dict[str, Any]:
    return {
        "confirming": True,
        "confirm": CONFIRM,
        "button": f"{verb} {days}",
        "changes": [
            {
                "month": period_title(change.period), "old": f"{change.old:%d/%m/%Y}", "new": f"{change.new:%d/%m/%Y}",
            }
            for change in changes
        ],
    }  # fmt: skip


def _add_days(request: HttpRequest, data: dict[str, Any]) -> str:
    row, changes = add_days_off(
        access=access_of(request),
        starts_on=data["starts_on"],
        ends_on=data["ends_on"],
        name=data["name"],
        now=timezone.now(),
    )
    return f"Se agregó «{row.name}», {_range_words(row.starts_on, row.ends_on)}. {_changed_words(changes)}"


@require_http_methods(["GET", "HEAD", "POST"])
def drop_days_off(request: HttpRequest, year: int, day_off_id: int) -> HttpResponse:
    require_somewhere(request, Action.MANAGE_PERIODS)
    year_or_404(year)
    row = get_object_or_404(DayOff, pk=day_off_id)
    form = forms.Form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _try(form, lambda: _drop_days(request, row))
        if done:
            messages.success(request, done)
            return redirect(f"{reverse('indicators:calendar', args=[year])}#inhabiles")
    days = _range_words(row.starts_on, row.ends_on)
    changes = changes_if_removed(day_off=row, on=timezone.localdate())
    return _form_page(
        request,
        year,
        form,
        title="Quitar días inhábiles",
        intro=f"«{row.name}», {days}, volverá a contar como hábil.",
        **_preview_context(changes, days, "Quitar"),
    )


def _drop_days(request: HttpRequest, row: DayOff) -> str:
    name = row.name
    changes = remove_days_off(access=access_of(request), day_off=row, now=timezone.now())
    return f"Se quitó «{name}». {_changed_words(changes)}"


def _changed_words(changes: list[DueChange]) -> str:
    if not changes:
        return "Ninguna fecha de vencimiento cambió."
    moved = [f"{period_title(change.period)}, del {change.old:%d/%m/%Y} al {change.new:%d/%m/%Y}" for change in changes]
    return f"Cambió el vencimiento de: {'; '.join(moved)}."


def _form_page(request: HttpRequest, year: int, form: forms.Form, **context: Any) -> HttpResponse:
    return render(request, "indicators/calendar/form.html", {"year": str(year), "form": form, **context})
