"""The forms of the catalogue's tree: what is typed becomes clean texts, codes and choices; errors become sentences."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db import models

from catalog.form_fields import LONG_TEXT, CodeField, LineField, ParagraphsField, YearField
from catalog.targets.forms import TARGET_FIELDS, ProgrammedTargetForm
from catalog.tree import kinds
from catalog.tree.kinds import Kind
from catalog.workbook import cells
from catalog.workbook.columns import columns_of
from catalog.workbook.declaring import CAPTURE, SHEET, Asked, ColumnSpec
from core.fields import AmountField, AmountFormField
from core.spreadsheets.cells import text_cell
from indicators.models import MONTH_NAMES, Indicator
from programs.models import DEPARTMENT_ORDER, Action, Axis, Department, FiscalYear, Objective, Program, Strategy

_REASON_LIMIT = 2000
_SELECT = {"class": "form-select"}
_MONTHS = [(month, name.capitalize()) for month, name in enumerate(MONTH_NAMES) if month]
_WRONG_CHOICE = {"invalid_choice": "Elija una opción de la lista.", "required": "Elija una opción de la lista."}


def _too_long(limit: int) -> dict[str, str]:
    return {"max_length": f"El texto es demasiado largo: caben {limit:,} letras."}


def _line(label: str, limit: int, empty: str = "", **kwargs: Any) -> LineField:
    """A line; required where ``empty`` says what to do about it."""
    return LineField(
        label=label,
        max_length=limit,
        required=bool(empty),
        error_messages={"required": empty, **_too_long(limit)},
        **kwargs,
    )


def _paragraphs(label: str, rows: int = 2, **kwargs: Any) -> ParagraphsField:
    return ParagraphsField(
        label=label,
        max_length=LONG_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages=_too_long(LONG_TEXT),
        **kwargs,
    )


def _choice(label: str, choices: Iterable[Any], *, required: bool = True, **kwargs: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=choices,
        required=required,
        error_messages=_WRONG_CHOICE,
        widget=forms.Select(attrs=_SELECT),
        **kwargs,
    )


def _declared(column: ColumnSpec, asked: Asked) -> forms.Field:
    """The field of a form that its column and its model describe."""
    label, text, stored = asked.label or column.header, asked.help, column.stored
    if column.parse is cells.month:
        return _choice(label, _MONTHS, coerce=int, help_text=text)
    if column.parse is cells.year:
        return YearField(label=label, required=False, help_text=text)
    if isinstance(stored, models.BooleanField):
        return forms.BooleanField(label=label, required=False, help_text=text)
    if isinstance(stored, AmountField):
        return AmountFormField(label=label, required=bool(asked.empty), help_text=text)
    if stored is not None and stored.choices:
        blank = [("", "Sin indicar")] if stored.blank else []
        kind = int if isinstance(stored, models.IntegerField) else str
        choices = [*blank, *stored.flatchoices]
        return _choice(label, choices, required=not stored.blank, coerce=kind, help_text=text)
    if isinstance(stored, models.TextField):
        return _paragraphs(label, help_text=text)
    if isinstance(stored, models.CharField):
        return _line(label, stored.max_length or LONG_TEXT, asked.empty, help_text=text)
    raise TypeError(f"{column.header}: say in ``catalog.tree.forms`` how a form asks for it")


def _named(model: type[models.Model], section: str) -> tuple[str, ...]:
    """The declared fields of a section of its form, in their order."""
    found = [column for column in columns_of(model) if column.asked is not None and column.asked.section == section]
    return tuple(column.name for column in sorted(found, key=lambda column: column.asked.late))


class NodeForm(forms.Form):
    """One thing of the tree, new (below ``parent``) or as it is; ``values`` are what its fields say.

    Fields that are not written here come from the columns of ``model``.
    """

    model: type[models.Model] | None = None

    reason = _paragraphs("Motivo del cambio (opcional)", help_text="Queda en la bitácora junto con el cambio.")
    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()
    capture_title = CAPTURE  # of the section that captures freeze

    def __init__(self, *args: Any, fiscal_year: FiscalYear, parent: Any = None, **kwargs: Any) -> None:
        self.fiscal_year, self.parent = fiscal_year, parent
        super().__init__(*args, **kwargs)
        for column in columns_of(self.model) if self.model else ():
            if column.asked is not None:
                self.fields[column.name] = _declared(column, column.asked)
        self.order_fields(self.field_order)

    def values(self) -> dict[str, Any]:
        """What the service writes; a parent that the form does not ask for is the given one."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}

    def grouped(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields by their sections, those of no section first and the reason last."""
        named = {name for _, names in self.sections for name in names}
        loose = [name for name in self.fields if name not in named and name != "reason"]
        groups = [("", loose), *self.sections, ("", ("reason",))]
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in groups if names]

    def facts(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What its fields say, in words, by their sections: for who may only read."""
        groups = [(title, [field for field in fields if field.name != "reason"]) for title, fields in self.grouped()]
        return [(title, [(str(field.label), _said(field)) for field in fields]) for title, fields in groups if fields]

    def _offer(self, name: str, rows: Sequence[Any], labels: Iterable[Any]) -> None:
        """The choices of a field that stands for a row, by its key; what is chosen becomes the row."""
        by_key = {str(row.pk): row for row in rows}
        self.fields[name].coerce = by_key.get
        self.fields[name].choices = [("", "Elija…"), *labels]


class PlanForm(NodeForm):
    name = _line("Nombre", 500, "Escriba el nombre del plan.")
    start_year = YearField(label="Primer año", error_messages={"required": "Escriba el primer año."})
    end_year = YearField(label="Último año", error_messages={"required": "Escriba el último año."})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("start_year"), cleaned.get("end_year")
        if start and end and start > end:
            self.add_error("end_year", "El último año no puede ser anterior al primero.")
        return cleaned


class _KeyedForm(NodeForm):
    key = _line("Clave", 20, help_text="Por ejemplo 1.2. Con ella, un nombre corregido no se toma por otro.")


class AxisForm(_KeyedForm):
    name = _line("Nombre", 500, "Escriba el nombre del eje.")

    def values(self) -> dict[str, Any]:
        return super().values() | ({"plan": self.fiscal_year.plan} if self.parent else {})


class ObjectiveForm(_KeyedForm):
    axis = _choice("Eje", ())
    name = _line("Nombre", 500, "Escriba el nombre del objetivo.")
    field_order = ("axis", "key", "name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        axes = list(Axis.objects.filter(plan=self.fiscal_year.plan_id))
        self._offer("axis", axes, [(axis.pk, kinds.label_of(axis)) for axis in axes])


class StrategyForm(_KeyedForm):
    objective = _choice("Objetivo", ())
    name = LineField(
        label="Nombre",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Escriba el nombre de la estrategia.", **_too_long(1000)},
    )
    field_order = ("objective", "key", "name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Objective.objects.filter(axis__plan=self.fiscal_year.plan_id).select_related("axis")
        found = list(rows.order_by("axis__position", "axis_id", "position", "id"))
        self._offer("objective", found, _grouped((kinds.label_of(row.axis), row) for row in found))


class ProgramForm(NodeForm):
    model = Program
    strategy = _choice("Estrategia", ())
    department = _choice("Dependencia", ())
    code = CodeField(cells.PROGRAM, label="Clave", max_length=10)
    number = _line("Número", 20, help_text="Como lo imprime el programa anual: 1.10 no es 1.1.")
    name = _line("Nombre", 500, "Escriba el nombre del programa.")
    description = _paragraphs("Descripción", rows=3)
    objectives = _paragraphs("Objetivos del programa", rows=4, help_text="Uno por renglón, en su orden.")
    field_order = ("strategy", "department", "code", "official_key", "number", "name", "description", "objectives")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Strategy.objects.filter(objective__axis__plan=self.fiscal_year.plan_id)
        rows = rows.select_related("objective__axis")
        order = ("objective__axis__position", "objective__axis_id", "objective__position", "objective_id")
        found = list(rows.order_by(*order, "position", "id"))
        above = ((f"{kinds.label_of(r.objective.axis)} › {kinds.label_of(r.objective)}", r) for r in found)
        self._offer("strategy", found, _grouped(above))
        own = getattr(self.initial.get("department"), "pk", self.initial.get("department"))
        departments = [
            row
            for row in Department.objects.order_by(*DEPARTMENT_ORDER)
            if self.fiscal_year.historical or row.lasts_through(self.fiscal_year.year) or row.pk == own
        ]
        self._offer("department", departments, [(row.pk, f"{row.prefix} {row.name}") for row in departments])
        _ask_code(self, "Déjela vacía y se toma la siguiente libre de la dependencia, por ejemplo PRE-12.")

    def clean_objectives(self) -> list[str]:
        return list(cells.objective_lines(text_cell(self.cleaned_data["objectives"])))


class ActionForm(NodeForm):
    model = Action
    code = CodeField(cells.ACTION, label="Clave", max_length=14)
    text = LineField(
        label="Acción",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Escriba la acción.", **_too_long(5000)},
    )
    unit = _line("Unidad", 100, "Escriba la unidad, por ejemplo Solicitudes.")
    field_order = ("code", "official_key", "text", "unit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_code(self, "Déjela vacía y se toma la siguiente libre del programa.")

    def values(self) -> dict[str, Any]:
        return super().values() | ({"program": self.parent} if self.parent else {})


class IndicatorForm(NodeForm):
    model = Indicator
    code = CodeField(cells.INDICATOR, label="Clave", max_length=16)
    name = LineField(
        label="Nombre",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Escriba el nombre del indicador.", **_too_long(5000)},
    )
    field_order = ("code", "official_key", "name")
    sections = (
        (CAPTURE, _named(Indicator, CAPTURE)),
        ("Meta", TARGET_FIELDS),
        (SHEET, _named(Indicator, SHEET)),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_code(self, "Déjela vacía: la de su acción, o esa con una letra si ya tiene indicador.")

    def values(self) -> dict[str, Any]:
        return super().values() | ({"action": self.parent} if self.parent else {})


class NewIndicatorForm(IndicatorForm, ProgrammedTargetForm):
    """With the programmed target, which later has a page of its own.

    ``initial`` says since when it counts (``starts_in``) where the year is under way: the person sees and confirms it.
    """

    def __init__(self, *args: Any, parent: Any, initial: dict[str, Any], **kwargs: Any) -> None:
        blank = Indicator(action=parent, target=None)
        given = {name: getattr(blank, name) for name in (*kinds.INDICATORS.fields, *TARGET_FIELDS)}
        self._initial = given | {"name": "", "target": "100"} | initial
        super().__init__(*args, parent=parent, indicator=blank, **kwargs)
        self.initial = self._initial


FORMS: dict[Kind, type[NodeForm]] = {
    kinds.PLANS: PlanForm,
    kinds.AXES: AxisForm,
    kinds.OBJECTIVES: ObjectiveForm,
    kinds.STRATEGIES: StrategyForm,
    kinds.PROGRAMS: ProgramForm,
    kinds.ACTIONS: ActionForm,
    kinds.INDICATORS: IndicatorForm,
}


def _said(field: forms.BoundField) -> str:
    value = field.value()
    if isinstance(field.field, forms.BooleanField):
        return "sí" if value else "no"
    choices: dict[str, str] = {}
    for key, label in getattr(field.field, "choices", ()):
        # Those of a group stand in the place of its label.
        inner = label if isinstance(label, list | tuple) else [(key, label)]
        choices |= {str(value): str(word) for value, word in inner}
    text = "" if value is None else str(value)
    return choices.get(text, text) if text else "sin indicar"


def _ask_code(form: NodeForm, when_new: str) -> None:
    """A code may be left to the system while the row is new; later it is asked for."""
    field = form.fields["code"]
    field.required = form.parent is None
    field.help_text = when_new if form.parent is not None else ""
    field.error_messages["required"] = "Escriba la clave."


def _grouped(rows: Iterable[tuple[str, Any]]) -> list[tuple[str, list[tuple[Any, str]]]]:
    groups: dict[str, list[tuple[Any, str]]] = {}
    for title, row in rows:
        groups.setdefault(title, []).append((row.pk, kinds.label_of(row)))
    return list(groups.items())
