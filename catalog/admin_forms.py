"""The admin's forms of the catalogue: rules that the database holds, said beside the field before it has to."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet

from catalog import departments, editing
from catalog.admin_base import TrailForm
from catalog.form_fields import LineField, SharesField
from catalog.nodes import BY_MODEL
from catalog.rules import CODE_WITH_CAPTURES, FROZEN_WITH_CAPTURES, belongs, frozen_changes
from core.text import fold
from indicators.models import Indicator, Measurement
from programs.models import Action, Department, Objective, Program, Strategy

_OTHER_CODE = "La clave empieza con la de {parent}: {code}."
_CODES_BELOW = "Hay claves que empiezan con esta: cámbiela en el árbol del catálogo, que cambia también las de abajo."


def _code_changed(form: forms.ModelForm, cleaned: dict[str, Any]) -> bool:
    return bool(form.instance.pk) and "code" in cleaned and cleaned["code"] != form.initial.get("code")


class _Named:
    """The name is one line without odd blanks, as every other form and the import read it."""

    field_classes = {"name": LineField}


class DepartmentForm(TrailForm):
    class Meta(_Named):
        pass

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        taken = departments.taken_name(Department(pk=self.instance.pk, name=name))
        if taken:
            raise ValidationError(taken)
        return name


class BranchForm(TrailForm):
    """A plan, axis, objective or strategy."""

    class Meta(_Named):
        pass

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        parent = BY_MODEL[type(self.instance)].parent
        above = cleaned.get(parent) or (getattr(self.instance, parent) if parent and self.instance.pk else None)
        if "name" in cleaned and (above or not parent):
            place = {parent: above} if parent else {}
            taken = editing.taken_name(type(self.instance)(pk=self.instance.pk, name=cleaned["name"], **place))
            if taken:
                self.add_error("name", taken)
        return cleaned


class BranchRowForm(forms.ModelForm):
    class Meta(_Named):
        pass


class BranchFormSet(BaseInlineFormSet):
    """All the rows of one place are here: a new or changed one takes no other's name."""

    def clean(self) -> None:
        super().clean()
        rows = [form for form in self.forms if form not in self.deleted_forms and form.cleaned_data.get("name")]
        names = {fold(row.cleaned_data["name"]): row.cleaned_data["name"] for row in rows if not row.has_changed()}
        for row in rows:
            name = row.cleaned_data["name"]
            if row.has_changed() and names.setdefault(fold(name), name) is not name:
                row.add_error("name", editing.SAME_PLACE.format(names[fold(name)]))


