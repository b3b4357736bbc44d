"""What every list of the admin shares: who may, search without accents, the trail, refusals as sentences."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from catalog.form_fields import LONG_TEXT
from catalog.locking import lock_catalogue
from core import trail
from core.models import TrailEntry
from core.text import fold
from indicators.database_rules import RULES as INDICATOR_RULES
from indicators.services import ServiceError
from programs.database_rules import RULES as PROGRAM_RULES
from programs.models import FiscalYear

CAPACITY = "Planeación"
LOCKED = "El ejercicio {year} está cerrado: ya no admite ningún cambio."
_RULES = (*PROGRAM_RULES, *INDICATOR_RULES)


def sentence_of(refusal: Exception) -> str:
    """Why the database or a service refused, for the person who saved."""
    if isinstance(refusal, ServiceError):
        return str(refusal)
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    text = str(refusal)
    for rule in _RULES:
        if rule.message in text:
            return rule.message
    return "No se guardó: choca con otro registro que alguien guardó antes. Revise los datos e intente de nuevo."


class TrailForm(forms.ModelForm):
    """A form whose change goes to the trail with its reason; ``refusal`` is what the database said of a first try."""

    motivo = forms.CharField(
        label="Motivo del cambio",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        help_text="Queda en la bitácora junto con el cambio.",
    )
    refusal = ""
    # The fiscal year that the row will belong to, as the name of one of the form's fields.
    year_field = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        year = cleaned.get(self.year_field) if self.year_field else None
        year = getattr(year, "fiscal_year", year)
        if year is not None and year.locked:
            self.add_error(self.year_field, LOCKED.format(year=year))
        if self.refusal:
            self.add_error(None, self.refusal)
        return cleaned


class FoldedSearchMixin:
    """Search without case or accents: «gestion» finds «Gestión» on every database.

    ``folded_search`` is the folded column. A short table without one is read and folded here: ``folded_names``.
    """

    folded_search = ""
    folded_names: tuple[str, ...] = ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = fold(search_term).split()
        if not words:
            return queryset, False
        if self.folded_names:
            rows = self.model._base_manager.values_list("pk", *self.folded_names)  # type: ignore[attr-defined]
            texts = ((pk, fold(" ".join(str(text) for text in texts))) for pk, *texts in rows)
            found = [pk for pk, text in texts if all(word in text for word in words)]
            return queryset.filter(pk__in=found), False
        for word in words:
            queryset = queryset.filter(**{f"{self.folded_search}__contains": word})
        return queryset, False


class TextLimitMixin:
    """No text is longer than the tree's forms take: longer ones would fit into no cell of the export."""

    formfield_overrides = {models.TextField: {"max_length": LONG_TEXT}}


class ShownAsMixin:
    """A field that cannot be edited is shown through the method named here: a year is never «2,016»."""

    shown_as: dict[str, str] = {}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Iterable[str]:
        return (*super().get_readonly_fields(request, obj), *self.shown_as.values())  # type: ignore[misc]

    def _as_shown(self, request: HttpRequest, obj: Any, names: Iterable[str]) -> list[str]:
        readonly = set(self.get_readonly_fields(request, obj))
        view_only = obj is not None and not self.has_change_permission(request, obj)  # type: ignore[attr-defined]
        kept = [name for name in names if name not in self.shown_as.values()]
        return [self.shown_as.get(name, name) if view_only or name in readonly else name for name in kept]


