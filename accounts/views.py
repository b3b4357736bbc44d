"""Signing in and out, one's own account and password."""

from typing import Any

from axes.helpers import get_client_ip_address
from axes.utils import reset as forget_failures
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required, login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Action
from accounts.acts import AccountAct
from accounts.backends import may_choose_password
from accounts.demo import DEMO_PASSWORD, offered_demo_users
from accounts.forms import ChangePasswordForm, NewPasswordForm, RecoverForm, SignInForm
from accounts.http import access_of
from accounts.models import Membership
from accounts.services import link_days, record_password_change
from accounts.token_views import token_rows
from accounts.tokens import link_asked, link_refused, link_tokens


class SignIn(auth_views.LoginView):
    """``?next`` is followed only within this site; a person who is signed in goes on at once."""

    template_name = "accounts/sign_in.html"
    form_class = SignInForm
    next_page = "/"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        demo = {"demo_users": offered_demo_users(), "demo_password": DEMO_PASSWORD} if settings.PMD_DEMO else {}
        ended = {"session_ended": "sesion" in self.request.GET}
        return super().get_context_data(**kwargs) | demo | ended


@login_not_required
@require_http_methods(["GET", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Signing out is a POST; who types the address is asked first."""
    if request.method == "POST":
        logout(request)
        messages.success(request, "Cerró su sesión.")
        return redirect("accounts:login")
    if not request.user.is_authenticated:
        return redirect("accounts:login")
    return render(request, "accounts/sign_out.html")


@login_not_required
@require_safe
def session_now(request: HttpRequest) -> HttpResponse:
    """For a page that stayed open: who is signed in by now, and the token that its forms have to carry."""
    user = request.user
    return JsonResponse({"user": str(user.pk) if user.is_authenticated else "", "token": get_token(request)})


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """One's own data and what one is named to do, today and at other times."""
    today = timezone.localdate()
    named = Membership.objects.filter(user=request.user).select_related("department", "substitutes")
    # By name: files live in a room above this one.
    named = named.prefetch_related("instrument_files")
    context = {
        "memberships": [(membership, membership.standing(today)) for membership in named.order_by("-starts_on", "-id")],
        "may_choose_password": may_choose_password(request.user),
        "may_make_token": access_of(request).allows(Action.READ),
        "tokens": token_rows(request.user, today, revoke="accounts:token_revoke"),
    }
    return render(request, "accounts/account.html", context)


class ChangePassword(auth_views.PasswordChangeView):
    template_name = "accounts/password_change.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("accounts:account")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not may_choose_password(request.user):
            messages.error(request, "La contraseña de una cuenta de demostración no se cambia.")
            return redirect("accounts:account")
        return super().dispatch(request, *args, **kwargs)

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        now = timezone.now()
        record_password_change(user=form.user, action=AccountAct.CHANGE_PASSWORD, now=now)
        messages.success(self.request, "Su contraseña cambió. Sus sesiones en otros equipos se cerraron.")
        if form.user.api_tokens.in_force(timezone.localdate(now)).exists():
            messages.info(
                self.request,
                "Sus llaves de lectura siguen sirviendo: si cambió la contraseña porque alguien la conocía, revóquelas "
                "aquí mismo.",
            )
        return response


class Recover(auth_views.PasswordResetView):
    """Answers the same whether or not the address belongs to somebody."""

    template_name = "accounts/password_reset.html"
    form_class = RecoverForm
    success_url = reverse_lazy("accounts:password_reset_done")
    subject_template_name = "accounts/email/password_reset_subject.txt"
    email_template_name = "accounts/email/password_reset.txt"
    extra_email_context = {"days": link_days()}

    def form_valid(self, form: Any) -> HttpResponse:
        link_asked.send(type(self), email=form.cleaned_data["email"])
        return super().form_valid(form)


class RecoverSent(auth_views.PasswordResetDoneView):
    template_name = "accounts/password_reset_done.html"


class ChoosePassword(auth_views.PasswordResetConfirmView):
    """Where the link of the e-mail leads, for a forgotten password and for an invitation."""

    template_name = "accounts/password_reset_confirm.html"
    form_class = NewPasswordForm
    token_generator = link_tokens
    success_url = reverse_lazy("accounts:password_reset_complete")

    def get_user(self, uidb64: str) -> Any:
        user = super().get_user(uidb64)
        return user if user is not None and may_choose_password(user) else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not self.validlink:
            link_refused.send(type(self), user=self.user)
        return super().get_context_data(**kwargs)

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        ended = record_password_change(user=form.user, action=AccountAct.RECOVER_PASSWORD, now=timezone.now())
        if ended:
            messages.warning(
                self.request,
                "Sus llaves de lectura se revocaron con la contraseña anterior: para lo que lea datos con ellas cree "
                "otras en Mi cuenta.",
            )
        # Who reads the mailbox is the person: their own failures at this address no longer lock them out.
        forget_failures(ip=get_client_ip_address(self.request), username=form.user.get_username())
        return response


class PasswordChosen(auth_views.PasswordResetCompleteView):
    template_name = "accounts/password_reset_complete.html"
