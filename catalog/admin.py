"""The catalogue in the admin: the plan's hierarchy, departments, years, programmes, actions and indicators."""

from typing import Any

from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone

from catalog import admin_accounts, admin_measurements  # noqa: F401 - they register their lists
from catalog.admin_base import PlanningAdmin, PlanningInline, ReadOnlyInline
from catalog.admin_forms import (
    ActionForm,
    ActionRowForm,
    BranchForm,
    BranchFormSet,
    BranchRowForm,
    DepartmentForm,
    FiscalYearForm,
    IndicatorForm,
    NodeForm,
    ProgramForm,
)
from catalog.admin_spreadsheets import CatalogSpreadsheets
from core import formats
from indicators import services
from indicators.models import Indicator, Period, TargetAdjustment
from indicators.wording import retired_text
from programs.models import (
    Action,
    Axis,
    Department,
    FiscalYear,
    Objective,
    Plan,
    Program,
    ProgramObjective,
    Strategy,
)


class BranchInline(PlanningInline):
    form = BranchRowForm
    formset = BranchFormSet
    fields = ["position", "key", "name"]
    show_change_link = True


class AxisInline(BranchInline):
    model = Axis


class ObjectiveInline(BranchInline):
    model = Objective


class StrategyInline(BranchInline):
    model = Strategy


@admin.register(Plan)
class PlanAdmin(PlanningAdmin):
    form = BranchForm
    list_display = ["name", "years"]
    search_fields = ["name"]
    folded_names = ("name",)
    fields = ["name", "start_year", "end_year"]
    inlines = [AxisInline]

    @admin.display(description="años", ordering="start_year")
    def years(self, obj: Plan) -> str:
        return f"{obj.start_year}–{obj.end_year}"


class BranchAdmin(PlanningAdmin):
    """What stands below the plan, and is told apart by its name."""

    search_fields = ["name"]
    folded_names = ("key", "name")


@admin.register(Axis)
class AxisAdmin(BranchAdmin):
    form = BranchForm
    list_display = ["name", "key", "position", "plan"]
    list_filter = ["plan"]
    list_select_related = ["plan"]
    autocomplete_fields = ["plan"]
    fields = ["plan", "position", "key", "name"]
    fixed_fields = ("plan",)
    inlines = [ObjectiveInline]


@admin.register(Objective)
class ObjectiveAdmin(BranchAdmin):
    form = NodeForm
    list_display = ["name", "key", "position", "axis"]
    list_filter = ["axis__plan", "axis"]
    list_select_related = ["axis"]
    autocomplete_fields = ["axis"]
    fields = ["axis", "position", "key", "name"]
    inlines = [StrategyInline]


@admin.register(Strategy)
class StrategyAdmin(BranchAdmin):
    form = NodeForm
    list_display = ["name", "key", "position", "objective"]
    list_filter = ["objective__axis__plan", "objective__axis"]
    list_select_related = ["objective"]
    autocomplete_fields = ["objective"]
    fields = ["objective", "position", "key", "name"]


@admin.register(Department)
class DepartmentAdmin(PlanningAdmin):
    form = DepartmentForm
    list_display = ["prefix", "number", "name"]
    list_display_links = ["prefix", "name"]
    search_fields = ["search"]
    folded_search = "search"
    fields = ["number", "prefix", "name"]
    fixed_fields = ("prefix",)

    def scope_of(self, obj: Department) -> int | None:
        return obj.pk


class PeriodInline(ReadOnlyInline):
    """To see a year's months; each one's dates change on its own page."""

    model = Period
    fields = ["month_text", "opens_on", "due_on", "closed_on"]
    readonly_fields = ["month_text"]
    show_change_link = True

    @admin.display(description="mes")
    def month_text(self, obj: Period) -> str:
        return services.month_name(obj.month)


def _was_locked(year: FiscalYear | None) -> bool:
    """Locked when it was read: a form that is refused has already changed the instance."""
    return year is not None and year.__dict__.setdefault("_was_locked", year.locked)


