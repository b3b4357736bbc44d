"""Months and adjusted targets, which change through their services; captures and the trail, which are only read."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from catalog.admin_base import LOCKED, PlanningAdmin, ReadOnlyAdmin, TrailForm
from catalog.admin_site import access_of
from core import formats
from core.models import TrailEntry
from indicators import services
from indicators.history import change_lines, field_words
from indicators.models import (
    MONTH_NAMES,
    DayOff,
    Extension,
    Measurement,
    Observation,
    Period,
    Reminder,
    TargetAdjustment,
    month_name,
)

MONTH_CHOICES = [(month, MONTH_NAMES[month]) for month in range(1, 13)]


class PeriodForm(TrailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "motivo" in self.fields:
            self.fields["motivo"].required = True


@admin.register(Period)
class PeriodAdmin(PlanningAdmin):
    form = PeriodForm
    list_display = ["month_text", "fiscal_year", "opens_on", "due_on", "closed_on"]
    list_filter = ["fiscal_year"]
    search_fields = ["month"]
    folded_names = ("fiscal_year__year",)
    fields = ["fiscal_year", "month", "opens_on", "due_on", "closed_on"]
    fixed_fields = ("fiscal_year", "month")
    shown_as = {"month": "month_text"}
    year_lookup = "fiscal_year"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("fiscal_year")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Period, form: Any, change: bool) -> None:
        services.set_period(
            access=access_of(request), period=obj, opens_on=obj.opens_on, due_on=obj.due_on, closed_on=obj.closed_on,
            reason=form.cleaned_data["motivo"].strip(), now=timezone.now(),
        )  # fmt: skip

    @admin.display(description="mes", ordering="month")
    def month_text(self, obj: Period) -> str:
        return month_name(obj.month)


class TargetAdjustmentForm(forms.ModelForm):
    effective_month = forms.TypedChoiceField(label="Desde el mes", choices=MONTH_CHOICES, coerce=int)
    refusal = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        indicator = cleaned.get("indicator")
        if indicator and indicator.fiscal_year.locked:
            self.add_error("indicator", LOCKED.format(year=indicator.fiscal_year))
        if self.refusal:
            self.add_error(None, self.refusal)
        return cleaned


@admin.register(TargetAdjustment)
class TargetAdjustmentAdmin(PlanningAdmin):
    """An adjusted target is registered and stays; another one, from a later month, follows it."""

    form = TargetAdjustmentForm
    list_display = ["indicator", "month_text", "target_text", "authorized_by", "instrument", "created_at"]
    list_filter = ["indicator__fiscal_year", "indicator__action__program__department"]
    list_select_related = ["indicator"]
    search_fields = ["indicator__search"]
    folded_search = "indicator__search"
    autocomplete_fields = ["indicator"]
    fields = ["indicator", "effective_month", "target", "reason", "authorized_by", "instrument"]
    shown_as = {"effective_month": "month_text", "target": "target_text"}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: TargetAdjustment, form: Any, change: bool) -> None:
        made = services.adjust_target(
            access=access_of(request), indicator=obj.indicator, effective_month=obj.effective_month, target=obj.target,
            reason=obj.reason, authorized_by=obj.authorized_by, instrument=obj.instrument, now=timezone.now(),
        )  # fmt: skip
        obj.pk, obj.created_at, obj.created_by = made.pk, made.created_at, made.created_by
        year, code = made.indicator.fiscal_year.year, made.indicator.code
        page = reverse("catalog:target_file", args=[year, code, made.effective_month])
        self.message_user(request, format_html('El archivo del instrumento <a href="{}">se adjunta aquí</a>.', page))

    @admin.display(description="desde el mes", ordering="effective_month")
    def month_text(self, obj: TargetAdjustment) -> str:
        return month_name(obj.effective_month)

    @admin.display(description="meta ajustada", ordering="target")
    def target_text(self, obj: TargetAdjustment) -> str:
        return formats.amount(obj.target)


@admin.register(Measurement)
class MeasurementAdmin(ReadOnlyAdmin):
    list_display = ["indicator_code", "month_text", "year_text", "state", "pair", "validated_pair", "late"]
    list_filter = ["fiscal_year", "state", "month", "origin", "indicator__action__program__department"]
    list_select_related = ["indicator", "fiscal_year"]
    search_fields = ["indicator__search"]
    folded_search = "indicator__search"
    fields = [
        "fiscal_year", "indicator", "month", "state", "numerator", "denominator", "no_activity", "justification",
        "validated_numerator", "validated_denominator", "version", "origin", "source_sha256", "updated_at",
        "updated_by", "submitted_at", "late", "undated", "returned_at", "validated_at", "validated_by",
    ]  # fmt: skip
    shown_as = {
        "month": "month_text", "numerator": "numerator_text", "denominator": "denominator_text",
        "validated_numerator": "validated_numerator_text", "validated_denominator": "validated_denominator_text",
    }  # fmt: skip

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


@admin.register(DayOff)
class DayOffAdmin(ReadOnlyAdmin):
    """Added and removed in the calendar's pages, which show what they do to the due dates."""

    list_display = ["name", "starts_on", "ends_on"]
    fields = ["name", "starts_on", "ends_on"]


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
