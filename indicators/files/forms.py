"""The fields and forms of files, for every act that takes one."""

from typing import Any

from django import forms

_NO_FILE = {
    "required": "Elija un archivo.",
    "missing": "Elija un archivo.",
    "invalid": "No llegó ningún archivo: elíjalo otra vez.",
}


class EvidenceFileField(forms.FileField):
    """A file of any name and content: what is accepted is decided by looking into it, with a better sentence."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_empty_file=True, error_messages=_NO_FILE, **kwargs)


class InstrumentFileField(EvidenceFileField):
    """The file of the instrument that an act cites; it may be left out."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {"label": "Archivo del oficio", "help_text": "PDF, JPG, PNG, DOCX o XLSX, hasta 10 MB."} | kwargs
        super().__init__(required=False, **kwargs)


class InstrumentForm(forms.Form):
    """What a correction cites: the text of the instrument, its file, or neither."""

    instrument = forms.CharField(
        label="Oficio que la pide (tipo, número y fecha)",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        error_messages={"max_length": "El oficio se cita en 200 letras; lo demás va en el motivo."},
    )
    file = InstrumentFileField(widget=forms.FileInput(attrs={"class": "form-control"}))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("file") and not data.get("instrument") and "instrument" not in self.errors:
            self.add_error("instrument", "Escriba qué instrumento es el archivo: tipo, número y fecha.")
        return data

    def cited_reason(self) -> str:
        """The reason as the trail keeps it, with the instrument that it cites."""
        told: str = self.cleaned_data["reason"]
        instrument = self.cleaned_data["instrument"]
        return f"{told} ({instrument})" if instrument else told


class PutBackForm(forms.Form):
    """The same file again, for the place of one that the store lost."""

    file = EvidenceFileField()