@admin.register(FiscalYear)
class FiscalYearAdmin(PlanningAdmin):
    """Adding a year opens its twelve months. A locked year is only looked at: two people open it, elsewhere."""

    form = FiscalYearForm
    list_display = ["year_text", "plan", "locked", "demo_data"]
    list_select_related = ["plan"]
    search_fields = ["year"]
    folded_names = ("year",)
    autocomplete_fields = ["plan"]
    fields = ["plan", "year", "missing_as_zero", "green_from", "amber_from", "over_above", "locked"]
    fixed_fields = ("plan", "year")
    shown_as = {
        "year": "year_text", "green_from": "green_text", "amber_from": "amber_text", "over_above": "over_text",
    }  # fmt: skip
    inlines = [PeriodInline]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not _was_locked(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: FiscalYear, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            services.open_fiscal_year(fiscal_year=obj, actor=request.user, now=timezone.now())

    @admin.display(description="ejercicio", ordering="year")
    def year_text(self, obj: FiscalYear) -> str:
        return str(obj.year)

    @admin.display(description="verde desde (% de cumplimiento)")
    def green_text(self, obj: FiscalYear) -> str:
        return formats.amount(obj.green_from)

    @admin.display(description="amarillo desde (% de cumplimiento)")
    def amber_text(self, obj: FiscalYear) -> str:
        return formats.amount(obj.amber_from)

    @admin.display(description="sobrecumplimiento arriba de (% de la meta anual)")
    def over_text(self, obj: FiscalYear) -> str:
        return formats.amount(obj.over_above)


class ProgramObjectiveInline(PlanningInline):
    model = ProgramObjective
    fields = ["position", "text"]


class ActionFormSet(BaseInlineFormSet):
    """An action takes its fiscal year from its programme before the form is checked."""

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)
        form.instance.fiscal_year_id = self.instance.fiscal_year_id or None
        return form


class ActionInline(PlanningInline):
    model = Action
    form = ActionRowForm
    formset = ActionFormSet
    fields = ["code", "text", "unit"]
    show_change_link = True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Program)
class ProgramAdmin(CatalogSpreadsheets, PlanningAdmin):
    form = ProgramForm
    list_display = ["code", "name", "department", "fiscal_year"]
    list_display_links = ["code", "name"]
    list_filter = ["fiscal_year", "department"]
    search_fields = ["search"]
    folded_search = "search"
    autocomplete_fields = ["department", "strategy", "previous"]
    fields = ["fiscal_year", "department", "strategy", "code", "number", "name", "description", "previous"]
    fixed_fields = ("fiscal_year",)
    year_lookup = "fiscal_year"
    inlines = [ProgramObjectiveInline, ActionInline]

    def scope_of(self, obj: Any) -> int | None:
        program = obj if isinstance(obj, Program) else obj.program
        return program.department_id

    def delete_model(self, request: HttpRequest, obj: Program) -> None:
        for objective in obj.objectives.all():
            self.write_trail(request, objective, self._stored(objective), deleted=True)
        super().delete_model(request, obj)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("fiscal_year", "department")


@admin.register(Action)
class ActionAdmin(PlanningAdmin):
    form = ActionForm
    list_display = ["code", "text", "unit", "program", "fiscal_year"]
    list_display_links = ["code", "text"]
    list_filter = ["fiscal_year", "program__department"]
    search_fields = ["search"]
    folded_search = "search"
    autocomplete_fields = ["program"]
    fields = ["program", "code", "text", "unit"]
    year_lookup = "fiscal_year"

    def scope_of(self, obj: Action) -> int | None:
        return obj.program.department_id

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("fiscal_year", "program__fiscal_year")


