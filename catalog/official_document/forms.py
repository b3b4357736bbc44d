"""The form of the screen: the document, and its year where it does not say it."""

from typing import Any

from django import forms

from catalog.form_fields import YearField
from catalog.official_document.reading import MAX_MEGABYTES

TOO_LARGE = f"El archivo pesa más de {MAX_MEGABYTES} MB: súbalo por partes."


class DocumentForm(forms.Form):
    file = forms.FileField(
        label="Programa Anual de Trabajo",
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.txt", "class": "form-control"}),
        # An empty file is for the reader to refuse, with its own sentence.
        allow_empty_file=True,
        max_length=500,
        error_messages={
            "required": "Elija el archivo.",
            "missing": "Elija el archivo.",
            "max_length": "El nombre del archivo es demasiado largo: acórtelo y súbalo otra vez.",
        },
    )
    year = YearField(label="Ejercicio", required=False, help_text="Solo si el documento no lo dice, por ejemplo 2016.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].widget.attrs["class"] = "form-control"
