"""The forms by which planning publishes and asks that the site be taken down."""

from typing import Any

from django import forms

_LONGEST_REASON = 1000


def _reason(label: str, *, required: str = "", help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=bool(required),
        max_length=_LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=help_text,
        error_messages={
            "required": required,
            "max_length": f"El motivo es demasiado largo: caben {_LONGEST_REASON:,} letras.",
        },
    )


class PublishForm(forms.Form):
    """Whoever publishes has read what becomes public."""

    reason = _reason("Motivo (opcional)", help_text="Queda en la bitácora; no se publica.")
    instrument = forms.CharField(
        label="Instrumento (tipo, número y fecha; opcional)",
        required=False,
        max_length=200,
        help_text="Por ejemplo: Acuerdo de Cabildo 31/2016 del 14/10/2016.",
        error_messages={"max_length": "El instrumento se cita en 200 letras; lo demás va en el motivo."},
    )
    known = forms.BooleanField(
        label="Leí lo que se publica",
        error_messages={"required": "Marque que leyó lo que se publica."},
    )
    # What was public when the page was shown: a colleague who publishes or takes down meanwhile is told.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, shown: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._shown = shown
        self.fields["seen"].initial = shown

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("seen") != self._shown:
            raise forms.ValidationError(
                "Otra persona publicó o retiró el sitio mientras usted miraba la página: lea cómo quedó."
            )
        return data


class TakeDownForm(forms.Form):
    reason = _reason(
        "Por qué se retira",
        required="Escriba por qué se retira el sitio público.",
        help_text="Lo lee quien lo confirma, y queda en la bitácora.",
    )
