"""The form of who signs."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.fields import DayField
from publishing.models import Signer


class SignerForm(forms.Form):
    kind = forms.ChoiceField(label="Qué firma", choices=Signer.Kind.choices)
    name = forms.CharField(
        label="Nombre",
        max_length=150,
        error_messages={"required": "Escriba el nombre.", "max_length": "El nombre cabe en 150 letras."},
    )
    office = forms.CharField(
        label="Cargo",
        max_length=200,
        error_messages={"required": "Escriba el cargo.", "max_length": "El cargo cabe en 200 letras."},
    )
    position = forms.IntegerField(
        label="Lugar",
        min_value=1,
        max_value=20,
        initial=1,
        help_text="En qué orden firma: el 1 va primero.",
        error_messages={
            "required": "Escriba el lugar.",
            "invalid": "Escriba un número de 1 a 20.",
            "min_value": "Escriba un número de 1 a 20.",
            "max_value": "Escriba un número de 1 a 20.",
        },
    )
    starts_on = DayField(label="Firma desde")
    ends_on = DayField(label="Firma hasta", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", ValidationError("Quien firma no puede dejar de firmar antes de empezar."))
        return data
