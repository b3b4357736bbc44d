"""People and memberships in the admin. Planning never edits a superuser, and never makes one."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import Membership, User
from catalog.admin_base import CAPACITY, PlanningAdmin, PlanningInline, TrailForm
from core import trail


class PersonForm(TrailForm, UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"


class NewPersonForm(TrailForm, AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("username",)


class MembershipInline(PlanningInline):
    """To see; a membership is made and ended on its own page."""

    model = Membership
    fk_name = "user"
    fields = ["role", "department", "starts_on", "ends_on", "substitutes", "instrument"]
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("department", "substitutes", "user")


@admin.register(User)
class UserAdmin(PlanningAdmin, DjangoUserAdmin):
    form = PersonForm
    add_form = NewPersonForm
    list_display = ["username", "first_name", "last_name", "email", "is_active", "is_superuser"]
    list_filter = ["is_active", "memberships__role", "memberships__department"]
    ordering = ["username"]
    filter_horizontal = ()
    search_fields = ["username"]
    folded_names = ("username", "first_name", "last_name", "email")
    fieldsets = [
        (None, {"fields": ["username", "password", "is_active"]}),
        ("Persona", {"fields": ["first_name", "last_name", "email"]}),
        ("Fechas", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "first_name", "last_name", "email"]}),
        ("Contraseña", {"fields": ["usable_password", "password1", "password2"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]
    inlines = [MembershipInline]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else []

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sets = super().get_fieldsets(request, obj)
        if obj is None or not request.user.is_superuser:
            return sets
        # Only a superuser sees, gives and takes this away; the form of the others does not have the field.
        return [*sets, ("Superusuario", {"fields": ["is_superuser"]})]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or not obj.is_superuser or request.user.is_superuser
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            trail.record(
                subject=User.objects.get(pk=id), action="cambiar contraseña", actor=request.user, capacity=CAPACITY,
                at=timezone.now(), changes={},
            )  # fmt: skip
        return response


class MembershipForm(TrailForm):
    class Meta:
        widgets = {"instrument": forms.TextInput(attrs={"class": "vTextField"})}


@admin.register(Membership)
class MembershipAdmin(PlanningAdmin):
    """A membership is ended with its date, not deleted: what was done in it stays explained."""

    form = MembershipForm
    list_display = ["user", "role", "department", "starts_on", "ends_on", "substitutes"]
    list_filter = ["role", "department"]
    list_select_related = ["user", "department", "substitutes"]
    search_fields = ["user__username"]
    folded_names = ("user__username", "user__first_name", "user__last_name", "department__search")
    autocomplete_fields = ["user", "department", "substitutes"]
    fields = ["user", "role", "department", "starts_on", "ends_on", "substitutes", "instrument"]
    fixed_fields = ("user", "role", "department")

    def scope_of(self, obj: Membership) -> int | None:
        return obj.department_id

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


admin.site.unregister(Group)
