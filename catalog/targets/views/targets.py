"""Targets and the borders of lights: planning changes them after seeing what that does to the figures."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Action
from accounts.http import access_of
from catalog.http import allowed_to, for_reading, writes_catalog, year_or_404
from catalog.targets import table as target_table
from catalog.targets.effect import (
    CutEffect,
    YearEffect,
    current_cut_off,
    indicator_effect,
    indicator_stands,
    seen_mark,
    year_effect,
    year_stands,
)
from catalog.targets.forms import (
    AS_ZERO,
    LEFT_OUT,
    AdjustedFileForm,
    AdjustForm,
    ProgrammedTargetForm,
    ThresholdsForm,
    YearThresholdsForm,
    messages_of,
    typed_words,
)
from catalog.targets.listing import (
    ONLY,
    adjustment_rows,
    borders_of,
    borders_words,
    own_border_rows,
    own_borders,
    target_list,
)
from core.downloads import CSV, XLSX, as_file
from indicators import calculations, services, wording
from indicators.calculations import Thresholds
from indicators.models import Indicator, month_name
from indicators.results import standards
from programs.models import FiscalYear

SEE, CONFIRM = "ver", "confirmar"
_METHODS = ["GET", "HEAD", "POST"]
_BORDERS = ("green_from", "amber_from", "over_above")
for_planning = allowed_to(Action.MANAGE_PERIODS)
Effect = TypeVar("Effect", list[CutEffect], YearEffect)


@require_safe
@for_reading
def targets(request: HttpRequest, year: int) -> HttpResponse:
    """The year's indicators with their targets, to search."""
    fiscal_year = _year(year)
    context = {"year": str(year), "list": target_list(fiscal_year, request.GET), "only": ONLY}
    return render(request, "catalog/targets/list.html", context | _borders_of_year(fiscal_year))


@require_safe
@for_reading
def targets_file(request: HttpRequest, year: int, form: str) -> HttpResponse:
    """The same list with all of its pages, as a file."""
    data = target_table.targets_file(_year(year), request.GET, form)
    return as_file(data, f"metas-{year}.{form}", CSV if form == "csv" else XLSX)


