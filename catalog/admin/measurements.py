"""Months, adjusted targets, captures and what surrounds them, and the trail."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from catalog.admin.base import ReadOnlyAdmin
from catalog.admin.capture import CapturesHere
from core import formats
from core.models import TrailEntry
from indicators.history import change_lines, field_words
from indicators.models import (
    CoverNotice,
    DayOff,
    Extension,
    Measurement,
    Observation,
    Period,
    Reminder,
    TargetAdjustment,
    month_name,
)


@admin.register(Period)
class PeriodAdmin(ReadOnlyAdmin):
    list_display = ["month_text", "fiscal_year", "opens_on", "due_on", "closed_on"]
    list_filter = ["fiscal_year"]
    list_select_related = ["fiscal_year"]
    search_fields = ["month"]
    folded_names = ("fiscal_year__year",)
    fields = ["fiscal_year", "month", "opens_on", "due_on", "closed_on"]
    shown_as = {"month": "month_text"}

    def changed_at(self, obj: Period) -> str:
        return reverse("indicators:calendar_month", args=[obj.fiscal_year.year, obj.month])

    @admin.display(description="mes", ordering="month")
    def month_text(self, obj: Period) -> str:
        return month_name(obj.month)


@admin.register(TargetAdjustment)
class TargetAdjustmentAdmin(ReadOnlyAdmin):
    list_display = ["indicator", "month_text", "target_text", "authorized_by", "instrument", "created_at"]
    list_filter = ["indicator__fiscal_year", "indicator__action__program__department"]
    list_select_related = ["indicator"]
    search_fields = ["indicator__search"]
    folded_search = "indicator__search"
    fields = ["indicator", "effective_month", "target", "reason", "authorized_by", "instrument"]
    shown_as = {"effective_month": "month_text", "target": "target_text"}

    def changed_at(self, obj: TargetAdjustment) -> str:
        return reverse("catalog:target", args=[obj.indicator.fiscal_year.year, obj.indicator.code])

    @admin.display(description="desde el mes", ordering="effective_month")
    def month_text(self, obj: TargetAdjustment) -> str:
        return month_name(obj.effective_month)

    @admin.display(description="meta ajustada", ordering="target")
    def target_text(self, obj: TargetAdjustment) -> str:
        return formats.amount(obj.target)


@admin.register(Measurement)
class MeasurementAdmin(CapturesHere, ReadOnlyAdmin):
    list_display = ["indicator_code", "month_text", "year_text", "state", "pair", "validated_pair", "late"]
    list_filter = ["fiscal_year", "state", "month", "origin", "indicator__action__program__department"]
    list_select_related = ["indicator", "fiscal_year"]
    search_fields = ["indicator__search"]
    folded_search = "indicator__search"
    fields = [
        "fiscal_year", "indicator", "month", "state", "numerator", "denominator", "no_activity", "justification",
        "validated_numerator", "validated_denominator", "validated_no_activity", "validated_justification", "version",
        "origin", "source_sha256", "updated_at", "updated_by", "submitted_at", "submitted_by", "late",
        "undated", "returned_at", "validated_at", "validated_by",
    ]  # fmt: skip
    shown_as = {
        "month": "month_text", "numerator": "numerator_text", "denominator": "denominator_text",
        "validated_numerator": "validated_numerator_text", "validated_denominator": "validated_denominator_text",
    }  # fmt: skip

    def changed_at(self, obj: Measurement) -> str:
        department = obj.indicator.action.program.department
        return reverse("indicators:capture", args=[obj.fiscal_year.year, department.prefix, obj.month])

    @admin.display(description="indicador", ordering="indicator__code")
    def indicator_code(self, obj: Measurement) -> str:
        return obj.indicator.code

    @admin.display(description="ejercicio", ordering="fiscal_year")
    def year_text(self, obj: Measurement) -> str:
        return str(obj.fiscal_year)

    @admin.display(description="mes", ordering="month")
    def month_text(self, obj: Measurement) -> str:
        return month_name(obj.month)

    @admin.display(description="numerador / denominador")
    def pair(self, obj: Measurement) -> str:
        return f"{formats.amount(obj.numerator)} / {formats.amount(obj.denominator)}"

    @admin.display(description="validado")
    def validated_pair(self, obj: Measurement) -> str:
        return f"{formats.amount(obj.validated_numerator)} / {formats.amount(obj.validated_denominator)}"

    @admin.display(description="numerador")
    def numerator_text(self, obj: Measurement) -> str:
        return formats.amount(obj.numerator)

    @admin.display(description="denominador")
    def denominator_text(self, obj: Measurement) -> str:
        return formats.amount(obj.denominator)

    @admin.display(description="numerador validado")
    def validated_numerator_text(self, obj: Measurement) -> str:
        return formats.amount(obj.validated_numerator)

    @admin.display(description="denominador validado")
    def validated_denominator_text(self, obj: Measurement) -> str:
        return formats.amount(obj.validated_denominator)


@admin.register(Observation)
class ObservationAdmin(ReadOnlyAdmin):
    list_display = ["measurement", "text", "author", "created_at", "resolved_at"]
    list_filter = ["measurement__fiscal_year"]
    list_select_related = ["measurement__indicator", "author"]
    search_fields = ["measurement__indicator__search"]
    folded_search = "measurement__indicator__search"
    fields = ["measurement", "text", "numerator", "denominator", "author", "created_at", "resolved_at"]
    shown_as = {"numerator": "numerator_text", "denominator": "denominator_text"}

    @admin.display(description="numerador observado")
    def numerator_text(self, obj: Observation) -> str:
        return formats.amount(obj.numerator)

    @admin.display(description="denominador observado")
    def denominator_text(self, obj: Observation) -> str:
        return formats.amount(obj.denominator)


@admin.register(Extension)
class ExtensionAdmin(ReadOnlyAdmin):
    """Granted and ended in the calendar's pages."""

    list_display = ["department", "period", "until", "ended_at", "reason", "instrument", "granted_by", "granted_at"]
    list_filter = ["period__fiscal_year", "department"]
    list_select_related = ["department", "period__fiscal_year", "granted_by"]
    fields = ["department", "period", "until", "reason", "instrument", "granted_by", "granted_at", "ended_at"]

    def changed_at(self, obj: Extension) -> str:
        return reverse("indicators:calendar_month", args=[obj.period.fiscal_year.year, obj.period.month])


