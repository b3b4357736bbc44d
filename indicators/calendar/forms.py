"""The forms of planning's calendar."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.dates import Span, near_year
from core.fields import DayField
from indicators.files.forms import InstrumentFileField
from indicators.models import MONTH_NAMES, DayOff, Extension, Period
from programs.models import DEPARTMENT_ORDER, Department, FiscalYear

TEXT_LIMIT = 1000
MONTH_CHOICES = [(month, name.capitalize()) for month, name in enumerate(MONTH_NAMES) if month]


def _limit(form: forms.Form, span: Span) -> None:
    """Take only days of ``span`` in all the form's dates."""
    for field in form.fields.values():
        if isinstance(field, DayField):
            field.limit(span)


def _reason(label: str, required: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": required,
            "max_length": f"El texto es demasiado largo: caben {TEXT_LIMIT:,} letras.",
        },
    )


class DatesForm(forms.Form):
    """When a month opens and is due."""

    opens_on = DayField(label="Abre el")
    due_on = DayField(label="Vence el")
    reason = _reason("Por qué cambian las fechas", "Escriba por qué cambian las fechas.")

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _limit(self, near_year(year))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("opens_on") and data.get("due_on") and data["due_on"] < data["opens_on"]:
            self.add_error("due_on", "El mes no puede vencer antes de abrir.")
        return data


class CloseForm(forms.Form):
    """Closing a month; where something is missing, knowing it."""

    reason = _reason("Por qué se cierra", "Escriba por qué se cierra el mes.")
    known = forms.BooleanField(
        label="Sé que falta esto: sin prórroga ya no se podrá capturar",
        error_messages={"required": "Marque que sabe lo que falta, o envíe antes un recordatorio."},
    )

    def __init__(self, *args: Any, missing: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not missing:
            del self.fields["known"]


class ReopenForm(forms.Form):
    reason = _reason("Por qué se abre de nuevo", "Escriba por qué se abre de nuevo el mes.")


class ReasonForm(forms.Form):
    """Ending an extension."""

    reason = _reason("Por qué termina antes", "Escriba por qué termina la prórroga.")


class ExtensionForm(forms.Form):
    department = forms.ModelChoiceField(
        label="Dependencia",
        queryset=Department.objects.none(),
        to_field_name="prefix",
        empty_label="Elija…",
        error_messages={
            "required": "Elija la dependencia.",
            "invalid_choice": "Elija una dependencia con indicadores en este ejercicio.",
        },
    )
    month = forms.TypedChoiceField(
        label="Mes",
        choices=[("", "Elija…"), *MONTH_CHOICES],
        coerce=int,
        error_messages={"required": "Elija el mes.", "invalid_choice": "Elija un mes del año."},
    )
    until = DayField(label="Hasta el", help_text="Ese día todavía cuenta.")
    reason = _reason("Motivo", "Escriba el motivo de la prórroga.")
    instrument = forms.CharField(
        label="Oficio que la pide",
        help_text="Tipo, número y fecha.",
        max_length=Extension._meta.get_field("instrument").max_length,
        error_messages={
            "required": "Escriba con qué oficio se pidió: tipo, número y fecha.",
            "max_length": "El oficio se cita en 200 letras; lo demás va en el motivo.",
        },
    )
    file = InstrumentFileField()

    def __init__(self, *args: Any, fiscal_year: FiscalYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Department.objects.filter(programs__fiscal_year=fiscal_year).distinct()
        self.fields["department"].queryset = departments.order_by(*DEPARTMENT_ORDER)
        self.fiscal_year = fiscal_year

    def clean_month(self) -> Period:
        period = Period.objects.filter(fiscal_year=self.fiscal_year, month=self.cleaned_data["month"]).first()
        if period is None:
            raise ValidationError("El ejercicio todavía no tiene este mes.")
        return period


class DaysOffForm(forms.Form):
    """A day or a range, near the fiscal year: other days move nothing here."""

    starts_on = DayField(label="Desde el")
    ends_on = DayField(label="Hasta el", required=False, help_text="Déjelo vacío si es un solo día.")
    name = forms.CharField(
        label="Motivo",
        max_length=DayOff._meta.get_field("name").max_length,
        help_text="Por ejemplo: vacaciones de verano, aniversario de la ciudad.",
        error_messages={
            "required": "Escriba por qué no se trabaja.",
            "max_length": "El motivo es demasiado largo: caben 200 letras.",
        },
    )

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _limit(self, near_year(year))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("starts_on") and "ends_on" in data:
            data["ends_on"] = data["ends_on"] or data["starts_on"]
        return data
