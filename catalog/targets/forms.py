"""The forms by which planning changes targets and the borders of lights."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from catalog.form_fields import SharesField, instrument_field
from core.fields import AmountFormField
from indicators.calculations import MONTHS
from indicators.files.forms import InstrumentFileField
from indicators.models import Direction, Indicator, Schedule, TargetAdjustment, TargetKind, month_name

TEXT_LIMIT = 2000
TARGET_FIELDS = ("target", "target_kind", "direction", "schedule", "shares")
_AMOUNT = {"inputmode": "decimal", "autocomplete": "off", "class": "form-control num"}
_SHARES_HELP = "Doce porcentajes acumulados de la meta anual, separados por punto y coma: 0; 0; 25; …; 100."


class TargetAmountField(AmountFormField):
    """An amount, or a percentage written with or without its sign: «80», «80 %»."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs=dict(_AMOUNT)), **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value or "").strip()
        return super().to_python(text.removesuffix("%").rstrip())


def _text(label: str, empty: str, *, limit: int, rows: int = 0, **kwargs: Any) -> forms.CharField:
    attrs = {"class": "form-control"}
    widget = forms.Textarea(attrs={**attrs, "rows": rows}) if rows else forms.TextInput(attrs=attrs)
    errors = {"required": empty, "max_length": f"El texto es demasiado largo: caben {limit:,} letras."}
    return forms.CharField(label=label, max_length=limit, widget=widget, error_messages=errors, **kwargs)


class _TargetForm(forms.Form):
    """What is common: a percent sign belongs to a percentage only."""

    def kind(self) -> str:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        typed = str(self.data.get(self.add_prefix("target"), "")).strip()
        if typed.endswith("%") and "target" in cleaned and self.kind() == TargetKind.ABSOLUTE:
            self.add_error(
                "target", f"«{typed[:40]}» es un porcentaje y la meta es una cantidad: escriba solo el número."
            )
        return cleaned


