"""What a second person writes when confirming, or why it is not done."""

from typing import Any

from django import forms

from indicators.files.forms import InstrumentFileField


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="Motivo",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Para rechazar o retirar hay que escribir por qué; para confirmar puede quedar vacío.",
        error_messages={"max_length": "El motivo es demasiado largo: 2,000 letras cuando mucho."},
    )
    file = InstrumentFileField(label="Archivo del oficio (opcional)")

    def __init__(self, *args: Any, takes_file: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not takes_file:
            del self.fields["file"]
