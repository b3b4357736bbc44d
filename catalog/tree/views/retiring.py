"""Retiring a programme, an action or an indicator, and asking for it again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.http import access_of
from catalog.http import attempt, for_planning, year_or_404
from catalog.tree import kinds
from catalog.tree.kinds import Kind
from catalog.tree.pages import head_context, indicators_of
from catalog.tree.retiring_forms import ReinstateForm, RetireForm
from catalog.tree.views.node import node_or_404, node_url
from indicators import services
from indicators.models import Indicator, month_name
from programs.models import FiscalYear


@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def retire(request: HttpRequest, year: int, kind: Kind, key: str) -> HttpResponse:
    """From which month and why; only the months that nothing stands in the way of are offered."""
    fiscal_year, row, indicators = _asked(year, kind, key)
    asked_for = [indicator for indicator in indicators if indicator.retired_from is None]
    in_use = services.last_months_in_use([indicator.pk for indicator in asked_for])
    form = RetireForm(request.POST or None, first=max(in_use.values(), default=0) + 1)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: _change(request, asked_for, form.cleaned_data["from_month"], form))
        if done is not None:
            since = month_name(form.cleaned_data["from_month"])
            messages.success(request, f"{_counted(done)} desde {since}: lo capturado antes sigue contando.")
            return redirect(node_url(fiscal_year, row))
    context = head_context(fiscal_year, row) | {
        "form": form,
        "lines": [_line(indicator, in_use.get(indicator.pk)) for indicator in asked_for],
        "months_left": bool(form.months),
        "nothing_below": not indicators,
    }
    return render(request, "catalog/tree/retire.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def reinstate(request: HttpRequest, year: int, kind: Kind, key: str) -> HttpResponse:
    """Which of the retired ones are asked for again, and why."""
    fiscal_year, row, indicators = _asked(year, kind, key)
    retired = [indicator for indicator in indicators if indicator.retired_from is not None]
    if not retired:
        return redirect(node_url(fiscal_year, row))
    form = ReinstateForm(request.POST or None, indicators=retired)
    if request.method == "POST" and form.is_valid():
        chosen = [indicator for indicator in retired if indicator.code in form.cleaned_data["codes"]]
        done = attempt(form, lambda: _change(request, chosen, None, form))
        if done is not None:
            what = "1 indicador se vuelve" if len(done) == 1 else f"{len(done)} indicadores se vuelven"
            messages.success(request, f"{what} a pedir.")
            return redirect(node_url(fiscal_year, row))
    return render(request, "catalog/tree/reinstate.html", head_context(fiscal_year, row) | {"form": form})


def _asked(year: int, kind: Kind, key: str) -> tuple[FiscalYear, Any, list[Indicator]]:
    if kind not in kinds.RETIRED:
        raise Http404
    fiscal_year = year_or_404(year)
    row = node_or_404(fiscal_year, kind, key)
    return fiscal_year, row, list(indicators_of(row))


def _change(
    request: HttpRequest, indicators: list[Indicator], from_month: int | None, form: forms.Form
) -> list[Indicator]:
    return services.retire_indicators(
        access=access_of(request),
        indicator_ids=[indicator.pk for indicator in indicators],
        from_month=from_month,
        reason=form.cleaned_data["reason"],
        instrument=form.cleaned_data["instrument"],
        now=timezone.now(),
    )


def _line(indicator: Indicator, last: int | None) -> dict[str, str]:
    used = f"lo último capturado es de {month_name(last)}" if last else "sin capturas"
    return {"code": indicator.code, "name": indicator.name, "used": used}


def _counted(done: list[Indicator]) -> str:
    return "Se retiró 1 indicador" if len(done) == 1 else f"Se retiraron {len(done)} indicadores"