class NodeForm(BranchForm):
    """An objective or a strategy moves only within its plan: programmes below would change plan with it."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        field = "axis" if isinstance(self.instance, Objective) else "objective"
        parent = cleaned.get(field)
        if not self.instance.pk or parent is None or parent.pk == self.initial.get(field):
            return cleaned
        stored = type(self.instance)._base_manager.get(pk=self.instance.pk)
        if _plan_of(stored) != _plan_of(type(self.instance)(**{field: parent})):
            self.add_error(field, "Es de otro plan: se mueve solo dentro de su plan.")
        return cleaned


def _plan_of(node: Objective | Strategy) -> int:
    return node.axis.plan_id if isinstance(node, Objective) else node.objective.axis.plan_id


class FiscalYearForm(TrailForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        plan, year = cleaned.get("plan"), cleaned.get("year")
        if plan and year and not plan.start_year <= year <= plan.end_year:
            self.add_error("year", f"El plan va de {plan.start_year} a {plan.end_year}: el {year} no cae dentro.")
        return cleaned


class ProgramForm(TrailForm):
    year_field = "fiscal_year"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        year = cleaned.get("fiscal_year") or (self.instance.fiscal_year if self.instance.pk else None)
        strategy, previous = cleaned.get("strategy"), cleaned.get("previous")
        if strategy and year and strategy.objective.axis.plan_id != year.plan_id:
            self.add_error("strategy", f"La estrategia es de otro plan; el ejercicio {year} es de «{year.plan}».")
        if previous and year and previous.fiscal_year.year >= year.year:
            self.add_error("previous", "El programa anterior es de un ejercicio anterior.")
        if _code_changed(self, cleaned):
            self._refuse_code(self.instance.actions.exists())
        return cleaned

    def _refuse_code(self, has_below: bool) -> None:
        if _has_captures(indicator__action__program=self.instance):
            self.add_error("code", CODE_WITH_CAPTURES)
        elif has_below:
            self.add_error("code", _CODES_BELOW)


class _YearOfParentForm(forms.ModelForm):
    """The fiscal year is not a field, but the rules about it are checked as if it were."""

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"fiscal_year"} if self.instance.fiscal_year_id else excluded


class ActionRowForm(_YearOfParentForm):
    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        problem = _why_not_recoded(self.instance) if _code_changed(self, {"code": code}) else ""
        if problem:
            raise ValidationError(problem)
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        program: Program | None = cleaned.get("program")
        if program is not None and "code" in cleaned and not belongs(cleaned["code"], program.code):
            self.add_error("code", _OTHER_CODE.format(parent="su programa", code=program.code))
        return cleaned


class ActionForm(_YearOfParentForm, TrailForm):
    year_field = "program"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        program: Program | None = cleaned.get("program")
        if program and self.instance.pk and program.fiscal_year_id != self.instance.fiscal_year_id:
            self.add_error("program", "El programa es de otro ejercicio: la acción se mueve solo dentro del suyo.")
        elif program:
            self.instance.fiscal_year = program.fiscal_year
            if "code" in cleaned and not belongs(cleaned["code"], program.code):
                self.add_error("code", _OTHER_CODE.format(parent="su programa", code=program.code))
        problem = _why_not_recoded(self.instance) if _code_changed(self, cleaned) else ""
        if problem:
            self.add_error("code", problem)
        return cleaned


def _why_not_recoded(action: Action) -> str:
    if _has_captures(indicator__action=action):
        return CODE_WITH_CAPTURES
    return _CODES_BELOW if action.indicators.exists() else ""


class IndicatorForm(_YearOfParentForm, TrailForm):
    year_field = "action"
    shares = SharesField(
        label="Porcentajes programados",
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Doce porcentajes acumulados de la meta anual, separados por punto y coma; solo con programación "
        "mes por mes.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        action: Action | None = cleaned.get("action")
        if action and self.instance.pk and action.fiscal_year_id != self.instance.fiscal_year_id:
            self.add_error("action", "La acción es de otro ejercicio: el indicador se mueve solo dentro del suyo.")
        elif action:
            self.instance.fiscal_year = action.fiscal_year
            if "code" in cleaned and not belongs(cleaned["code"], action.code):
                self.add_error("code", _OTHER_CODE.format(parent="su acción", code=action.code))
        previous = cleaned.get("previous")
        if previous and action and previous.fiscal_year.year >= action.fiscal_year.year:
            self.add_error("previous", "El indicador anterior es de un ejercicio anterior.")
        if self.instance.pk:
            self._refuse_what_captures_freeze(cleaned)
        return cleaned

    def _refuse_what_captures_freeze(self, cleaned: dict[str, Any]) -> None:
        stored = Indicator.objects.get(pk=self.instance.pk)
        fields = [field for field in FROZEN_WITH_CAPTURES if field in cleaned]
        before = {field: getattr(stored, field) for field in fields}
        refused = frozen_changes(before, cleaned, fields)
        code_changed = _code_changed(self, cleaned)
        if not (refused or code_changed) or not _has_captures(indicator=stored):
            return
        for field, sentence in refused.items():
            self.add_error(field, sentence)
        if code_changed:
            self.add_error("code", CODE_WITH_CAPTURES)


def _has_captures(**of: Any) -> bool:
    return Measurement.objects.filter(**of).exists()
