"""The Django admin as planning uses it: one place says who may enter, and they enter by the product's own door."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.access import Action
from accounts.http import access_of


class PlanningAdminSite(AdminSite):
    """Open to planning and superusers; ``is_staff`` and Django's permissions say nothing here."""

    site_title = "Administración"
    site_header = "Administración del catálogo"
    index_title = "Catálogo, personas y capturas"
    site_url = "/"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")  # nothing is deleted here

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one page for it, with its trail and its rules: the product's."""
        return HttpResponseRedirect(reverse("accounts:password_change"))

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("accounts:account"))

    def has_permission(self, request: HttpRequest) -> bool:
        return access_of(request).allows(Action.MANAGE_CATALOG)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one sign-in page, with its lock-out: the product's."""
        target = request.GET.get("next") or reverse("admin:index", current_app=self.name)
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index", current_app=self.name))
        if request.user.is_authenticated:
            raise PermissionDenied("La administración es de Planeación.")
        return redirect_to_login(target, login_url=settings.LOGIN_URL)
