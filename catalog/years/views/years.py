"""The fiscal years: how each one stands, opening a new one, locking a finished one and opening it again."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import access_of
from catalog.http import attempt, for_planning, for_reading
from catalog.years.forms import HistoricalForm, LockForm, OpenYearForm, UnlockForm
from catalog.years.lifecycle import YearState, lock_year, open_year, pending_of, year_states
from catalog.years.reopening import ask_reopening, reopen_year, waiting_reopening, withdraw_reopening
from core.moments import day_text
from indicators import services
from indicators.cover.reading import Missing, if_open, in_new_year
from indicators.cover.words import opens, told_after
from indicators.models import State
from programs.models import FiscalYear

_METHODS = ["GET", "HEAD", "POST"]
# In the order of a figure's way.
_STATES = {
    State.DRAFT: ("borrador", "borradores"), State.RETURNED: ("observada", "observadas"),
    State.SUBMITTED: ("por validar", "por validar"), State.VALIDATED: ("validada", "validadas"),
}  # fmt: skip


@require_safe
@for_reading
def years(request: HttpRequest) -> HttpResponse:
    states = year_states(now=timezone.now())
    return render(request, "catalog/years/list.html", {"rows": [_row(state, states) for state in states]})


def _row(state: YearState, states: list[YearState]) -> dict[str, Any]:
    year = state.fiscal_year.year
    captures = [
        f"{number:,} {words[0] if number == 1 else words[1]}"
        for key, words in _STATES.items()
        if (number := state.captures.get(key, 0))
    ]
    earlier = [other.fiscal_year.year for other in states if other.fiscal_year.year < year]
    lock, asked = state.locking, state.reopening
    return {
        "year": str(year), "plan": state.fiscal_year.plan.name, "locked": state.fiscal_year.locked,
        "months": _month_words(state), "programs": f"{state.programs:,}", "indicators": f"{state.indicators:,}",
        "captures": ", ".join(captures),
        "locked_words": f"el {day_text(lock.locked_at)} por {lock.locked_by}: {lock.reason}" if lock else "",
        "asked_words": f"el {day_text(asked.asked_at)} por {asked.asked_by}: {asked.reason}"
        if asked else "",
        "earlier": str(max(earlier)) if earlier else "", "historical": state.fiscal_year.historical,
        "has_catalogue": bool(state.programs),
    }  # fmt: skip


def _month_words(state: YearState) -> str:
    """«3 abiertos, 7 cerrados, 2 por abrir»."""
    if not state.months:
        return "sin meses"
    coming = state.months - state.open_months - state.closed_months
    counts = ((state.open_months, "abierto"), (state.closed_months, "cerrado"), (coming, "por abrir"))
    words = [f"{number} {word}{'' if number == 1 or ' ' in word else 's'}" for number, word in counts if number]
    return ", ".join(words)


@require_http_methods(_METHODS)
@for_planning
def new_year(request: HttpRequest) -> HttpResponse:
    """A year with its twelve months and an empty catalogue: what is not carried over is imported or typed in."""
    latest = FiscalYear.objects.order_by("-year").first()
    initial = {"year": str(latest.year + 1) if latest else ""}
    form = OpenYearForm(request.POST or None, initial=initial, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = attempt(
            form,
            lambda: open_year(
                access=access_of(request),
                year=data["year"],
                plan=data["chosen_plan"],
                now=timezone.now(),
                historical=data["historical"] == "si",
            ),
        )
        if made is not None:
            messages.success(request, f"Se abrió el ejercicio {made.year} con sus doce meses y sin programas.")
            if latest and not made.historical:
                _tell_missing(request, in_new_year(made.year, latest, on=timezone.localdate()))
            return redirect("catalog:years")
    today = timezone.localdate()
    context = {
        "form": form,
        "latest": str(latest.year) if latest else "",
        "opens": opens(
            f"Con las dependencias de {latest.year}, en {latest.year + 1} falta enlace o titular:",
            in_new_year(latest.year + 1, latest, on=today),
            on=today,
        )
        if latest
        else None,
    }
    return render(request, "catalog/years/form.html", context)


@require_http_methods(_METHODS)
@for_planning
def historical(request: HttpRequest, year: int) -> HttpResponse:
    """Say that a year was brought in from earlier papers, or that it was not after all."""
    fiscal_year = get_object_or_404(FiscalYear, year=year)
    form = HistoricalForm(request.POST or None)
    wanted, today = not fiscal_year.historical, timezone.localdate()
    lacking = [] if wanted or fiscal_year.locked else if_open(fiscal_year, on=today)
    if _act(
        request,
        form,
        lambda data: services.set_historical(
            access=access_of(request),
            fiscal_year=fiscal_year,
            historical=wanted,
            reason=data["reason"],
            now=timezone.now(),
        ),
    ):
        said = "es histórico: sus meses están cerrados y a nadie se le pide nada"
        messages.success(request, f"El ejercicio {year} {said if wanted else 'ya no es histórico'}.")
        _tell_missing(request, lacking)
        return redirect("catalog:years")
    context = {
        "form": form, "year": str(year), "locked": fiscal_year.locked, "historical": fiscal_year.historical,
        "opens": opens("Al abrirse sus meses, a estas dependencias les falta quien los atienda:", lacking, on=today),
    }  # fmt: skip
    return render(request, "catalog/years/historical.html", context)


@require_http_methods(_METHODS)
@for_planning
def lock(request: HttpRequest, year: int) -> HttpResponse:
    """What would stay undone is shown, and has to be known, before a year is locked."""
    fiscal_year = get_object_or_404(FiscalYear, year=year)
    pending = pending_of(fiscal_year, now=timezone.now())
    form = LockForm(request.POST or None, anything_pending=bool(pending), initial={"seen": pending.token})
    done = _act(
        request,
        form,
        lambda data: lock_year(
            access=access_of(request),
            fiscal_year=fiscal_year,
            reason=data["reason"],
            seen=data["seen"],
            now=timezone.now(),
        ),
    )
    if done:
        messages.success(request, f"El ejercicio {year} quedó cerrado: ya no admite ningún cambio.")
        return redirect("catalog:years")
    if request.method == "POST":
        # Whoever is told that something changed meanwhile sees it, and confirms that.
        form.data = form.data.copy()
        form.data["seen"] = pending.token
    context = {
        "form": form, "year": str(year), "locked": fiscal_year.locked, "pending": pending.sentences(),
    }  # fmt: skip
    return render(request, "catalog/years/lock.html", context)


@require_http_methods(_METHODS)
@for_planning
def unlock(request: HttpRequest, year: int) -> HttpResponse:
    """One person asks, with the reason; another one opens it, or says no."""
    fiscal_year = get_object_or_404(FiscalYear, year=year)
    asked = waiting_reopening(fiscal_year)
    access, now = access_of(request), timezone.now()
    answer = request.POST.get("act") if asked is not None else None
    lacking = if_open(fiscal_year, on=timezone.localdate(now)) if fiscal_year.locked else []
    form = UnlockForm(request.POST or None) if asked is None else forms.Form(request.POST or None)
    if answer == "confirmar":
        if _act(request, form, lambda data: reopen_year(access=access, fiscal_year=fiscal_year, now=now)):
            messages.success(request, f"El ejercicio {year} está abierto de nuevo.")
            _tell_missing(request, lacking)
            return redirect("catalog:years")
    elif answer == "retirar":
        attempt(form, lambda: withdraw_reopening(access=access, fiscal_year=fiscal_year, now=now))
        messages.success(request, f"Se retiró la petición: el ejercicio {year} sigue cerrado.")
        return redirect("catalog:years")
    elif asked is None and _act(
        request,
        form,
        lambda data: ask_reopening(access=access, fiscal_year=fiscal_year, now=now, **data),
    ):
        messages.success(
            request,
            f"Se pidió abrir {year}: falta que otra persona de Planeación o quien administra el sistema lo confirme.",
        )
        return redirect("catalog:years")
    context = {
        "form": form, "year": str(year), "locked": fiscal_year.locked, "asked": asked,
        "asked_at": day_text(asked.asked_at) if asked else "",
        "own": asked is not None and asked.asked_by_id == access.user.pk,
        "opens": opens(
            "Al abrirse, a estas dependencias les falta quien lo atienda:", lacking, on=timezone.localdate(now)
        ),
    }  # fmt: skip
    return render(request, "catalog/years/unlock.html", context)


def _tell_missing(request: HttpRequest, missing: list[Missing]) -> None:
    said = told_after(missing, on=timezone.localdate())
    if said:
        messages.warning(request, said)


def _act(request: HttpRequest, form: forms.Form, act: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether it was done."""
    if request.method != "POST" or not form.is_valid():
        return False
    return attempt(form, lambda: act(form.cleaned_data)) is not None
