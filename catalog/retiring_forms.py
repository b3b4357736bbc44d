"""The forms of retiring and of asking again."""

from collections.abc import Sequence
from typing import Any

from django import forms

from indicators.calculations import MONTHS
from indicators.models import Indicator, month_name

_REASON_LIMIT = 2000


def _reason(label: str, empty: str) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=_REASON_LIMIT, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Con el oficio o acta que lo pide, si lo hay. Queda en la bitácora.",
        error_messages={
            "required": empty, "max_length": f"El texto es demasiado largo: caben {_REASON_LIMIT:,} letras.",
        },
    )  # fmt: skip


class RetireForm(forms.Form):
    """``first``: the first month in which nothing stands in the way."""

    from_month = forms.TypedChoiceField(
        label="Desde qué mes ya no se pide", coerce=int, widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={
            "required": "Elija el mes desde el que ya no se pide.",
            "invalid_choice": "Ese mes ya tiene capturas, o no existe: elija uno de la lista.",
        },
    )  # fmt: skip
    reason = _reason("Motivo", "Escriba por qué se retira.")

    def __init__(self, *args: Any, first: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.months = [(month, month_name(month).capitalize()) for month in MONTHS if month >= first]
        self.fields["from_month"].choices = [("", "Elija el mes"), *self.months]


class ReinstateForm(forms.Form):
    codes = forms.MultipleChoiceField(
        label="Qué se vuelve a pedir", widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Marque al menos un indicador.",
            "invalid_choice": "Uno de los indicadores ya no está retirado: revise la lista.",
        },
    )  # fmt: skip
    reason = _reason("Motivo", "Escriba por qué se vuelve a pedir.")

    def __init__(self, *args: Any, indicators: Sequence[Indicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["codes"].choices = [
            (row.code, f"{row.code} {row.name} (retirado desde {month_name(row.retired_from or 1)})")
            for row in indicators
        ]
        self.fields["codes"].initial = [row.code for row in indicators]