@admin.register(DayOff)
class DayOffAdmin(ReadOnlyAdmin):
    """Added and removed in the calendar's pages, which show what they do to the due dates."""

    list_display = ["name", "starts_on", "ends_on"]
    fields = ["name", "starts_on", "ends_on"]


@admin.register(CoverNotice)
class CoverNoticeAdmin(ReadOnlyAdmin):
    list_display = ["user", "department", "role", "first_day", "begun", "sent_at"]
    list_filter = ["role", "begun", "department"]
    list_select_related = ["user", "department"]
    fields = ["user", "department", "role", "first_day", "begun", "sent_at"]


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    list_display = ["user", "department", "period", "occasion", "sent_at"]
    list_filter = ["period__fiscal_year", "occasion", "department"]
    list_select_related = ["user", "department", "period__fiscal_year"]
    fields = ["user", "department", "period", "occasion", "sent_at"]


class SubjectFilter(admin.SimpleListFilter):
    """By what the act was on, without asking a long table for its distinct values."""

    title = "tipo"
    parameter_name = "tipo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        registered = model_admin.admin_site._registry
        return sorted(((m._meta.label_lower, str(m._meta.verbose_name)) for m in registered), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(subject_type=self.value()) if self.value() else queryset


@admin.register(TrailEntry)
class TrailEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor", "capacity", "action", "subject_label", "changes_text", "reason"]
    list_filter = [SubjectFilter]
    list_select_related = ["actor"]
    search_fields = ["subject_label"]
    fields = ["at", "actor", "capacity", "action", "subject_type", "subject_label", "changes_text", "reason"]
    readonly_fields = ["changes_text"]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        for word in search_term.split():
            queryset = queryset.filter(subject_label__icontains=word)
        return queryset, False

    @admin.display(description="cambios")
    def changes_text(self, obj: TrailEntry) -> str:
        return "; ".join(change_lines(obj.changes, words=field_words(obj.subject_type))) or "—"
