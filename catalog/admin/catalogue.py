"""The catalogue in the admin: the plan's hierarchy, departments, years, programmes, actions and indicators."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse

from catalog.admin.base import ReadOnlyAdmin, ReadOnlyInline
from catalog.admin.spreadsheets import CatalogSpreadsheets
from catalog.tree import kinds
from catalog.workbook.columns import columns_of
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


class NodeAdmin(ReadOnlyAdmin):
    """What has its page in planning's tree: below a plan in the latest of its years."""

    def changed_at(self, obj: Any) -> str:
        year = getattr(obj, "fiscal_year", None)
        if year is None:
            plan = obj if isinstance(obj, Plan) else kinds.path_of(obj)[0]
            year = plan.fiscal_years.order_by("-year").first()
        return reverse("catalog:node", args=[year.year, *kinds.address_of(obj)]) if year else ""


class BranchInline(ReadOnlyInline):
    fields = ["position", "key", "name"]
    show_change_link = True


class AxisInline(BranchInline):
    model = Axis


class ObjectiveInline(BranchInline):
    model = Objective


class StrategyInline(BranchInline):
    model = Strategy


@admin.register(Plan)
class PlanAdmin(NodeAdmin):
    list_display = ["name", "years"]
    search_fields = ["name"]
    folded_names = ("name",)
    fields = ["name", "start_year", "end_year"]
    inlines = [AxisInline]

    @admin.display(description="años", ordering="start_year")
    def years(self, obj: Plan) -> str:
        return f"{obj.start_year}–{obj.end_year}"


class BranchAdmin(NodeAdmin):
    """What stands below the plan, and is told apart by its name."""

    search_fields = ["name"]
    folded_names = ("key", "name")


@admin.register(Axis)
class AxisAdmin(BranchAdmin):
    list_display = ["name", "key", "position", "plan"]
    list_filter = ["plan"]
    list_select_related = ["plan"]
    fields = ["plan", "position", "key", "name"]
    inlines = [ObjectiveInline]


@admin.register(Objective)
class ObjectiveAdmin(BranchAdmin):
    list_display = ["name", "key", "position", "axis"]
    list_filter = ["axis__plan", "axis"]
    list_select_related = ["axis"]
    fields = ["axis", "position", "key", "name"]
    inlines = [StrategyInline]


@admin.register(Strategy)
class StrategyAdmin(BranchAdmin):
    list_display = ["name", "key", "position", "objective"]
    list_filter = ["objective__axis__plan", "objective__axis"]
    list_select_related = ["objective"]
    fields = ["objective", "position", "key", "name"]


@admin.register(Department)
class DepartmentAdmin(ReadOnlyAdmin):
    list_display = ["prefix", "number", "name"]
    list_display_links = ["prefix", "name"]
    search_fields = ["search"]
    folded_search = "search"
    fields = ["number", "prefix", "name"]

    def changed_at(self, obj: Department) -> str:
        return reverse("catalog:department", args=[obj.prefix])


class PeriodInline(ReadOnlyInline):
    model = Period
    fields = ["month_text", "opens_on", "due_on", "closed_on"]
    readonly_fields = ["month_text"]
    show_change_link = True

    @admin.display(description="mes")
    def month_text(self, obj: Period) -> str:
        return services.month_name(obj.month)


@admin.register(FiscalYear)
class FiscalYearAdmin(ReadOnlyAdmin):
    list_display = ["year_text", "plan", "locked", "demo_data"]
    list_select_related = ["plan"]
    search_fields = ["year"]
    folded_names = ("year",)
    fields = ["plan", "year", "missing_as_zero", "green_from", "amber_from", "over_above", "locked"]
    shown_as = {
        "year": "year_text", "green_from": "green_text", "amber_from": "amber_text", "over_above": "over_text",
    }  # fmt: skip
    inlines = [PeriodInline]

    def changed_at(self, obj: FiscalYear) -> str:
        return reverse("catalog:thresholds", args=[obj.year])

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


class ProgramObjectiveInline(ReadOnlyInline):
    model = ProgramObjective
    fields = ["position", "text"]


class ActionInline(ReadOnlyInline):
    model = Action
    fields = ["code", "text", "unit"]
    show_change_link = True


def _others(model: type[models.Model], *placed: str) -> list[str]:
    """The columns of the catalogue to which the page gives no place of their own."""
    return [column.name for column in columns_of(model) if column.name not in placed]


@admin.register(Program)
class ProgramAdmin(CatalogSpreadsheets, NodeAdmin):
    list_display = ["code", "name", "department", "fiscal_year"]
    list_display_links = ["code", "name"]
    list_filter = ["fiscal_year", "department"]
    search_fields = ["search"]
    folded_search = "search"
    fields = [
        "fiscal_year", "department", "strategy", "code", "number", "name", "description",
        *_others(Program, "number", "name", "description"), "previous",
    ]  # fmt: skip
    inlines = [ProgramObjectiveInline, ActionInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("fiscal_year", "department")


@admin.register(Action)
class ActionAdmin(NodeAdmin):
    list_display = ["code", "text", "unit", "program", "fiscal_year"]
    list_display_links = ["code", "text"]
    list_filter = ["fiscal_year", "program__department"]
    search_fields = ["search"]
    folded_search = "search"
    fields = ["program", "code", "official_key", "text", "unit", *_others(Action, "official_key", "text", "unit")]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("fiscal_year", "program__fiscal_year")


class TargetAdjustmentInline(ReadOnlyInline):
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


_SECTIONS: dict[str | None, list[str]] = {
    None: ["action", "code", "official_key", "name", "definition", "considered", "begins_text", "retired_text"],
    "Fórmula": ["numerator_label", "denominator_label", "numerator_mode", "denominator_mode"],
    "Meta": ["target_kind", "target", "direction", "frequency", "schedule", "shares"],
    "Semáforo propio": ["green_from", "amber_from", "over_above"],
    "Ficha técnica": ["dimension", "baseline", "baseline_year", "verification", "requires_evidence", "source",
                      "responsible_area", "previous"],
}  # fmt: skip
_SECTIONS["Ficha técnica"] += _others(Indicator, "starts_in", *(name for names in _SECTIONS.values() for name in names))


@admin.register(Indicator)
class IndicatorAdmin(CatalogSpreadsheets, NodeAdmin):
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
    fieldsets = [(title, {"fields": names}) for title, names in _SECTIONS.items()]
    shown_as = {
        "target": "target_text", "green_from": "green_text", "amber_from": "amber_text", "over_above": "over_text",
        "baseline": "baseline_text", "baseline_year": "baseline_year_text", "shares": "shares_text",
    }  # fmt: skip
    readonly_fields = ["retired_text", "begins_text"]
    inlines = [TargetAdjustmentInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("fiscal_year", "action__program__department")

    @admin.display(description="dependencia", ordering="action__program__department__name")
    def department(self, obj: Indicator) -> str:
        return str(obj.action.program.department)

    @admin.display(description="mes de inicio")
    def begins_text(self, obj: Indicator) -> str:
        return services.month_name(obj.starts_in)

    @admin.display(description="retiro", ordering="retired_from")
    def retired_text(self, obj: Indicator) -> str:
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
