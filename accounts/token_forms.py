"""The form of a new personal token."""

from django import forms

from accounts.api_tokens import LASTS
from accounts.models import ApiToken


def _period(days: int) -> str:
    return "un año" if days == 365 else f"{days} días"


class ApiTokenForm(forms.Form):
    name = forms.CharField(
        label="Nombre",
        max_length=ApiToken._meta.get_field("name").max_length,
        help_text="Dónde la va a usar, para reconocerla después: «Power BI de la oficina».",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Escriba dónde la va a usar."},
    )
    days = forms.TypedChoiceField(
        label="Sirve durante",
        choices=[(days, _period(days)) for days in LASTS],
        coerce=int,
        initial=LASTS[1],
        widget=forms.RadioSelect,
        help_text="Al terminar hay que crear otra. Entre menos dure, menos se arriesga si alguien la copia.",
        error_messages={"required": "Elija por cuánto tiempo sirve.", "invalid_choice": "Elija una de las opciones."},
    )
