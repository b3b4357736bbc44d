"""The form by which planning closes a month or rectifies its closing."""

from typing import Any

from django import forms

_LONGEST_REASON = 1000


class CloseMonthForm(forms.Form):
    """A rectification says why; where something lacks or closing entails something, whoever closes says they know."""

    # Which version the page showed: a colleague's closing in between is told, and never rectified by accident.
    version = forms.IntegerField(widget=forms.HiddenInput, error_messages={"invalid": "Abra otra vez esta página."})
    reason = forms.CharField(
        label="Motivo",
        required=False,
        max_length=_LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": "Escriba por qué se rectifica.",
            "max_length": f"El motivo es demasiado largo: caben {_LONGEST_REASON:,} letras.",
        },
    )
    instrument = forms.CharField(
        label="Instrumento (tipo, número y fecha)",
        required=False,
        max_length=200,
        help_text="Por ejemplo: Oficio 12/2016 del 14/10/2016.",
        error_messages={"max_length": "El instrumento se cita en 200 letras; lo demás va en el motivo."},
    )
    known = forms.BooleanField(
        label="Sé lo que falta y lo que esto implica",
        error_messages={"required": "Marque que sabe lo que falta y lo que esto implica."},
    )

    def __init__(self, *args: Any, version: int, warned: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen = version
        self.fields["version"].initial = version
        if version > 1:
            self.fields["reason"].required = True
            self.fields["reason"].label = "Por qué se rectifica"
            self.fields[
                "reason"
            ].help_text = (
                "El motivo y el instrumento quedan en el documento, que todos leen: no nombre a ninguna persona."
            )
        if not warned:
            del self.fields["known"]

    def clean_version(self) -> int:
        if self.cleaned_data["version"] != self.seen:
            raise forms.ValidationError(
                "Otra persona cerró este mes mientras usted miraba la página: revise cómo quedó antes de seguir."
            )
        return self.seen
