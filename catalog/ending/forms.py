"""The last day of a department, and why it is taken back."""

from typing import Any

from django import forms

from catalog.form_fields import reason_field
from core.fields import DayField
from programs.models import DEPARTMENT_ORDER, Department


class _AnotherDepartment(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.prefix} · {obj.name}"


class EndForm(forms.Form):
    """``seen`` is the token of what follows as the page showed it; without it the page shows it first."""

    ends_on = DayField(label="Último día", help_text="Ese día todavía cuenta; desde el siguiente ya no aparece.")
    merged_into = _AnotherDepartment(
        Department.objects.none(),
        to_field_name="prefix",
        label="Se integró a",
        required=False,
        empty_label="Ninguna: desapareció",
        error_messages={"invalid_choice": "Elija una dependencia de la lista."},
    )
    hand_over = forms.BooleanField(
        label="Pasarle los programas que siguen en ejercicios abiertos, con lo capturado en ellos", required=False
    )
    instrument = forms.CharField(
        label="Instrumento",
        max_length=200,
        required=False,
        help_text="El acuerdo de cabildo, el reglamento o el oficio: tipo, número y fecha.",
    )
    reason = reason_field("Motivo", "Escriba por qué deja de existir.")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Department.objects.filter(ends_on__isnull=True).exclude(pk=department.pk)
        self.fields["merged_into"].queryset = others.order_by(*DEPARTMENT_ORDER)  # type: ignore[attr-defined]


class UndoForm(forms.Form):
    reason = reason_field("Motivo", "Escriba por qué se quita.")
