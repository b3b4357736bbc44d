"""What every list of the admin shares: planning looks and searches there, and writes on its own pages.

Each list says where its rows are changed. The one form that writes calls the service that rules it
(``capture``), and the import and export go through the catalogue's own (``spreadsheets``).
"""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from core.models import TrailEntry
from core.text import fold
from indicators.history import change_lines, field_words

_SHOWN_ENTRIES = 500


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
        searched = self.folded_search or self.folded_names  # the address of a list without a search may hold words too
        if not words or not searched:
            return queryset, False
        if self.folded_names:
            rows = self.model._base_manager.values_list("pk", *self.folded_names)  # type: ignore[attr-defined]
            texts = ((pk, fold(" ".join(str(text) for text in texts))) for pk, *texts in rows)
            found = [pk for pk, text in texts if all(word in text for word in words)]
            return queryset.filter(pk__in=found), False
        for word in words:
            queryset = queryset.filter(**{f"{self.folded_search}__contains": word})
        return queryset, False


class LookedAtMixin:
    """Whoever may enter the site may look; nobody adds, changes or deletes here, a superuser neither."""

    admin_site: Any

    def _may(self, request: HttpRequest) -> bool:
        return bool(self.admin_site.has_permission(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(LookedAtMixin, admin.TabularInline):
    """Rows that are seen within their parent's page."""

    extra = 0


class ReadOnlyAdmin(LookedAtMixin, FoldedSearchMixin, admin.ModelAdmin):
    """``shown_as``: a field that is shown through the method named there, since a year is never «2,016»."""

    show_full_result_count = False
    actions = None
    shown_as: dict[str, str] = {}
    change_form_template = "admin/looked_at.html"
    object_history_template = "admin/trail_history.html"

    def changed_at(self, obj: Any) -> str:
        """The page on which planning changes this row; empty where it is not planning's to change."""
        return ""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Iterable[str]:
        return (*super().get_readonly_fields(request, obj), *self.shown_as.values())

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sets = super().get_fieldsets(request, obj)
        return [(title, {**options, "fields": self._as_shown(options["fields"])}) for title, options in sets]

    def _as_shown(self, names: Iterable[str]) -> list[str]:
        return [self.shown_as.get(name, name) for name in names if name not in self.shown_as.values()]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Django looks for a column without a name where the address ends in «_to_field=»."""
        return super().get_object(request, object_id, from_field or None)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "POST":
            raise PermissionDenied  # a list has no form of its own
        return super().changelist_view(request, extra_context)

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        context["changed_at"] = self.changed_at(obj) if obj is not None else ""
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The trail takes the place of the admin's own log: one history, which the database protects."""
        obj = self.get_object(request, object_id)
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        words = field_words(self.opts.label_lower)
        entries = TrailEntry.objects.filter(subject_type=self.opts.label_lower, subject_id=obj.pk)
        acts = [
            {"entry": entry, "changes": change_lines(entry.changes, words=words)}
            for entry in entries.select_related("actor")[:_SHOWN_ENTRIES]
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": f"Historial: {obj}", "object": obj, "opts": self.opts,
            "module_name": self.opts.verbose_name_plural, "acts": acts,
            "preserved_filters": self.get_preserved_filters(request),
        }  # fmt: skip
        return TemplateResponse(request, self.object_history_template, context)
