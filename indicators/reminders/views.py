"""Who is missing: the board of departments by months, and the reminder that one click sends."""

import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import ALL, Action
from accounts.http import access_of
from core.moments import moment_text
from indicators import refusals
from indicators.cover.reading import read_missing
from indicators.cover.words import MissingLine, line_of
from indicators.deadlines import Deadlines
from indicators.http import department_or_404, period_or_404, periods_or_404
from indicators.models import MONTH_NAMES, Period, month_name
from indicators.reminders.board import BoardMonth, BoardRow
from indicators.reminders.board import board as read_board
from indicators.reminders.sending import SendOutcome, remind_department
from programs.models import Department

_TARGET = re.compile(r"([A-ZÑ]{2,6})/([0-9]{1,2})")


@require_safe
def board(request: HttpRequest, year: int) -> HttpResponse:
    """Planning and the comptroller's office see all departments, an enlace or director their own; others nothing."""
    access = access_of(request)
    if not access.allows(Action.SEE_DRAFTS):
        raise Http404
    fiscal_year, periods = periods_or_404(year)
    month = _asked_month(request)
    departments = access.departments(Action.SEE_DRAFTS).order_by(F("number").asc(nulls_last=True), "prefix")
    today = timezone.localdate()
    deadlines = Deadlines(periods, on=today)
    missing = _missing_people(periods, month, departments, deadlines)
    rows = read_board(fiscal_year, periods, departments, on=today, month=month, deadlines=deadlines)
    shown = _shown_months(rows, month)
    reminds = access.allows(Action.MANAGE_PERIODS) and not (fiscal_year.locked or fiscal_year.historical)
    context = {
        "year": str(year),
        "month": month_name(month) if month else "",
        "month_number": str(month or ""),
        "links": _month_links(year, month),
        "columns": [month_name(number).capitalize() for number in shown],
        "not_opened": _words(month_name(number) for number in _closed_yet(rows, month)),
        "rows": [_row(row, shown, year, reminds) for row in rows],
        "own": access.department_ids(Action.SEE_DRAFTS) != ALL,
        "behind": sum(any(found.is_overdue for found in row.months) for row in rows),
        "departments": len(rows),
        "can_remind": reminds,
        "missing_people": missing,
        "can_name": access.allows(Action.MANAGE_CATALOG),
    }
    return render(request, "indicators/reminders/board.html", context)


def _missing_people(
    periods: Iterable[Period], month: int | None, departments: Iterable[Department], deadlines: Deadlines
) -> list[MissingLine]:
    """Which of these departments lack an enlace or a titular in the months that the board shows."""
    shown = [period for period in periods if month in (None, period.month)]
    reach = [department.pk for department in departments]
    found = read_missing(shown, on=deadlines.on, reach=reach, deadlines=deadlines)
    return [line_of(one, on=deadlines.on) for one in found]


def _asked_month(request: HttpRequest) -> int | None:
    """The month to which the board is narrowed; anything that is no month shows the whole year."""
    asked = request.GET.get("mes", "")
    return int(asked) if asked in {str(number) for number in range(1, 13)} else None


def _shown_months(rows: list[BoardRow], month: int | None) -> list[int]:
    """Months that have not opened say nothing yet; one that was asked for is shown all the same."""
    return [found.period.month for found in rows[0].months if month or found.has_opened] if rows else []


def _closed_yet(rows: list[BoardRow], month: int | None) -> list[int]:
    return [] if month or not rows else [found.period.month for found in rows[0].months if not found.has_opened]


def _words(names: Iterable[str]) -> str:
    found = list(names)
    return f"de {found[0]} a {found[-1]}" if len(found) > 1 else "".join(found)


def _month_links(year: int, month: int | None) -> list[dict[str, Any]]:
    page = reverse("indicators:board", args=[year])
    return [{"name": "Todo el año", "title": "Todo el año", "url": page, "current": month is None}] + [
        {"name": name[:3], "title": name, "url": f"{page}?mes={number}", "current": number == month}
        for number, name in enumerate(MONTH_NAMES)
        if number
    ]


def _row(row: BoardRow, shown: list[int], year: int, reminds: bool) -> dict[str, Any]:
    prefix = row.department.prefix
    return {
        "name": row.department.name,
        "prefix": prefix,
        "cells": [_cell(month, prefix, year, reminds) for month in row.months if month.period.month in shown],
    }


