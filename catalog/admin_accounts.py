"""People and memberships in the admin. Planning never edits a superuser, and never makes one."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import Membership, Role, User
from accounts.services import AccountError, invite, notify_address_change
from catalog.admin_base import CAPACITY, PlanningAdmin, ReadOnlyInline, TrailForm
from core import trail


class PersonForm(TrailForm, UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"


class NewPersonForm(TrailForm, forms.ModelForm):
    """A new person chooses their own password, with the link that is e-mailed to them."""

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True
        self.fields["email"].help_text = "Ahí llega el enlace para elegir su contraseña."

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        return super().save(commit)


class MembershipInline(ReadOnlyInline):
    """To see; a membership is made and ended on its own page."""

    model = Membership
    fk_name = "user"
    fields = ["role", "department", "starts_on", "ends_on", "substitutes", "instrument"]
    show_change_link = True

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
        (None, {"fields": ["username", "is_active"]}),
        ("Persona", {"fields": ["first_name", "last_name", "email"]}),
        ("Fechas", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "first_name", "last_name", "email"]})]
    readonly_fields = ["last_login", "date_joined"]
    inlines = [MembershipInline]
    actions = ["invite"]

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

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # As on planning's own page: nobody deactivates themselves.
        own = () if obj is None or obj.pk != request.user.pk else ("is_active",)
        return (*super().get_readonly_fields(request, obj), *own)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        former = User.objects.get(pk=obj.pk).email if change else ""
        super().save_model(request, obj, form, change)
        if not change:
            transaction.on_commit(lambda: self._invite(request, [obj]))
        elif former and former != obj.email:
            # Whoever holds the address can ask for a new password, so the former one hears of the change.
            transaction.on_commit(lambda: notify_address_change(user=obj, former=former))

    @admin.action(description="Enviar el enlace para elegir contraseña", permissions=["change"])
    def invite(self, request: HttpRequest, queryset: Any) -> None:
        self._invite(request, [user for user in queryset if self.has_change_permission(request, user)])

    def _invite(self, request: HttpRequest, users: list[User]) -> None:
        for user in users:
            try:
                invite(access=request.access, user=user, base_url=request.build_absolute_uri("/"), now=timezone.now())
            except AccountError as refused:
                self.message_user(request, f"{user.username}: no se envió. {refused}", messages.WARNING)
            except OSError:
                self.message_user(
                    request,
                    f"{user.username}: el correo a {user.email} no salió. Inténtelo más tarde con la acción "
                    "«Enviar el enlace para elegir contraseña».",
                    messages.ERROR,
                )
            else:
                self.message_user(request, f"Se envió a {user.email} el enlace para elegir contraseña.")

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Only a superuser, in an emergency: who chooses another's password could act in their name."""
        user = self.get_object(request, id)
        if not request.user.is_superuser or (user is not None and user.is_demo):
            raise PermissionDenied
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            trail.record(
                subject=user, action="cambiar contraseña", actor=request.user, capacity=CAPACITY,
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

    def has_change_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        """Nobody of planning ends their own appointment; a superuser stays one without it."""
        own = obj is not None and obj.user_id == request.user.pk and obj.role == Role.PLANNING
        return super().has_change_permission(request, obj) and (not own or request.user.is_superuser)

    def scope_of(self, obj: Membership) -> int | None:
        return obj.department_id

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


admin.site.unregister(Group)
