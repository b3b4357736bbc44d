"""Submitting a month: first what it changes and what is missing, then the act and its acuse."""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import Action
from accounts.http import access_of
from indicators import refusals, wording
from indicators.capture import grid, readiness, submitting
from indicators.capture.effect_panel import panel
from indicators.capture.readiness import Readiness
from indicators.http import department_or_404, grid_key, period_or_404, period_title
from indicators.models import Indicator, Period, Receipt
from indicators.papers.reading import paper_links
from indicators.results.effect import Figures, current_pairs, read_figures
from indicators.results.year import PRELIMINARY
from programs.models import Department

SUBMIT, SUBMIT_ANYWAY = "enviar", "enviar-de-todos-modos"


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, year: int, prefix: str, month: int) -> HttpResponse:
    department = department_or_404(request, prefix, Action.CAPTURE)
    period = period_or_404(year, month)
    found = readiness.month_readiness(
        access=access_of(request), period=period, department_id=department.pk, on=timezone.localdate()
    )
    if request.method != "POST":
        return _page(request, department, period, found)
    if found.ready and request.POST.get("seen") != _mark(found):
        return _page(request, department, period, found, "Las cifras cambiaron mientras las veía. Así quedan ahora:")
    return _submit(request, department, period, found)


def _submit(request: HttpRequest, department: Department, period: Period, found: Readiness) -> HttpResponse:
    now = timezone.now()
    try:
        sent = submitting.submit_month(
            access=access_of(request),
            period=period,
            department_id=department.pk,
            now=now,
            allow_missing=request.POST.get("act") == SUBMIT_ANYWAY,
        )
    except refusals.NotReady:
        return _page(request, department, period, found, "El mes no se envió: vea abajo lo que falta.")
    except refusals.ServiceError as refused:
        return _page(request, department, period, found, f"El mes no se envió: {refused}")
    if not sent:
        messages.info(request, "No había nada nuevo que enviar.")
        return redirect("indicators:capture", period.fiscal_year.year, department.prefix, period.month)
    acuse = Receipt.objects.filter(kind=Receipt.Kind.SUBMISSION, measurements=sent[0]).latest("issued_at", "pk")
    message = wording.count_text(len(sent), "indicador", "indicadores")
    stays = _stays_text(found)
    messages.success(
        request, f"Se {'envió' if len(sent) == 1 else 'enviaron'} {message} para su validación.{stays and f' {stays}'}"
    )
    return redirect("indicators:paper", acuse.folio)


def _mark(found: Readiness) -> str:
    """Which figures the person was shown, in which version, and which of those begun were said to stay."""
    shown = ",".join(f"{row.pk}:{row.version}" for row in sorted(found.ready, key=lambda row: row.pk))
    stay = ",".join(str(pk) for pk in sorted(found.worked_on))
    return hashlib.sha256(f"{shown}|{stay}".encode()).hexdigest()[:16]


def _page(
    request: HttpRequest, department: Department, period: Period, found: Readiness, alert: str = ""
) -> HttpResponse:
    figures = read_figures(period, department.pk)
    year = period.fiscal_year.year
    place = [year, department.prefix, period.month]
    due = len(figures.due)
    capture_url = reverse("indicators:capture", args=place)
    pairs = current_pairs(found.ready)
    context = {
        "department": department,
        "title": period_title(period),
        "year": str(year),
        "alert": alert,
        "panel": panel(figures, PRELIMINARY, pairs),
        "ready": len(found.ready),
        "due": str(due),
        "state": _state_text(due, found),
        "missing": _lines(figures, found.pending, found, capture_url),
        "unfinished": _lines(figures, found.worked_on, found, capture_url),
        "missing_text": _missing_text(len(found.problems), due),
        "stays": _stays_words(found),
        "button": _button_text(found, due),
        "commitments": [
            {"code": row.code, "name": row.name, "url": _commitment_url(row, period)}
            for row in figures.due
            if row.pk in pairs and figures.asks_commitment(row, pairs)
        ],
        "closed": found.closed if not found.ready else "",
        "mark": _mark(found),
        "acts": {"submit": SUBMIT, "anyway": SUBMIT_ANYWAY},
        "capture_url": capture_url,
        "grid_key": grid_key(period, department),
        "papers": paper_links(access_of(request), period, department.pk),
    }  # fmt: skip
    return render(request, "indicators/capture/submit.html", context)