def _cell(month: BoardMonth, prefix: str, year: int, reminds: bool) -> dict[str, Any]:
    progress = month.progress
    symbol, words, code = _state(month)
    return {
        "symbol": symbol,
        "words": words,
        "code": code,
        "due": str(progress.due) if progress.due else "",
        "captured": str(progress.captured),
        "sent": str(month.sent),
        "validated": str(progress.validated),
        "returned": str(progress.returned) if progress.returned else "",
        "late": str(progress.late) if progress.late else "",
        "deadline": f"{month.deadline:%d/%m/%Y}",
        "extension": f"{progress.extended_until:%d/%m/%Y}" if progress.extended_until else "",
        "url": reverse("indicators:capture", args=[year, prefix, month.period.month]),
        "target": f"{prefix}/{month.period.month}" if reminds and month.can_be_reminded else "",
        "grant_url": _grant_url(prefix, year, month) if reminds and code == "closed" else "",
        "reminded": moment_text(month.reminded_at),
        "month": month_name(month.period.month),
        "closing": month.period.closing if code == "closed" else "",
    }


def _grant_url(prefix: str, year: int, month: BoardMonth) -> str:
    return f"{reverse('indicators:extension_new', args=[year])}?dependencia={prefix}&mes={month.period.month}"


def _state(month: BoardMonth) -> tuple[str, str, str]:
    """A symbol, the words and the code of the colour: each of the first two is enough by itself."""
    progress = month.progress
    if not progress.due:
        return "–", "no corresponde", "none"
    if progress.validated == progress.due:
        return "●", "validado", "validated"
    if not progress.missing:
        return "▲", "enviado", "submitted"
    if not month.has_opened:
        return "○", f"abre el {month.period.opens_on:%d/%m/%Y}", "none"
    lacking = "falta 1" if progress.missing == 1 else f"faltan {progress.missing}"
    if progress.opening.correcting_until is not None:
        return "◆", f"cerrado, lo observado se corrige hasta el {progress.opening.correcting_until:%d/%m/%Y}", "closed"
    if not progress.is_open:
        return "◆", f"cerrado, {lacking}", "closed"
    if month.is_overdue:
        return "■", f"vencido, {lacking}", "overdue"
    return "○", lacking, "draft" if progress.captured else "missing"


@require_POST
def remind(request: HttpRequest, year: int) -> HttpResponse:
    """Write to the enlaces and the director of one department about one month: planning's one click."""
    if not access_of(request).allows(Action.MANAGE_PERIODS):
        raise Http404
    target = _TARGET.fullmatch(request.POST.get("remind", ""))
    if target is None:
        raise Http404
    department = department_or_404(request, target[1], Action.SEE_DRAFTS)
    period = period_or_404(year, int(target[2]))
    try:
        outcome = remind_department(
            access=access_of(request),
            period=period,
            department=department,
            base_url=settings.PMD_SITE_URL,
            now=timezone.now(),
        )
    except refusals.ServiceError as refused:
        messages.warning(request, str(refused))
    else:
        _tell(request, outcome, f"{month_name(period.month)} de {department.name}")
    back = reverse("indicators:board", args=[year])
    return redirect(f"{back}?mes={period.month}" if request.POST.get("month") else back)


def _tell(request: HttpRequest, outcome: SendOutcome, what: str) -> None:
    if outcome.sent:
        messages.success(request, f"Se escribió a {_names(n.user for n in outcome.sent)} por {what}.")
    if outcome.under_way:
        names = _names(notice.user for notice in outcome.under_way)
        messages.success(
            request, f"El correo a {names} por {what} va en camino; si no se puede entregar, lo verá en «Correos»."
        )
    if outcome.already:
        names = _names(notice.user for notice in outcome.already)
        messages.info(request, f"Hace menos de una hora ya se había escrito a {names} por {what}: no se repitió.")
    for failure in outcome.failed:
        messages.error(request, f"El correo a {failure.user} ({failure.user.email}) no salió. {failure.reason}")
    for sentence in outcome.unreachable:
        messages.warning(request, f"{sentence}: no se envió nada.")


def _names(people: Iterable[Any]) -> str:
    names = [str(person) for person in people]
    return " y ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
