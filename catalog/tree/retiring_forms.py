"""The forms of retiring and of asking again."""

from collections.abc import Sequence
from typing import Any

from django import forms

from catalog.form_fields import instrument_field, reason_field
from indicators.calculations import MONTHS
from indicators.models import Indicator, month_name

_HELP = "Queda en la bitácora."


class RetireForm(forms.Form):
    """``first``: the first month in which nothing stands in the way."""

    from_month = forms.TypedChoiceField(
        label="Desde qué mes ya no se pide",
        coerce=int,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={
            "required": "Elija el mes desde el que ya no se pide.",
            "invalid_choice": "Ese mes ya tiene capturas, o no existe: elija uno de la lista.",
        },
    )
    reason = reason_field("Motivo", "Escriba por qué se retira.", _HELP, limit=2000)
    instrument = instrument_field()

    def __init__(self, *args: Any, first: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.months = [(month, month_name(month).capitalize()) for month in MONTHS if month >= first]
        self.fields["from_month"].choices = [("", "Elija el mes"), *self.months]


class ReinstateForm(forms.Form):
    codes = forms.MultipleChoiceField(
        label="Qué se vuelve a pedir",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Marque al menos un indicador.",
            "invalid_choice": "Uno de los indicadores ya no está retirado: revise la lista.",
        },
    )
    reason = reason_field("Motivo", "Escriba por qué se vuelve a pedir.", _HELP, limit=2000)
    instrument = instrument_field()

    def __init__(self, *args: Any, indicators: Sequence[Indicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["codes"].choices = [
            (row.code, f"{row.code} {row.name} (retirado desde {month_name(row.retired_from or 1)})")
            for row in indicators
        ]
        self.fields["codes"].initial = [row.code for row in indicators]
