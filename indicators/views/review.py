"""Review: what waits, and one department's month to validate or return figure by figure or all at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Action
from indicators import grid, services
from indicators.forms import MARK_NONE, MARK_PLAIN, VALIDATE, Errors, ReviewForm, ReviewRequest
from indicators.models import State, month_name
from indicators.queries import MonthSheet, SheetRow, month_sheet, waiting_months
from indicators.views.common import (
    access_of,
    department_or_404,
    period_or_404,
    period_title,
    require_somewhere,
    year_or_404,
)


@require_safe
def inbox(request: HttpRequest, year: int) -> HttpResponse:
    """What waits for this person's review, by department and month."""
    require_somewhere(request, Action.VALIDATE)
    fiscal_year = year_or_404(year)
    waiting = [
        {
            "department": item.department,
            "month": month_name(item.month).capitalize(),
            "url": reverse("indicators:review_month", args=[year, item.prefix, item.month]),
            "waiting": str(item.waiting),
            "own": str(item.own) if item.own else "",
            "all_own": item.own == item.waiting,
            "late": str(item.late) if item.late else "",
            "since": f"{item.since:%d/%m/%Y}",
            "review_due": f"{item.review_due:%d/%m/%Y}",
            "is_overdue": item.is_overdue,
        }
        for item in waiting_months(access_of(request), fiscal_year, on=timezone.localdate())
    ]
    return render(request, "indicators/review.html", {"year": str(year), "waiting": waiting})


@require_http_methods(["GET", "HEAD", "POST"])
def month(request: HttpRequest, year: int, prefix: str, month: int) -> HttpResponse:
    """One department's month under review."""
    department = department_or_404(request, prefix, Action.VALIDATE)
    period = period_or_404(year, month, department)
    sheet = month_sheet(access_of(request), department, period, on=timezone.localdate())
    if request.method != "POST":
        return _page(request, sheet)
    form = ReviewForm(request.POST)
    asked = form.request()
    if asked.act in (MARK_PLAIN, MARK_NONE):
        form.selected = _plain_ones(sheet) if asked.act == MARK_PLAIN else set()
        return _page(request, sheet, form)
    if asked.errors:
        return _page(request, sheet, form, asked.errors)
    return _act(request, sheet, form, asked)


def _act(request: HttpRequest, sheet: MonthSheet, form: ReviewForm, asked: ReviewRequest) -> HttpResponse:
    here = {row.measurement.pk for row in sheet.rows if row.measurement is not None}
    seen = {pk: version for pk, version in asked.seen.items() if pk in here}
    now = timezone.now()
    try:
        if asked.act == VALIDATE:
            outcome = services.validate(access=access_of(request), seen=seen, now=now)
        else:
            outcome = services.return_for_changes(
                access=access_of(request), seen=seen, observation=asked.observation, now=now
            )
    except services.ServiceError as refused:
        return _page(request, sheet, form, {asked.observation_field: [str(refused)]})
    _tell(request, asked.act, outcome)
    if asked.act != VALIDATE and outcome.refused:
        # What the reviewer wrote is still theirs: they see the figures as they are now and decide again.
        fresh = month_sheet(access_of(request), sheet.department, sheet.period, on=timezone.localdate())
        return _page(request, fresh, form)
    return redirect(request.path)


def _tell(request: HttpRequest, act: str, outcome: services.ReviewOutcome) -> None:
    """«Se validaron 7; 1 no: PRE-02-03, usted cambió esta cifra»."""
    one, many = ("Se validó", "Se validaron") if act == VALIDATE else ("Se devolvió", "Se devolvieron")
    done = len(outcome.done)
    told = f"{one if done == 1 else many} {done}" if done else f"No {one.lower()} ninguna"
    refused = [f"{item.measurement.indicator.code}, {item.reason}" for item in outcome.refused]
    if refused:
        told += f"; {len(refused)} no: {'; '.join(refused)}"
    level = messages.SUCCESS if done and not refused else messages.WARNING
    messages.add_message(request, level, f"{told}.")


def _waiting(sheet: MonthSheet) -> list[SheetRow]:
    return [row for row in sheet.rows if row.measurement is not None and row.measurement.state == State.SUBMITTED]


def _plain_ones(sheet: MonthSheet) -> set[int]:
    """The figures without any flag that this person may review."""
    return {
        row.measurement.pk
        for row in _waiting(sheet)
        if row.measurement is not None and not row.is_own and not grid.flags_of(row)
    }


def _page(
    request: HttpRequest, sheet: MonthSheet, form: ReviewForm | None = None, errors: Errors | None = None
) -> HttpResponse:
    errors = errors or {}
    drawn = {row.id: _drawn(row, form, errors) for row in _waiting(sheet)}
    year = sheet.period.fiscal_year
    context = {
        "department": sheet.department,
        "title": period_title(sheet.period),
        "year": str(year.year),
        "groups": grid.groups_of(sheet, drawn),
        "waiting": str(len(drawn)),
        "reviewable": any(not row.is_own for row in drawn.values()) and not year.locked,
        "locked": year.locked,
        "has_plain": bool(_plain_ones(sheet)),
        "others": _others(sheet),
        "errors": errors,
        "observation": form.common_observation if form else "",
        "focus": next(iter(errors), ""),
        "capture_url": reverse("indicators:capture", args=[year.year, sheet.department.prefix, sheet.period.month]),
        "acts": {"mark_plain": MARK_PLAIN, "mark_none": MARK_NONE},
    }
    return render(request, "indicators/review_month.html", context)


def _drawn(row: SheetRow, form: ReviewForm | None, errors: Errors) -> grid.GridRow:
    shown = grid.grid_row(row)
    if form is not None and row.measurement is not None:
        shown.selected = row.measurement.pk in form.selected and not row.is_own
        shown.observation = form.observations.get(row.measurement.pk, "")
        shown.errors = {"observation": errors.get(f"observacion-{row.measurement.pk}", [])}
        shown.details_open = bool(shown.observation or shown.errors["observation"])
    return shown


def _others(sheet: MonthSheet) -> list[str]:
    """How many figures of the month do not wait here, and why."""
    missing = sum(row.measurement is None for row in sheet.rows)
    counts = [
        (sheet.count(State.VALIDATED), "ya validado", "ya validados"),
        (sheet.count(State.RETURNED), "devuelto a su enlace", "devueltos a su enlace"),
        (sheet.count(State.DRAFT), "en borrador", "en borrador"),
        (missing, "sin captura", "sin captura"),
    ]
    return [f"{number} {one if number == 1 else many}" for number, one, many in counts if number]
