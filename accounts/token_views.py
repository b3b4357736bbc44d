"""One's own personal tokens: making one, which shows its secret once, and ending one."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts.api_tokens import AT_MOST, Made, make_token, revoke_token
from accounts.http import access_of
from accounts.models import ApiToken, TokenStanding
from accounts.token_forms import ApiTokenForm
from core.moments import day_text
from core.refusals import ServiceError

SHOWN_FOR = timedelta(days=365)
"""After the day until which it could serve."""


def token_rows(person: Any, today: date, *, revoke: str, of_person: tuple[int, ...] = ()) -> list[dict[str, Any]]:
    """A person's tokens in words, the latest first, without those that ended long ago; one query.

    ``revoke`` names the address that ends one, which begins with ``of_person``; empty where nobody may.
    """
    rows = person.api_tokens.filter(expires_on__gte=today - SHOWN_FOR).select_related("revoked_by")
    return [
        {
            "name": token.name,
            "shown": token.shown,
            "created": day_text(token.created_at),
            "until": day_text(token.expires_on),
            "used": day_text(token.last_used_on),
            "in_force": token.standing(today) is TokenStanding.IN_FORCE,
            "revoke_url": reverse(revoke, args=[*of_person, token.pk])
            if revoke and token.standing(today) is TokenStanding.IN_FORCE
            else "",
            "revoked": day_text(token.revoked_at),
            "by": str(token.revoked_by) if token.revoked_by_id not in (None, person.pk) else "",
        }
        for token in rows
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_token(request: HttpRequest) -> HttpResponse:
    """The secret is in the answer to the form and nowhere else: no redirect could carry it.

    Sent twice, the second time is refused by the name; the page itself is asked for anew as every answer to a form.
    """
    form = ApiTokenForm(request.POST or None)
    made = _made(request, form) if request.method == "POST" and form.is_valid() else None
    if made is not None:
        return render(request, "accounts/token_made.html", _shown(request, made))
    return render(request, "accounts/token_new.html", {"form": form, "at_most": AT_MOST})


@sensitive_variables()
def _made(request: HttpRequest, form: ApiTokenForm) -> Made | None:
    try:
        return make_token(access=access_of(request), now=timezone.now(), **form.cleaned_data)
    except ValidationError as invalid:
        form.add_error(None, invalid)
    except ServiceError as refused:
        form.add_error(None, str(refused))
    return None


@sensitive_variables()
def _shown(request: HttpRequest, made: Made) -> dict[str, Any]:
    site = request.build_absolute_uri("/").rstrip("/")
    return {
        "token": made.token, "secret": made.secret, "until": day_text(made.token.expires_on),
        "index_url": f"{site}/api/", "example_url": f"{site}/api/ejercicios",
    }  # fmt: skip


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own; another person's is ended on their page, by planning."""
    token = get_object_or_404(ApiToken.objects.filter(person=request.user.pk), pk=pk)
    if revoke_token(access=access_of(request), token=token, now=timezone.now()):
        messages.success(request, f"La llave «{token.name}» quedó revocada: lo que la usa ya no lee datos.")
    else:
        messages.info(request, f"La llave «{token.name}» ya no servía.")
    return redirect(reverse("accounts:account") + "#llaves")
