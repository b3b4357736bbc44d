"""Correcting the kind of a target that was captured against: with a reason, after its effect was shown."""

from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import Action
from accounts.http import access_of
from catalog.http import allowed_to
from catalog.targets.effect import CutEffect, current_cut_off, indicator_effect, indicator_stands
from catalog.targets.forms import CorrectKindForm
from catalog.targets.views.targets import done, indicator_or_404, indicator_page, two_steps
from indicators import services, wording
from indicators.models import Indicator, TargetKind


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(Action.MANAGE_PERIODS)
def correct(request: HttpRequest, year: int, code: str) -> HttpResponse:
    indicator = indicator_or_404(year, code)
    if not services.is_target_fixed(indicator):
        messages.info(request, "Nadie ha capturado este indicador: el tipo de su meta se cambia aquí mismo.")
        return redirect("catalog:target", year, code)
    other = _other_kind(indicator)
    unit = indicator.action.unit if other == TargetKind.ABSOLUTE else "por ciento"
    form = CorrectKindForm(
        request.POST if request.method == "POST" else None,
        unit=unit,
        initial={"target_kind": other, "target": indicator.target},
    )

    def act() -> object:
        return services.correct_target_kind(
            access=access_of(request), indicator=indicator, now=timezone.now(), **form.cleaned_data
        )

    def effect() -> list[CutEffect]:
        months = indicator.adjustments.values_list("effective_month", flat=True)
        return indicator_effect(indicator, act, {current_cut_off(indicator.fiscal_year), *months})

    shown, confirmed = two_steps(request, form, effect, lambda: indicator_stands(indicator))
    if confirmed and done(form, act):
        number = form.cleaned_data["target"]
        told = _told(indicator, other, indicator.target if number is None else number)
        messages.success(request, f"Se corrigió el tipo de meta de {code}: {told}.")
        return redirect("catalog:target", year, code)
    context = {"button": "Corregir el tipo de meta", "corrected": _told(indicator, other, indicator.target)}
    return indicator_page(request, indicator, form, shown, "catalog/targets/kind.html", **context)


def _other_kind(indicator: Indicator) -> str:
    percentage = indicator.target_kind == TargetKind.PERCENTAGE
    return str(TargetKind.ABSOLUTE if percentage else TargetKind.PERCENTAGE)


def _told(indicator: Indicator, kind: str, number: Decimal) -> str:
    """«12 informes»: a programmed target as it reads in that kind."""
    return wording.target_words(Indicator(target_kind=kind), number, indicator.action.unit)
