"""People and memberships in the admin: to look at. Superusers are seen here and changed on the server only."""

from typing import Any

import django.contrib.auth.admin  # noqa: F401 - registers Django's groups, which go again below
import django_tasks_db.admin  # noqa: F401 - and the queue's rows, which say nothing to planning: «Correos» does
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from accounts.models import Membership, User
from catalog.admin.base import ReadOnlyAdmin, ReadOnlyInline


class MembershipInline(ReadOnlyInline):
    model = Membership
    fk_name = "user"
    fields = ["role", "department", "starts_on", "ends_on", "substitutes", "instrument"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("department", "substitutes", "user")


def _page_of(user: User) -> str:
    return "" if user.is_superuser else reverse("catalog:person", args=[user.pk])


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ["username", "first_name", "last_name", "email", "is_active", "is_superuser"]
    list_filter = ["is_active", "memberships__role", "memberships__department"]
    ordering = ["username"]
    search_fields = ["username"]
    folded_names = ("username", "first_name", "last_name", "email")
    fieldsets = [
        (None, {"fields": ["username", "is_active", "is_superuser"]}),
        ("Persona", {"fields": ["first_name", "last_name", "email"]}),
        ("Fechas", {"fields": ["last_login", "date_joined"]}),
    ]
    inlines = [MembershipInline]

    def changed_at(self, obj: User) -> str:
        return _page_of(obj)


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ["user", "role", "department", "starts_on", "ends_on", "substitutes"]
    list_filter = ["role", "department"]
    list_select_related = ["user", "department", "substitutes"]
    search_fields = ["user__username"]
    folded_names = ("user__username", "user__first_name", "user__last_name", "department__search")
    fields = ["user", "role", "department", "starts_on", "ends_on", "substitutes", "instrument"]

    def changed_at(self, obj: Membership) -> str:
        return _page_of(obj.user)


admin.site.unregister([Group, DBTaskResult])
