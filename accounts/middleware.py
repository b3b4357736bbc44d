from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.access import access_for


class AccessMiddleware:
    """``request.access``: what this person may do today, read when first asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.access = SimpleLazyObject(lambda: access_for(request.user, on=timezone.localdate()))  # type: ignore[attr-defined]
        return self.get_response(request)


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Nothing is open without signing in; whoever was sending a form learns that it was not saved."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponse]) -> HttpResponse:
        response = super().handle_no_permission(request, view_func)
        if request.method == "POST":
            response["Location"] += "&sesion=terminada"
        return response