@require_http_methods(_METHODS)
@for_reading
def target(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """One indicator's target: edited while nobody has captured it, adjusted from a month on afterwards."""
    indicator = indicator_or_404(year, code)
    adjusts = services.is_target_fixed(indicator)
    limit = services.adjustable_from(indicator)
    form = _target_form(request, indicator, adjusts, limit.first)
    file_form = _file_form(request) if adjusts else None

    def act() -> object:
        return _change_target(request, indicator, form)

    def cited() -> object:
        return _adjust_citing(request, indicator, form, file_form.cleaned_data["file"]) if file_form else act()

    def effect() -> list[CutEffect]:
        months = {current_cut_off(indicator.fiscal_year)}
        return indicator_effect(indicator, act, months | ({form.cleaned_data["effective_month"]} if adjusts else set()))

    shown, confirmed = two_steps(request, form, effect, lambda: indicator_stands(indicator))
    if confirmed and (file_form is None or file_form.is_valid()) and done(form, cited, file_form):
        messages.success(request, _told(indicator, form.cleaned_data, adjusts))
        return redirect("catalog:target", year, code)
    context = {
        "adjusts": adjusts,
        "months_left": limit.first <= max(calculations.MONTHS),
        "why_not_before": limit.sentence,
        "button": "Ajustar la meta" if adjusts else "Cambiar la meta",
        "file_form": file_form,
    }
    return indicator_page(request, indicator, form, shown, "catalog/targets/target.html", **context)


def _target_form(
    request: HttpRequest, indicator: Indicator, adjusts: bool, first: int
) -> AdjustForm | ProgrammedTargetForm:
    data = request.POST if request.method == "POST" else None
    if adjusts:
        return AdjustForm(data, indicator=indicator, first_month=first)
    return ProgrammedTargetForm(data, indicator=indicator)


def _change_target(request: HttpRequest, indicator: Indicator, form: AdjustForm | ProgrammedTargetForm) -> object:
    change = services.adjust_target if isinstance(form, AdjustForm) else services.set_target
    return change(access=access_of(request), indicator=indicator, now=timezone.now(), **form.cleaned_data)


def _file_form(request: HttpRequest) -> AdjustedFileForm:
    """Bound where the adjustment is confirmed only: while it is looked at no file is taken."""
    confirming = request.method == "POST" and request.POST.get("act") == CONFIRM
    return AdjustedFileForm(request.POST, request.FILES) if confirming else AdjustedFileForm()


def _adjust_citing(request: HttpRequest, indicator: Indicator, form: forms.Form, file: Any) -> object:
    """Adjust the target and keep the file of the instrument; None where none came."""
    access, now, data = access_of(request), timezone.now(), form.cleaned_data
    return services.citing(
        access=access,
        instrument=data["instrument"],
        file=file,
        name=file.name if file else "",
        year=indicator.fiscal_year.year,
        now=now,
        act=lambda: services.adjust_target(access=access, indicator=indicator, now=now, **data),
    )


def _told(indicator: Indicator, data: dict[str, Any], adjusts: bool) -> str:
    if not adjusts:
        return f"Se cambió la meta de {indicator.code}."
    words = wording.target_words(indicator, data["target"], indicator.action.unit)
    return f"{indicator.code} tiene meta de {words} desde {month_name(data['effective_month'])}."


@require_http_methods(_METHODS)
@for_planning
def own_thresholds(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """One indicator's own borders."""
    indicator = indicator_or_404(year, code)
    inherited = borders_of(standards.thresholds_of(indicator.fiscal_year))
    initial = {name: getattr(indicator, name) for name in _BORDERS}
    form = ThresholdsForm(request.POST or None, initial=initial, inherited=inherited)

    def act() -> object:
        return services.set_own_thresholds(
            access=access_of(request), indicator=indicator, now=timezone.now(), **form.cleaned_data
        )

    def effect() -> list[CutEffect]:
        return indicator_effect(indicator, act, [current_cut_off(indicator.fiscal_year)])

    shown, confirmed = two_steps(request, form, effect, lambda: indicator_stands(indicator))
    if confirmed and done(form, act):
        messages.success(request, f"Se cambiaron los umbrales de {indicator.code}.")
        return redirect("catalog:target", year, code)
    return indicator_page(
        request, indicator, form, shown, "catalog/targets/own_thresholds.html", button="Cambiar los umbrales"
    )


@require_http_methods(_METHODS)
@for_reading
def thresholds(request: HttpRequest, year: int) -> HttpResponse:
    """The year's borders, and whether what nobody captured counts as 0."""
    fiscal_year = _year(year)
    initial = dict(zip(_BORDERS, standards.thresholds_of(fiscal_year).borders, strict=True))
    missing = AS_ZERO if fiscal_year.missing_as_zero else LEFT_OUT
    form = YearThresholdsForm(request.POST or None, initial={**initial, "missing": missing})

    def act() -> object:
        data = form.cleaned_data
        return services.set_thresholds(
            access=access_of(request),
            fiscal_year=fiscal_year,
            now=timezone.now(),
            reason=data["reason"],
            instrument=data["instrument"],
            thresholds=Thresholds(*(data[name] for name in _BORDERS)),
            missing_as_zero=data["missing"] == AS_ZERO,
        )

    def effect() -> YearEffect:
        return year_effect(fiscal_year, act, current_cut_off(fiscal_year))

    stands = year_stands(fiscal_year)
    shown, confirmed = two_steps(request, form, effect, lambda: stands)
    if confirmed and done(form, act):
        messages.success(request, f"Se cambiaron los umbrales de {year}.")
        return redirect("catalog:thresholds", year)
    context = {
        "year": str(year), "locked": fiscal_year.locked, "form": form,
        "own": own_border_rows(fiscal_year, can_write=writes_catalog(request)),
        "effect": shown, "mark": seen_mark(shown, stands) if shown else "", "see": SEE, "confirm": CONFIRM,
        "button": "Cambiar los umbrales", "typed": typed_words(form) if shown else [],
        "missing_as_zero": fiscal_year.missing_as_zero,
    }  # fmt: skip
    return render(request, "catalog/targets/thresholds.html", context | _borders_of_year(fiscal_year))


def two_steps(
    request: HttpRequest, form: forms.Form, effect: Callable[[], Effect], stands: Callable[[], Mapping[str, Any]]
) -> tuple[Effect | None, bool]:
    """What the posted form would do, and whether that was confirmed; (None, False) where there is nothing to show.

    An effect that is no longer the one that was shown is shown again, also where only what it replaces (``stands``) is
    another now.
    """
    if request.method != "POST" or request.POST.get("act") not in (SEE, CONFIRM) or not form.is_valid():
        return None, False
    before = stands()
    try:
        found = effect()
    except (services.ServiceError, ValidationError) as refused:
        form.add_error(None, messages_of(refused))
        return None, False
    confirmed = request.POST["act"] == CONFIRM
    if confirmed and request.POST.get("seen") != seen_mark(found, before):
        again = " Elija también otra vez el archivo." if request.FILES else ""
        messages.warning(request, f"El efecto cambió desde que lo vio: revíselo otra vez antes de confirmar.{again}")
        confirmed = False
    return found, confirmed


def done(form: forms.Form, act: Callable[[], object], file_form: AdjustedFileForm | None = None) -> bool:
    """Do it; a refusal becomes the form's error, that of a file the file's: the effect stays in sight."""
    try:
        act()
    except services.EvidenceRefused as refused:
        assert file_form is not None
        file_form.add_error("file", str(refused))
        return False
    except (services.ServiceError, ValidationError) as refused:
        form.add_error(None, messages_of(refused))
        return False
    return True


def indicator_page(
    request: HttpRequest, indicator: Indicator, form: forms.Form, effect: Any, template: str, **more: Any
) -> HttpResponse:
    year = indicator.fiscal_year
    in_force = standards.thresholds_of(year)
    if form.errors:
        effect = None
    context = {
        "year": str(year.year), "locked": year.locked, "indicator": indicator, "program": indicator.action.program,
        "target": wording.target_words(indicator, indicator.target, indicator.action.unit),
        "schedule": wording.schedule_words(indicator, standards.spec_of(indicator, month=12)),
        "adjustments": adjustment_rows(indicator),
        "borders": borders_words(borders_of(standards.indicator_thresholds(indicator, in_force))),
        "has_own": bool(own_borders(indicator)),
        "form": form, "effect": effect, "see": SEE, "confirm": CONFIRM,
        "mark": seen_mark(effect, indicator_stands(indicator)) if effect else "",
        "typed": typed_words(form) if effect else [],
    }  # fmt: skip
    return render(request, template, context | more)


def _borders_of_year(fiscal_year: FiscalYear) -> dict[str, Any]:
    return {"borders": borders_words(borders_of(standards.thresholds_of(fiscal_year)))}


def _year(year: int) -> FiscalYear:
    found = year_or_404(year)
    assert found is not None
    return found


def indicator_or_404(year: int, code: str) -> Indicator:
    rows = Indicator.objects.select_related("fiscal_year", "action__program__department")
    found: Indicator = get_object_or_404(rows, fiscal_year__year=year, code=code)
    return found
