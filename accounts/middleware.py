from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.access import access_for
from core.posted import page_of_form


class AccessMiddleware:
    """``request.access``: what this person may do today, read when first asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.access = SimpleLazyObject(lambda: access_for(request.user, on=timezone.localdate()))  # type: ignore[attr-defined]
        return self.get_response(request)


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Nothing is open without signing in; whoever was sending a form learns that it was not saved, and is led back.

    What is open, or asks for a token of its own, reads no session.
    """

    def process_view(self, request: HttpRequest, view_func: Callable[..., HttpResponse], *args: Any) -> Any:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, *args)

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponse]) -> HttpResponse:
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        response = redirect_to_login(
            page_of_form(request), self.get_login_url(view_func), self.get_redirect_field_name(view_func)
        )
        response["Location"] += "&sesion=terminada"
        return response