def _lines(figures: Figures, wanted: Any, found: Readiness, capture_url: str) -> list[dict[str, Any]]:
    """The indicators that lack something, in code order, with what each lacks."""

    def line(indicator: Indicator) -> dict[str, Any]:
        lacking = found.problems[indicator.pk]
        return {
            "code": indicator.code,
            "name": indicator.name,
            "says": " ".join(dict.fromkeys(problem.message for problem in lacking)),
            "url": f"{capture_url}{_part(figures, indicator)}#fila-{indicator.code}",
        }

    return [line(indicator) for indicator in figures.due if indicator.pk in wanted]


def _stays_words(found: Readiness) -> str:
    """How what was begun and not finished stays: a draft, or what the reviewer sent back."""
    returned = len(found.returned.intersection(found.worked_on))
    if not returned:
        return "en borrador"
    return "observado" if returned == len(found.worked_on) == 1 else "sin enviar"


def _stays_text(found: Readiness) -> str:
    """«1 se quedó en borrador.»; empty where nothing was left half done."""
    number = len(found.worked_on)
    return f"{number} se {'quedó' if number == 1 else 'quedaron'} {_stays_words(found)}." if number else ""


def _pending_words(found: Readiness) -> str:
    """What was returned and not touched since is captured already, and waits to be attended to."""
    returned = len(found.returned.intersection(found.pending))
    if not returned:
        return "por capturar"
    return "por atender" if returned == len(found.pending) else "por capturar o atender"


def _button_text(found: Readiness, due: int) -> str:
    """The act says what it leaves: «Enviar 10 y dejar 1 en borrador»."""
    ready, half, pending = len(found.ready), len(found.worked_on), len(found.pending)
    if not half:
        return f"Enviar de todos modos {ready} de {due}"
    half_text = f"{half} {_stays_words(found)}"
    return (
        f"Enviar {ready}, dejar {half_text} y {pending} {_pending_words(found)}"
        if pending
        else f"Enviar {ready} y dejar {half_text}"
    )


def _part(figures: Figures, indicator: Indicator) -> str:
    """The part of the month's grid in which the indicator is."""
    part = grid.part_of([row.code for row in figures.due], indicator.code, settings.GRID_MAX_ROWS)
    return f"?parte={part}" if part > 1 else ""


def _commitment_url(indicator: Indicator, period: Period) -> str:
    return reverse("indicators:commitment", args=[period.fiscal_year.year, indicator.code, period.month])


def _state_text(due: int, found: Readiness) -> str:
    """What stands where nothing can be sent: «Se enviaron 0 de 11. Hay 10 borradores que ya no se pueden enviar.»"""
    sent = due - len(found.ready) - len(found.problems) - len(found.shut)
    if not found.shut:
        return f"Ya se {'envió' if sent == 1 else 'enviaron'} {sent} de {due}." if sent else ""
    drafts = sum(found.shut.values())
    blank = len(found.shut) - drafts
    parts = [f"Se {'envió' if sent == 1 else 'enviaron'} {sent} de {due}."]
    if drafts:
        many = "Hay 1 borrador que ya no se puede" if drafts == 1 else f"Hay {drafts} borradores que ya no se pueden"
        parts.append(f"{many} enviar.")
    if blank:
        parts.append("1 se quedó sin captura." if blank == 1 else f"{blank} se quedaron sin captura.")
    return " ".join(parts)


def _missing_text(missing: int, due: int) -> str:
    """«Faltan 2 de 11»."""
    return f"{'Falta' if missing == 1 else 'Faltan'} {missing} de {due}"
