"""The forms of planning's pages about fiscal years: opening, locking, carrying over, comparing, correcting links."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from catalog.form_fields import HISTORICAL_CHOICES, LineField, instrument_field, reason_field
from catalog.rules import same_name
from catalog.workbook.cells import MAX_YEAR, MIN_YEAR, nearest_code
from catalog.years.lifecycle import NewPlan
from catalog.years.rollover.proposal import CURRENT, ORIGINAL, Wish
from catalog.years.succession import CHANGED
from indicators.models import Indicator
from programs.models import FiscalYear, Plan, Program

NEW = "nuevo"


def _year_field(label: str, help_text: str = "", required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=MIN_YEAR,
        max_value=MAX_YEAR,
        required=required,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "num", "maxlength": 4}),
        error_messages={
            "required": "Escriba el año.",
            "invalid": "El año son cuatro cifras, por ejemplo 2017.",
            "min_value": "El año va de 1900 a 2200.",
            "max_value": "El año va de 1900 a 2200.",
        },
    )


class _PlanFields(forms.Form):
    """Which plan a new year belongs to: one that covers it, or a new one."""

    year = _year_field("Ejercicio nuevo")
    plan = forms.ChoiceField(
        label="Plan Municipal de Desarrollo",
        required=False,
        choices=[],
        error_messages={"invalid_choice": "Elija un plan de la lista."},
    )
    plan_name = LineField(
        label="Nombre del plan nuevo",
        max_length=500,
        required=False,
        help_text="Solo si eligió un plan nuevo, por ejemplo «Plan Municipal de Desarrollo 2017-2019».",
    )
    plan_start = _year_field("Primer año del plan nuevo", required=False)
    plan_end = _year_field("Último año del plan nuevo", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._plans = {str(plan.pk): plan for plan in Plan.objects.order_by("-start_year")}
        self.fields["plan"].choices = [
            ("", "El que abarca ese año"),
            *((key, f"{plan.name} ({plan.start_year}–{plan.end_year})") for key, plan in self._plans.items()),
            (NEW, "Un plan nuevo, con los datos de abajo"),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.existing = FiscalYear.objects.select_related("plan").filter(year=data.get("year")).first()
        if "year" in data and "plan" in data and self.existing is None:
            data["chosen_plan"] = self._chosen(data)
        return data

    def _chosen(self, data: dict[str, Any]) -> Plan | NewPlan | None:
        year, key = data["year"], data["plan"]
        if key == NEW:
            return self._new_plan(data)
        plan = self._plans.get(key) if key else self._covering(year)
        if plan is None:
            self.add_error("plan", f"Ningún plan abarca {year}: elija «Un plan nuevo» y escriba sus datos.")
        elif not plan.start_year <= year <= plan.end_year:
            self.add_error("plan", f"Ese plan va de {plan.start_year} a {plan.end_year}: no abarca {year}.")
        return plan

    def _covering(self, year: int) -> Plan | None:
        return next((plan for plan in self._plans.values() if plan.start_year <= year <= plan.end_year), None)

    def _new_plan(self, data: dict[str, Any]) -> NewPlan | None:
        name, start, end = data.get("plan_name", ""), data.get("plan_start"), data.get("plan_end")
        if not name:
            self.add_error("plan_name", "Escriba el nombre del plan nuevo.")
        elif same_name(name, self._plans.values()) is not None:
            self.add_error("plan_name", "Ya existe un plan con este nombre: elíjalo en la lista.")
        for field in ("plan_start", "plan_end"):
            if field in data and data[field] is None:
                self.add_error(field, "Escriba el año.")
        if start and end and start > end:
            self.add_error("plan_end", "El último año del plan no puede ser anterior al primero.")
        elif start and end and not start <= data["year"] <= end:
            self.add_error("plan_end", f"El plan nuevo tiene que abarcar {data['year']}.")
        return None if self.errors else NewPlan(name, start, end)


class OpenYearForm(_PlanFields):
    """A new year with its twelve months and an empty catalogue. A past one may be historical, which is asked."""

    historical = forms.ChoiceField(
        label="Si el año ya pasó, ¿cómo entra?",
        required=False,
        choices=HISTORICAL_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Elija una de las dos opciones."},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        is_past = "year" in data and data["year"] < self._today.year
        if is_past and not data.get("historical") and "historical" not in self.errors:
            self.add_error("historical", f"{data['year']} ya pasó: diga si es histórico o si se captura mes por mes.")
        if self.existing is not None:
            self.add_error("year", f"El ejercicio {self.existing.year} ya existe.")
        return data


class RollOverForm(_PlanFields):
    """What to carry from one year to a later one. The programmes are boxes of the page, checked here.

    ``also``: codes that count as ticked besides.
    """

    targets = forms.ChoiceField(
        label="Metas",
        choices=[
            (CURRENT, "La meta vigente en diciembre, con sus ajustes"),
            (ORIGINAL, "La meta programada al inicio del año, sin ajustes"),
        ],
        initial=CURRENT,
        widget=forms.RadioSelect,
        error_messages={"required": "Elija qué metas se traen.", "invalid_choice": "Elija una de las dos metas."},
    )
    with_retired = forms.BooleanField(label="Traer también los indicadores retirados", required=False)

    def __init__(self, *args: Any, source: FiscalYear, also: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source, self._also = source, also

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year <= self.source.year:
            raise ValidationError(f"El ejercicio nuevo tiene que ser posterior a {self.source.year}.")
        return year

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.existing is not None and self.existing.locked:
            self.add_error("year", f"El ejercicio {self.existing.year} está cerrado y ya no admite cambios.")
        if not self.codes():
            self.add_error(None, "No hay nada que traer: marque al menos un programa.")
        return data

    def codes(self) -> frozenset[str]:
        listed = self.data.getlist("program") if hasattr(self.data, "getlist") else []
        return frozenset(listed) | self._also

    def wish(self) -> Wish:
        data = self.cleaned_data
        return Wish(
            source=self.source,
            year=data["year"],
            plan=data.get("chosen_plan"),
            codes=self.codes(),
            targets=data["targets"],
            with_retired=data["with_retired"],
        )


class LockForm(forms.Form):
    """Locking a year, knowing what stays undone."""

    reason = reason_field("Motivo", "Escriba por qué se cierra el ejercicio.", "Por ejemplo: cuenta pública entregada.")
    known = forms.BooleanField(
        label="Sé que esto queda sin hacer",
        error_messages={"required": "Marque que sabe lo que queda sin hacer, o termínelo antes."},
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, anything_pending: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not anything_pending:
            del self.fields["known"]


class UnlockForm(forms.Form):
    reason = reason_field("Motivo", "Escriba por qué se abre de nuevo el ejercicio.")
    instrument = instrument_field()


class HistoricalForm(forms.Form):
    reason = reason_field("Motivo", "Escriba por qué.", "Por ejemplo: viene de la hoja de 2015.")


class LinkForm(forms.Form):
    """Of which programme or indicator of an earlier year this one is the continuation."""

    choice = forms.ChoiceField(
        label="Es la continuación de",
        widget=forms.RadioSelect,
        choices=[],
        error_messages={"required": "Elija una opción.", "invalid_choice": "Elija una opción de la lista."},
    )
    year = forms.ChoiceField(label="Ejercicio", required=False, choices=[])
    code = forms.CharField(label="Clave", max_length=16, required=False)

    NONE, OTHER = "ninguno", "otro"

    def __init__(self, *args: Any, subject: Program | Indicator, candidates: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject = subject
        self._candidates = {str(row.pk): row for row in candidates}
        years = FiscalYear.objects.filter(year__lt=subject.fiscal_year.year).order_by("-year")
        self.fields["year"].choices = [(str(year.year), str(year.year)) for year in years]
        self.fields["choice"].choices = [
            *((key, f"{row} ({row.fiscal_year.year})") for key, row in self._candidates.items()),
            (self.OTHER, "Otra clave, que se escribe abajo"),
            (self.NONE, "Ninguno: es nuevo"),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("choice") == self.OTHER:
            data["previous"] = self._typed(data)
        elif data.get("choice"):
            data["previous"] = self._candidates.get(data["choice"])
        return data

    def _typed(self, data: dict[str, Any]) -> Any:
        code, year = data.get("code", "").strip().upper(), data.get("year")
        if not code or not year:
            self.add_error("code", "Escriba la clave y elija su ejercicio.")
            return None
        rows = type(self.subject)._default_manager.select_related("fiscal_year")  # type: ignore[attr-defined]
        found = rows.filter(fiscal_year__year=year, code=code).first()
        if found is None:
            what = "un programa" if isinstance(self.subject, Program) else "un indicador"
            meant = nearest_code(code)
            hint = f"; ¿quiso decir «{meant}»?" if rows.filter(fiscal_year__year=year, code=meant).exists() else "."
            self.add_error("code", f"En {year} no hay {what} con la clave {code}{hint}")
        return found


class SameLinksForm(forms.Form):
    """Which of those that have the same code and name in an earlier year are its continuation.

    ``offered``: the pairs of keys that may be ticked, «12-7» for row 12 that continues row 7.
    """

    pair = forms.MultipleChoiceField(choices=[], error_messages={"required": "Marque al menos uno."})

    def __init__(self, *args: Any, offered: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pair"].choices = [(pair, pair) for pair in offered]
        self.fields["pair"].error_messages["invalid_choice"] = CHANGED

    def pairs(self) -> set[tuple[int, int]]:
        ticked = (pair.partition("-") for pair in self["pair"].value())
        return {(int(row), int(previous)) for row, _, previous in ticked}