class PlanningPermissionsMixin:
    """Whoever may enter the site may use its lists; what a list forbids, it forbids to all."""

    admin_site: Any

    def _may(self, request: HttpRequest) -> bool:
        return bool(self.admin_site.has_permission(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)


class ReadOnlyMixin:
    """To look at: nobody adds, changes or deletes here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnlyMixin, ShownAsMixin, PlanningPermissionsMixin, FoldedSearchMixin, admin.ModelAdmin):
    """To look at: nobody adds, changes or deletes here, a superuser neither."""

    show_full_result_count = False
    actions = None

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self._as_shown(request, obj, super().get_fields(request, obj))


class PlanningInline(TextLimitMixin, PlanningPermissionsMixin, admin.TabularInline):
    """Rows within their parent's page; saved, like it, with the trail, and closed with its year."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request) and self._is_open(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request) and self._is_open(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request) and self._is_open(obj)

    def _is_open(self, parent: Any) -> bool:
        return parent is None or not self.admin_site.get_model_admin(self.parent_model).is_locked(parent)


class ReadOnlyInline(ReadOnlyMixin, PlanningInline):
    """Rows that are seen within their parent's page and written elsewhere."""


class PlanningAdmin(TextLimitMixin, ShownAsMixin, PlanningPermissionsMixin, FoldedSearchMixin, admin.ModelAdmin):
    """A list whose changes are written to the trail, and which a locked fiscal year closes."""

    form = TrailForm
    year_lookup = ""  # the path from the row to its fiscal year: "fiscal_year", "program.fiscal_year"
    fixed_fields: tuple[str, ...] = ()  # can be set when the row is made and never again
    save_on_top = False
    show_full_result_count = False
    object_history_template = "admin/trail_history.html"

    # Who may

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not self.is_locked(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not self.is_locked(obj)

    def is_locked(self, obj: Any) -> bool:
        year = self.year_of(obj) if obj is not None else None
        return year is not None and year.locked

    def year_of(self, obj: Any) -> FiscalYear | None:
        if not self.year_lookup:
            return None
        for step in self.year_lookup.split("."):
            obj = getattr(obj, step)
        return obj

    def scope_of(self, obj: Any) -> int | None:
        """The department whose trail the change belongs to, if one."""
        return None

    # The form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Iterable[str]:
        fixed = self.fixed_fields if obj is not None else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", "")
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if not self.fieldsets:
            return super().get_fieldsets(request, obj)
        sets = [(title, {**options, "fields": self._as_shown(request, obj, options["fields"])}) for title, options in
                super().get_fieldsets(request, obj)]  # fmt: skip
        can_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return [*sets, (None, {"fields": ["motivo"]})] if can_save else sets

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The reason comes last, and not where there is nothing to save."""
        fields = [name for name in self._as_shown(request, obj, super().get_fields(request, obj)) if name != "motivo"]
        can_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return [*fields, "motivo"] if can_save and issubclass(self.form, TrailForm) else fields

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Save; what the database refuses after all comes back as a sentence on the form, with what was typed."""
        try:
            with transaction.atomic():
                if request.method == "POST":
                    lock_catalogue()
                return super().changeform_view(request, object_id, form_url, extra_context)
        except (IntegrityError, ServiceError, ValidationError) as refusal:
            request.refusal = sentence_of(refusal)  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    # Saving

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        before = self._stored(obj) if change else {}
        super().save_model(request, obj, form, change)
        self.write_trail(request, obj, before, reason=form.cleaned_data.get("motivo", ""))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        reason = form.cleaned_data.get("motivo", "")
        formset.save(commit=False)
        for gone in formset.deleted_objects:
            self.write_trail(request, gone, _snapshot(gone), deleted=True, reason=reason)
            gone.delete()
        for row in [*(changed for changed, _ in formset.changed_objects), *formset.new_objects]:
            before = self._stored(row) if row.pk else {}
            self.prepare_row(form.instance, row)
            row.save()
            self.write_trail(request, row, before, reason=reason)
        formset.save_m2m()

    def prepare_row(self, parent: Any, row: Any) -> None:
        """Fill in what an inline row takes from its parent."""

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        self.write_trail(request, obj, _snapshot(obj), deleted=True)
        obj.delete()

    def write_trail(
        self,
        request: HttpRequest,
        obj: models.Model,
        before: trail.Snapshot,
        *,
        deleted: bool = False,
        reason: str = "",
    ) -> None:
        after = {} if deleted else _snapshot(obj)
        changes = trail.changes_between(before, after)
        if not changes:
            return
        trail.record(
            subject=obj, action="eliminar" if deleted else "cambiar" if before else "agregar", actor=request.user,
            capacity=CAPACITY, at=timezone.now(), changes=changes, reason=reason.strip(), scope_id=self.scope_of(obj),
        )  # fmt: skip

    def _stored(self, obj: models.Model) -> trail.Snapshot:
        return _snapshot(type(obj)._base_manager.get(pk=obj.pk))

    # The trail takes the place of the admin's own log: one history, which the database protects.

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        return None

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        obj = self.get_object(request, object_id)
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        entries = TrailEntry.objects.filter(subject_type=self.opts.label_lower, subject_id=obj.pk).select_related(
            "actor"
        )
        context = {
            **self.admin_site.each_context(request),
            "title": f"Historial: {obj}", "object": obj, "opts": self.opts,
            "module_name": self.opts.verbose_name_plural, "entries": entries[:500],
            "preserved_filters": self.get_preserved_filters(request),
        }  # fmt: skip
        return TemplateResponse(request, self.object_history_template, context)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        try:
            with transaction.atomic():
                return super().delete_view(request, object_id, extra_context)
        except (IntegrityError, ProtectedError, ServiceError) as refusal:
            self.message_user(request, sentence_of(refusal), level="ERROR")
        return self.response_delete(request, str(object_id), object_id)  # pragma: no cover - a race


def _snapshot(obj: models.Model) -> trail.Snapshot:
    """Every column of the row but its identity, its folded text and secrets."""
    hidden = {"id", "search", "password", "last_login"}
    names = [field.name for field in obj._meta.concrete_fields if field.name not in hidden]
    return trail.snapshot(obj, names)