class TargetAdjustmentInline(ReadOnlyInline):
    """To see; an adjustment is registered on its own page, with its reason and instrument."""

    model = TargetAdjustment
    fields = ["month_text", "target_text", "reason", "authorized_by", "instrument", "created_at", "created_by"]
    readonly_fields = ["month_text", "target_text", "created_at", "created_by"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("created_by", "indicator")

    @admin.display(description="desde el mes")
    def month_text(self, obj: TargetAdjustment) -> str:
        return services.month_name(obj.effective_month)

    @admin.display(description="meta ajustada")
    def target_text(self, obj: TargetAdjustment) -> str:
        return formats.amount(obj.target)


class _Retired(admin.SimpleListFilter):
    title = "retiro"
    parameter_name = "retiro"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("si", "retirados"), ("no", "se piden")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() in ("si", "no"):
            return queryset.filter(retired_from__isnull=self.value() == "no")
        return queryset


@admin.register(Indicator)
class IndicatorAdmin(CatalogSpreadsheets, PlanningAdmin):
    form = IndicatorForm
    list_display = [
        "code",
        "name",
        "target_text",
        "frequency",
        "considered",
        "retired_text",
        "department",
        "fiscal_year",
    ]
    list_display_links = ["code", "name"]
    list_filter = ["fiscal_year", "action__program__department", "frequency", "considered", "target_kind", _Retired]
    search_fields = ["search"]
    folded_search = "search"
    autocomplete_fields = ["action", "previous"]
    fieldsets = [
        (None, {"fields": ["action", "code", "name", "definition", "considered", "retired_text"]}),
        ("Fórmula", {"fields": ["numerator_label", "denominator_label", "numerator_mode", "denominator_mode"]}),
        ("Meta", {"fields": ["target_kind", "target", "direction", "frequency", "schedule", "shares"]}),
        ("Semáforo propio", {"fields": ["green_from", "amber_from", "over_above"]}),
        ("Ficha técnica", {"fields": ["dimension", "baseline", "baseline_year", "verification",
                                      "requires_evidence", "source", "responsible_area", "previous"]}),
    ]  # fmt: skip
    shown_as = {
        "target": "target_text", "green_from": "green_text", "amber_from": "amber_text", "over_above": "over_text",
        "baseline": "baseline_text", "baseline_year": "baseline_year_text", "shares": "shares_text",
    }  # fmt: skip
    year_lookup = "fiscal_year"
    readonly_fields = ["retired_text"]
    inlines = [TargetAdjustmentInline]

    def scope_of(self, obj: Indicator) -> int | None:
        return obj.action.program.department_id

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else []

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("fiscal_year", "action__program__department")

    @admin.display(description="dependencia", ordering="action__program__department__name")
    def department(self, obj: Indicator) -> str:
        return str(obj.action.program.department)

    @admin.display(description="retiro", ordering="retired_from")
    def retired_text(self, obj: Indicator) -> str:
        """To see; an indicator is retired on its page of the catalogue, which looks at what was captured."""
        return retired_text([obj.retired_from]) or "—"

    @admin.display(description="meta", ordering="target")
    def target_text(self, obj: Indicator) -> str:
        return formats.amount(obj.target) + (" %" if obj.target_kind == "percentage" else "")

    @admin.display(description="verde desde")
    def green_text(self, obj: Indicator) -> str:
        return formats.amount(obj.green_from)

    @admin.display(description="amarillo desde")
    def amber_text(self, obj: Indicator) -> str:
        return formats.amount(obj.amber_from)

    @admin.display(description="sobrecumplimiento arriba de")
    def over_text(self, obj: Indicator) -> str:
        return formats.amount(obj.over_above)

    @admin.display(description="línea base")
    def baseline_text(self, obj: Indicator) -> str:
        return formats.amount(obj.baseline)

    @admin.display(description="año de línea base")
    def baseline_year_text(self, obj: Indicator) -> str:
        return str(obj.baseline_year or "—")

    @admin.display(description="porcentajes programados")
    def shares_text(self, obj: Indicator) -> str:
        return "; ".join(obj.shares or []) or "—"
