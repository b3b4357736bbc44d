"""«Sitio público»: how it stands, for whoever reads the plan; publishing and taking down, for planning."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Action
from accounts.http import access_of
from catalog.http import attempt
from core.refusals import ServiceError
from publishing.http import closing_or_404
from publishing.publication.acting import (
    SECOND,
    ask_taking_down,
    publish_up_to,
    take_down,
    why_not_confirm,
    withdraw_taking_down,
)
from publishing.publication.forms import PublishForm, TakeDownForm
from publishing.publication.pages import site_page, would_be_public
from publishing.publication.state import site_state
from publishing.publication.writing import write_site
from reports.http import for_readers


@for_readers
def site(request: HttpRequest) -> HttpResponse:
    access = access_of(request)
    context = {"page": site_page(access, timezone.now()), "publishes": access.allows(Action.PUBLISH)}
    return render(request, "publishing/publication/site.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, year: int, month: int, version: int) -> HttpResponse:
    """What becomes public first; then the act."""
    _require(request)
    closing = closing_or_404(year, month, version)
    page = would_be_public(closing)
    shown = site_state().shown
    form = PublishForm(request.POST or None, shown=str(shown.pk) if shown else "")
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: publish_up_to(
                access=access_of(request),
                closing=closing,
                now=timezone.now(),
                reason=form.cleaned_data["reason"],
                instrument=form.cleaned_data["instrument"],
            ),
        )
        if made is not None:
            messages.success(request, "Publicado: aquí se lee cómo va la escritura de sus archivos.")
            return redirect("publishing:site")
    if request.method == "POST":  # whoever is told of a colleague's act confirms what the page shows now
        form.data = form.data.copy()
        form.data["seen"] = form.fields["seen"].initial
    context = {"page": page, "form": form, "year": str(year)}
    return render(request, "publishing/publication/publish.html", context)


@require_POST
def write_again(request: HttpRequest) -> HttpResponse:
    """The files as they were decided, once more: where it failed, or a new version draws the pages otherwise."""
    _require(request)
    write_site.enqueue()
    messages.success(request, "Se encargó escribir otra vez los archivos.")
    return redirect("publishing:site")


@require_http_methods(["GET", "HEAD", "POST"])
def taking_down(request: HttpRequest) -> HttpResponse:
    """One person asks, with the reason; another one confirms, or says no."""
    _require(request)
    access, now = access_of(request), timezone.now()
    act = request.POST.get("act")
    if act in _ANSWERS:
        return _answer(request, act)
    form = TakeDownForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: ask_taking_down(access=access, reason=form.cleaned_data["reason"], now=now))
    ):
        messages.success(request, f"Se pidió retirar el sitio: {SECOND}.")
        return redirect("publishing:site")
    asked = site_state().asked
    context = {
        "form": form,
        "page": site_page(access, now),
        "own": asked is not None and asked.asked_by_id == access.user.pk,
        "why_not": why_not_confirm(access, asked, now=now) if asked else "",
    }
    return render(request, "publishing/publication/taking_down.html", context)


_ANSWERS = {
    "confirmar": (take_down, "El sitio público se retiró."),
    "retirar": (withdraw_taking_down, "La petición se retiró: el sitio sigue publicado."),
}


def _answer(request: HttpRequest, act: str) -> HttpResponse:
    do, said = _ANSWERS[act]
    try:
        do(access=access_of(request), now=timezone.now())
    except ServiceError as refused:
        messages.error(request, str(refused))
        return redirect("publishing:taking_down")
    messages.success(request, said)
    return redirect("publishing:site")


def _require(request: HttpRequest) -> None:
    if not access_of(request).allows(Action.PUBLISH):
        raise PermissionDenied
