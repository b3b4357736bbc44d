"""The admin's one form that writes: a captured pair, through the service that every capture goes through."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts.access import Access, Action
from accounts.http import access_of
from core import formats
from core.fields import AmountFormField
from indicators import services
from indicators.models import CAPTURED_REASON_CHOICES, MONTH_NAMES, Indicator, Measurement, Period
from programs.models import FiscalYear

_TEXT_LIMIT = 2000
_TAKEN = (
    "Ya hay una captura de {code} en {month}: {pair} ({state}). Para poner la suya en su lugar, "
    "revísela y guarde otra vez."
)
_TEXT = {"rows": 2, "class": "vLargeTextField"}


class CaptureForm(forms.Form):
    """``indicator`` and ``period`` are what year, code and month say, once they are clean."""

    fiscal_year = forms.ModelChoiceField(
        FiscalYear.objects.order_by("-year"),
        label="Ejercicio",
        empty_label=None,
        error_messages={"invalid_choice": "Elija un ejercicio de la lista."},
    )
    code = forms.CharField(
        label="Clave del indicador",
        max_length=16,
        help_text="Por ejemplo PRE-01-01.",
        error_messages={"required": "Escriba la clave del indicador."},
    )
    month = forms.TypedChoiceField(
        label="Mes",
        choices=[(month, MONTH_NAMES[month]) for month in range(1, 13)],
        coerce=int,
        error_messages={"invalid_choice": "Elija un mes de la lista."},
    )
    numerator = AmountFormField(label="Numerador", required=False)
    denominator = AmountFormField(label="Denominador", required=False)
    no_activity = forms.ChoiceField(
        label="Sin actividad (0/0)", required=False, choices=[("", "No: hay cifras"), *CAPTURED_REASON_CHOICES]
    )
    justification = forms.CharField(
        label="Justificación", required=False, max_length=_TEXT_LIMIT, widget=forms.Textarea(attrs=_TEXT)
    )
    reason = forms.CharField(
        label="Motivo de la corrección",
        required=False,
        max_length=_TEXT_LIMIT,
        widget=forms.Textarea(attrs=_TEXT),
        help_text="Solo si la cifra ya se había enviado o validado: por qué se corrige y quién lo pidió.",
    )
    # Of the capture that the person was told of: 0 where there was none.
    version = forms.IntegerField(min_value=0, initial=0, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        year, code, month = (data.get(name) for name in ("fiscal_year", "code", "month"))
        if year and code and month:
            self.indicator = Indicator.objects.filter(fiscal_year=year, code=code.strip().upper()).first()
            self.period = Period.objects.filter(fiscal_year=year, month=month).first()
            if self.indicator is None:
                self.add_error("code", f"En {year.year} no hay ningún indicador con la clave {code}.")
            if self.period is None:
                self.add_error("month", f"El ejercicio {year.year} no tiene abierto ese mes.")
        self._clean_amounts(data)
        return data

    def _clean_amounts(self, data: dict[str, Any]) -> None:
        if not {"numerator", "denominator"} <= set(data):
            return
        pair = (data["numerator"], data["denominator"])
        if not data.get("no_activity"):
            if None in pair:
                self.add_error(None, "Escriba el numerador y el denominador, o diga por qué no hubo actividad.")
        elif all(side in (None, 0) for side in pair):
            data["numerator"] = data["denominator"] = Decimal(0)
        else:
            self.add_error("no_activity", "«Sin actividad» es solo para 0/0: borre las cantidades.")

    def save(self, access: Access) -> services.SaveOutcome:
        data, indicator = self.cleaned_data, self.indicator
        pair = services.PairInput(
            indicator.pk,
            data["numerator"],
            data["denominator"],
            data["no_activity"],
            data["justification"],
            data["version"] or 0,
            data["reason"],
        )
        return services.save_pairs(access=access, period=self.period, pairs=[pair], now=timezone.now())

    def tell(self, current: Measurement) -> None:
        """Somebody's figure is there already: it is shown, and saving again means it."""
        pair = f"{formats.amount(current.numerator)} / {formats.amount(current.denominator)}"
        words = {"code": self.indicator.code, "month": MONTH_NAMES[self.period.month].lower()}
        self.add_error(None, _TAKEN.format(pair=pair, state=current.get_state_display().lower(), **words))
        self.data = self.data.copy()
        self.data["version"] = str(current.version)


class CapturesHere:
    """A list of measurements whose «Agregar» captures one pair."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request) and access_of(request).allows(Action.CAPTURE)  # type: ignore[attr-defined, no-any-return]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = CaptureForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and self._captured(request, form):
            return HttpResponseRedirect(reverse("admin:indicators_measurement_add"))
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": "Capturar una cifra", "form": form, "opts": self.opts,  # type: ignore[attr-defined]
        }  # fmt: skip
        return TemplateResponse(request, "admin/capture.html", context)

    def _captured(self, request: HttpRequest, form: CaptureForm) -> bool:
        try:
            outcome = form.save(access_of(request))
        except services.ServiceError as refusal:
            form.add_error(None, str(refusal))
            return False
        for conflict in outcome.conflicts:
            form.tell(conflict.current)
        if outcome.conflicts:
            return False
        indicator, period = form.indicator, form.period
        prefix = indicator.action.program.department.prefix
        page = reverse("indicators:capture", args=[period.fiscal_year.year, prefix, period.month])
        said = "Ya estaba así" if outcome.unchanged else "Se guardó"
        text = '{} {} de {}. <a href="{}">Ver el mes</a>'
        month = MONTH_NAMES[period.month].lower()
        messages.success(request, format_html(text, said, indicator.code, month, page))
        return True