class AdjustForm(_TargetForm):
    """An adjusted target: from which month on, how much, why, who authorises it and by which instrument."""

    effective_month = forms.TypedChoiceField(
        label="Rige desde",
        coerce=int,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={
            "required": "Elija el mes desde el que rige.",
            "invalid_choice": "Una meta no se ajusta hacia atrás: elija uno de los meses de la lista.",
        },
    )
    target = TargetAmountField(label="Meta ajustada", error_messages={"required": "Escriba la meta ajustada."})
    reason = _text("Motivo", "Escriba el motivo.", limit=TEXT_LIMIT, rows=2)
    authorized_by = _text("Quién autoriza", "Escriba quién autoriza.", limit=200)
    instrument = _text(
        "Instrumento",
        "Escriba el instrumento: tipo, número y fecha.",
        limit=200,
        help_text=f"{TargetAdjustment._meta.get_field('instrument').help_text} Su archivo se adjunta al confirmar.",
    )

    def __init__(self, *args: Any, indicator: Indicator, first_month: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicator = indicator
        open_months = [(month, month_name(month).capitalize()) for month in MONTHS if month >= first_month]
        self.fields["effective_month"].choices = [("", "Elija el mes"), *open_months]
        unit = indicator.action.unit if indicator.target_kind == TargetKind.ABSOLUTE else "por ciento"
        self.fields["target"].help_text = f"En {unit}."

    def kind(self) -> str:
        return self.indicator.target_kind


class AdjustedFileForm(forms.Form):
    """The file of the instrument, asked for where the adjustment is confirmed: what is only looked at keeps none."""

    file = InstrumentFileField(label="Archivo del instrumento (opcional)")


class LackingFileForm(forms.Form):
    """The file that an adjusted target lacks; ``also`` where others lack the same one."""

    file = InstrumentFileField(label="Archivo del instrumento")
    also = forms.BooleanField(required=False)

    def __init__(self, *args: Any, others: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = True
        if others:
            which = "la otra meta ajustada" if others == 1 else f"las otras {others:,} metas ajustadas"
            self.fields["also"].label = f"Es también el de {which} que aparece{'' if others == 1 else 'n'} abajo"
        else:
            del self.fields["also"]


_CHOICE = {"invalid_choice": "«%(value)s» no es una opción: elija una de la lista.", "required": "Elija una opción."}


class ProgrammedTargetForm(_TargetForm):
    """The programmed target of an indicator that nobody has captured yet."""

    target = TargetAmountField(label="Meta anual", error_messages={"required": "Escriba la meta."})
    target_kind = forms.ChoiceField(
        label="Tipo de meta",
        choices=TargetKind.choices,
        error_messages=_CHOICE,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    direction = forms.ChoiceField(
        label="Sentido",
        choices=Direction.choices,
        error_messages=_CHOICE,
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text="Descendente: cumple mejor quien mide menos, y al global del programa entra su cumplimiento.",
    )
    schedule = forms.ChoiceField(
        label="Programación",
        choices=Schedule.choices,
        required=False,
        error_messages=_CHOICE,
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text="Qué parte de la meta se espera en cada mes.",
    )
    shares = SharesField(
        label="Porcentajes programados",
        required=False,
        help_text=f"Solo con programación mes por mes. {_SHARES_HELP}",
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    reason = _text("Motivo (opcional)", "", limit=TEXT_LIMIT, rows=2, required=False)

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        initial = {
            name: getattr(indicator, name) for name in ("target", "target_kind", "direction", "schedule", "shares")
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["target"].help_text = f"En por ciento, o en {indicator.action.unit} si es absoluta."

    def kind(self) -> str:
        return str(self.cleaned_data.get("target_kind", ""))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        explicit = cleaned.get("schedule") == Schedule.EXPLICIT
        if explicit and not cleaned.get("shares") and "shares" not in self.errors:
            self.add_error("shares", "Escriba los doce porcentajes acumulados, o elija otra programación.")
        if not explicit and cleaned.get("shares"):
            self.add_error("shares", "Los doce porcentajes van solo con la programación mes por mes.")
        return cleaned


class CorrectKindForm(_TargetForm):
    """Why the targets of a captured indicator are of the other kind, and the number where that was read wrong, too."""

    target_kind = forms.ChoiceField(
        label="Tipo de meta", choices=TargetKind.choices, error_messages=_CHOICE, widget=forms.HiddenInput()
    )
    target = TargetAmountField(label="Meta anual", required=False)
    reason = _text(
        "Motivo",
        "Escriba por qué se corrige el tipo de meta.",
        limit=TEXT_LIMIT,
        rows=2,
        help_text="Por ejemplo: el programa anual pide 12 informes y se importó como 12 %.",
    )
    instrument = instrument_field()

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        """``unit``: in what the corrected target is said."""
        super().__init__(*args, **kwargs)
        self.fields["target"].help_text = f"En {unit}. Cámbiela solo si también el número se registró mal."

    def kind(self) -> str:
        return str(self.cleaned_data.get("target_kind", ""))


LEFT_OUT, AS_ZERO = "fuera", "cero"


class ThresholdsForm(forms.Form):
    """The borders of lights: of a year, or of one indicator, where an empty one is the year's."""

    green_from = TargetAmountField(label="Verde desde", help_text="Por ciento de cumplimiento.")
    amber_from = TargetAmountField(label="Amarillo desde", help_text="Por ciento de cumplimiento; debajo es rojo.")
    over_above = TargetAmountField(label="Sobrecumplimiento arriba de", help_text="Por ciento de la meta anual.")
    reason = _text("Motivo", "Escriba por qué cambian los umbrales.", limit=TEXT_LIMIT, rows=2)
    instrument = instrument_field()

    def __init__(self, *args: Any, inherited: dict[str, str] | None = None, **kwargs: Any) -> None:
        """``inherited``: the year's borders in words, of a form whose own may be empty."""
        super().__init__(*args, **kwargs)
        for name in ("green_from", "amber_from", "over_above"):
            field = self.fields[name]
            field.required = inherited is None
            field.error_messages["required"] = "Escriba el umbral."
            if inherited is not None:
                field.help_text = f"{field.help_text} Vacío: {inherited[name]}, el del ejercicio."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        green, amber, over = (cleaned.get(name) for name in ("green_from", "amber_from", "over_above"))
        if green is not None and amber is not None and amber >= green:
            self.add_error("amber_from", "El amarillo empieza antes que el verde: escriba un número menor.")
        if green is not None and not 0 < green <= 100:
            self.add_error("green_from", "El verde empieza entre 0 y 100.")
        if amber is not None and amber == 0:
            self.add_error("amber_from", "El amarillo empieza después de 0.")
        if over is not None and over < 100:
            self.add_error("over_above", "El sobrecumplimiento empieza desde 100.")
        return cleaned


class YearThresholdsForm(ThresholdsForm):
    """The borders of a year, and what becomes of an indicator that nobody captured (rule 7)."""

    missing = forms.ChoiceField(
        label="Un indicador sin ninguna captura, con meses exigibles",
        choices=[(LEFT_OUT, "queda fuera del promedio"), (AS_ZERO, "entra al promedio como 0")],
        error_messages=_CHOICE,
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text="Vale para el global y el cumplimiento de los programas; su ausencia se dice de todos modos.",
    )
    field_order = ("green_from", "amber_from", "over_above", "missing", "reason", "instrument")


def typed_words(form: forms.Form) -> list[tuple[str, str]]:
    """What a valid form asks for, as (label, words); fields that were left empty are not named."""
    found = []
    for bound in form:
        value = form.cleaned_data.get(bound.name)
        if value in (None, ""):
            continue
        choices = {str(key): str(label) for key, label in getattr(bound.field, "choices", ())}
        typed = str(bound.value()).strip()
        found.append((str(bound.label), choices.get(str(value), typed)))
    return found


def messages_of(refused: Exception) -> list[str]:
    return refused.messages if isinstance(refused, ValidationError) else [str(refused)]
