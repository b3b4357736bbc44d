"""The form with which a workbook comes in."""

from django import forms

from core.uploads import MEGABYTE

MAX_BYTES = 5 * MEGABYTE
"""A department's month weighs some 30 kB; 5 MB leave room for whatever people add to their own workbooks."""


class MonthFileForm(forms.Form):
    """One file. What is in it is judged by reading it, also where it is empty or is no workbook."""

    file = forms.FileField(
        label="Archivo (XLSX, ODS o CSV)",
        allow_empty_file=True,
        error_messages={"required": "Elija el archivo que va a subir.", "invalid": "Elija el archivo que va a subir."},
        widget=forms.ClearableFileInput(
            attrs={"class": "form-control", "accept": ".xlsx,.ods,.csv,.txt", "aria-describedby": "archivo-ayuda"}
        ),
    )
